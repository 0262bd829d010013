"""Replacing the key to the payment provider's API."""

import io
import json
import os
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from moto.secretsmanager.models import secretsmanager_backends
from pydantic import ValidationError

from .conftest import REGION, Account, Context, Provider

ACCOUNT_ID = "123456789012"  # moto's
VERSION = "00000000-0000-4000-8000-000000000001"
NEW_KEY = "key-issued-by-the-provider"

Step = Callable[[str], None]


@pytest.fixture
def step(load: Callable[[str], ModuleType], provider: Provider) -> Step:
    module = load("rotate_payment_key")
    provider.body = json.dumps({"key": NEW_KEY, "active": True}).encode()
    secret = os.environ["PAYMENT_KEY_ARN"]
    begin(secret)

    def step(name: str) -> None:
        event = {"SecretId": secret, "ClientRequestToken": VERSION, "Step": name}
        module.handler(event, Context())

    return step


def begin(secret: str) -> None:
    """Begin as Secrets Manager does, which moto leaves out: a pending version without a value."""
    backend = secretsmanager_backends[ACCOUNT_ID][REGION]
    backend.secrets[secret].versions[VERSION] = {
        "version_id": VERSION,
        "version_stages": ["AWSPENDING"],
        "createdate": 0,
    }


def value(account: Account, stage: str = "AWSCURRENT") -> str:
    answer = account.secretsmanager.get_secret_value(
        SecretId=os.environ["PAYMENT_KEY_ARN"], VersionStage=stage
    )
    return str(answer["SecretString"])


def test_puts_the_key_in_place_that_the_provider_issues(
    step: Step, account: Account, provider: Provider
) -> None:
    for name in ("createSecret", "setSecret", "testSecret", "finishSecret"):
        step(name)

    issue, test = provider.requests
    assert value(account) == NEW_KEY
    assert value(account, "AWSPREVIOUS") == "key-of-the-shop"
    assert issue["url"] == "https://api.payments.example.com/v1/api-keys"
    assert issue["headers"]["Authorization"] == "Bearer key-of-the-shop"
    assert issue["headers"]["Idempotency-Key"] == VERSION
    assert test["headers"]["Authorization"] == f"Bearer {NEW_KEY}"


def test_issues_one_key_however_often_the_step_is_repeated(
    step: Step, account: Account, provider: Provider
) -> None:
    step("createSecret")
    step("createSecret")

    assert len(provider.requests) == 1
    assert value(account, "AWSPENDING") == NEW_KEY
    assert value(account) == "key-of-the-shop"


def test_does_nothing_once_the_key_is_in_place(step: Step, provider: Provider) -> None:
    for name in ("createSecret", "testSecret", "finishSecret"):
        step(name)
    requests = len(provider.requests)

    step("createSecret")
    step("finishSecret")

    assert len(provider.requests) == requests


@pytest.mark.parametrize(
    "answer",
    [{"status": 401}, {"fails_with": TimeoutError()}, {"body": b'{"active": false}'}],
)
def test_keeps_the_old_key_when_the_provider_does_not_take_the_new_one(
    step: Step, account: Account, provider: Provider, answer: dict[str, Any]
) -> None:
    step("createSecret")
    for name, content in answer.items():
        setattr(provider, name, content)

    with pytest.raises(Exception, match=r"answer|accept"):
        step("testSecret")
    assert value(account) == "key-of-the-shop"


def test_stores_nothing_when_no_key_is_issued(
    step: Step, account: Account, provider: Provider
) -> None:
    provider.body = b'{"key": "short"}'

    with pytest.raises(Exception, match="an answer that cannot be read"):
        step("createSecret")
    with pytest.raises(account.secretsmanager.exceptions.ResourceNotFoundException):
        value(account, "AWSPENDING")


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"SecretId": "payment-api-key", "ClientRequestToken": VERSION, "Step": "createSecret"},
        {"SecretId": "arn:aws:secretsmanager:x", "ClientRequestToken": VERSION, "Step": "drop"},
        {"SecretId": "arn:aws:secretsmanager:x", "ClientRequestToken": "1", "Step": "setSecret"},
    ],
)
def test_refuses_an_event_of_another_form(
    load: Callable[[str], ModuleType], event: dict[str, str]
) -> None:
    with pytest.raises(ValidationError):
        load("rotate_payment_key").handler(event, Context())


def test_refuses_a_version_that_is_not_pending(load: Callable[[str], ModuleType]) -> None:
    module = load("rotate_payment_key")
    event = {
        "SecretId": os.environ["PAYMENT_KEY_ARN"],
        "ClientRequestToken": VERSION,
        "Step": "createSecret",
    }

    with pytest.raises(module.RotationError):
        module.handler(event, Context())


def test_logs_no_key(step: Step, log: io.StringIO) -> None:
    for name in ("createSecret", "testSecret", "finishSecret"):
        step(name)

    assert "step taken" in log.getvalue()
    for key in (NEW_KEY, "key-of-the-shop"):
        assert key not in log.getvalue()
