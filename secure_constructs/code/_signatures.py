"""
Commands of JavaScript that are signed for someone else to send, and not sent.

What a variable holds is read from where it is bound up to where it is bound again.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from secure_constructs.code._clients import holder_of

if TYPE_CHECKING:
    from secure_constructs.code._tokens import Token

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
        signs: Whether a token names the function that signs.
    """

    def __init__(self, tokens: list[Token], signs: Callable[[int], bool]) -> None:
        self._tokens = tokens
        self._signed: set[int] = set()
        self._holders: set[str] = set()
        self._made: set[int] = set()
        self._alone: dict[str, list[int]] = {}
        self._bound: dict[str, list[int]] = {}
        for position, token in enumerate(tokens):
            if token.text == "(" and token.kind == "sign" and signs(_called(tokens, position)):
                arguments = tuple(_arguments(tokens, position))
                if len(arguments) > _COMMAND_AT:
                    self._signed.add(arguments[_COMMAND_AT])
            if _alone(tokens, position):
                self._alone.setdefault(token.text, []).append(position)
            following = [token.text for token in tokens[position + 1 : position + 3]]
            if following[:1] == ["="] != following[1:] != []:
                self._bound.setdefault(token.text, []).append(position)

    @property
    def open(self) -> bool:
        """
        Whether something is signed that was not seen being made.
        """
        return any(
            at not in self._made
            and not (_alone(self._tokens, at) and self._tokens[at].text in self._holders)
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
        before = [token.text for token in self._tokens[max(position - 2, 0) : position]]
        return Use(signed=position in self._signed, sent=before == ["send", "("])

    def _use_of(self, name: str, start: int, end: int) -> Use:
        places = self._alone.get(name, [])
        uses = [
            self._use_at(at) for at in places[bisect_left(places, start) : bisect_left(places, end)]
        ]
        return Use(signed=any(use.signed for use in uses), sent=any(use.sent for use in uses))

    def _bound_again(self, name: str, start: int) -> int:
        places = self._bound.get(name, [])
        following = bisect_left(places, start)
        return places[following] if following < len(places) else len(self._tokens)


def _called(tokens: list[Token], opening: int) -> int:
    """
    Find the name of what is called, through the ``(0, name)(…)`` that bundlers write.
    """
    at = opening - 1
    return at - 1 if at > 0 and tokens[at].text == ")" else at


def _arguments(tokens: list[Token], opening: int) -> Iterator[int]:
    """
    Give where each argument of a call begins.
    """
    depth = 0
    for at in range(opening, len(tokens)):
        text = tokens[at].text if tokens[at].kind == "sign" else ""
        if depth == 1 and tokens[at - 1].text in ("(", ",") and text != ")":
            yield at
        depth += (text in ("(", "[", "{")) - (text in (")", "]", "}"))
        if not depth:
            return


def _alone(tokens: list[Token], position: int) -> bool:
    """
    Whether a token is a whole argument.
    """
    return (
        tokens[position].kind == "name"
        and position + 1 < len(tokens)
        and tokens[position - 1].text in ("(", ",")
        and tokens[position + 1].text in (")", ",")
    )
