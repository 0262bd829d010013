"""
Which strings an IAM pattern stands for, when parts of it are set only at deployment.

A pattern is kept as one string in an alphabet of its own:

==================== =====================================================================
``*`` ``?``          any characters, any one character
``SEGMENT``          any characters but a colon
``STAR`` ``MARK``    a literal asterisk, a literal question mark
``UNKNOWN…END``      one string that is not known: a parameter, an import, a policy variable
``OTHER…END``        one string that is not known, but is none of the other ``OTHER`` strings:
                     the name of a resource
``OTHER…MADE…END``   such a name made up by CloudFormation, and how it begins
==================== =====================================================================

Two patterns are compared by walking one as an automaton over the other, its states held as the
bits of one integer: the time is the product of the lengths at worst, whatever the wildcards.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from operator import or_
from typing import TYPE_CHECKING, Final, NamedTuple

from secure_constructs.iam.answers import Answer
from secure_constructs.template.names import spelled_out
from secure_constructs.template.values import Attribute, Pseudo, Text, Unknown

if TYPE_CHECKING:
    from secure_constructs.template import Resource

_UNKNOWN: Final = "\x01"
_END: Final = "\x02"
_SEGMENT: Final = "\x04"
_OTHER: Final = "\x05"
_STAR: Final = "\x06"
_MARK: Final = "\x07"
_MADE: Final = "\x0f"

# What unknown parts are spelled with; these appear only while two patterns are compared.
# Any characters that hold no resource's name.
_REST: Final = "\x0e"
_DIGIT: Final = "\x10"
_ALPHANUMERIC: Final = "\x11"
_ALPHANUMERICS: Final = "\x12"
_HYPHENATED: Final = "\x13"

_ANY: Final = "*"
_ONE: Final = "?"
# A single string that is no ARN.
_NONE: Final = "\x08"
_UNKNOWN_STARTS: Final = (_UNKNOWN, _OTHER)
_RUNS: Final = frozenset({_ANY, _SEGMENT, _REST, _ALPHANUMERICS, _HYPHENATED})
# What stands for one of some characters, and for a run of some -> the characters.
_ONE_OF: Final = {
    _DIGIT: frozenset(string.digits),
    _ALPHANUMERIC: frozenset(string.digits + string.ascii_letters),
}
_RUN_OF: Final = {
    _ALPHANUMERICS: _ONE_OF[_ALPHANUMERIC].union(_ONE_OF),
    _HYPHENATED: _ONE_OF[_ALPHANUMERIC].union("-", _ONE_OF),
}

# What a template says of its partition is compared with ARNs that spell it out; a template is
# deployed into one partition, and one that spells it out anywhere runs in that one only.
_WRITTEN: Final = {"AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com"}

# What else CloudFormation provides, as far as all values of it are spelled alike.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/pseudo-parameter-reference.html
_SPELLINGS: Final = {
    "AWS::AccountId": _DIGIT * 12,
    "AWS::Region": _ALPHANUMERIC + _HYPHENATED,
    "AWS::StackName": _ALPHANUMERIC + _HYPHENATED,
}

SOMETHING_ELSE: Final = Unknown("something else")
"""
Stands in a text for the name of a resource that is none of the templates'.
"""

_PLACEHOLDER: Final = re.compile(r"\$\{([^{}]*)\}")
_UNKNOWN_SPAN: Final = re.compile(f"{_UNKNOWN}[^{_END}]*{_END}")
_SPELLED: Final = re.compile(f"{_UNKNOWN}(?:{'|'.join(_SPELLINGS)}){_END}")
_MADE_UP: Final = re.compile(f"{_MADE}[^{_END}]*")
_SYMBOL: Final = re.compile(f"[{_UNKNOWN}{_OTHER}][^{_END}]*{_END}|.", re.DOTALL)
_FORBIDDEN: Final = str.maketrans({chr(code): "\ufffd" for code in range(32)})
_LITERAL: Final = str.maketrans({"*": _STAR, "?": _MARK})
_ESCAPES: Final = {"*": _STAR, "?": _MARK, "$": "$"}
_ARN_COLONS: Final = 5

# Types that CloudFormation names after the stack and the logical id, as in
# "MyStack-MyBucket-abcdefghijk1"; other types are given names of other forms, or ids.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html
_NAMED_AFTER_STACK: Final = frozenset(
    {
        "AWS::DynamoDB::Table",
        "AWS::Events::Rule",
        "AWS::IAM::Group",
        "AWS::IAM::InstanceProfile",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::Role",
        "AWS::IAM::User",
        "AWS::Kinesis::Stream",
        "AWS::KinesisFirehose::DeliveryStream",
        "AWS::Lambda::Function",
        "AWS::S3::Bucket",
        "AWS::SNS::Topic",
        "AWS::SQS::Queue",
    }
)
_IN_LOWER_CASE: Final = "AWS::S3::Bucket"
_ENDS_OTHERWISE: Final = ("FifoQueue", "FifoTopic")
# Long stacks and ids are cut in names, never as short as this. The random end has twelve
# characters or so, in some years fewer.
_KEPT_OF_STACK: Final = 8
_LEAST_RANDOM: Final = 8


@dataclass(frozen=True, slots=True)
class Pattern:
    """
    A set of strings: an action, a resource, a principal or a condition value of a policy.

    Args:
        text: The set, in the alphabet of this module.
        source: The text as it stands in the policy, for messages.
    """

    text: str
    source: str = field(compare=False)

    def covers(self, subject: Pattern) -> Answer:
        """
        Whether all that *subject* stands for is in this pattern.

        Returns:
            Yes if everything is, no if nothing is;
            maybe if a part is, or if that is known only at deployment.
        """
        return compared(self.text, subject.text)

    @property
    def any(self) -> bool:
        """
        Whether this is everything.
        """
        return self.text == "*"

    @property
    def fixed(self) -> bool:
        """
        Whether this is one string, known or not.
        """
        return not _WILDCARDS.search(self.text)

    @property
    def known(self) -> bool:
        """
        Whether nothing in it waits for deployment or for the request.
        """
        return _UNKNOWN not in self.text and _OTHER not in self.text

    @property
    def variables(self) -> tuple[str, ...]:
        """
        The policy variables in it, such as ``aws:username``.
        """
        if _UNKNOWN not in self.text:
            return ()
        return tuple(
            name
            for name in (span[1:-1] for span in _UNKNOWN_SPAN.findall(self.text))
            if is_variable(name)
        )

    def with_variables(self, values: dict[str, str]) -> Pattern:
        """
        Put *values* in the place of the policy variables they are given for.

        A wildcard inside a value stands for itself.
        """

        def put(span: re.Match[str]) -> str:
            value = values.get(span[0][1:-1])
            return span[0] if value is None else literal(value).text

        return Pattern(_UNKNOWN_SPAN.sub(put, self.text), self.source)

    def in_lower_case(self) -> Pattern:
        """
        Give the pattern for comparisons that do not heed case.
        """
        return Pattern(_lowered(self.text), self.source)

    def split(self, separator: str, times: int) -> tuple[Pattern, ...]:
        """
        Split at *separator*, an unknown part being one piece whatever its name.
        """
        pieces = [""]
        for symbol in _SYMBOL.findall(self.text):
            if symbol == separator and len(pieces) <= times:
                pieces.append("")
            else:
                pieces[-1] += symbol
        return tuple(Pattern(piece, self.source) for piece in pieces)

    def __str__(self) -> str:
        return self.source


def pattern(value: str, *, variables: bool = True) -> Pattern:
    """
    Read a text of a policy in which ``*`` and ``?`` are wildcards.

    ``${*}``, ``${?}`` and ``${$}`` stand for the character itself,
    ``${aws:username}`` for the value of that key in the request.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html

    Args:
        value: A resolved value; what it says of resources and parameters is kept as unknown parts.
        variables: False for documents of version 2008-10-17, which know no policy variables.
    """
    return Pattern(_encoded(value, variables=variables), str(value))


def resource_pattern(value: str, *, variables: bool = True) -> Pattern:
    """
    Read one entry of ``Resource``, in which a wildcard keeps to its segment of the ARN.

    A ``*`` that ends its segment may match beyond the colon. What is neither an ARN nor ``*``
    is nothing: IAM takes no such entry.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    """
    if type(value) is str:
        return _resource_pattern(value, variables=variables)
    return Pattern(_segmented(_encoded(value, variables=variables)), str(value))


def action_pattern(value: str) -> Pattern:
    """
    Read one entry of ``Action``, which is the same in upper and lower case.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
    """
    if type(value) is str:
        return _action_pattern(value)
    return Pattern(_lowered(_encoded(value, variables=False)), str(value))


def literal(value: str) -> Pattern:
    """
    Read a text in which every character stands for itself, as ``StringEquals`` does.
    """
    return Pattern(_encoded(value, variables=True).translate(_LITERAL), str(value))


def unknown(name: str) -> Pattern:
    """
    Give the pattern for one string of which nothing is known.
    """
    return Pattern(f"{_UNKNOWN}{name.translate(_FORBIDDEN)}{_END}", f"${{{name}}}")


def arn_parts(value: str) -> tuple[str, ...] | None:
    """
    Split an ARN into its six parts, unknown parts written as ``${name}``.

    Returns:
        Partition and all that as strings, the first being ``arn``;
        ``None`` for what is not spelled as an ARN.
    """
    spelled = spelled_out(value)
    if not isinstance(spelled, str) or not spelled.startswith("arn:"):
        return None
    text = _PLACEHOLDER.sub(lambda match: match[0].replace(":", _END), spelled)
    parts = text.split(":", _ARN_COLONS)
    if len(parts) <= _ARN_COLONS:
        return None
    return tuple(part.replace(_END, ":") for part in parts)


def is_variable(name: str) -> bool:
    """
    Whether ``${name}`` is looked up in the request, and not at deployment.
    """
    return ":" in name and "::" not in name


def variable_name(name: str) -> str:
    """
    Give the condition key that a policy variable names, in lower case.
    """
    return name.partition(",")[0].strip().lower()


def variable_default(name: str) -> str | None:
    """
    Give the default in ``${aws:PrincipalTag/team, 'company-wide'}``.
    """
    _, comma, default = name.partition(",")
    return default.strip().strip("'") if comma else None


# -- Writing a pattern in the alphabet ---------------------------------------------------------


# A text with parts set at deployment equals the plain one that reads alike: only plain ones
# can be looked up.


@lru_cache(maxsize=8192)
def _resource_pattern(value: str, *, variables: bool) -> Pattern:
    return Pattern(_segmented(_encoded_plain(value, variables=variables)), value)


@lru_cache(maxsize=8192)
def _action_pattern(value: str) -> Pattern:
    return Pattern(_lowered(_encoded_plain(value, variables=False)), value)


def _encoded(value: str, *, variables: bool) -> str:
    if isinstance(value, Text):
        return "".join(
            _encoded_plain(part, variables=variables)
            if isinstance(part, str)
            else _placeholder(part)
            for part in _parts(value)
        )
    return _encoded_plain(value, variables=variables)


def _parts(value: Text) -> tuple[str | Attribute | Pseudo | Unknown, ...]:
    spelled = spelled_out(value)
    if isinstance(spelled, Text):
        return spelled.parts
    return (spelled,) if isinstance(spelled, str) else value.parts


def _placeholder(part: Attribute | Pseudo | Unknown) -> str:
    if part == SOMETHING_ELSE or (isinstance(part, Attribute) and part.whole):
        made = _made_up(part.resource) if isinstance(part, Attribute) else ""
        return f"{_OTHER}{part}{made}{_END}"
    if isinstance(part, Pseudo) and part.name in _WRITTEN:
        return _WRITTEN[part.name]
    return f"{_UNKNOWN}{str(part)[2:-1]}{_END}"


def _made_up(resource: Resource) -> str:
    """Mark a name that CloudFormation makes up of the stack and the logical id."""
    if resource.type not in _NAMED_AFTER_STACK or any(map(resource.has, _ENDS_OTHERWISE)):
        return ""
    stack = resource.template.origin.stack_name[:_KEPT_OF_STACK].translate(_FORBIDDEN)
    return _MADE + (stack.lower() if resource.type == _IN_LOWER_CASE else stack)


def _encoded_plain(value: str, *, variables: bool) -> str:
    text = value if value.isprintable() else value.translate(_FORBIDDEN)
    if "${" not in text:
        return text

    def placeholder(match: re.Match[str]) -> str:
        name = match[1]
        if is_variable(name) or name in _ESCAPES:
            if not variables:
                return match[0].replace("*", _STAR).replace("?", _MARK)
            return _ESCAPES.get(name) or f"{_UNKNOWN}{name}{_END}"
        return _WRITTEN.get(name) or f"{_UNKNOWN}{name}{_END}"

    return _PLACEHOLDER.sub(placeholder, text)


def _lowered(text: str) -> str:
    """Lower the case of everything but the names of unknown parts."""
    if _END not in text:
        return text.lower()
    return re.sub(
        f"([{_UNKNOWN}{_OTHER}][^{_END}]*{_END})|[^{_UNKNOWN}{_OTHER}]+",
        lambda match: _MADE_UP.sub("", match[1] or "") or match[0].lower(),
        text,
    )


def _segmented(text: str) -> str:
    """Keep each ``*`` inside a segment of an ARN from crossing its colons."""
    if not text.startswith("arn:"):
        if text.startswith(_UNKNOWN_STARTS):
            return text
        return _ANY if text and not text.strip(_ANY) else _NONE
    if _ANY not in text:
        return text
    segments = text.split(":", _ARN_COLONS)
    head = [re.sub(r"\*(?=[^*])", _SEGMENT, segment) for segment in segments[:_ARN_COLONS]]
    return ":".join(head + segments[_ARN_COLONS:])


# -- Comparing two patterns --------------------------------------------------------------------


@lru_cache(maxsize=65536)
def compared(pattern_text: str, subject: str) -> Answer:
    """
    Whether all (yes), none (no) or some of *subject* is in the pattern, or that is not known.
    """
    if _NONE in (pattern_text, subject):
        return Answer.of(pattern_text == _ANY)
    if pattern_text in (_ANY, subject):
        return Answer.YES
    if _includes(pattern_text, subject):
        return Answer.YES
    if subject == _ANY:
        return Answer.MAYBE
    if not (_UNKNOWN in pattern_text or _OTHER in pattern_text or _OPEN.search(subject)):
        return Answer.NO
    if _part(pattern_text, subject):
        return Answer.NO
    return Answer.MAYBE if _may_meet(pattern_text, subject) else Answer.NO


_OPEN: Final = re.compile(f"[*?{_SEGMENT}{_UNKNOWN}{_OTHER}]")
_WILDCARDS: Final = re.compile(f"[*?{_SEGMENT}]")


def _part(one: str, two: str) -> bool:
    """
    Whether two different patterns surely differ at the first character in which they do.

    What comes before is one string, the same in both. This spares most pairs the automata.
    """
    same = next(
        (at for at, (left, right) in enumerate(zip(one, two, strict=False)) if left != right),
        min(len(one), len(two)),
    )
    start = one[:same]
    if _WILDCARDS.search(start):
        return False
    name = start.rfind(_OTHER)
    if name > start.rfind(_END):  # the same but for one name: those of different resources differ
        rest = one[one.index(_END, name) :]
        alike = rest == two[two.index(_END, name) :] and not _OPEN.search(rest)
        return alike and _UNKNOWN not in _SPELLED.sub("", start)
    return _UNKNOWN not in start and not _OPEN.search(one[same : same + 1] + two[same : same + 1])


def _may_meet(one: str, two: str) -> bool:
    """
    Whether there is a deployment in which the two have a string in common.

    Names of different resources differ, and a name is itself wherever it stands. Where that is
    not enough, those on one side are taken for anything that such names may be; then those on
    the other.
    """
    one, two = (_UNKNOWN_SPAN.sub(_spelling, text) for text in (one, two))
    return _meets(one, two) or (_OTHER in one and _meets(two, one))


def _spelling(span: re.Match[str]) -> str:
    return _SPELLINGS.get(span[0][1:-1], _ANY)


def _name_spelling(name: str) -> str:
    """
    Give what the name of a resource may be, in the alphabet.
    """
    made = _MADE_UP.search(name)
    if made is None:
        return _REST
    start, word, end = made[0][1:], _ALPHANUMERIC + _ALPHANUMERICS, _ALPHANUMERIC * _LEAST_RANDOM
    return f"{start}{_HYPHENATED}-{word}-{end}{_ALPHANUMERICS}"


class _Automaton(NamedTuple):
    """
    A pattern as states in a row; bit *i* of a mask is the state before symbol *i*.

    Args:
        symbols: What leads from each state to the next: a character, ``?``, or an unknown part.
        advance: Symbol -> the states it leads on from.
        wild: The states before a ``?``.
        runs: Kind of run -> the states that such a run keeps.
        read: What each character that was met does, see `step`.
    """

    symbols: tuple[str, ...]
    advance: dict[str, int]
    wild: int
    runs: dict[str, int]
    read: dict[str, tuple[int, int]]

    @property
    def accepting(self) -> int:
        """
        The state after the last symbol.
        """
        return 1 << len(self.symbols)

    def step(self, states: int, symbol: str) -> int:
        """
        Read one symbol.
        """
        if len(symbol) > 1:  # an unknown part, of which there are too many to remember each
            moved, kept = self.advance.get(symbol, 0), self.runs[_ANY]
        else:
            does = self.read.get(symbol)
            if does is None:
                does = self.read[symbol] = self._does(symbol)
            moved, kept = does
        return ((states & moved) << 1) | (states & kept)

    def _does(self, character: str) -> tuple[int, int]:
        """
        Give the states that a character leads on from, and those it keeps.
        """
        runs = self.runs
        kept = runs[_ANY] | runs[_REST]
        if character != ":":
            kept |= runs[_SEGMENT]
        for run, characters in _RUN_OF.items():
            if character in characters:
                kept |= runs[run]
        return self.advance.get(character, 0) | self.wild, kept

    def step_every(self, states: int) -> int:
        """
        Read a character that may be any.
        """
        return ((states & self.wild) << 1) | (states & self.runs[_ANY])

    def step_some(self, states: int) -> int:
        """
        Read a character that suits.
        """
        moved = 0
        for symbol, before in self.advance.items():
            if len(symbol) == 1:
                moved |= before
        kept = reduce(or_, self.runs.values())
        return ((states & (moved | self.wild)) << 1) | (states & kept)

    def flood(self, states: int, kind: str) -> int:
        """
        Read any number of characters that suit and that a run of this *kind* may hold.
        """
        if kind == _ANY:
            return self.accepting * 2 - (states & -states)
        barred = self.accepting
        for symbol, before in self.advance.items():
            if not _may_hold(kind, symbol):
                barred |= before
        while (wider := states | ((states & ~barred) << 1)) != states:
            states = wider
        return states


def _may_hold(run: str, symbol: str) -> bool:
    if run == _SEGMENT:
        return symbol != ":"
    if run == _REST:
        return symbol[0] != _OTHER
    return symbol in _RUN_OF[run]


@lru_cache(maxsize=8192)
def _automaton(text: str) -> _Automaton:
    symbols: list[str] = []
    runs = dict.fromkeys(_RUNS, 0)
    wildcards_from = 0
    for symbol in _SYMBOL.findall(text):
        here = len(symbols)
        if symbol == _ANY:
            # ``*?`` and ``?*`` are the same: a ``*`` loops at every state of its wildcards.
            runs[_ANY] |= (1 << here + 1) - (1 << wildcards_from)
        elif symbol in _RUNS:
            runs[symbol] |= 1 << here
        else:
            symbols.append(symbol)
            if symbol != _ONE:
                wildcards_from = here + 1
            elif runs[_ANY] >> here & 1:
                runs[_ANY] |= 1 << here + 1
    wild = sum(1 << index for index, symbol in enumerate(symbols) if symbol == _ONE)
    return _Automaton(tuple(symbols), _advance(symbols), wild, runs, {})


def _advance(symbols: Iterable[str]) -> dict[str, int]:
    advance: dict[str, int] = {}
    for index, symbol in enumerate(symbols):
        if symbol != _ONE:
            advance[symbol] = advance.get(symbol, 0) | 1 << index
    for kind in _ONE_OF.keys() & advance.keys():
        for character in _ONE_OF[kind]:
            advance[character] = advance.get(character, 0) | advance[kind]
    for kind, characters in _ONE_OF.items():
        for character in characters & advance.keys():
            advance[kind] = advance.get(kind, 0) | advance[character]
    return advance


def _includes(pattern_text: str, subject: str) -> bool:
    """
    Whether everything in *subject* is surely in the pattern.
    """
    if pattern_text.endswith(_ANY) and subject.startswith(pattern_text[:-1]):
        return True
    if not _WILDCARDS.search(pattern_text.removesuffix(_ANY)):
        return False  # it is one string, or all that begin with one, and that was not this one
    if not all(piece in subject for piece in _WILDCARDS.split(pattern_text)):
        return False  # what stands between its wildcards would have to stand there as it is
    outer, inner = _automaton(pattern_text), _automaton(subject)
    runs, segments = inner.runs[_ANY], inner.runs[_SEGMENT]
    states = 1
    for position, symbol in enumerate((*inner.symbols, "")):
        if runs >> position & 1:
            states &= outer.runs[_ANY]
        elif segments >> position & 1:
            states &= outer.runs[_ANY] | outer.runs[_SEGMENT]
        if symbol:
            states = outer.step_every(states) if symbol == _ONE else outer.step(states, symbol)
        if not states:
            return False
    return bool(states & outer.accepting)


def _meets(one: str, two: str) -> bool:
    """
    Whether some string is in both, what resources are named in *two* being anything.
    """
    first = _automaton(one)
    return bool(_walked(first, 1, two) & first.accepting)


def _walked(first: _Automaton, states: int, text: str) -> int:
    """
    Give the states that strings of a pattern lead to.
    """
    second = _automaton(text)
    any_run = reduce(or_, second.runs.values())
    for position, symbol in enumerate((*second.symbols, "")):
        if any_run >> position & 1:
            for kind, at in second.runs.items():
                if at >> position & 1:
                    states = first.flood(states, kind)
        if symbol == _ONE:
            states = first.step_some(states)
        elif symbol:
            spelled = symbol[0] == _OTHER and _walked(first, states, _name_spelling(symbol))
            states = first.step(states, symbol) | spelled
        if not states:
            return 0
    return states
