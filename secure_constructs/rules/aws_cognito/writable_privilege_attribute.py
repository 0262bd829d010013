"""Users who may write their own role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Block, Resource, Template
from secure_constructs.vocabulary import names_a_privilege

_POOL: Final = "AWS::Cognito::UserPool"


class WritablePrivilegeAttribute(Rule):
    """
    Signed-in users may set an attribute that says what they are allowed to do.

    One call to ``UpdateUserAttributes`` with the user's own access token, or a field added to the
    sign-up request, makes a customer an administrator or gives a discount.

    Custom attributes are writable by every client that lists no write attributes,
    and mutable unless their schema says otherwise. An immutable one is still set at sign-up.
    Attributes are judged by their names: role, group, tenant, discount and the like.
    """

    id = "cognito-writable-privilege-attribute"
    control = "cognito.writable-privilege-attribute"
    risk = Risk.BROKEN_AUTHENTICATION
    severity = Severity.HIGH
    resource_types = ("AWS::Cognito::UserPoolClient",)
    fix = (
        "pass write_attributes=ClientAttributes().with_standard_attributes(...) to add_client,"
        " without the attribute, or keep privileges in groups"
    )
    references = (
        "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html",
        "https://docs.aws.amazon.com/cdk/api/v2/python/aws_cdk.aws_cognito/UserPoolClientOptions.html",
    )

    passes = (
        Example(
            "the client may write names only",
            {"UserPoolId": {"Ref": "Pool"}, "WriteAttributes": ["name", "custom:language"]},
            beside={
                "Pool": {"Type": _POOL, "Properties": {"Schema": [{"Name": "role"}]}},
            },
        ),
        Example(
            "only developers write the attribute",
            {"UserPoolId": {"Ref": "Pool"}},
            beside={
                "Pool": {
                    "Type": _POOL,
                    "Properties": {"Schema": [{"Name": "role", "DeveloperOnlyAttribute": True}]},
                },
            },
        ),
        Example(
            "an attribute that grants nothing",
            {"UserPoolId": {"Ref": "Pool"}},
            beside={
                "Pool": {"Type": _POOL, "Properties": {"Schema": [{"Name": "favouriteTea"}]}},
            },
        ),
        Example(
            "a client of machines",
            {"UserPoolId": {"Ref": "Pool"}, "AllowedOAuthFlows": ["client_credentials"]},
            beside={"Pool": {"Type": _POOL, "Properties": {"Schema": [{"Name": "role"}]}}},
        ),
    )
    fails = (
        Example(
            "no write attributes listed",
            {"UserPoolId": {"Ref": "Pool"}},
            beside={
                "Pool": {
                    "Type": _POOL,
                    "Properties": {"Schema": [{"Name": "userRole", "Mutable": True}]},
                },
            },
        ),
        Example(
            "listed",
            {"UserPoolId": {"Ref": "Pool"}, "WriteAttributes": ["custom:tenant_id"]},
            beside={"Pool": {"Type": _POOL, "Properties": {"Schema": {"Name": "tenant_id"}}}},
        ),
        Example("listed, of a pool elsewhere", {"WriteAttributes": "custom:isAdmin"}),
        Example(
            "immutable, and set at sign-up",
            {"UserPoolId": {"Ref": "Pool"}},
            beside={
                "Pool": {
                    "Type": _POOL,
                    "Properties": {"Schema": [{"Name": "role", "Mutable": "false"}]},
                },
            },
        ),
    )

    def check(self, client: Resource, template: Template) -> Iterator[Finding]:
        if tuple(client.texts("AllowedOAuthFlows")) == ("client_credentials",):
            return
        if client.has("WriteAttributes"):
            written = [name for name in client.texts("WriteAttributes") if names_a_privilege(name)]
        else:
            pool = template.find(client.get("UserPoolId"), _POOL)
            written = [] if pool is None else list(_writable(pool))
        if written:
            message = f"users may set {', '.join(written)} themselves"
            yield self.finding(client, "WriteAttributes", message)


def _writable(pool: Resource) -> Iterator[str]:
    closed = pool.flag("AdminCreateUserConfig.AllowAdminCreateUserOnly")
    for attribute in pool.blocks("Schema"):
        name = attribute.text("Name") or ""
        if names_a_privilege(f"custom:{name}") and not _is_settled(attribute, closed=bool(closed)):
            yield f"custom:{name}"


def _is_settled(attribute: Block, *, closed: bool) -> bool:
    """
    Say whether users have no say in an attribute.
    """
    if attribute.flag("DeveloperOnlyAttribute"):
        return True
    return closed and attribute.flag("Mutable") is False
