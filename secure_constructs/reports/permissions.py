"""What a function may do, on what, why, and which of it its code uses."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from secure_constructs.code import Usage, proposed_grants, usage_of
from secure_constructs.code.calls import ANY
from secure_constructs.code.operations import need_of
from secure_constructs.iam.powers import Kind, powers_of
from secure_constructs.iam.roles import Attachment, Identity
from secure_constructs.iam.statements import Statement
from secure_constructs.reports._groups import printable
from secure_constructs.template import Attribute, Resource, Template, Text

FUNCTION: Final = "AWS::Lambda::Function"


def functions_named(name: str, templates: Iterable[Template]) -> list[Resource]:
    """
    Find functions by logical id, physical name, or the end of their construct path.
    """
    asked = name.strip("/").lower()
    functions = [f for template in templates for f in template.of_type(FUNCTION)]
    exact = [f for f in functions if asked in _names(f)]
    return exact or [f for f in functions if f"/{f.construct_path.lower()}".endswith(f"/{asked}")]


def names_of_functions(templates: Iterable[Template]) -> list[str]:
    """
    Give the names that functions go by.
    """
    return [
        f.construct_path or f.logical_id
        for template in templates
        for f in template.of_type(FUNCTION)
        if not f.framework
    ]


def permissions(function: Resource, format_name: str) -> str:
    """
    Show what a function may do.

    Args:
        function: The function.
        format_name: ``text`` or ``json``.
    """
    described = _described(function)
    if format_name == "json":
        return json.dumps(described, indent=2, ensure_ascii=False) + "\n"
    return "\n".join(printable(line) for line in _lines(described)) + "\n"


def _names(function: Resource) -> set[str]:
    names = {function.logical_id.lower(), function.construct_path.lower()}
    physical = function.physical_name
    return names | ({physical.lower()} if isinstance(physical, str) else set())


def _described(function: Resource) -> dict[str, Any]:
    usage = usage_of(function, function.template)
    identity = usage.identity
    return {
        "function": function.construct_path or function.logical_id,
        "logicalId": function.logical_id,
        "role": None if identity is None else identity.resource.logical_id,
        "boundary": identity is not None and identity.bounded,
        "mayDo": [] if identity is None else list(_grants(identity, usage)),
        "powers": [] if identity is None else list(_powers(identity)),
        "policiesNotSeen": [] if identity is None else list(identity.unseen),
        "code": {
            "language": usage.reading.language,
            "files": list(usage.reading.files),
            "notFollowed": list(usage.doubts),
        },
        "calls": list(_calls(usage)),
        "neverCalled": sorted(set(map(str, usage.unused))),
        "notGranted": [
            {
                "actions": list(missing.actions),
                "on": missing.resource.logical_id if missing.resource else "",
                "place": str(missing.call.place),
            }
            for missing in usage.missing
        ],
        "grants": list(proposed_grants(function, usage.reading.calls)),
    }


def _grants(identity: Identity, usage: Usage) -> Iterator[dict[str, Any]]:
    unused: dict[tuple[int, str], list[str]] = {}
    for entry in usage.unused:
        unused.setdefault((id(entry.statement), entry.action), []).append(str(entry))
    for attachment in identity.attachments:
        for statement in attachment.document.statements:
            if statement.effect is None:
                continue
            actions = list(statement.actions or ())
            yield {
                "effect": statement.effect.value,
                "actions": actions,
                "allActionsBut": list(statement.not_actions or ()),
                "on": [_readable(text) for text in statement.resources or ()],
                "onAllBut": [_readable(text) for text in statement.not_resources or ()],
                "when": [_condition(condition) for condition in statement.conditions],
                "because": _because(attachment, statement),
                "neverCalled": [
                    said for action in actions for said in unused.get((id(statement), action), ())
                ],
                "notReadable": sorted(statement.unreadable),
            }


def _powers(identity: Identity) -> Iterator[dict[str, Any]]:
    for power in powers_of(identity):
        held = (identity.attachment_of(witness) for witness in power.witnesses)
        yield {
            "kind": power.kind.value,
            "action": power.action,
            "onEverything": power.certain,
            "because": [
                _because(attachment, witness)
                for attachment, witness in zip(held, power.witnesses, strict=True)
                if attachment is not None
            ],
        }


def _because(attachment: Attachment, statement: Statement) -> str:
    if attachment.managed_by_aws:
        return f"{attachment.managed_by_aws} (AWS managed), {statement.place}"
    return f"{attachment.resource.logical_id} {attachment.place_of(statement)}"


def _condition(condition: Any) -> str:
    values = ", ".join(map(str, condition.values))
    return f"{condition.key} {condition.operator} {values}"


def _calls(usage: Usage) -> Iterator[dict[str, Any]]:
    for call in usage.reading.calls:
        if call.service == ANY:
            continue
        need = need_of(call.service, call.operation, call.keywords)
        yield {
            "call": f"{call.service}.{call.operation}",
            "actions": [" or ".join(group) for group in need.required],
            "place": str(call.place),
            "certain": call.certain,
        }


def _readable(text: str) -> str:
    """
    Name a resource by its logical id, with what follows it in the ARN.
    """
    if not isinstance(text, Text):
        return text
    first = text.parts[0]
    if isinstance(first, Attribute) and first.name in ("", "Arn"):
        return first.resource.logical_id + "".join(map(str, text.parts[1:]))
    return str(text)


def _lines(described: dict[str, Any]) -> Iterator[str]:
    role = described["role"] or "a role that the templates do not define"
    yield f"{described['function']}  ({described['logicalId']}, role {role})"
    yield ""
    yield "may do" if described["mayDo"] else "may do nothing that is seen here"
    for grant in described["mayDo"]:
        yield from _grant_lines(grant)
    for name in described["policiesNotSeen"]:
        yield f"  and what {name} allows, which is not seen here"
    if described["boundary"]:
        yield "  all of it inside a permissions boundary"
    yield from _power_lines(described["powers"])
    yield from _code_lines(described)


def _power_lines(powers: list[dict[str, Any]]) -> Iterator[str]:
    """
    Say what it could do in an attacker's hands; reading its own data aside.
    """
    for kind in Kind:
        everywhere = [p["action"] for p in powers if p["kind"] == kind.value and p["onEverything"]]
        some = [p["action"] for p in powers if p["kind"] == kind.value and not p["onEverything"]]
        if everywhere:
            yield f"  {kind.value}, of anything: {', '.join(everywhere)}"
        if some and kind is not Kind.EXFILTRATION:
            yield f"  {kind.value}, of some: {', '.join(some)}"


def _grant_lines(grant: dict[str, Any]) -> Iterator[str]:
    actions = ", ".join(grant["actions"]) or f"all but {', '.join(grant['allActionsBut'])}"
    resources = ", ".join(grant["on"]) or f"all but {', '.join(grant['onAllBut'])}"
    if grant["effect"] == "Deny":
        actions = f"not {actions}"
    yield f"  {actions}"
    yield f"      on       {'everything' if resources == '*' else resources}"
    for condition in grant["when"]:
        yield f"      when     {condition}"
    yield f"      because  {grant['because']}"
    if grant["neverCalled"]:
        yield f"      unused   {', '.join(grant['neverCalled'])}"
    if grant["notReadable"]:
        yield f"      unknown  {', '.join(grant['notReadable'])}"


def _code_lines(described: dict[str, Any]) -> Iterator[str]:
    code = described["code"]
    yield ""
    if not code["files"]:
        yield "calls: not known"
    else:
        count = len(code["files"])
        yield f"calls, from {count} {code['language']} file{'s' if count > 1 else ''}"
    for call in described["calls"]:
        actions = ", ".join(call["actions"]) or f"{call['call']} (needs no permission)"
        maybe = "" if call["certain"] else " (perhaps)"
        yield f"  {actions}  {call['place']}{maybe}"
    for reason in code["notFollowed"]:
        yield f"  not followed: {reason}"
    if described["notGranted"]:
        yield ""
        yield "called and not granted"
        for missing in described["notGranted"]:
            on = f" on {missing['on']}" if missing["on"] else ""
            yield f"  {' or '.join(missing['actions'])}{on}  {missing['place']}"
    if described["neverCalled"]:
        yield ""
        yield f"granted and never called: {', '.join(described['neverCalled'])}"
    if described["grants"]:
        yield ""
        yield "what its code takes, to read and paste"
        yield from (f"  {line}" for line in described["grants"])
