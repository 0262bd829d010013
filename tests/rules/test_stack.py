"""What a stack decides as a whole is said by one resource, which names the others."""

from __future__ import annotations

from typing import Any

import pytest

from secure_constructs.assessment import assess
from secure_constructs.config import Config
from secure_constructs.rules._purposes import purpose_of
from secure_constructs.template import Template

BUCKET = {"Type": "AWS::S3::Bucket"}
QUEUE = {"Type": "AWS::SQS::Queue"}
UNKNOWN = {
    "Type": "AWS::S3::Bucket",
    "Properties": {"BucketEncryption": {"ServerSideEncryptionConfiguration": {"Ref": "How"}}},
}
HOW = {"How": {"Type": "String"}}


def said(**resources: Any) -> dict[str, str]:
    template = Template({"Parameters": HOW, "Resources": resources})
    found = assess([template], config=Config(strict=True)).findings
    return {
        finding.logical_id: finding.message
        for finding in found
        if finding.rule_id.endswith("encryption-left-to-default") and finding.certain
    }


def test_the_first_of_the_weightiest_kind_speaks_and_names_the_others() -> None:
    assert said(Orders=QUEUE, Receipts=BUCKET, Uploads=BUCKET) == {
        "Receipts": "no key is chosen for it, nor for Uploads, Orders"
    }


def test_three_are_named_and_the_rest_counted() -> None:
    names = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth")

    assert said(**dict.fromkeys(names, BUCKET)) == {
        "First": "no key is chosen for it, nor for Second, Third, Fourth and 2 more"
    }


def test_none_is_counted_where_all_are_named() -> None:
    names = ("First", "Second", "Third", "Fourth")

    assert said(**dict.fromkeys(names, BUCKET)) == {
        "First": "no key is chosen for it, nor for Second, Third, Fourth"
    }


def test_one_that_is_not_known_speaks_for_nobody() -> None:
    assert said(Unknown=UNKNOWN, Receipts=BUCKET) == {"Receipts": "no key is chosen for it"}


@pytest.mark.parametrize(
    ("method", "path", "purpose"),
    [
        ("GET", "/v1/swagger.json", "documentation"),
        ("GET", "/.well-known/openid-configuration", "documentation"),
        ("GET", "/docs/openapi/{part}", "documentation"),
        ("HEAD", "/healthz", "a health check"),
        ("POST", "/users/sign-in", "sign-in"),
        ("POST", "/oauth2/token", "sign-in"),
        ("POST", "/stripe/webhook", "a webhook"),
        ("PUT", "/web-hooks/{source}", "a webhook"),
        ("GET", "/webhook", ""),
        ("POST", "/swagger.json", ""),
        ("DELETE", "/login", ""),
        ("GET", "/health/records", ""),
        ("POST", "/login/attempts", ""),
        ("POST", "/", ""),
        ("ANY", "/{proxy+}", ""),
    ],
)
def test_tells_what_is_open_by_nature_by_method_and_path(
    method: str, path: str, purpose: str
) -> None:
    assert purpose_of(method, path) == purpose
