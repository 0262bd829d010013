"""
Synthesizes the order service.

``npx --yes aws-cdk@2.1148.1 synth`` runs this; what the guardrails find fails it.
"""

from aws_cdk import App

from sample_app.service import OrderService
from secure_constructs import guard

app = App()
guard(app)
OrderService(app, "OrderService")
app.synth()
