"""
The rules: one fault per file, found by walking this package.

Which of them are recommended, and when they speak:

- A fault is recommended to everyone when it is true whatever the app is for. What trades money or
  comfort for safety is in the strict pack: a VPC, keys of one's own, code signing, traces by X-Ray.
- It is reported where the decision is made, once. A function behind an untraced API is not reported
  for tracing, the stage is; a function that only an API, a queue or a schedule invokes is not
  reported for its concurrency, the stage and the event source are.
- A practice that a stack has chosen holds for all of it: once requests are traced, failed events
  kept, accesses to a bucket logged or a store encrypted by choice, what was left out is reported to
  everyone (``*-trace-broken-off``, ``*-left-off``, ``*-left-out``, ``lambda-failed-events-lost``,
  ``s3-without-access-log``).
- A second way in is a fault only as far as it goes round something the first one has
  (``apigateway-stray-stage``). A backup and the choice of a key are only missed where data is meant
  to be kept (``dynamodb-without-point-in-time-recovery``, ``*-kept-encryption-left-to-default``,
  ``logs-archive-without-key``).
- What AWS has since settled for everyone is a fault where the template takes it back
  (``*-declined``, ``*-unblocked``). Where it is left to a default that nobody chose
  (``*-left-to-default``), it is hygiene, and for the strict where that default does no harm: every
  bucket, queue and table is encrypted today. To name the default is a choice, and will do.
  ``data/coverage.csv`` says which rules look at a control that is cut differently elsewhere.
- There is one finding for each resource, so that it can be acknowledged where it stands; reports
  put those together that are mended in the same way. What a stack decides as a whole is said by
  one resource for all that it names: how its stores encrypt, whether its buckets stay private and
  refuse plain HTTP, whether messages that fail are kept. To acknowledge that is to decide.
- What is open by its nature, such as documentation, sign-in or a webhook, is told apart by its
  path, and does not gate.
- CDK's own helpers are judged as anything else and labelled as framework, except for hygiene that
  only matters where callers come from outside: deployments alone invoke them.

Secrets are known by the names they are given and by the forms their issuers give them, see
``_secrets.py``. detect-secrets knows more forms, but it brings requests with it, and guesses by
entropy over the lines of files; a template has names beside its values, which tell more.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Final

from secure_constructs.rules._base import Example, Rule

__all__ = ["Example", "Rule", "catalogue", "rule_ids", "rules_for"]

# A folder judges the resources of the service it is named after. What else judges resources of a
# service stands here: folders, or single rules; `tests/rules/test_catalogue.py` holds it complete.
_ELSEWHERE: Final = {
    "apigatewayv2": {"aws_apigateway"},
    "autoscaling": {"aws_ec2"},
    "docdb": {"aws_rds"},
    "lambda": {"aws_stepfunctions.step_callable_from_outside"},
    "redshift": {"aws_rds"},
    "s3": {"aws_cloudtrail.bucket_without_access_log", "aws_cloudtrail.public_bucket"},
    "s3bucketnotifications": {"aws_s3"},
}
_EVERYWHERE: Final = "aws_iam"


@cache
def catalogue() -> tuple[Rule, ...]:
    """
    Give every rule of the package, sorted by id.
    """
    return _sorted(rule for place in _places() for rule in _rules_at(place))


@cache
def rules_for(kind: str) -> tuple[Rule, ...]:
    """
    Give the rules that judge resources of a type, sorted by id.

    Only what may hold one is imported: importing all the rules takes longer than judging an
    ordinary app.

    Args:
        kind: The type, such as ``AWS::Lambda::Function``.
    """
    service = kind.partition("::")[2].partition("::")[0].lower()
    wanted = {_EVERYWHERE, f"aws_{service}", *_ELSEWHERE.get(service, ())}
    return _sorted(rule for name in wanted for rule in _by_kind(name).get(kind, ()))


def rule_ids() -> tuple[str, ...]:
    """
    Give the ids of all rules, which follow from their places, and import none.
    """
    return tuple(
        place.removeprefix("aws_").replace(".", "-").replace("_", "-") for place in _places()
    )


def _places() -> Iterator[str]:
    """
    List the modules that hold a rule, such as ``aws_lambda.url_without_auth``.
    """
    return chain.from_iterable(_folders().values())


@cache
def _folders() -> dict[str, tuple[str, ...]]:
    """
    List the modules that hold a rule, by the folder that they are in.

    Raises:
        RuntimeError: A folder holds none, and judging by no rules would find nothing either.
    """
    root = Path(__file__).parent
    found: dict[str, tuple[str, ...]] = {}
    for folder in sorted(each for each in root.iterdir() if each.is_dir()):
        modules = _modules_in(folder)
        if "__init__" in modules:
            names = sorted(name for name in modules if not name.startswith("_"))
            found[folder.name] = tuple(f"{folder.name}.{name}" for name in names)
    empty = [folder for folder, places in found.items() if not places] if found else [""]
    if empty:
        raise RuntimeError(f"there are no rules in {root / empty[0]}")
    return found


def _modules_in(folder: Path) -> set[str]:
    # Each verdict looks through all folders; as paths that takes longer than what is looked for.
    parts = (name.partition(".") for name in os.listdir(folder))  # noqa: PTH208
    return {name for name, _, suffix in parts if suffix in {"py", "pyc"}}


@cache
def _by_kind(name: str) -> dict[str, list[Rule]]:
    """
    Give the rules of a folder, or a single one, by the types of resources that they judge.
    """
    found: dict[str, list[Rule]] = {}
    for place in [name] if "." in name else _folders().get(name, ()):
        for rule in _rules_at(place):
            for kind in rule.resource_types:
                found.setdefault(kind, []).append(rule)
    return found


def _sorted(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    return tuple(sorted(rules, key=lambda rule: rule.id))


@cache
def _rules_at(place: str) -> tuple[Rule, ...]:
    module = import_module(f"{__name__}.{place}")
    return tuple(
        value()
        for value in vars(module).values()
        if isinstance(value, type)
        and value.__module__ == module.__name__
        and issubclass(value, Rule)
    )
