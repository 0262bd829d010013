"""Databases whose password stands in the template."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_rds._passwords import DATABASES, PASSWORD
from secure_constructs.template import Resource, Template, Text


class LiteralPassword(Rule):
    """
    The password of the database's administrator stands in the template.

    Whoever reads the repository, the template or the stack's history signs in as its administrator
    from any place the network lets through.
    """

    id = "rds-literal-password"
    control = "secret.database-password"
    risk = Risk.SECRETS_STORAGE
    severity = Severity.HIGH
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
            "a secret",
            {"MasterUserPassword": "{{resolve:secretsmanager:shop/db:SecretString:password}}"},
        ),
        Example(
            "a hidden parameter, of which another rule speaks",
            {"MasterUserPassword": {"Ref": "Password"}},
            sections={"Parameters": {"Password": {"Type": "String", "NoEcho": True}}},
        ),
    )
    fails = (
        Example("a literal", {"MasterUserPassword": "hunter2-hunter2"}),
        Example(
            "the default of a parameter, hidden or not",
            {"MasterUserPassword": {"Ref": "Password"}},
            sections={
                "Parameters": {
                    "Password": {"Type": "String", "NoEcho": True, "Default": "hunter2-hunter2"}
                }
            },
        ),
    )

    def check(self, database: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        password = database.get(PASSWORD)
        if not isinstance(password, str) or isinstance(password, Text) or not password.strip():
            return
        if not password.startswith("{{resolve:"):
            yield self.finding(database, PASSWORD, "the password stands in the template")
