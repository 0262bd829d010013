"""
Bundles of JavaScript: an app's own modules, with what it takes from others beside them.

esbuild, as CDK's ``NodejsFunction`` runs it, writes the path of each module above it. So the
app's own modules can be read by themselves, and what they take of the SDK is known by its path.
https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_lambda_nodejs-readme.html
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_HEADING: Final = re.compile(r"// (?P<path>[^\s:]+\.[cm]?[jt]sx?)[ \t]*$", re.MULTILINE)
_OTHERS: Final = "node_modules/"
_SDK: Final = ("@aws-crypto/", "@aws-sdk/", "@aws/", "@smithy/", "aws-sdk/")
# A module as a function that gives what it exports, the SDK's first among them.
_WRAPPED: Final = re.compile(r"\bvar (?P<name>[\w$]+) = __commonJS\(")
_WHOLE: Final = re.compile(r"(?P<package>@aws-sdk/(?:client|lib)-[\w-]+)/dist-cjs/index\.js$")
_WHOLE_V2: Final = re.compile(r"aws-sdk/(?:lib/aws|(?P<part>clients/\w+))\.js$")
# A module that is one command, paginator or waiter of it.
_PART: Final = re.compile(
    r"(?P<package>@aws-sdk/(?:client|lib)-[\w-]+)/dist-es/(?:\w+/)*(?P<name>\w+)\.js$"
)
_DEFINED: Final = re.compile(
    r"^\s*(?:var|const|let|class|function|async function\*?) (?P<name>[\w$]+)", re.MULTILINE
)
_DIGITS: Final = "0123456789"
_PACKAGE: Final = re.compile(r"(?:@[\w.-]+/)?[\w.-]+")
_ASKS: Final = re.compile(r"@aws-sdk/|\brequire\([\"']aws-sdk|\baws4\b")
# What a bundle without names of modules holds when the SDK is in it.
_MARKS: Final = ("@smithy/", "smithy.api", "aws-sdk-js", "endpointRuleSet", "awsAuthSchemes")


class Unbundled(NamedTuple):
    """
    A bundle with what is not the app's own left out.

    Args:
        source: The app's own modules, on the lines where they stood.
        wrapped: Function -> package of the SDK that it gives.
        parts: Name -> package of the SDK and what it is called there.
        asking: Packages of others in the bundle that use the SDK themselves, and their lines.
    """

    source: str
    wrapped: dict[str, str]
    parts: dict[str, tuple[str, str]]
    asking: tuple[tuple[str, int], ...] = ()


def unbundled(source: str) -> Unbundled:
    """
    Take a bundle apart; what is no bundle stays as it is.
    """
    if _OTHERS not in source:
        return Unbundled(source, {}, {})
    headings = [found for found in _HEADING.finditer(source) if _begins_line(source, found.start())]
    if not any(_OTHERS in heading["path"] for heading in headings):
        return Unbundled(source, {}, {})
    kept = [source[: headings[0].start()]]
    wrapped: dict[str, str] = {}
    parts: dict[str, tuple[str, str]] = {}
    asking: dict[str, int] = {}
    line = kept[0].count("\n") + 1
    for heading, following in zip(headings, [*headings[1:], None], strict=True):
        text = source[heading.start() : following.start() if following else len(source)]
        path = heading["path"]
        if _OTHERS not in path:
            kept.append(text)
        else:
            kept.append("\n" * text.count("\n"))
            inside = path.rpartition(_OTHERS)[2]
            if inside.startswith(_SDK):
                _offer(inside, text, wrapped, parts)
            elif "aws" in text and _ASKS.search(text):
                package = _PACKAGE.match(inside)
                asking.setdefault(package[0] if package else inside, line)
        line += text.count("\n")
    return Unbundled("".join(kept), wrapped, parts, tuple(asking.items()))


def _begins_line(source: str, at: int) -> bool:
    return not source[source.rfind("\n", 0, at) + 1 : at].strip(" \t")


def holds_sdk(source: str) -> bool:
    """
    Whether a bundle that does not name its modules holds the SDK.
    """
    return any(mark in source for mark in _MARKS)


def _offer(
    path: str, text: str, wrapped: dict[str, str], parts: dict[str, tuple[str, str]]
) -> None:
    """
    Take note of what a module of the SDK offers to the modules of the app.
    """
    whole, whole_v2, part = _WHOLE.search(path), _WHOLE_V2.match(path), _PART.search(path)
    if whole is not None or whole_v2 is not None:
        found = _WRAPPED.search(text)
        if found is not None and whole is not None:
            wrapped[found["name"]] = whole["package"]
        elif found is not None and whole_v2 is not None:
            one = whole_v2["part"]
            wrapped[found["name"]] = f"aws-sdk/{one}" if one else "aws-sdk"
    elif part is not None:
        # A name that two modules define gets a number.
        known = (part["name"], f"paginate{part['name'].removesuffix('Paginator')}")
        for defined in _DEFINED.finditer(text):
            local = defined["name"]
            plain = local.rstrip(_DIGITS)
            name = next((name for name in known if name.rstrip(_DIGITS) == plain), "")
            if name or local.startswith("waitUntil"):
                parts[local] = (part["package"], name or local)
