"""Permissions against code, and what is said where code cannot be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from secure_constructs.code import proposed_grants, read_function, usage_of
from secure_constructs.template import Origin, Resource, Template

READ = "import boto3\ndef handler(e, c):\n    boto3.client('s3').get_object(Bucket='b', Key='k')\n"


def function(
    actions: list[str],
    source: str | None = READ,
    *,
    beside: dict[str, Any] | None = None,
    asset: Path | None = None,
    **properties: Any,
) -> Resource:
    trust = properties.pop("trusted", "lambda.amazonaws.com")
    code = {} if source is None else {"Code": {"ZipFile": source}}
    body = {
        "Resources": {
            "F": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "Runtime": "python3.13",
                    "Handler": "index.handler",
                    "Role": {"Fn::GetAtt": ["R", "Arn"]},
                    **code,
                    **properties,
                },
            },
            "R": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "AssumeRolePolicyDocument": {
                        "Statement": {
                            "Effect": "Allow",
                            "Action": "sts:AssumeRole",
                            "Principal": {"Service": trust},
                        }
                    },
                    "Policies": [
                        {
                            "PolicyName": "p",
                            "PolicyDocument": {
                                "Statement": [
                                    {"Effect": "Allow", "Action": actions, "Resource": "*"}
                                ]
                            },
                        }
                    ],
                },
            },
            **(beside or {}),
        }
    }
    assets = {"F": asset} if asset is not None else {}
    return Template(body, origin=Origin(assets=assets)).resources["F"]


def unused(subject: Resource) -> set[str]:
    return {entry.action for entry in usage_of(subject, subject.template).unused}


def undecided(subject: Resource) -> set[str]:
    return {entry.action for entry in usage_of(subject, subject.template).undecided}


def missing(subject: Resource) -> set[tuple[str, ...]]:
    return {entry.actions for entry in usage_of(subject, subject.template).missing}


def test_names_what_is_granted_and_never_called() -> None:
    assert unused(function(["s3:GetObject", "s3:DeleteObject", "s3:GetBucket*"])) == {
        "s3:DeleteObject",
        "s3:GetBucket*",
    }


def test_counts_a_wildcard_as_used_when_some_of_it_is() -> None:
    assert unused(function(["s3:GetObject*", "s3:List*"])) == set()


def test_names_a_whole_service_only_when_nothing_of_it_is_called() -> None:
    assert unused(function(["s3:*", "sqs:*"])) == {"sqs:*"}


def test_leaves_out_what_lambda_and_drivers_use_without_a_call() -> None:
    assert unused(function(["logs:PutLogEvents", "kms:Decrypt", "rds-db:connect"])) == set()


def test_leaves_out_what_lambda_needs_to_deliver_failed_events() -> None:
    queue = {"TargetArn": "arn:aws:sqs:eu-west-1:111122223333:q"}

    assert unused(function(["sqs:SendMessage"])) == {"sqs:SendMessage"}
    assert unused(function(["sqs:SendMessage"], DeadLetterConfig=queue)) == set()


def test_says_nothing_of_services_that_are_used_on_the_callers_behalf() -> None:
    source = (
        "import boto3\ndef handler(e, c):\n"
        "    boto3.client('athena').start_query_execution(QueryString='q')\n"
    )

    assert unused(function(["s3:PutObject", "glue:GetTable", "sns:Publish"], source)) == {
        "sns:Publish"
    }


def test_counts_a_call_on_something_unknown_by_its_name() -> None:
    source = "import boto3\ndef handler(e, c):\n    e2(e).put_object(Bucket='b')\nimport e2\n"
    plain = (
        "def use(x):\n    x.client.put_object(Bucket='b')\ndef handler(e, c):\n    use(x_of(e))\n"
    )

    assert unused(function(["s3:PutObject"], source)) == set()
    assert unused(function(["s3:PutObject"], plain)) == set()


def test_judges_no_role_that_others_may_use() -> None:
    subject = function(["s3:DeleteObject"], trusted="states.amazonaws.com")

    assert unused(subject) == set()
    assert "others than functions" in usage_of(subject, subject.template).doubts[0]


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"Runtime": "java21", "Handler": "a.B::c"}, "Java"),
        ({"Runtime": "provided.al2023"}, "a runtime of its own"),
        ({"PackageType": "Image"}, "container image"),
        ({"Runtime": {"Ref": "Nothing"}}, "not known before deployment"),
    ],
)
def test_says_which_code_it_cannot_read(properties: dict[str, Any], reason: str) -> None:
    subject = function(["s3:DeleteObject"], **properties)
    reading = read_function(subject)

    assert reason in str(reading.gaps[0])
    assert unused(subject) == set()
    assert undecided(subject) == {"s3:DeleteObject"}
    assert missing(subject) == set()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("index.py", b"def handler(:\n", "does not parse"),
        ("index.py", b"\xff\xfe\x00", "UTF-8"),
        ("index.py", b"x = '\x00'\n", "null byte"),
        ("index.py", b"x = " + b"(" * 5_000 + b")" * 5_000, ""),
        ("other.py", b"", "no module for the handler"),
    ],
)
def test_names_a_file_that_cannot_be_read(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    (tmp_path / name).write_bytes(content)
    subject = function(["s3:DeleteObject"], None, asset=tmp_path)

    assert any(reason in gap.reason for gap in read_function(subject).gaps)
    assert unused(subject) == set()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (f"'@smithy/x';exports.handler=async()=>{'1+' * 4_000}1", "minified bundle with the SDK"),
        ("x".join("\n" * 5_000_001), "longer than five megabytes"),
        (f"exports.handler = 1;{' 1 + 1;' * 200_000}", "longer than a megabyte"),
        ("/* @smithy/x */ var __commonJS = 1; exports.handler = 1", "bundle with the SDK"),
        ("exports.handler = async () => `${", "does not parse"),
    ],
)
def test_names_a_bundle_that_cannot_be_read(tmp_path: Path, content: str, reason: str) -> None:
    (tmp_path / "index.js").write_text(content, encoding="utf-8")
    subject = function(["s3:DeleteObject"], None, asset=tmp_path, Runtime="nodejs22.x")

    assert any(reason in gap.reason for gap in read_function(subject).gaps)
    assert unused(subject) == set()


def test_reads_the_same_inline_code_of_several_functions_once() -> None:
    one, other = function(["s3:DeleteObject"], "pass"), function(["s3:GetObject"], "pass")

    assert read_function(one) is read_function(other)


def test_trusts_an_installed_package_that_never_mentions_the_sdk(tmp_path: Path) -> None:
    (tmp_path / "index.py").write_text(f"import tiny\n{READ}", encoding="utf-8")
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "__init__.py").write_text("", encoding="utf-8")
    (tmp_path / "tiny-1.dist-info").mkdir()
    (tmp_path / "tiny-1.dist-info" / "RECORD").write_text("tiny/__init__.py,,\n", encoding="utf-8")

    assert unused(function(["s3:DeleteObject"], None, asset=tmp_path)) == {"s3:DeleteObject"}


def test_does_not_trust_an_installed_package_that_uses_the_sdk(tmp_path: Path) -> None:
    (tmp_path / "index.py").write_text(f"import busy\n{READ}", encoding="utf-8")
    (tmp_path / "busy.py").write_text("import boto3", encoding="utf-8")
    (tmp_path / "busy-1.dist-info").mkdir()
    (tmp_path / "busy-1.dist-info" / "RECORD").write_text("busy.py,,\n", encoding="utf-8")

    assert unused(function(["s3:DeleteObject"], None, asset=tmp_path)) == set()


def test_names_a_call_that_nothing_allows() -> None:
    assert missing(function(["s3:PutObject"])) == {("s3:GetObject",)}
    assert missing(function(["s3:Get*"])) == set()


def test_names_a_call_on_another_table_than_the_role_may_use() -> None:
    source = (
        "import boto3, os\nt = boto3.resource('dynamodb').Table(os.environ['T'])\n"
        "def handler(e, c):\n    t.put_item(Item={})\n"
    )
    tables = {name: {"Type": "AWS::DynamoDB::Table"} for name in ("Carts", "Orders")}
    subject = function(
        [], source, beside=tables, Environment={"Variables": {"T": {"Ref": "Orders"}}}
    )
    statement = subject.template.body["Resources"]["R"]["Properties"]["Policies"][0]
    statement["PolicyDocument"]["Statement"][0] |= {
        "Action": "dynamodb:PutItem",
        "Resource": {"Fn::GetAtt": ["Carts", "Arn"]},
    }

    (found,) = usage_of(subject, subject.template).missing
    assert found.actions == ("dynamodb:PutItem",)
    assert found.resource is not None
    assert found.resource.logical_id == "Orders"
    assert proposed_grants(subject, [found.call]) == ('orders.grants.write_items(f, "PutItem")',)


def test_is_silent_about_missing_grants_when_a_policy_is_not_in_sight() -> None:
    subject = function(["s3:PutObject"])
    role = subject.template.body["Resources"]["R"]["Properties"]
    role["ManagedPolicyArns"] = ["arn:aws:iam::111122223333:policy/unseen"]

    assert missing(subject) == set()


@pytest.mark.parametrize(
    ("variables", "lacking"),
    [
        ({"TABLE": "orders"}, set()),
        ({"BUCKET": "b"}, {("s3:GetObject",)}),
        ({"Fn::Transform": {"Name": "Variables"}}, {("s3:GetObject",)}),
        (None, set()),
    ],
)
def test_leaves_out_what_is_about_a_variable_that_the_function_lacks(
    variables: Any, lacking: set[tuple[str, ...]]
) -> None:
    source = (
        "import boto3, os\n"
        "def handler(e, c):\n"
        "    boto3.client('s3').get_object(Bucket=os.environ['BUCKET'], Key='k')\n"
    )
    environment: dict[str, Any] = (
        {} if variables is None else {"Environment": {"Variables": variables}}
    )
    assert missing(function([], source, **environment)) == lacking


def test_never_calls_missing_what_is_only_perhaps_called() -> None:
    source = (
        "import boto3\nclass A:\n    def go(self):\n        boto3.client('s3').list_buckets()\n"
        "def handler(e, c):\n    thing(e).go()\nfrom json import loads as thing\n"
    )

    assert missing(function([], source)) == set()


WRITES = (
    "import boto3, os\nt = boto3.resource('dynamodb').Table(os.environ['T'])\n"
    "def handler(e, c):\n    t.put_item(Item={})\n"
)


def on_tables(source: str, entry: str = "dynamodb:PutItem", **more: Any) -> Resource:
    """Give a function that may do something to two tables, and knows one by a variable."""
    tables = {name: {"Type": "AWS::DynamoDB::Table"} for name in ("Carts", "Orders")}
    subject = function(
        [], source, beside=tables, Environment={"Variables": {"T": {"Ref": "Orders"}}}, **more
    )
    statement = subject.template.body["Resources"]["R"]["Properties"]["Policies"][0]
    statement["PolicyDocument"]["Statement"][0] |= {
        "Action": entry,
        "Resource": [
            {"Fn::GetAtt": ["Orders", "Arn"]},
            {"Fn::Sub": "${Carts.Arn}/index/*"},
            {"Fn::GetAtt": ["Carts", "Arn"]},
        ],
    }
    return subject


def unused_on(subject: Resource) -> set[str]:
    return {str(entry) for entry in usage_of(subject, subject.template).unused}


@pytest.mark.parametrize("entry", ["dynamodb:PutItem", "dynamodb:Put*", "dynamodb:*"])
def test_names_the_resource_that_is_granted_and_never_called(entry: str) -> None:
    assert unused_on(on_tables(WRITES, entry)) == {f"{entry} on Carts"}


@pytest.mark.parametrize(
    "more",
    [
        "    boto3.client('dynamodb').put_item(TableName=e['table'], Item={})\n",
        "    boto3.resource('dynamodb').Table(os.environ[e['name']]).put_item(Item={})\n",
        "    table_of(e).put_item(Item={})\n",
    ],
    ids=["named by the event", "variable named by the event", "something not known"],
)
def test_names_no_resource_when_a_call_may_be_about_any(more: str) -> None:
    assert unused_on(on_tables(WRITES + more)) == set()


def test_names_no_resource_that_lambda_uses_by_itself() -> None:
    subject = on_tables(
        WRITES,
        "dynamodb:GetRecords",
        DeadLetterConfig={"TargetArn": "arn:aws:sqs:eu-west-1:111122223333:q"},
    )
    assert unused_on(subject) == {"dynamodb:GetRecords"}
