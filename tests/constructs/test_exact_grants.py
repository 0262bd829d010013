"""Grants that are promised to be what the code calls: derived, confirmed, and never widened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_

from secure_constructs.assessment import assess
from secure_constructs.constructs import SecureFunction, SecureTable
from secure_constructs.findings import Severity
from secure_constructs.template import read_assembly

READS = """
import os, boto3
orders = boto3.resource("dynamodb").Table(os.environ["ORDERS"])
def handler(event, context):
    return orders.get_item(Key={"pk": event["pk"]})["Item"]
"""
READS_AND_DELETES = READS + '    orders.delete_item(Key={"pk": event["pk"]})\n'
RULE = "lambda-grants-differ-from-calls"


def shop(
    stack: cdk.Stack, folder: Path, source: str, **props: Any
) -> tuple[SecureTable, SecureFunction]:
    (folder / "src").mkdir()
    (folder / "src" / "index.py").write_text(source, encoding="utf-8")
    table = SecureTable(
        stack,
        "Orders",
        partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
    )
    function = SecureFunction(
        stack,
        "Settle",
        code=lambda_.Code.from_asset(str(folder / "src")),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_14,
        reserved_concurrent_executions=1,
        environment={"ORDERS": table.table_name},
        **props,
    )
    return table, function


def said(stack: cdk.Stack) -> list[tuple[str, str]]:
    app = stack.node.root
    assert isinstance(app, cdk.App)
    found = assess(read_assembly(Path(app.synth(force=True).directory)).templates).findings
    return [(f.message, f.fix) for f in found if f.rule_id == RULE and f.certain]


def test_says_what_the_code_takes_as_lines_to_write_down(
    plain_stack: cdk.Stack, tmp_path: Path
) -> None:
    shop(plain_stack, tmp_path, READS, exact_grants=True)
    ((message, fix),) = said(plain_stack)
    assert message.startswith("index.py:5 calls dynamodb:GetItem on Orders")
    assert fix == 'what it calls takes: orders.grants.read_items(settle, "GetItem")'


def test_is_content_once_they_are_written_down(stack: cdk.Stack, tmp_path: Path) -> None:
    orders, settle = shop(stack, tmp_path, READS, exact_grants=True)
    orders.grants.read_items(settle, "GetItem")
    assert said(stack) == []


def test_grants_nothing_when_the_code_calls_more(plain_stack: cdk.Stack, tmp_path: Path) -> None:
    orders, settle = shop(plain_stack, tmp_path, READS_AND_DELETES, exact_grants=True)
    orders.grants.read_items(settle, "GetItem")
    ((message, _),) = said(plain_stack)
    assert "index.py:6 calls dynamodb:DeleteItem" in message


def test_says_what_the_code_no_longer_calls(plain_stack: cdk.Stack, tmp_path: Path) -> None:
    orders, settle = shop(plain_stack, tmp_path, READS, exact_grants=True)
    orders.grants.read_items(settle, "GetItem")
    orders.grants.write_items(settle, "DeleteItem")
    assert [message for message, _ in said(plain_stack)] == [
        "dynamodb:DeleteItem is granted and never called"
    ]


def test_cannot_be_promised_for_code_that_does_not_show_its_calls(
    plain_stack: cdk.Stack, tmp_path: Path
) -> None:
    source = "def handler(event, context):\n    return eval(event['code'])\n"
    shop(plain_stack, tmp_path, source, exact_grants=True)
    ((message, _),) = said(plain_stack)
    assert "cannot be compared with its grants: runs code that it makes" in message


def test_nothing_is_promised_unless_asked(plain_stack: cdk.Stack, tmp_path: Path) -> None:
    shop(plain_stack, tmp_path, READS)
    assert said(plain_stack) == []


def test_a_broken_promise_fails_the_synth(plain_stack: cdk.Stack, tmp_path: Path) -> None:
    shop(plain_stack, tmp_path, READS, exact_grants=True)
    app = plain_stack.node.root
    assert isinstance(app, cdk.App)
    found = assess(read_assembly(Path(app.synth(force=True).directory)).templates)
    assert [(f.rule_id, f.severity) for f in found.gating] == [(RULE, Severity.HIGH)]
