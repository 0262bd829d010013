"""What the constructs share: refusals, tokens, one-per-stack constructs, acknowledgments."""

from __future__ import annotations

import difflib
import inspect
import sys
from dataclasses import dataclass
from functools import cache, update_wrapper
from types import MethodType
from typing import (
    TYPE_CHECKING,
    Any,
    Concatenate,
    Final,
    Generic,
    Literal,
    ParamSpec,
    TypeVar,
    cast,
)

import aws_cdk as cdk
import jsii
from aws_cdk import aws_iam as iam
from constructs import IValidation

from secure_constructs.errors import ConstructError
from secure_constructs.findings import CARRIED, NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from constructs import Construct, IConstruct, Node

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

# CDK encodes a number that is known only at deployment as a huge negative double, and a
# text one as a marker inside the string. Reading the encoding here saves the message to
# the jsii kernel that `Token.is_unresolved` costs for each prop.
_NUMBER_TOKEN_CEILING: Final = -1e280
_TEXT_TOKEN: Final = "${Token["  # noqa: S105 - a marker, not a password
_LIST_TOKEN: Final = "#{Token["  # noqa: S105 - a marker, not a password

_LONGEST_SHOWN_VALUE: Final = 60

_OURS: Final = f"{NAMESPACE}::"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """
    A prop of the L2 that the construct decides, so that nobody can undo it by accident.

    Args:
        because: Why the caller may not set it, as a clause after "because".
        instead: What to do instead, as an imperative clause.
            Default: leave the prop out.
    """

    because: str
    instead: str = "leave it out"


def refusal(
    construct: type,
    scope: IConstruct,
    construct_id: str,
    prop: str,
    value: object = ...,
    *,
    because: str,
    instead: str = "leave it out",
) -> ConstructError:
    """
    The error for a prop the construct does not take.

    Args:
        construct: The class that refuses.
        scope: Where the construct was to be made.
        construct_id: The id it was to have there.
        prop: The prop as the caller wrote it.
        value: What the caller passed. Default: not shown, for values that may be secret.
        because: The reason, as a clause after "because".
        instead: The way out, as an imperative clause.

    Returns:
        The error to raise. Nothing has been created by then.
    """
    path = "/".join(part for part in (scope.node.path, construct_id) if part)
    shown = prop if value is ... else f"{prop}={_shown(value)}"
    return ConstructError(
        f"{construct.__name__} at {path!r} does not take {shown}, because {because}; {instead}"
    )


