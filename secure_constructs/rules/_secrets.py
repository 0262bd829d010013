"""Whether a named value is a secret: the judgement that every rule about secrets shares."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from secure_constructs.template import Attribute, Block, Template, Text

# Tokens whose issuers give them a form of their own, so that no name is needed to know them.
_ISSUED: Final = (
    ("an AWS access key", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    ("a private key", r"-----BEGIN (?:[A-Z ]+ )?PRIVATE KEY-----"),
    ("a GitHub token", r"\b(?:gh[pousr]_[0-9A-Za-z]{36}|github_pat_[0-9A-Za-z_]{60,})\b"),
    ("a Slack token", r"\bxox[abeprs]-[0-9A-Za-z-]{10,}"),
    ("a Slack webhook", r"https://hooks\.slack\.com/services/T\w+/B\w+/\w+"),
    ("a Stripe key", r"\b[rs]k_(?:live|test)_[0-9A-Za-z]{16,}\b"),
    ("a Google API key", r"\bAIza[0-9A-Za-z_-]{35}\b"),
    ("an npm token", r"\bnpm_[0-9A-Za-z]{36}\b"),
    ("a PyPI token", r"\bpypi-AgEIcHlwaS5vcmc[0-9A-Za-z_-]{50,}"),
    ("a SendGrid key", r"\bSG\.[0-9A-Za-z_-]{22}\.[0-9A-Za-z_-]{43}\b"),
    ("a Twilio key", r"\bSK[0-9a-f]{32}\b"),
    ("an OpenAI key", r"\bsk-(?:proj-|ant-)?[0-9A-Za-z_-]{32,}\b"),
    ("a JSON web token", r"\beyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]+"),
    ("a password in a URL", r"\b[a-z][a-z0-9+.-]*://[^/\s:@${}]+:[^/\s:@${}]{3,}@[^\s/]+"),
)
_FORMS: Final = tuple((what, re.compile(pattern)) for what, pattern in _ISSUED)

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
_PLAIN: Final = re.compile(
    r"""
      (?i: true | false | yes | no | on | off | none | null | enabled | disabled )
    | -?[0-9]{1,5}(?:\.[0-9]+)?                     # ports, lengths, seconds
    | arn:[^\s]+                                    # where a secret is kept
    | (?:https?|s3|wss?)://[^\s@]*                  # endpoints
    | /[\w./-]*                                     # names in Parameter Store, paths
    | <.*> | \[[^\]]*\] | \{\{?(?!resolve:)[^}]*\}?\}
    | (?i: (?:your|my|insert|replace|change|todo|tbd|xxx+|example|dummy|placeholder)[\s_-]?.* )
    """,
    re.VERBOSE,
)


# A dynamic reference to a secret, but not to what stands beside it in its JSON.
_RESOLVED: Final = re.compile(
    r"\{\{resolve:secretsmanager:"
    r"(?!.*:SecretString:(?:user(?:name)?|host|port|db(?:name|ClusterIdentifier)?|engine)[:}])"
)

# A name and its value, as JSON, a shell or a mapping template writes them.
_ASSIGNED: Final = re.compile(
    r"""
    (?P<name>[A-Za-z_][\w-]*) \\?["']? \s* [:=] \s*
    (?: \\?["'] (?P<value>[^"'\\\n]*) \\?["'] | (?P<bare>[^\s"'\\,;}{)(]+) )
    """,
    re.VERBOSE,
)
# A value that is spelled out, and no expression, path or substitution.
_SPELLED: Final = re.compile(r"(?!\$)[^\s$<{%`]{4,}")


def words_of(name: str) -> tuple[str, ...]:
    """
    Split a name into lower-case words: ``dbUserPassword`` and ``DB_USER_PASSWORD`` alike.
    """
    return tuple(word.lower() for word in _WORD.findall(name))


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
    for what, form in _FORMS:
        if form.search(text):
            return what
    return None


def raw_at(body: Any, *steps: str) -> Mapping[str, Any]:
    """
    Give a map inside a resource as written; empty where there is none.
    """
    for step in steps:
        body = body.get(step) if isinstance(body, Mapping) else None
    return body if isinstance(body, Mapping) else {}


def secret_in(name: str, value: Any, raw: Any, template: Template) -> str | None:
    """
    Say what secret a named value gives away, as a clause; None when it gives away none.

    Args:
        name: What the value is called.
        value: It, resolved.
        raw: It, as written: a parameter that is hidden from view resolves to nothing.
        template: The template it stands in.
    """
    if isinstance(value, Text):
        return _secret_attribute(value)
    if isinstance(raw, Mapping) and isinstance(raw.get("Ref"), str):
        declared = template.section("Parameters").get(raw["Ref"])
        if isinstance(declared, Mapping) and str(declared.get("NoEcho")).lower() == "true":
            return f"the hidden parameter {raw['Ref']}"
    if not isinstance(value, str) or not value.strip():
        return None
    if _RESOLVED.search(value):
        return "a secret that is resolved at deployment"
    if found := issued_token(value):
        return found
    if value.startswith("{{resolve:") or not names_a_secret(name) or _PLAIN.fullmatch(value):
        return None
    return "a secret in plain text"


def secret_within(text: str) -> str | None:
    """
    Say what secret a text of names and values gives away; None when it gives away none.

    That may be JSON, a mapping template or a script. Values that only stand for others, such
    as ``$input.params('token')``, are none.
    """
    if found := issued_token(text):
        return found
    for match in _ASSIGNED.finditer(text):
        value = match["value"] or match["bare"] or ""
        spelled_out = _SPELLED.fullmatch(value) and not _PLAIN.fullmatch(value)
        if spelled_out and names_a_secret(match["name"]):
            return f"{match['name']} in plain text"
    return None


def shown_parameter(block: Block, path: str, template: Template) -> bool:
    """
    Say whether a property is a parameter that is not hidden from view.
    """
    steps = block.at(path).split(".")
    written = raw_at(block.resource.body, "Properties", *steps[:-1]).get(steps[-1])
    if not isinstance(written, Mapping) or not isinstance(written.get("Ref"), str):
        return False
    declared = template.section("Parameters").get(written["Ref"])
    return isinstance(declared, Mapping) and str(declared.get("NoEcho")).lower() != "true"


def _secret_attribute(value: Text) -> str | None:
    if _RESOLVED.search(value):
        return "a secret that is resolved at deployment"
    for part in value.parts:
        if isinstance(part, str):
            if found := issued_token(part):
                return found
        elif isinstance(part, Attribute) and (
            part.resource.type == "AWS::IAM::AccessKey" and part.name == "SecretAccessKey"
        ):
            return f"the secret key of {part.resource.logical_id}"
    return None
