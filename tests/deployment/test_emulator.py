"""Handlers of the sample app, and one that the library ships, run as Lambda runs them."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import pytest

from secure_constructs.constructs.guardrail_hook import handler_archive
from secure_constructs.runtime.upload.keys import UploadKey
from tests.deployment.emulator import ROOT, function, rest_services, services
from tests.sample_app.conftest import CUSTOMER, KEY, TOKEN, api_request, order_body

pytestmark = pytest.mark.judges

SAMPLE_APP = ROOT / "sample_app"
GATE = ROOT / "secure_constructs" / "runtime"


def test_an_order_is_placed_and_its_payment_asked_for() -> None:
    queue = "https://sqs.eu-central-1.amazonaws.com/123456789012/payments"
    answers = {
        "AmazonSQS.SendMessage": {"MessageId": "1"},
        "DynamoDB_20120810.PutItem": {},
    }
    event = api_request("POST", "/orders", body=order_body(), headers={"Idempotency-Key": KEY})
    with (
        services(answers) as aws,
        function(
            "handlers.place_order.app.handler",
            code=SAMPLE_APP,
            environment={
                "AWS_ENDPOINT_URL": aws.url,
                "ORDERS_TABLE": "orders",
                "PAYMENTS_QUEUE_URL": queue,
            },
        ) as place_order,
    ):
        answer = place_order.invoke(event)
    assert answer["statusCode"] == 202
    (_, put), (_, sent) = aws.asked
    assert put["TableName"] == "orders"
    assert put["Item"]["customer_id"] == {"S": CUSTOMER}
    assert TOKEN not in sent["MessageBody"]
    assert json.loads(sent["MessageBody"])["order_id"] == json.loads(answer["body"])["order_id"]


def test_an_order_and_the_stock_it_takes_change_together() -> None:
    order_id = "ord_" + "ab" * 16
    line = {"sku": {"S": "DAR-0250"}, "quantity": {"N": "2"}, "unit_price": {"N": "1450"}}
    texts = {
        "customer_id": CUSTOMER,
        "order_id": order_id,
        "status": "paid",
        "currency": "EUR",
        "payment_token": "",
        "reference": "",
        "placed_at": "2026-11-02T08:00:00Z",
    }
    item = {name: {"S": text} for name, text in texts.items()}
    answers = {
        "DynamoDB_20120810.GetItem": {
            "Item": {**item, "lines": {"L": [{"M": line}]}, "total": {"N": "2900"}}
        },
        "DynamoDB_20120810.TransactWriteItems": {},
    }
    with (
        services(answers) as aws,
        function(
            "handlers.reserve_stock.app.handler",
            code=SAMPLE_APP,
            environment={
                "AWS_ENDPOINT_URL": aws.url,
                "ORDERS_TABLE": "orders",
                "STOCK_TABLE": "stock",
            },
        ) as reserve_stock,
    ):
        answer = reserve_stock.invoke({"customer_id": CUSTOMER, "order_id": order_id})
    assert answer == {"customer_id": CUSTOMER, "order_id": order_id, "reserved": True}
    _, (_, written) = aws.asked
    assert [each["Update"]["TableName"] for each in written["TransactItems"]] == ["orders", "stock"]
    assert written["TransactItems"][1]["Update"]["ExpressionAttributeValues"] == {
        ":packs": {"N": "2"}
    }


def test_an_error_says_nothing_of_its_cause() -> None:
    with (
        services({"DynamoDB_20120810.Query": {}}) as aws,
        function(
            "handlers.read_orders.app.handler",
            code=SAMPLE_APP,
            environment={
                "AWS_ENDPOINT_URL": aws.url,
                "ORDERS_TABLE": "orders",
                "RECEIPTS_BUCKET": "receipts",
            },
        ) as read_orders,
    ):
        answer = read_orders.invoke(api_request("GET", "/orders"))
    assert answer["statusCode"] == 500
    assert "Items" not in json.dumps(answer)
    assert "Error" not in json.dumps(answer)


@pytest.mark.parametrize(("sent", "allowed"), [("s3cret", True), ("guessed", False)])
def test_the_gate_lets_in_what_came_through_the_distribution(
    *,
    sent: str,
    allowed: bool,
    tmp_path: Path,
) -> None:
    answers = {"secretsmanager.GetSecretValue": {"SecretString": "s3cret"}}
    with (
        services(answers) as aws,
        function(
            "origin_gate.handler",
            code=shipped(tmp_path, "origin_gate.py"),
            environment={
                "AWS_ENDPOINT_URL": aws.url,
                "ORIGIN_HEADER": "x-origin-verify",
                "ORIGIN_SECRET": "arn:current",
                "ROUTES": json.dumps({"GET /status": {"public": True}}),
            },
        ) as gate,
    ):
        answer = gate.invoke({"headers": {"X-Origin-Verify": sent}, "routeKey": "GET /status"})
    assert answer["isAuthorized"] is allowed


LIMITS = {"CONTENT_TYPES": "image/png", "LEAST_BYTES": "1", "MOST_BYTES": "100"}
PNG = b"\x89PNG\r\n\x1a\n and what follows"
UPLOADED = UploadKey(caller="a" * 32, upload="b" * 32, sha256=hashlib.sha256(PNG).hexdigest())


def shipped(folder: Path, *files: str) -> Path:
    """
    Some files of the runtime alone, as their constructs deploy them.
    """
    for file in files:
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_bytes((GATE / file).read_bytes())
    return folder


def upload_package(folder: Path) -> Path:
    return shipped(folder, *(f"upload/{file.name}" for file in (GATE / "upload").glob("*.py")))


def test_the_issuer_hands_out_a_form_for_one_file(tmp_path: Path) -> None:
    asked = {"contentType": "image/png", "sha256": UPLOADED.checksum, "size": len(PNG)}
    with function(
        "upload.issuer.handler",
        code=upload_package(tmp_path),
        environment={**LIMITS, "ORIGINS": "", "QUARANTINE": "quarantine", "SECONDS": "300"},
    ) as issuer:
        claims = {"authorizer": {"claims": {"sub": CUSTOMER}}}
        answer = issuer.invoke({"body": json.dumps(asked), "requestContext": claims})
        refused = issuer.invoke({"body": "{}", "requestContext": claims})
    assert answer["statusCode"] == 201
    form = json.loads(answer["body"])
    assert form["fields"]["x-amz-checksum-sha256"] == UPLOADED.checksum
    assert form["fields"]["key"].startswith("incoming/")
    assert refused["statusCode"] == 400


@pytest.mark.parametrize(("tag", "copies"), [("NO_THREATS_FOUND", 1), ("THREATS_FOUND", 0)])
def test_the_promoter_copies_the_version_that_was_found_clean(
    tag: str, copies: int, tmp_path: Path
) -> None:
    def s3(method: str, path: str) -> tuple[dict[str, str], bytes]:
        assert method == "PUT" or "versionId=v1" in path
        if "tagging" in path:
            name = "GuardDutyMalwareScanStatus"
            tags = f"<Tag><Key>{name}</Key><Value>{tag}</Value></Tag>"
            return {}, f"<Tagging><TagSet>{tags}</TagSet></Tagging>".encode()
        if method == "PUT":
            copied = f"<ChecksumSHA256>{UPLOADED.checksum}</ChecksumSHA256>"
            return {}, f"<CopyObjectResult>{copied}</CopyObjectResult>".encode()
        headers = {"Content-Type": "image/png"}
        if method == "HEAD":
            headers["x-amz-checksum-sha256"] = UPLOADED.checksum
        return headers, PNG

    result = {
        "source": "aws.guardduty",
        "detail-type": "GuardDuty Malware Protection Object Scan Result",
        "account": "123456789012",
        "detail": {
            "s3ObjectDetails": {
                "bucketName": "quarantine",
                "objectKey": UPLOADED.quarantined,
                "versionId": "v1",
            },
            "scanResultDetails": {"scanResultStatus": "NO_THREATS_FOUND"},
        },
    }
    with (
        rest_services(s3) as aws,
        function(
            "upload.promoter.handler",
            code=upload_package(tmp_path),
            environment={
                **LIMITS,
                "ACCOUNT": "123456789012",
                "AWS_ENDPOINT_URL": aws.url,
                "CLEAN": "clean",
                "QUARANTINE": "quarantine",
            },
        ) as promoter,
    ):
        answer = promoter.invoke({"Records": [{"messageId": "1", "body": json.dumps(result)}]})
    failed = [] if copies else [{"itemIdentifier": "1"}]
    assert answer == {"batchItemFailures": failed}
    written = [headers for operation, headers in aws.asked if operation.startswith("PUT")]
    assert len(written) == copies
    assert all(headers["If-None-Match"] == "*" for headers in written)


def test_the_budget_stop_throttles_what_it_was_told_to(tmp_path: Path) -> None:
    topic = "arn:aws:sns:eu-central-1:123456789012:stop"
    with (
        rest_services(lambda _method, _path: ({}, b"{}")) as aws,
        function(
            "budget_stop.handler",
            code=shipped(tmp_path, "budget_stop.py"),
            environment={
                "AWS_ENDPOINT_URL": aws.url,
                "FUNCTIONS": '["shop-search"]',
                "TOPIC_ARN": topic,
            },
        ) as stop,
    ):
        answer = stop.invoke({"Records": [{"Sns": {"TopicArn": topic}}]})
        forged = stop.invoke({"Records": [{"Sns": {"TopicArn": "arn:aws:sns:::other"}}]})
    assert answer == {"stopped": 1}
    assert forged["errorType"] == "ValueError"
    ((operation, _),) = aws.asked
    assert operation == "PUT /2017-10-31/functions/shop-search/concurrency"


@pytest.mark.parametrize(
    ("auth", "status", "code"), [("NONE", "FAILED", "NonCompliant"), ("AWS_IAM", "SUCCESS", None)]
)
def test_the_hook_judges_a_stack_with_what_it_is_shipped_with(
    auth: str, status: str, code: str | None, tmp_path: Path
) -> None:
    with zipfile.ZipFile(handler_archive(None)) as package:
        package.extractall(tmp_path)
    template = f"""
Resources:
  Entrance:
    Type: AWS::Lambda::Url
    Properties: {{AuthType: {auth}, TargetFunctionArn: !Sub "${{AWS::StackName}}-f"}}
"""
    payload = json.dumps({"template": template}).encode()
    with (
        rest_services(lambda _method, _path: ({}, payload)) as aws,
        function(
            "secure_constructs.hook.handler",
            code=tmp_path,
            environment={"AWS_ENDPOINT_URL_S3": aws.url},
        ) as hook,
    ):
        answer = hook.invoke(
            {
                "clientRequestToken": "token",
                "actionInvocationPoint": "UPDATE_PRE_PROVISION",
                "requestData": {
                    "targetName": "STACK",
                    "targetType": "STACK",
                    "targetLogicalId": "shop",
                    "payload": f"{aws.url}/payload",
                },
                "requestContext": {"invocation": 1, "callbackContext": None},
            }
        )
    assert (answer["hookStatus"], answer.get("errorCode")) == (status, code)
