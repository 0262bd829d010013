"""Outputs that show a secret."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._secrets import raw_at, secret_in
from secure_constructs.template import OUTPUT, Resource, Template


def _output(name: str, value: object) -> dict[str, object]:
    return {"Outputs": {name: {"Value": value}}}


class SecretInOutput(Rule):
    """
    An output of the stack shows a secret.

    Outputs are plain text for everyone who may describe the stack, in the console, in the logs of
    every pipeline that deploys it, and, exported, in other stacks.
    """

    id = "cloudformation-secret-in-output"
    control = "secret.output"
    risk = Risk.SECRETS_STORAGE
    severity = Severity.HIGH
    resource_types = (OUTPUT,)
    fix = "give out the ARN of the secret in CfnOutput, and let those who need it read it"
    references = (
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/outputs-section-structure.html",
    )

    passes = (
        Example("the ARN of a secret", sections=_output("Secret", {"Ref": "Db"})),
        Example("an address", sections=_output("Url", "https://shop.example")),
    )
    fails = (
        Example(
            "a user's secret key",
            sections=_output("Key", {"Fn::GetAtt": ["AccessKey", "SecretAccessKey"]}),
            beside={"AccessKey": {"Type": "AWS::IAM::AccessKey"}},
        ),
        Example(
            "a hidden parameter",
            sections={
                "Parameters": {"Pass": {"Type": "String", "NoEcho": True}},
                **_output("Admin", {"Ref": "Pass"}),
            },
        ),
        Example("a password", sections=_output("DbPassword", "hunter2-hunter2")),
    )

    def check(self, output: Resource, template: Template) -> Iterator[Finding]:
        name = output.logical_id.partition(".")[2]
        written = raw_at(output.body, "Properties").get("Value")
        called = written.get("Ref") if isinstance(written, dict) else None
        if isinstance(called, str) and called in template.resources:
            return  # what a resource is called is no secret; many outputs are no more
        if secret := secret_in(name, template.resolve(written), written, template):
            yield self.finding(output, "Value", f"it shows {secret}")
