"""
Synthesizes the order service, with cdk-nag as a second opinion.

``npx --yes aws-cdk@2.1148.1 synth`` runs this; whatever the guardrails find fails it.
"""

from aws_cdk import App
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from sample_app.service import OrderService
from secure_constructs import guard

app = App()
guard(app, nag_packs=[AwsSolutionsChecks(), ServerlessChecks()])
OrderService(app, "OrderService")
app.synth()
