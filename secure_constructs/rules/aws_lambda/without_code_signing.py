"""Functions that run whatever is uploaded."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class WithoutCodeSigning(Rule):
    """
    The function runs whatever code is uploaded.

    Whoever may update it, or reaches the bucket the deployment takes it from, runs their code with
    its role. Code signing refuses packages that your pipeline did not sign; it takes a pipeline
    that signs, hence the strict pack. Images cannot be signed this way.
    """

    id = "lambda-without-code-signing"
    control = "lambda.code-signing"
    risk = Risk.THIRD_PARTY_DEPENDENCIES
    severity = Severity.LOW
    resource_types = ("AWS::Lambda::Function",)
    recommended = False
    fix = "pass code_signing_config= with untrusted_artifact_on_deployment ENFORCE"
    references = ("https://docs.aws.amazon.com/lambda/latest/dg/configuration-codesigning.html",)

    passes = (
        Example(
            "only signed code",
            {"CodeSigningConfigArn": "arn:aws:lambda:x:1:code-signing-config:c"},
        ),
        Example("an image", {"PackageType": "Image", "Code": {"ImageUri": "r/i:t"}}),
        Example("an image that the package type does not tell of", {"Code": {"ImageUri": "r/i:t"}}),
        Example("code in the template itself", {"Code": {"ZipFile": "def handler(e, c): ..."}}),
    )
    fails = (Example("any code", {"Code": {"S3Bucket": "b", "S3Key": "k"}}),)

    def check(self, function: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if (
            not function.has("CodeSigningConfigArn")
            and function.text("PackageType") != "Image"
            and not function.has("Code.ImageUri")
            and not function.has("Code.ZipFile")
            and not function.framework
        ):
            yield self.finding(function, "CodeSigningConfigArn", "its code need not be signed")