def refuse_decided(
    construct: type,
    scope: IConstruct,
    construct_id: str,
    given: Mapping[str, object],
    decisions: Mapping[str, Decision],
) -> None:
    """
    Refuse the props that the construct decides.

    Constructs declare their last parameter as ``**decided: Never``: a type checker then
    rejects any such prop, and this function says why at run time.

    Args:
        construct: The class that was called.
        scope: Where the construct was to be made.
        construct_id: The id it was to have there.
        given: The keyword arguments that no parameter took.
        decisions: What the construct decides, by prop.

    Raises:
        ConstructError: A prop that the construct decides was given.
        TypeError: A prop that does not exist was given.
    """
    plain = construct.__name__.removeprefix("Secure")
    for prop, value in given.items():
        if decision := decisions.get(prop):
            raise refusal(
                construct,
                scope,
                construct_id,
                prop,
                value,
                because=decision.because,
                instead=f"{decision.instead}, or define the plain {plain} "
                "and acknowledge its finding with a reason",
            )
        known = [*_keyword_props(construct), *decisions]
        close = difflib.get_close_matches(prop, known, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        message = f"{construct.__name__}() has no prop {prop!r}{hint}"
        raise TypeError(message)


def is_token(value: object) -> bool:
    """
    Whether a number, a text or a list of texts is known only at deployment.

    Never compare such a value: a number token is a huge negative number.
    """
    if isinstance(value, str):
        return _TEXT_TOKEN in value or _LIST_TOKEN in value
    if isinstance(value, (int, float)):
        return value < _NUMBER_TOKEN_CEILING
    if isinstance(value, (list, tuple)):
        return any(is_token(item) for item in value)
    return isinstance(value, (cdk.Token, cdk.Intrinsic))


class PythonOnly(Generic[P, R]):
    """
    A method that replaces an inherited one for callers in Python only.

    jsii calls a plain Python override from JavaScript too, also from the constructor of
    the L2, where the Python object is not known yet and the call fails. What is not a
    function when the class is read stays invisible to jsii.
    """

    def __init__(self, method: Callable[Concatenate[Any, P], R]) -> None:
        self._method = method
        update_wrapper(cast("Callable[..., Any]", self), method)

    def __get__(self, instance: Any, owner: type | None = None) -> Callable[P, R]:
        return cast("Callable[P, R]", MethodType(self._method, instance))


@cache
def seconds(amount: int) -> cdk.Duration:
    """
    A duration of our own choosing; one object per amount, since making it costs a message.
    """
    duration = cdk.Duration.seconds(amount)
    remembered(duration, "seconds", lambda: amount)
    return duration


@cache
def service_principal(name: str) -> iam.ServicePrincipal:
    """
    A service without conditions; one object for each, since making it costs a message.

    Args:
        name: Its principal, such as ``events.amazonaws.com``.
    """
    return iam.ServicePrincipal(name)


@cache
def everyone() -> iam.AnyPrincipal:
    """
    Everyone, for statements that deny.
    """
    return iam.AnyPrincipal()


@cache
def pseudo(name: Literal["ACCOUNT_ID", "PARTITION", "REGION", "STACK_ID", "STACK_NAME"]) -> str:
    """
    A pseudo parameter; one text for all, since each read of `Aws` costs a message.
    """
    return str(getattr(cdk.Aws, name))


def known_seconds(duration: cdk.Duration) -> int | None:
    """
    A duration in seconds, or None when it is known only at deployment.
    """
    return remembered(duration, "seconds", lambda: _known_seconds(duration))


def _known_seconds(duration: cdk.Duration) -> int | None:
    try:
        length = duration.to_seconds()
    except RuntimeError:
        # A token in another unit cannot be converted; only here is it asked whether it is one.
        if duration.is_unresolved():
            return None
        raise
    return None if is_token(length) else int(length)


def check_number(
    construct: type,
    scope: IConstruct,
    construct_id: str,
    prop: str,
    value: object,
    *,
    least: float,
    most: float,
    unit: str,
    whole: bool = True,
) -> None:
    """
    Refuse what is not a number in the range; a token passes, since it cannot be compared.

    Args:
        construct: The class that was called.
        scope: Where the construct was to be made.
        construct_id: The id it was to have there.
        prop: The prop as the caller wrote it.
        value: What the caller passed.
        least: The smallest value allowed.
        most: The largest value allowed.
        unit: What is counted, in the plural.
        whole: Whether there are no halves of it.

    Raises:
        ConstructError: The value is not such a number.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise refusal(
            construct,
            scope,
            construct_id,
            prop,
            value,
            because=f"it is a number of {unit}, not a {type(value).__name__}",
            instead=f"pass a number from {least:g} to {most:g}",
        )
    if not is_token(value) and not least <= value <= most:
        raise refusal(
            construct,
            scope,
            construct_id,
            prop,
            value,
            because=f"it must be from {least:g} to {most:g} {unit}",
            instead="pass a number in that range",
        )
    if whole and not is_token(value) and value != int(value):
        raise refusal(
            construct,
            scope,
            construct_id,
            prop,
            value,
            because=f"there is no part of {unit}",
            instead="pass a whole number",
        )


def check_duration(
    construct: type,
    scope: IConstruct,
    construct_id: str,
    prop: str,
    value: object,
    *,
    least: int,
    most: int,
) -> None:
    """
    Refuse what is not a duration in the range; one of deployment time passes, as does None.

    Args:
        construct: The class that was called.
        scope: Where the construct was to be made.
        construct_id: The id it was to have there.
        prop: The prop as the caller wrote it.
        value: What the caller passed.
        least: The shortest allowed, in seconds.
        most: The longest allowed, in seconds.

    Raises:
        ConstructError: The value is not such a duration.
    """
    if value is None:
        return
    if not isinstance(value, cdk.Duration):
        raise refusal(
            construct,
            scope,
            construct_id,
            prop,
            value,
            because="its unit is not said",
            instead="pass a Duration, such as Duration.seconds(10)",
        )
    length = known_seconds(value)
    if length is not None and not least <= length <= most:
        raise refusal(
            construct,
            scope,
            construct_id,
            prop,
            length,
            because=f"it must be from {least:,} to {most:,} seconds",
            instead="pass a Duration in that range",
        )


def check_reason(
    construct: type,
    scope: IConstruct,
    construct_id: str,
    prop: str,
    value: object,
    *,
    gives_up: str,
) -> None:
    """
    Refuse an exception that is not explained.

    Args:
        construct: The class that was called.
        scope: Where the construct was to be made.
        construct_id: The id it was to have there.
        prop: The prop as the caller wrote it.
        value: What the caller passed: a sentence that a reviewer understands.
        gives_up: What the exception gives up, as a clause.

    Raises:
        ConstructError: The value is not a text, or has no words in it.
    """
    if not isinstance(value, str) or not value.strip():
        raise refusal(
            construct,
            scope,
            construct_id,
            prop,
            value,
            because=f"{gives_up}, and whoever reviews this needs to know why that is right here",
            instead="say why in a sentence",
        )


def shared(scope: Construct, construct_id: str, create: Callable[[Construct, str], T]) -> T:
    """
    The one construct of its kind in the stack of a scope, made on first use.

    A key, a web ACL or an alarm topic costs the same whether one construct uses it or
    fifty, so what costs money is shared within a stack.

    Args:
        scope: Any construct in the stack.
        construct_id: What is shared, as a noun such as ``Key``. It becomes part of the
            logical id, so it is contract: changing it replaces the resource.
        create: Makes the construct, given the stack and the full id.

    Returns:
        The same object for every caller in that stack.
    """
    stack = stack_of(scope)
    return remembered(stack, construct_id, lambda: create(stack, f"SecureConstructs{construct_id}"))


def stack_of(scope: IConstruct) -> cdk.Stack:
    """
    The stack of a construct.
    """
    if isinstance(scope, cdk.Stack):
        return scope
    return remembered(scope, "stack", lambda: cdk.Stack.of(scope))


def root_of(stack: cdk.Stack) -> IConstruct:
    """
    The app of a stack.
    """
    return remembered(stack, "root", lambda: _node_of(stack).root)


def _node_of(stack: cdk.Stack) -> Node:
    return remembered(stack, "node", lambda: stack.node)


def settle(construct: IConstruct, scope: IConstruct) -> None:
    """
    Remember that a construct is in the stack of its scope.
    """
    stack = stack_of(scope)
    remembered(construct, "stack", lambda: stack)


def region_of(scope: IConstruct) -> str:
    """
    The Region of a construct's stack, a token where it is not known.
    """
    stack = stack_of(scope)
    return remembered(stack, "region", lambda: stack.region)


def resource_of(construct: IConstruct) -> Any:
    """
    The L1 resource of an L2.
    """
    return remembered(construct, "resource", lambda: construct.node.default_child)


def logical_id_of(construct: IConstruct) -> str:
    """
    The logical id of an L2's resource.
    """
    resource = resource_of(construct)
    stack = stack_of(construct)
    return remembered(resource, "logical id", lambda: stack.get_logical_id(resource))


def remembered(thing: object, what: str, find: Callable[[], T]) -> T:
    """
    What was found out about an object of the CDK, without asking the jsii kernel again.

    Args:
        thing: The object; jsii may hand out several Python objects for it.
        what: What is remembered of it.
        find: Finds it out, on the first call.
    """
    memory = _memory(reference_of(thing))
    if what not in memory:
        memory[what] = find()
    found: T = memory[what]
    return found


def reference_of(thing: object) -> str:
    """
    How jsii refers to an object of the CDK: what Python calls it by may be several objects.
    """
    return str(thing.__jsii_ref__.ref)  # type: ignore[attr-defined]


@cache
def _memory(ref: str) -> dict[str, Any]:  # noqa: ARG001 - one memory for each object
    # jsii frees no object as long as the process lives, and names none twice.
    return {}


def acknowledge(
    construct: IConstruct, *ids: str, reason: str, scope: IConstruct | None = None
) -> None:
    """
    Accept findings of cdk-nag where our construct is right, and of ours for a given reason.

    It is recorded when the app is synthesized. What is for cdk-nag is recorded only if
    cdk-nag has been imported by then: an acknowledgment costs more than most constructs.

    Args:
        construct: The construct that carries the acknowledgment, and all below it.
        ids: The findings, as cdk-nag names them, ``AwsSolutions-IAM5[Resource::*]``, or
            as ours are named, ``Secure-Constructs::secretsmanager-without-rotation``.
        reason: Why the finding does not apply, for the auditor who reads the report.
        scope: Where the construct is defined, if known: it saves a message to the kernel.
    """
    stack = stack_of(scope or construct)
    acknowledgments = remembered(stack, "acknowledgments", lambda: _Acknowledgments(stack))
    acknowledgments.pending.append((construct, ids, reason))


@jsii.implements(IValidation)
class _Acknowledgments:
    """
    The acknowledgments of a stack, recorded when the construct tree is validated.

    That is the last moment before validation plugins such as cdk-nag's packs run.
    """

    def __init__(self, stack: cdk.Stack) -> None:
        self.pending: list[tuple[IConstruct, tuple[str, ...], str]] = []
        _node_of(stack).add_validation(self)

    def validate(self) -> list[str]:
        with_nag = "cdk_nag" in sys.modules
        for construct, ids, reason in self.pending:
            heard = [name for name in ids if with_nag or name.startswith(_OURS)]
            if heard:
                cdk.Validations.of(construct).acknowledge(
                    *(cdk.Acknowledgment(id=name, reason=f"{reason} {CARRIED}") for name in heard)
                )
        self.pending.clear()
        return []


def _shown(value: object) -> str:
    if isinstance(value, (bool, int, float, str)) and not isinstance(value, cdk.Token):
        text = "a token" if is_token(value) else repr(value)
    else:
        text = f"a {type(value).__name__}"
    if len(text) > _LONGEST_SHOWN_VALUE:
        return f"{text[:_LONGEST_SHOWN_VALUE]}..."
    return text


def _keyword_props(construct: type) -> list[str]:
    parameters = inspect.signature(construct.__init__).parameters.values()  # type: ignore[misc]
    return [parameter.name for parameter in parameters if parameter.kind is parameter.KEYWORD_ONLY]
