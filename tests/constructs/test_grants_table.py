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


# Whoever calls these names the actions; what they are called with is theirs.
NAMED = {"grant", "grant_on_key", "grant_principal", "grant_stream", "grants"}
# Stock grants that are no role's: CDK refuses the one where the public is blocked, as it is by
# ours, and the other stands in the API's policy.
FOR_NO_ROLE = {
    "SecureApi.grant_invoke_from_vpc_endpoints_only",
    "SecureBucket.grant_public_access",
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


def test_every_stock_grant_has_a_row() -> None:
    listed = {f"{verb.construct}.{verb.stock_name}" for verb in benchmark.VERBS}
    inherited = {
        f"{name}.{grant}"
        for name in constructs.__all__
        for grant in dir(getattr(constructs, name))
        if grant.startswith("grant") and grant not in NAMED
    }
    assert not inherited - listed - FOR_NO_ROLE
    assert not {each for each in listed - inherited if each.startswith("grant")}


def test_stock_grants_allow_five_times_more_of_the_services(table: list[benchmark.Row]) -> None:
    for some in (table, benchmark.given(table), benchmark.whole(table)):
        stock, ours = benchmark.sums(some, of_key=False)
        assert stock >= benchmark.LEAST_RATIO * ours


def test_stock_grants_allow_five_times_more_with_keys(table: list[benchmark.Row]) -> None:
    service, key = benchmark.sums(table, of_key=False), benchmark.sums(table, of_key=True)
    assert key[0] >= 4 * key[1]
    assert service[0] + key[0] >= benchmark.LEAST_RATIO * (service[1] + key[1])


def test_what_is_left_as_it_is_names_its_actions(table: list[benchmark.Row]) -> None:
    for row in table:
        if row.verb.inherited:
            assert row.actions(row.stock, of_key=False) == named_actions(row), row.verb


def named_actions(row: benchmark.Row) -> set[str]:
    return {name for name in benchmark.named(row.stock) if not name.startswith("kms:")}


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
        # A verb of the key itself is for whoever calls KMS, unless it says otherwise.
        of_key = row.verb.construct == "SecureKey" and not row.verb.name.endswith("_through")
        for statement in () if of_key else row.ours:
            if any(name.startswith("kms:") for name in benchmark.named([statement])):
                assert "kms:ViaService" in statement["Condition"]["StringEquals"], row.verb


def test_what_is_refused_gives_nothing(table: list[benchmark.Row]) -> None:
    refused = {f"{row.verb.construct}.{row.verb.name}" for row in table if row.verb.ours is None}
    assert refused == {
        "SecureBucket.put_acl",
        "SecureBus.all_put_events",
        "SecureFunctionUrl.grant_invoke_url",
        "SecureKey.generate_mac",
        "SecureKey.sign",
        "SecureKey.sign_verify",
        "SecureKey.verify",
        "SecureKey.verify_mac",
        "SecureTable.full_access",
    }
    assert not [row for row in table if row.verb.ours is None and row.ours]
