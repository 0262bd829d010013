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
from functools import cache
from importlib import import_module

from secure_constructs.rules._base import Example, Rule

__all__ = ["Example", "Rule", "catalogue"]


@cache
def catalogue() -> tuple[Rule, ...]:
    """
    Give every rule of the package, sorted by id.
    """
    return tuple(
        sorted((rule for name in _modules() for rule in _rules_of(name)), key=lambda rule: rule.id)
    )


def _modules() -> list[str]:
    """
    List the modules that hold a rule; those with a leading underscore hold what rules share.
    """
    return [
        found.name
        for found in pkgutil.walk_packages(__path__, f"{__name__}.")
        if not found.ispkg and not found.name.rpartition(".")[2].startswith("_")
    ]


def _rules_of(module_name: str) -> list[Rule]:
    module = import_module(module_name)
    return [
        value()
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Rule) and value.__module__ == module_name
    ]
