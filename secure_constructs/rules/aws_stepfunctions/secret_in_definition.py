"""Workflows whose definition holds a secret."""

from __future__ import annotations

import json
from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._secrets import secret_within
from secure_constructs.template import Resource, Template


def _passes(value: object) -> dict[str, object]:
    step = {"Type": "Pass", "Parameters": value, "End": True}
    return {"DefinitionString": json.dumps({"StartAt": "Pay", "States": {"Pay": step}})}


class SecretInDefinition(Rule):
    """
    A secret stands in the definition of the workflow.

    Whoever may read the workflow, the template or the history of any execution reads the secret,
    and each execution copies it into its history for 90 days.
    """

    id = "stepfunctions-secret-in-definition"
    control = "secret.workflow-definition"
    risk = Risk.SECRETS_STORAGE
    severity = Severity.HIGH
    resource_types = ("AWS::StepFunctions::StateMachine",)
    fix = "let the step's function read the secret from Secrets Manager, and change it now"
    references = (
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/best-practices.html",
    )

    passes = (
        Example("no secret", _passes({"order.$": "$.order", "tokenType": "bearer"})),
        Example("a part of the input", _passes({"token.$": "$.token"})),
        Example("the name of a secret", _passes({"SecretId": "shop/payments"})),
    )
    fails = (
        Example("a password", _passes({"user": "app", "password": "hunter2-hunter2"})),
        Example("a key known by its form", _passes({"config": "id=AKIAIOSFODNN7EXAMPLE"})),
        Example(
            "a password in a definition that is no text",
            {
                "Definition": {
                    "StartAt": "Pay",
                    "States": {"Pay": {"Type": "Pass", "Result": {"dbPassword": "hunter2-hunt"}}},
                }
            },
        ),
    )

    def check(self, machine: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        for path in ("DefinitionString", "Definition"):
            value = machine.get(path)
            text = value if isinstance(value, str) else json.dumps(value, default=str)
            if secret := secret_within(text):
                yield self.finding(machine, path, f"it holds {secret}")
                return
