"""Databases whose password is a parameter."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._secrets import raw_at
from secure_constructs.rules.aws_rds._passwords import DATABASES, PASSWORD
from secure_constructs.template import Resource, Template


class PasswordInParameter(Rule):
    """
    Whoever deploys types the password of the database's administrator.

    It passes through terminals, pipelines and their logs, is the same in every place it was copied
    to, and nobody rotates it; RDS can make it and keep it in Secrets Manager instead.
    """

    id = "rds-password-in-parameter"
    control = "secret.parameter-password"
    risk = Risk.SECRETS_STORAGE
    severity = Severity.LOW
    resource_types = DATABASES
    fix = (
        "leave credentials to Credentials.from_generated_secret, or set manage_master_user_password"
    )
    references = (
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html",
    )

    passes = (
        Example("RDS makes and keeps it", {"ManageMasterUserPassword": True}),
        Example(
            "an entry of Parameter Store, read at deployment",
            {"MasterUserPassword": {"Ref": "Password"}},
            sections={
                "Parameters": {
                    "Password": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/db"}
                }
            },
        ),
        Example(
            "a default, of which another rule speaks",
            {"MasterUserPassword": {"Ref": "Password"}},
            sections={"Parameters": {"Password": {"Type": "String", "Default": "hunter2"}}},
        ),
    )
    fails = (
        Example(
            "a hidden parameter",
            {"MasterUserPassword": {"Ref": "Password"}},
            sections={"Parameters": {"Password": {"Type": "String", "NoEcho": True}}},
        ),
        Example(
            "a parameter that is shown",
            {"MasterUserPassword": {"Ref": "Password"}},
            sections={"Parameters": {"Password": {"Type": "String"}}},
        ),
    )

    def check(self, database: Resource, template: Template) -> Iterator[Finding]:
        written = raw_at(database.body, "Properties").get(PASSWORD)
        name = written.get("Ref") if isinstance(written, dict) else None
        declared = template.section("Parameters").get(name) if isinstance(name, str) else None
        if not isinstance(declared, dict) or "Default" in declared or template.parent is not None:
            return
        yield self.finding(database, PASSWORD, f"the password is the parameter {name}")
