from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module

import pytest

from benchmarks import grants as benchmark
from secure_constructs import constructs

# The CDK's names for verbs that have a row under a name of ours.
ALIASES = {
    "SecureBucket.delete",
    "SecureBucket.put",
    "SecureBucket.read",
    "SecureQueue.consume_messages",
    "SecureQueue.send_messages",
}
# What admits services and other accounts stands in a resource's policy, and not in a role's.
NOT_FOR_ROLES = {
    "SecureBus.put_events_from_account",
    "SecureKey.logs",
    "SecureKey.service",
    "SecureQueue.send_from_service",
    "SecureTopic.publish_from_account",
    "SecureTopic.publish_from_service",
}


@pytest.fixture(scope="module")
def table() -> list[benchmark.Row]:
    return benchmark.rows()


def verbs() -> Iterator[str]:
    modules = {constructs._HOMES[name] for name in constructs.__all__} | {"grants"}
    for module in sorted(modules):
        home = import_module(f"secure_constructs.constructs.{module}")
        for name, kind in inspect.getmembers(home, inspect.isclass):
            if kind.__module__ == home.__name__ and name.endswith("Grants"):
                for verb, member in vars(kind).items():
                    if inspect.isfunction(member) and not verb.startswith("_"):
                        yield f"{name.removesuffix('Grants')}.{verb}"


def test_every_verb_has_a_row() -> None:
    listed = {
        f"{verb.construct}.{verb.name.partition('(')[0]}"
        for verb in benchmark.VERBS
        if "." not in verb.name
    }
    missing = set(verbs()) - listed - ALIASES - NOT_FOR_ROLES
    assert not missing


def test_stock_grants_allow_nearly_five_times_more_of_the_services(
    table: list[benchmark.Row],
) -> None:
    stock, ours = benchmark.sums(table, of_key=False)
    assert stock >= benchmark.LEAST_RATIO * ours


def test_stock_grants_allow_more_with_keys(table: list[benchmark.Row]) -> None:
    stock, ours = benchmark.sums(table, of_key=True)
    assert stock >= 4 * ours


def test_no_verb_allows_more_of_a_service_than_its_stock_grant(
    table: list[benchmark.Row],
) -> None:
    for row in table:
        stock, ours = (row.actions(side, of_key=False) for side in (row.stock, row.ours))
        assert stock, row.verb
        assert ours <= stock, row.verb


def test_none_of_ours_has_a_wildcard_among_its_actions(table: list[benchmark.Row]) -> None:
    for row in table:
        assert not [name for name in benchmark.named(row.ours) if "*" in name], row.verb


def test_keys_are_used_through_their_service_only(table: list[benchmark.Row]) -> None:
    for row in table:
        for statement in row.ours:
            if any(name.startswith("kms:") for name in benchmark.named([statement])):
                assert "kms:ViaService" in statement["Condition"]["StringEquals"], row.verb


def test_what_is_refused_gives_nothing(table: list[benchmark.Row]) -> None:
    refused = {f"{row.verb.construct}.{row.verb.name}" for row in table if row.verb.ours is None}
    assert refused == {"SecureBus.all_put_events", "SecureTable.full_access"}
    assert not [row for row in table if row.verb.ours is None and row.ours]
