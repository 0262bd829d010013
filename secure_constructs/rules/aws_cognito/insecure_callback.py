"""Clients that hand codes and tokens to addresses nobody guards."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template

_UNGUARDED: Final = re.compile(
    r"http://.* | https://(?:www\.)?example\.(?:com|org|net)(?:[/:?].*)?",
    re.IGNORECASE | re.VERBOSE,
)


class InsecureCallback(Rule):
    """
    Sign-ins end at an address over plain HTTP, or at one that is not yours.

    The redirect carries a code or a token. Over plain HTTP whoever sits on the way takes it;
    on ``localhost`` any program of the device may be listening.
    ``https://example.com`` is what the CDK fills in when no callback is given.
    """

    id = "cognito-insecure-callback"
    control = "cognito.insecure-callback"
    risk = Risk.BROKEN_AUTHENTICATION
    severity = Severity.LOW
    resource_types = ("AWS::Cognito::UserPoolClient",)
    fix = "name your own https addresses in callback_urls, and give development a client of its own"
    references = (
        "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-client-apps.html",
    )

    passes = (
        Example(
            "an address of one's own",
            {"CallbackURLs": ["https://shop.example.com/signed-in", "shop://signed-in"]},
        ),
        Example("no hosted pages", {"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"]}),
    )
    fails = (
        Example(
            "localhost beside the real one",
            {"CallbackURLs": ["https://shop.example.com", "http://localhost:3000"]},
        ),
        Example("the address the CDK fills in", {"CallbackURLs": ["https://example.com"]}),
        Example(
            "a default over plain HTTP",
            {"DefaultRedirectURI": "http://shop.example.com/"},
        ),
    )

    def check(self, client: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if client.flag("AllowedOAuthFlowsUserPoolClient") is False:
            return
        for path in ("CallbackURLs", "DefaultRedirectURI"):
            for url in client.texts(path):
                if _UNGUARDED.fullmatch(url):
                    yield self.finding(client, path, f"sign-ins end at {url}")
                    return
