"""Whether a named value is a secret: the judgement that every rule about secrets shares."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from secure_constructs.template import Attribute, Block, Template, Text
from secure_constructs.vocabulary import issued_token, names_a_secret, stands_for_no_secret

# A dynamic reference to a secret, but not to what stands beside it in its JSON.
_RESOLVED: Final = re.compile(
    r"\{\{resolve:secretsmanager:"
    r"(?!.*:SecretString:(?:user(?:name)?|host|port|db(?:name|ClusterIdentifier)?|engine)[:}])"
)

# A name and its value, as JSON, a shell or a mapping template writes them. A name is read once,
# from its first letter to its end: no part of it has a value where the whole has none.
_ASSIGNED: Final = re.compile(
    r"""
    (?P<name> [A-Za-z_] (?<![A-Za-z_]{2}) [\w-]*+ ) \\?["']? \s* [:=] \s*
    (?: \\?["'] (?P<value>[^"'\\\n]*) \\?["'] | (?P<bare>[^\s"'\\,;}{)(]+) )
    """,
    re.VERBOSE,
)
# A value that is spelled out, and no expression, path or substitution.
_SPELLED: Final = re.compile(r"(?!\$)[^\s$<{%`]{4,}")


def raw_at(body: Any, *steps: str) -> Mapping[str, Any]:
    """
    Give a map inside a resource as written; empty where there is none.
    """
    for step in steps:
        body = body.get(step) if isinstance(body, dict) else None
    return body if isinstance(body, dict) else {}


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
    if isinstance(raw, dict) and isinstance(raw.get("Ref"), str):
        declared = template.section("Parameters").get(raw["Ref"])
        if isinstance(declared, Mapping) and str(declared.get("NoEcho")).lower() == "true":
            return f"the hidden parameter {raw['Ref']}"
    if not isinstance(value, str) or not value.strip():
        return None
    if _RESOLVED.search(value):
        return "a secret that is resolved at deployment"
    if found := issued_token(value):
        return found
    if value.startswith("{{resolve:") or not names_a_secret(name) or stands_for_no_secret(value):
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
        spelled_out = _SPELLED.fullmatch(value) and names_a_secret(match["name"])
        if spelled_out and not stands_for_no_secret(value):
            return f"{match['name']} in plain text"
    return None


def shown_parameter(block: Block, path: str, template: Template) -> bool:
    """
    Say whether a property is a parameter that is not hidden from view.
    """
    steps = block.at(path).split(".")
    written = raw_at(block.resource.body, "Properties", *steps[:-1]).get(steps[-1])
    if not isinstance(written, dict) or not isinstance(written.get("Ref"), str):
        return False
    declared = template.section("Parameters").get(written["Ref"])
    return isinstance(declared, Mapping) and str(declared.get("NoEcho")).lower() != "true"


def _secret_attribute(value: Text) -> str | None:
    alone = value.target is not None  # with no text of its own
    if not alone and _RESOLVED.search(value):
        return "a secret that is resolved at deployment"
    for part in value.parts:
        if isinstance(part, Attribute) and (
            part.resource.type == "AWS::IAM::AccessKey" and part.name == "SecretAccessKey"
        ):
            return f"the secret key of {part.resource.logical_id}"
    return None if alone else issued_token(value)
