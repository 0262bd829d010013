"""Machines that start with a secret in their script."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._secrets import raw_at, secret_within
from secure_constructs.template import Resource, Template

_INSTANCE = "AWS::EC2::Instance"
_LAUNCH = "AWS::EC2::LaunchTemplate"


def _starts(script: object) -> dict[str, object]:
    return {"UserData": {"Fn::Base64": script}}


class SecretInUserData(Rule):
    """
    A secret stands in the script the machine starts with.

    Every process on the machine can ask for that script, a request forged through a web application
    as well, and so can whoever may describe instances; it is kept as plain text.
    """

    id = "ec2-secret-in-user-data"
    control = "secret.user-data"
    risk = Risk.SECRETS_STORAGE
    severity = Severity.HIGH
    resource_types = (_INSTANCE, _LAUNCH, "AWS::AutoScaling::LaunchConfiguration")
    fix = "let the script read the secret from Secrets Manager with the instance's role"
    references = (
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html",
    )

    passes = (
        Example("no script", {"ImageId": "ami-1"}),
        Example(
            "the secret is read on the machine",
            _starts("DB_PASSWORD=$(aws secretsmanager get-secret-value --secret-id shop/db)"),
        ),
        Example("a value of its own", _starts("export TOKEN=$1; TOKEN_TYPE=bearer")),
    )
    fails = (
        Example("a key known by its form", _starts("export AWS_KEY=AKIAIOSFODNN7EXAMPLE")),
        Example("a password", _starts("#!/bin/sh\nexport DB_PASSWORD=hunter2-hunter2\n")),
        Example(
            "a password among parts",
            _starts({"Fn::Join": ["\n", ["#!/bin/sh", "password='hunter2-hunter2'"]]}),
        ),
        Example(
            "of every machine of a template",
            {"LaunchTemplateData": _starts("DB_PASSWORD=hunter2-hunter2")},
            type=_LAUNCH,
        ),
    )

    def check(self, machine: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        path = "LaunchTemplateData.UserData" if machine.type == _LAUNCH else "UserData"
        written = raw_at(machine.body, "Properties", *path.split(".")[:-1]).get("UserData")
        script = written.get("Fn::Base64") if isinstance(written, dict) else written
        text = machine.template.resolve(script)
        if isinstance(text, str) and (secret := secret_within(text)):
            yield self.finding(machine, path, f"it holds {secret}")
