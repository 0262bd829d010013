"""Code signing that only warns."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class UnsignedCodeAdmitted(Rule):
    """
    Code signing is set up, but unsigned code is deployed all the same.

    With ``Warn`` Lambda notes that the package is unsigned or changed, and runs it.
    The set-up looks like a guarantee and is none.
    """

    id = "lambda-unsigned-code-admitted"
    control = "lambda.code-signing-warns"
    risk = Risk.THIRD_PARTY_DEPENDENCIES
    severity = Severity.MEDIUM
    resource_types = ("AWS::Lambda::CodeSigningConfig",)
    fix = "set untrusted_artifact_on_deployment=UntrustedArtifactOnDeployment.ENFORCE"
    references = ("https://docs.aws.amazon.com/lambda/latest/dg/configuration-codesigning.html",)

    passes = (
        Example(
            "unsigned code is refused",
            {"CodeSigningPolicies": {"UntrustedArtifactOnDeployment": "Enforce"}},
        ),
    )
    fails = (
        Example(
            "unsigned code is noted",
            {"CodeSigningPolicies": {"UntrustedArtifactOnDeployment": "Warn"}},
        ),
        Example("the default", {"AllowedPublishers": {"SigningProfileVersionArns": []}}),
    )
    uncertain = (
        Example(
            "a parameter decides",
            {"CodeSigningPolicies": {"UntrustedArtifactOnDeployment": {"Ref": "P"}}},
            sections={"Parameters": {"P": {"Type": "String"}}},
        ),
    )

    def check(self, signing: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        policy = signing.text("CodeSigningPolicies.UntrustedArtifactOnDeployment")
        if policy != "Enforce":
            yield self.finding(
                signing,
                "CodeSigningPolicies.UntrustedArtifactOnDeployment",
                f"on unsigned code the policy is to {(policy or 'Warn').lower()}",
            )
