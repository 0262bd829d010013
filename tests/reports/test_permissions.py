"""What a function may do, as a reader and a program see it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from secure_constructs.cli import main

SOURCE = "import boto3\ndef handler(e, c):\n    boto3.client('sqs').send_message(QueueUrl='q')\n"


@pytest.fixture
def template(tmp_path: Path) -> Path:
    statement = [
        {
            "Effect": "Allow",
            "Action": ["sqs:SendMessage", "sqs:PurgeQueue"],
            "Resource": {"Fn::GetAtt": ["Queue", "Arn"]},
            "Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}},
        },
        {"Effect": "Deny", "Action": "sqs:DeleteQueue", "Resource": "*"},
        {"Effect": "Allow", "Action": "s3:PutBucketPolicy", "Resource": "*"},
    ]
    trust = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "lambda.amazonaws.com"},
    }
    body: dict[str, Any] = {
        "Resources": {
            "Send": {
                "Type": "AWS::Lambda::Function",
                "Metadata": {"aws:cdk:path": "Shop/Send/Resource"},
                "Properties": {
                    "Runtime": "python3.13",
                    "Handler": "index.handler",
                    "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                    "Code": {"ZipFile": SOURCE},
                },
            },
            "Queue": {"Type": "AWS::SQS::Queue"},
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "AssumeRolePolicyDocument": {"Statement": trust},
                    "Policies": [{"PolicyName": "p", "PolicyDocument": {"Statement": statement}}],
                },
            },
        }
    }
    file = tmp_path / "template.json"
    file.write_text(json.dumps(body), encoding="utf-8")
    return file


@pytest.mark.parametrize("name", ["Send", "Shop/Send", "shop/send"])
def test_says_what_a_function_may_do_and_why(
    name: str, template: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["permissions", name, str(template)]) == 0

    shown = capsys.readouterr().out
    assert "Shop/Send  (Send, role Role)" in shown
    assert "  sqs:SendMessage, sqs:PurgeQueue\n      on       Queue\n" in shown
    assert "because  Role Policies.0.PolicyDocument.Statement.0" in shown
    assert "  not sqs:DeleteQueue" in shown
    assert "resource exposure, of anything: s3:PutBucketPolicy" in shown
    assert "  sqs:SendMessage  index.py:3" in shown
    assert "granted and never called: s3:PutBucketPolicy, sqs:PurgeQueue" in shown
    assert "  queue.grants.send_messages(send)" in shown


def test_says_the_same_in_json(template: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["permissions", "Send", str(template), "--format", "json"]) == 0

    described = json.loads(capsys.readouterr().out)
    assert described["mayDo"][0]["actions"] == ["sqs:SendMessage", "sqs:PurgeQueue"]
    assert described["mayDo"][0]["because"] == "Role Policies.0.PolicyDocument.Statement.0"
    assert described["neverCalled"] == ["s3:PutBucketPolicy", "sqs:PurgeQueue"]
    assert described["calls"] == [
        {
            "call": "sqs.send_message",
            "actions": ["sqs:SendMessage"],
            "place": "index.py:3",
            "certain": True,
        }
    ]


def test_names_the_functions_there_are(template: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["permissions", "Sned", str(template)]) == 2

    assert "did you mean Shop/Send?" in capsys.readouterr().err
