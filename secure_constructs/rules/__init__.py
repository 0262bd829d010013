"""
The rules: one fault per file, found by walking this package.

Which of them are recommended, and when they speak:

- A fault is recommended to everyone when it is true whatever the app is for. What trades money or
  comfort for safety is in the strict pack: a VPC, keys of one's own, code signing, traces by X-Ray.
- It is reported where the decision is made, once. A function behind an untraced API is not reported
  for tracing, the stage is; a function that only an API, a queue or a schedule invokes is not
  reported for its concurrency, the stage and the event source are.
- A practice that a stack has chosen holds for all of it: once requests are traced, or failed events
  kept, what was left out is reported to everyone (``*-trace-broken-off``,
  ``lambda-failed-events-lost``).
- A second way in is a fault only as far as it goes round something the first one has
  (``apigateway-stray-stage``), and a backup is only missed for what is meant to be kept
  (``dynamodb-without-point-in-time-recovery``).
- What AWS has since settled for everyone is no fault: encryption of buckets, queues and tables at
  rest with the keys of the service, a cache that is off. ``data/coverage.csv`` says so of each
  control of another tool that no rule here has.
- There is one finding for each resource, never one for a whole stack, so that it can be
  acknowledged where it stands; reports put those together that are mended in the same way.
- CDK's own helpers are judged as anything else and labelled as framework, except for hygiene that
  only matters where callers come from outside: deployments alone invoke them.

Secrets are known by the names they are given and by the forms their issuers give them, see
``_secrets.py``. detect-secrets knows more forms, but it brings requests with it, and guesses by
entropy over the lines of files; a template has names beside its values, which tell more.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final

from secure_constructs.rules._base import Example, Rule

__all__ = ["Example", "Rule", "catalogue", "rule_ids", "rules_for"]

# A folder judges the resources of the service it is named after. Where its rules judge those of
# other services as well, this says so, and `tests/rules/test_catalogue.py` that it is complete.
_ELSEWHERE: Final = {
    "aws_apigateway": {"apigatewayv2"},
    "aws_cloudtrail": {"s3"},
    "aws_ec2": {"autoscaling"},
    "aws_rds": {"docdb", "redshift"},
    "aws_s3": {"s3bucketnotifications"},
    "aws_stepfunctions": {"lambda"},
}
_EVERYWHERE: Final = frozenset({"aws_iam"})


@cache
def catalogue() -> tuple[Rule, ...]:
    """
    Give every rule of the package, sorted by id.
    """
    return _rules_in(_folders())


@cache
def rules_for(kind: str) -> tuple[Rule, ...]:
    """
    Give the rules that judge resources of a type, sorted by id.

    Only the folders that may hold one are imported: importing all the rules takes longer than
    judging an ordinary app.

    Args:
        kind: The type, such as ``AWS::Lambda::Function``.
    """
    service = kind.partition("::")[2].partition("::")[0].lower()
    folders = (
        folder
        for folder in _folders()
        if folder in _EVERYWHERE
        or folder == f"aws_{service}"
        or service in _ELSEWHERE.get(folder, ())
    )
    return tuple(rule for rule in _rules_in(folders) if kind in rule.resource_types)


def rule_ids() -> tuple[str, ...]:
    """
    Give the ids of all rules, which follow from the names of their files, and import none.
    """
    return tuple(
        f"{folder.removeprefix('aws_')}-{file.replace('_', '-')}"
        for folder in _folders()
        for file in _files(folder)
    )


@cache
def _folders() -> tuple[str, ...]:
    """
    List the folders that hold rules.
    """
    return _found(list(__path__), folders=True)


@cache
def _files(folder: str) -> tuple[str, ...]:
    """
    List the modules of a folder that hold a rule; a leading underscore marks what rules share.
    """
    return _found([str(Path(path) / folder) for path in __path__], folders=False)


def _found(places: list[str], *, folders: bool) -> tuple[str, ...]:
    """
    List what is there.

    Raises:
        RuntimeError: Nothing is, and judging by no rules would find nothing either.
    """
    found = tuple(
        module.name
        for module in pkgutil.iter_modules(places)
        if module.ispkg == folders and not module.name.startswith("_")
    )
    if not found:
        raise RuntimeError(f"there are no rules in {', '.join(places)}")
    return found


def _rules_in(folders: Iterable[str]) -> tuple[Rule, ...]:
    rules = (
        rule for folder in folders for file in _files(folder) for rule in _rules_of(folder, file)
    )
    return tuple(sorted(rules, key=lambda rule: rule.id))


@cache
def _rules_of(folder: str, file: str) -> tuple[Rule, ...]:
    module = import_module(f"{__name__}.{folder}.{file}")
    return tuple(
        value()
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Rule)
        and value.__module__ == module.__name__
    )
