"""The code of a function resource: where it lies, and what it calls."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from secure_constructs.code.calls import Gap, Place, Reading
from secure_constructs.code.files import Folder
from secure_constructs.template import UNRESOLVED, Resource

_QUESTION: Final = "code"
_INLINE: Final = {"python": "index.py", "nodejs": "index.js"}
_LANGUAGES: Final = {
    "dotnet": "C#",
    "go": "Go",
    "java": "Java",
    "provided": "a runtime of its own",
    "ruby": "Ruby",
}


def read_function(function: Resource) -> Reading:
    """
    Read what the code of a function calls; the same function is read once.

    What cannot be read is a gap, never an absence of calls.
    """
    return function.once(_QUESTION, _read)


def has_code(function: Resource) -> bool:
    """
    Say whether the code of a function is at hand, whether or not it can be read.
    """
    return function.asset_path is not None or function.has("Code.ZipFile")


def _read(function: Resource) -> Reading:
    present = has_code(function)
    if function.get("PackageType") == "Image":
        return _unread("its code is a container image", present=present)
    runtime, handler = function.get("Runtime"), function.get("Handler")
    if not isinstance(runtime, str) or not isinstance(handler, str):
        reason = "its runtime or its handler is not known before deployment"
        return _unread(reason, present=present)
    family = runtime.rstrip("0123456789.x")
    if family not in _INLINE:
        named = next((n for key, n in _LANGUAGES.items() if runtime.startswith(key)), runtime)
        return _unread(f"its code is not Python or JavaScript, but {named}", present=present)
    folder = _folder(function, family)
    if isinstance(folder, Reading):
        return folder
    read = _read_files if folder.path is not None else _read_text
    return read(family, folder, _wrapped(function, handler), layers=bool(function.has("Layers")))


def _read_files(family: str, folder: Folder, handler: str, *, layers: bool) -> Reading:
    # Most templates come without their code: the readers are loaded when there is some.
    if family == "python":
        from secure_constructs.code.python import read_python  # noqa: PLC0415

        return read_python(folder, handler, layers=layers)
    from secure_constructs.code.javascript import read_javascript  # noqa: PLC0415

    return read_javascript(folder, handler, layers=layers)


# The same text stands in many functions, such as those that CDK makes for itself.
_read_text: Final = lru_cache(maxsize=256)(_read_files)


def _folder(function: Resource, family: str) -> Folder | Reading:
    text = function.get("Code.ZipFile")
    if isinstance(text, str):
        return Folder(None, ((_INLINE[family], str(text)),))
    if text is not None:
        return _unread("its inline code is not known before deployment")
    path = function.asset_path
    if path is None:
        return _unread("its code is not in the assembly", present=False)
    if path.is_dir():
        return Folder(path)
    if path.suffix == ".zip":
        return _unread(f"its code is packed into {path.name}")
    return _unread(f"its code {path.name} is no folder")


def _wrapped(function: Resource, handler: str) -> str:
    """
    Give the handler that a monitoring layer calls in its place.
    """
    variables = function.get("Environment.Variables")
    if isinstance(variables, Mapping) and handler.startswith(("datadog_lambda.", "/opt/")):
        inner = variables.get("DD_LAMBDA_HANDLER", UNRESOLVED)
        if isinstance(inner, str):
            return inner
    return handler


def _unread(reason: str, *, present: bool = True) -> Reading:
    return Reading(gaps=(Gap(Place("", 0), reason),), present=present)
