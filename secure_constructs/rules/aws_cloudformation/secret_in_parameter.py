"""Parameters whose default is a secret."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._secrets import raw_at, secret_in
from secure_constructs.template import PARAMETER, Resource, Template


def _declared(**parameter: object) -> dict[str, object]:
    return {"Parameters": {"DbPassword": parameter}}


class SecretInParameter(Rule):
    """
    The default of a parameter is a secret.

    A default stands in the template whatever ``NoEcho`` hides later: whoever reads the repository
    or the template reads the secret, and every stack that was given no other has the same.
    """

    id = "cloudformation-secret-in-parameter"
    control = "secret.parameter-default"
    risk = Risk.SECRETS_STORAGE
    severity = Severity.HIGH
    resource_types = (PARAMETER,)
    fix = "remove default= from the CfnParameter, or read the value from Secrets Manager"
    references = (
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-best-practices.html",
    )

    passes = (
        Example("no default", sections=_declared(Type="String", NoEcho=True)),
        Example("the name of a secret", sections=_declared(Type="String", Default="/shop/db")),
        Example("a placeholder", sections=_declared(Type="String", Default="<<Your password>>")),
        Example("nothing", sections=_declared(Type="String", Default="")),
        Example(
            "an entry of Parameter Store",
            sections=_declared(
                Type="AWS::SSM::Parameter::Value<String>", Default="hunter2-hunter2"
            ),
        ),
    )
    fails = (
        Example("a password", sections=_declared(Type="String", Default="hunter2-hunter2")),
        Example(
            "a password that is hidden later",
            sections=_declared(Type="String", NoEcho="true", Default="hunter2-hunter2"),
        ),
        Example(
            "a key known by its form",
            sections=_declared(Type="String", Default="AKIAIOSFODNN7EXAMPLE"),
        ),
    )

    def check(self, parameter: Resource, template: Template) -> Iterator[Finding]:
        name = parameter.logical_id.partition(".")[2]
        default = template.resolve(raw_at(parameter.body, "Properties").get("Default"))
        secret = secret_in(name, default, default, template)
        if secret and not (parameter.text("Type") or "").startswith("AWS::SSM::Parameter::"):
            yield self.finding(parameter, "Default", f"it is {secret}")
