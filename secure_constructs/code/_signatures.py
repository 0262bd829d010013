"""
Commands of JavaScript that are signed for someone else to send, and not sent.

What a variable holds is read from where it is bound up to where it is bound again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from secure_constructs.code._clients import holder_of
from secure_constructs.code._tokens import BREAK

if TYPE_CHECKING:
    from secure_constructs.code._tokens import Tokens

SIGNER: Final = ("@aws-sdk/s3-request-presigner", "getSignedUrl")
"""
The package and the function that sign a command: ``getSignedUrl(client, command)``.
"""
_COMMAND_AT: Final = 1


class Use(NamedTuple):
    """
    What becomes of a command.

    Args:
        signed: Whether it is signed.
        sent: Whether it is sent.
    """

    signed: bool = False
    sent: bool = False


_NOT_SEEN: Final = Use()


class Signatures:
    """
    Finds what is signed in one file.

    Args:
        tokens: The file.
        signers: Where the function that signs is named.
    """

    def __init__(self, tokens: Tokens, signers: Iterable[int]) -> None:
        self._tokens = tokens
        self._signed: set[int] = set()
        self._holders: set[str] = set()
        self._made: set[int] = set()
        for signer in signers:
            arguments = tuple(_arguments(tokens, _opening(tokens, signer)))
            if len(arguments) > _COMMAND_AT:
                self._signed.add(arguments[_COMMAND_AT])

    @property
    def open(self) -> bool:
        """
        Whether something is signed that was not seen being made.
        """
        return any(
            at not in self._made
            and not (_alone(self._tokens, at) and self._tokens.texts[at] in self._holders)
            for at in self._signed
        )

    def use(self, start: int) -> Use:
        """
        Give what becomes of the command that is made where ``new`` stands.
        """
        self._made.add(start)
        holder = holder_of(self._tokens, start)
        if not holder:
            return self._use_at(start)
        self._holders.add(holder)
        here = self._use_of(holder, start, self._bound_again(holder, start))
        return self._use_of(holder, 0, len(self._tokens)) if here == _NOT_SEEN else here

    def _use_at(self, position: int) -> Use:
        before = self._tokens.texts[max(position - 2, 0) : position]
        return Use(signed=position in self._signed, sent=before == ["send", "("])

    def _use_of(self, name: str, start: int, end: int) -> Use:
        uses = [
            self._use_at(at)
            for at in self._tokens.places.get(name, ())
            if start <= at < end and _alone(self._tokens, at)
        ]
        return Use(signed=any(use.signed for use in uses), sent=any(use.sent for use in uses))

    def _bound_again(self, name: str, start: int) -> int:
        for at in self._tokens.places.get(name, ()):
            if at >= start and _is_bound(self._tokens, at):
                return at
        return len(self._tokens)


def _opening(tokens: Tokens, called: int) -> int:
    """
    Find the bracket after a name, through the ``(0, name)(…)`` that bundlers write.
    """
    return called + 2 if tokens.following(called, 2) == [")", "("] else called + 1


def _is_bound(tokens: Tokens, at: int) -> bool:
    sign, following = tokens.following(at, 2)
    return sign == "=" != following


def _arguments(tokens: Tokens, opening: int) -> Iterator[int]:
    """
    Give where each argument of a call begins.
    """
    texts = tokens.texts
    depth = 0
    for at in range(opening, len(tokens)):
        text = texts[at]
        if text == BREAK or (not depth and text != "("):
            return
        if depth == 1 and texts[at - 1] in ("(", ",") and text != ")":
            yield at
        depth += (text in ("(", "[", "{")) - (text in (")", "]", "}"))
        if not depth:
            return


def _alone(tokens: Tokens, position: int) -> bool:
    """
    Whether a token is a whole argument.
    """
    return (
        tokens.is_name(position)
        and tokens.texts[position - 1] in ("(", ",")
        and tokens.texts[position + 1] in (")", ",")
    )
