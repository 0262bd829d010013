"""User pools that accept passwords which can be guessed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template

_SHORT: Final = 8
_LONG: Final = 15
_CLASSES: Final = {
    "RequireLowercase": "lower case",
    "RequireNumbers": "digits",
    "RequireSymbols": "symbols",
    "RequireUppercase": "upper case",
}
_ALL: Final = dict.fromkeys(_CLASSES, True)


class WeakPasswordPolicy(Rule):
    """
    The pool accepts passwords that can be guessed.

    Passwords of fewer than 8 characters are searched through in hours, and short ones of one
    kind of character are in every word list. A pool without a policy gets the default of
    Cognito, 8 characters of all four kinds, which passes; in a policy that is set, what is left
    out is not required. From 15 characters on, length alone is enough (NIST SP 800-63B).
    """

    id = "cognito-weak-password-policy"
    control = "cognito.password-policy"
    risk = Risk.BROKEN_AUTHENTICATION
    severity = Severity.MEDIUM
    resource_types = ("AWS::Cognito::UserPool",)
    fix = (
        "pass password_policy=PasswordPolicy(min_length=12, require_digits=True,"
        " require_lowercase=True, require_uppercase=True, require_symbols=True)"
    )
    references = (
        "https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html",
    )

    passes = (
        Example("the default", {"Policies": {}}),
        Example(
            "twelve characters of all kinds",
            {"Policies": {"PasswordPolicy": {"MinimumLength": "12", **_ALL}}},
        ),
        Example("a long phrase", {"Policies": {"PasswordPolicy": {"MinimumLength": 16}}}),
    )
    fails = (
        Example(
            "six characters",
            {"Policies": {"PasswordPolicy": {"MinimumLength": 6, **_ALL}}},
        ),
        Example(
            "no symbols",
            {
                "Policies": {
                    "PasswordPolicy": {"MinimumLength": 8, **_ALL, "RequireSymbols": "false"}
                }
            },
        ),
        Example("eight of any kind", {"Policies": {"PasswordPolicy": {"MinimumLength": 8}}}),
    )

    def check(self, pool: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        policy = pool.block("Policies.PasswordPolicy")
        if not policy:
            return
        length = policy.number("MinimumLength")
        least = _SHORT if length is None else length
        if least < _SHORT:
            yield self.finding(policy, "MinimumLength", f"{least:g} characters are enough")
            return
        missing = [name for name in _CLASSES if least < _LONG and not policy.flag(name)]
        if missing:
            kinds = ", ".join(_CLASSES[name] for name in missing)
            yield self.finding(policy, missing[0], f"passwords need none of: {kinds}")
