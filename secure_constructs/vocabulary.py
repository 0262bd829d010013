"""
What names and values read as: secrets, privileges, switches for debugging.

Templates say what something is called and seldom what it is for; the rules that judge it and
the constructs that refuse it read its name the same way.
"""

from __future__ import annotations

import re
from typing import Final

# Tokens whose issuers give them a form of their own, so that no name is needed to know them:
# what they are, a part that each of them has, which is looked for first, and their form.
_ISSUED: Final = (
    ("an AWS access key", "IA", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    ("a private key", "PRIVATE KEY-----", r"-----BEGIN (?:[A-Z ]+ )?PRIVATE KEY-----"),
    ("a GitHub token", "gh", r"\bgh[pousr]_[0-9A-Za-z]{36}\b"),
    ("a GitHub token", "github_pat_", r"\bgithub_pat_[0-9A-Za-z_]{60,}\b"),
    ("a Slack token", "xox", r"\bxox[abeprs]-[0-9A-Za-z-]{10,}"),
    ("a Slack webhook", "hooks.slack.com", r"https://hooks\.slack\.com/services/T\w+/B\w+/\w+"),
    ("a Stripe key", "k_", r"\b[rs]k_(?:live|test)_[0-9A-Za-z]{16,}\b"),
    ("a Google API key", "AIza", r"\bAIza[0-9A-Za-z_-]{35}\b"),
    ("an npm token", "npm_", r"\bnpm_[0-9A-Za-z]{36}\b"),
    ("a PyPI token", "pypi-", r"\bpypi-AgEIcHlwaS5vcmc[0-9A-Za-z_-]{50,}"),
    ("a SendGrid key", "SG.", r"\bSG\.[0-9A-Za-z_-]{22}\.[0-9A-Za-z_-]{43}\b"),
    ("a Twilio key", "SK", r"\bSK[0-9a-f]{32}\b"),
    ("an OpenAI key", "sk-", r"\bsk-(?:proj-|ant-)?[0-9A-Za-z_-]{32,}\b"),
    ("a JSON web token", "eyJ", r"\beyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]+"),
    ("a password in a URL", "://", r"\b[a-z][a-z0-9+.-]*://[^/\s:@${}]+:[^/\s:@${}]{3,}@[^\s/]+"),
)
# No token is shorter than a password in a URL: x://a:abc@b
_SHORTEST: Final = 11

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SECRET_WORDS: Final = frozenset(
    {
        "apikey",
        "credential",
        "credentials",
        "passphrase",
        "passwd",
        "password",
        "passwords",
        "privatekey",
        "pwd",
        "secret",
        "secretkey",
        "secrets",
        "token",
    }
)
_SECRET_ENDINGS: Final = frozenset(
    {
        ("access", "key"),
        ("account", "key"),
        ("api", "key"),
        ("auth", "key"),
        ("db", "pass"),
        ("database", "pass"),
        ("encryption", "key"),
        ("private", "key"),
        ("secret", "key"),
        ("shared", "key"),
        ("signing", "key"),
        ("user", "pass"),
    }
)

# What is no secret whatever its name: switches, addresses, names of things, and placeholders.
_PLAIN: Final = r"""
      (?i: true | false | yes | no | on | off | none | null | enabled | disabled )
    | -?[0-9]{1,5}(?:\.[0-9]+)?                     # ports, lengths, seconds
    | arn:[^\s]+                                    # where a secret is kept
    | (?:https?|s3|wss?)://[^\s@]*                  # endpoints
    | /[\w./-]*                                     # names in Parameter Store, paths
    | <.*> | \[[^\]]*\] | \{\{?(?!resolve:)[^}]*\}?\}
    | (?i: (?:your|my|insert|replace|change|todo|tbd|xxx+|example|dummy|placeholder)[\s_-]?.* )
"""

_PRIVILEGES: Final = frozenset(
    {
        "admin",
        "administrator",
        "balance",
        "clearance",
        "credit",
        "credits",
        "discount",
        "employee",
        "entitlement",
        "entitlements",
        "group",
        "groups",
        "moderator",
        "organisation",
        "organization",
        "owner",
        "paid",
        "permission",
        "permissions",
        "plan",
        "premium",
        "privilege",
        "privileges",
        "quota",
        "role",
        "roles",
        "staff",
        "subscription",
        "superuser",
        "tenant",
        "tier",
    }
)

_DEBUG_SWITCHES: Final = frozenset(
    {
        "debug",
        "django_debug",
        "flask_debug",
        "powertools_debug",
        "powertools_dev",
        "powertools_logger_log_event",
        "pythondebug",
        "pythondevmode",
    }
)
_LEVELS: Final = frozenset(
    {"aws_lambda_log_level", "log_level", "logging_level", "loglevel", "powertools_log_level"}
)
_ON: Final = frozenset({"1", "on", "true", "yes"})

VERBOSE_LEVELS: Final = frozenset({"debug", "trace"})
"""
Log levels, in lower case, at which records hold the data of users.
"""


def words_of(name: str) -> tuple[str, ...]:
    """
    Split a name into lower-case words: ``dbUserPassword`` and ``DB_USER_PASSWORD`` alike.
    """
    return tuple(map(str.lower, _WORD.findall(name)))


def names_a_secret(name: str) -> bool:
    """
    Say whether a value of this name is the secret itself, and not where it is or what kind it has.

    ``DB_PASSWORD`` and ``jwtSecret2`` are; ``TOKEN_TYPE``, ``SECRET_ARN`` and ``PASSWORD_LENGTH``
    speak about one.
    """
    words = words_of(name)
    while words and words[-1].isdecimal():
        words = words[:-1]
    if not words or words[0] in {"is", "use", "has", "allow", "enable", "max", "min", "num"}:
        return False
    joined_end = "".join(words[-2:])
    return (
        words[-1] in _SECRET_WORDS
        or words[-2:] in _SECRET_ENDINGS
        or joined_end in _SECRET_WORDS
        or words == ("pass",)
    )


def issued_token(text: str) -> str | None:
    """
    Name the kind of token found in *text*, by the form its issuer gives it.
    """
    if len(text) < _SHORTEST:
        return None
    for what, part, form in _ISSUED:
        if part in text and re.search(form, text):
            return what
    return None


def stands_for_no_secret(value: str) -> bool:
    """
    Say whether a value is no secret whatever it is called: a switch, an address, a placeholder.
    """
    return not value.strip() or bool(re.fullmatch(_PLAIN, value, re.VERBOSE))


def names_a_privilege(name: str) -> bool:
    """
    Say whether a custom attribute of a user reads as what the user is allowed to do.

    Args:
        name: Its name with the prefix, such as ``custom:userRole``.
    """
    custom = name.removeprefix("custom:")
    return custom != name and bool(set(words_of(custom)) & _PRIVILEGES)


def switches_debugging_on(name: str, value: str) -> bool:
    """
    Say whether an environment variable makes code log or show what it handles.
    """
    name, setting = name.lower(), value.strip().lower()
    if name in _LEVELS:
        return setting in VERBOSE_LEVELS
    return (name in _DEBUG_SWITCHES or name.endswith("_debug")) and setting in _ON


EXACT_GRANTS: Final = "secure-constructs:exact-grants"
"""
What the metadata of a function holds whose grants are promised to be what its code calls.
"""
