"""The map as text."""

from __future__ import annotations

from secure_constructs.reports import paths
from tests.paths.apps import allow, draw, function, resource

SECRET = resource("Secret", "AWS::SecretsManager::Secret")
READ = allow("secretsmanager:GetSecretValue", on={"Ref": "Secret"})


def test_functions_with_which_the_same_falls_are_told_together() -> None:
    own = {**resource("Token", "AWS::SecretsManager::Secret")}
    more = allow("secretsmanager:GetSecretValue", on=[{"Ref": "Secret"}, {"Ref": "Token"}])
    app = {**SECRET, **own, **function("Pay", READ), **function("Ship", READ)}
    told = paths.render(draw({**app, **function("Refund", more)}))

    assert "  Pay, Ship could\n      read Secret\n" in told
    assert "  Refund could\n      read Secret, Token\n" in told
