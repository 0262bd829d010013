"""
Calls that code outside the asset makes of the functions it is handed.

``pool.submit(load, key)`` calls ``load(key)``, ``map(load, keys)`` calls it with each of the keys,
and ``Thread(target=load, args=(key,))`` once it is started.
"""

from __future__ import annotations

import ast
from typing import Final

from secure_constructs.code._scopes import last_name

_OF_EACH: Final = frozenset(
    {
        "accumulate",
        "dropwhile",
        "filter",
        "filterfalse",
        "groupby",
        "imap",
        "imap_unordered",
        "map",
        "map_async",
        "starmap",
        "starmap_async",
        "takewhile",
        "uimap",
    }
)
_ARGUMENTS: Final = ("args", "initargs")
_OF_KEYWORDS: Final = ("kwargs", "kwds")


def handed_call(node: ast.Call, function: ast.expr) -> ast.Call:
    """
    Give the call that is made of one argument of a call.
    """
    arguments, keywords = _by_keyword(node), []
    for position, argument in enumerate(node.args):
        if argument is function:
            arguments = list(node.args[position + 1 :])
            name = last_name(node.func)
            if name in _OF_EACH:
                arguments = [_one_of(each) for each in arguments]
            elif name == "reduce":
                arguments = [*arguments[1:], *map(_one_of, arguments[:1])]
            else:
                keywords = list(node.keywords)
    for keyword in node.keywords:
        if keyword.arg in _OF_KEYWORDS:
            keywords.append(ast.keyword(arg=None, value=keyword.value))
    call = ast.Call(func=function, args=arguments, keywords=keywords)
    return ast.copy_location(call, node)


def _by_keyword(node: ast.Call) -> list[ast.expr]:
    """
    Give what a function is called with that is itself handed by a keyword.
    """
    for keyword in node.keywords:
        if keyword.arg in _ARGUMENTS:
            value = keyword.value
            if isinstance(value, ast.Tuple | ast.List):
                return list(value.elts)
            return [ast.copy_location(ast.Starred(value=value, ctx=ast.Load()), value)]
    # What is to be sorted, by a key of each.
    return [_one_of(node.args[0])] if node.args else []


def _one_of(node: ast.expr) -> ast.expr:
    first = ast.copy_location(ast.Constant(value=0), node)
    return ast.copy_location(ast.Subscript(value=node, slice=first, ctx=ast.Load()), node)
