"""What names and values read as."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secure_constructs.vocabulary import (
    _ISSUED,
    issued_token,
    names_a_privilege,
    names_a_secret,
    stands_for_no_secret,
    switches_debugging_on,
)


@pytest.mark.parametrize(
    "name", ["DB_PASSWORD", "dbPassword", "jwtSecret2", "PAYMENT_API_KEY", "DB_PASS", "token"]
)
def test_a_name_that_ends_in_a_secret_is_one(name: str) -> None:
    assert names_a_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        "TOKEN_TYPE",
        "SECRET_ARN",
        "PASSWORD_LENGTH",
        "USE_PASSWORD",
        "PASSPORT",
        "KEY_ID",
        "COMPASS",
    ],
)
def test_a_name_that_speaks_about_a_secret_is_none(name: str) -> None:
    assert not names_a_secret(name)


@pytest.mark.parametrize(
    "value", ["", "true", "2773", "arn:aws:x", "https://shop.example", "/shop/db", "<your token>"]
)
def test_switches_addresses_and_placeholders_stand_for_no_secret(value: str) -> None:
    assert stands_for_no_secret(value)
    assert not stands_for_no_secret("hunter2-hunter2")


def test_tokens_are_known_by_the_form_their_issuers_give_them() -> None:
    assert issued_token("id=AKIAIOSFODNN7EXAMPLE") == "an AWS access key"
    assert issued_token("postgres://app:hunter2@db.example") == "a password in a URL"
    assert issued_token("https://db.example/path") is None


def test_the_shortest_of_tokens_is_known() -> None:
    assert issued_token("x://a:abc@b") == "a password in a URL"


@settings(max_examples=20)
@given(st.data())
@pytest.mark.parametrize(
    ("what", "part", "form"), _ISSUED, ids=[f"{what} ({part})" for what, part, _ in _ISSUED]
)
def test_the_part_that_is_looked_for_first_hides_no_token(
    what: str, part: str, form: str, data: st.DataObject
) -> None:
    text = data.draw(st.from_regex(form))

    assert part in text
    assert issued_token(text) is not None, what


def test_only_custom_attributes_can_name_a_privilege() -> None:
    assert names_a_privilege("custom:userRole")
    assert not names_a_privilege("custom:favourite_colour")
    assert not names_a_privilege("role")


@pytest.mark.parametrize(
    ("name", "value"),
    [("LOG_LEVEL", "debug"), ("FLASK_DEBUG", "1"), ("POWERTOOLS_LOGGER_LOG_EVENT", "True")],
)
def test_debugging_is_switched_on_by_name_and_value(name: str, value: str) -> None:
    assert switches_debugging_on(name, value)
    assert not switches_debugging_on(name, "false")
    assert not switches_debugging_on("COLOUR", value)
