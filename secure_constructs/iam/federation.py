"""
Whom a trust policy lets in with tokens of an identity provider that many share.

Such a provider signs tokens for whoever has an account there; the conditions have to say who of
them is meant.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from secure_constructs.iam.answers import Answer
from secure_constructs.iam.conditions import Condition
from secure_constructs.iam.restrictions import restricts
from secure_constructs.iam.statements import Kind, Principal, Statement
from secure_constructs.template import Template

CODE_HOSTS: Final = (
    "token.actions.githubusercontent.com",
    "gitlab.com",
    "app.terraform.io",
    "agent.buildkite.com",
)
"""
Issuers that sign for everyone's pipelines; these choose the audience themselves.
"""

# Issuers that sign for everyone who signs in to an app, which the audience names.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
_SIGN_IN: Final = (
    "accounts.google.com",
    "appleid.apple.com",
    "graph.facebook.com",
    "www.amazon.com",
)
_PROVIDERS: Final = ("AWS::IAM::OIDCProvider", "Custom::AWSCDKOpenIdConnectProvider")
_APP: Final = frozenset({"app_id", "aud", "azp", "oaud"})
# What every subject of a code host matches.
_EVERYONE: Final = re.compile(r"\*|(?:repo|project_path|organization):\*[:/*]*")


class Admitted(NamedTuple):
    """
    Who gets in with tokens of a shared provider.

    Args:
        issuer: The host name of the provider.
        anyone: Whether that is everyone with an account there.
        users: Whether that is everyone who signs in to the app.
    """

    issuer: str
    anyone: Answer
    users: Answer


def admitted(statement: Statement, template: Template) -> Iterator[Admitted]:
    """
    Give the shared providers whose tokens a statement of a trust policy takes.
    """
    for issuer in _issuers(statement, template):
        one_of_many = ~_told(statement, issuer, apart_from=_APP)
        if issuer in CODE_HOSTS:
            yield Admitted(issuer, one_of_many, Answer.NO)
        else:
            any_app = ~_told(statement, issuer)
            yield Admitted(issuer, any_app, one_of_many & ~any_app)


def _issuers(statement: Statement, template: Template) -> Iterator[str]:
    """
    Give the host names of the shared providers; where only conditions tell, those they speak of.
    """
    federated = [each for each in statement.principals or () if each.kind is Kind.FEDERATED]
    if federated or "Principal" in statement.unreadable:
        hosts = {_host(principal, template) for principal in federated}
        hosts |= {condition.key.partition(":")[0] for condition in statement.conditions}
        yield from (issuer for issuer in (*CODE_HOSTS, *_SIGN_IN) if issuer in hosts)


def _host(principal: Principal, template: Template) -> str:
    provider = template.find(principal.value, *_PROVIDERS)
    url = principal.value if provider is None else provider.get("Url")
    return str(url).rpartition("oidc-provider/")[2].removeprefix("https://").rstrip("/")


def _told(statement: Statement, issuer: str, apart_from: frozenset[str] = frozenset()) -> Answer:
    """
    Whether conditions tell who of all that a provider signs for is meant.
    """
    ignored = {f"{issuer}:{claim}" for claim in apart_from}
    told = Answer.any(_tells(each) for each in statement.conditions if each.key not in ignored)
    return told | (Answer.MAYBE if "Condition" in statement.unreadable else Answer.NO)


def _tells(condition: Condition) -> Answer:
    everyone = any(_EVERYONE.fullmatch(value) for value in condition.values)
    return Answer.NO if everyone else restricts(condition)
