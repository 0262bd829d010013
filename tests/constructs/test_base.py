from __future__ import annotations

import inspect
import json
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import cdk_nag
import pytest
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from secure_constructs.constructs import SecureFunction, SecureKey, SecureQueue, SecureSecret
from secure_constructs.constructs._base import (
    acknowledge,
    check_number,
    is_token,
    known_seconds,
    refusal,
    shared,
)
from secure_constructs.errors import ConstructError
from tests.constructs.conftest import judge, template_of

if TYPE_CHECKING:
    from collections.abc import Iterator


def shop(stack: cdk.Stack) -> None:
    """
    Each construct of this package's first half, wired together.
    """
    key = SecureKey(stack, "Key")
    secret = SecureSecret(stack, "Partner", no_rotation="the partner replaces it by phone")
    orders = SecureQueue(stack, "Orders", encryption_master_key=key)
    checkout = SecureFunction(
        stack,
        "Checkout",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
        reserved_concurrent_executions=5,
        log_encryption_key=key,
        secrets={"PARTNER": secret},
    )
    worker = SecureFunction(
        stack,
        "Worker",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
        unreserved="it follows the queue",
        environment={"CURRENCY": "EUR"},
    )
    orders.grants.send(checkout)
    worker.consume(orders, max_concurrency=10)
    rotator = SecureFunction(
        stack,
        "Rotator",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_14,
        reserved_concurrent_executions=1,
    )
    SecureSecret(stack, "Database", rotation_lambda=rotator, encryption_key=key)


def recommended_flags() -> dict[str, Any]:
    (package,) = Path(cdk.__file__).with_name("_jsii").glob("aws-cdk-lib@*.jsii.tgz")
    with tarfile.open(package) as archive:
        flags = archive.extractfile("package/recommended-feature-flags.json")
        assert flags is not None
        recommended: dict[str, Any] = json.load(flags)
        return recommended


@pytest.fixture(params=["flags unset", "flags set"])
def shop_stack(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[cdk.Stack]:
    context = recommended_flags() if request.param == "flags set" else {}
    app = cdk.App(analytics_reporting=False, context=context, outdir=str(tmp_path / "cdk.out"))
    stack = cdk.Stack(app, "Shop")
    shop(stack)
    yield stack
    judge(stack)


def test_nothing_is_found_with_the_feature_flags_set_and_unset(shop_stack: cdk.Stack) -> None:
    judge(shop_stack)


def test_cloudformation_takes_the_template(tmp_path: Path) -> None:
    templates = []
    for name, context in (("Unset", {}), ("Set", recommended_flags())):
        app = cdk.App(analytics_reporting=False, context=context, outdir=str(tmp_path / name))
        stack = cdk.Stack(app, name)
        shop(stack)
        template_of(stack)
        templates.append(tmp_path / name / f"{name}.template.json")
    linted = subprocess.run(
        [
            Path(sys.executable).with_name("cfn-lint"),
            *("--non-zero-exit-code", "error", "--template"),
            *templates,
        ],
        capture_output=True,
        check=False,
        text=True,
    )
    assert linted.returncode == 0, linted.stdout


def test_cdk_nag_finds_nothing_that_is_not_accepted_with_a_reason(shop_stack: cdk.Stack) -> None:
    app = shop_stack.node.root
    cdk.Validations.of(app).add_plugins(
        cdk_nag.AwsSolutionsChecks(app), cdk_nag.ServerlessChecks(app)
    )
    template_of(shop_stack)


def test_a_stack_for_an_environment_is_as_good(tmp_path: Path) -> None:
    app = cdk.App(analytics_reporting=False, outdir=str(tmp_path / "cdk.out"))
    stack = cdk.Stack(app, "Shop", env=cdk.Environment(account="111122223333", region="eu-west-1"))
    shop(stack)
    judge(stack)


def test_a_nested_stack_in_a_stage_is_as_good(tmp_path: Path) -> None:
    app = cdk.App(analytics_reporting=False, outdir=str(tmp_path / "cdk.out"))
    stack = cdk.Stack(cdk.Stage(app, "Live"), "Shop")
    shop(cdk.NestedStack(stack, "Orders"))
    judge(stack)


@pytest.mark.parametrize("construct", [SecureFunction, SecureKey, SecureQueue, SecureSecret])
def test_every_prop_is_documented_with_its_default(construct: type) -> None:
    documented = inspect.getdoc(construct) or ""
    parameters = inspect.signature(construct.__init__).parameters  # type: ignore[misc]
    for name, parameter in parameters.items():
        if name not in ("self", "decided"):
            assert f"\n    {name}: " in documented, name
            assert parameter.kind is parameter.KEYWORD_ONLY or name in ("scope", "id")
    assert "List price:" in documented
    assert "https://docs.aws.amazon.com/" in documented


def test_a_refusal_names_construct_place_prop_value_reason_and_way_out(
    plain_stack: cdk.Stack,
) -> None:
    error = refusal(
        SecureQueue,
        Construct(plain_stack, "Inner"),
        "Orders",
        "fifo",
        "maybe",
        because="it is yes or no",
        instead="say which",
    )
    assert str(error) == (
        "SecureQueue at 'Shop/Inner/Orders' does not take fifo='maybe', because it is yes or no; "
        "say which"
    )


def test_a_refusal_can_keep_the_value_to_itself(plain_stack: cdk.Stack) -> None:
    error = refusal(SecureQueue, plain_stack, "Orders", "fifo", because="no")
    assert "does not take fifo, because" in str(error)


def test_knows_a_token_without_asking() -> None:
    assert is_token(cdk.Aws.REGION)
    assert is_token(f"table-{cdk.Aws.REGION}")
    assert is_token(cdk.Token.as_number({"Ref": "Size"}))
    assert is_token(cdk.Token.as_list({"Ref": "Subnets"}))
    assert not any(is_token(value) for value in ("text", 5, -5.0, True, None, ["text"], ()))


def test_a_duration_known_only_at_deployment_has_no_seconds() -> None:
    assert known_seconds(cdk.Duration.minutes(2)) == 120
    assert known_seconds(cdk.Duration.seconds(cdk.Token.as_number({"Ref": "Wait"}))) is None


def test_a_number_known_only_at_deployment_is_not_compared(plain_stack: cdk.Stack) -> None:
    token = cdk.Token.as_number({"Ref": "Size"})
    check_number(SecureQueue, plain_stack, "Orders", "size", token, least=1, most=2, unit="bytes")
    with pytest.raises(ConstructError, match="from 1 to 2 bytes"):
        check_number(SecureQueue, plain_stack, "Orders", "size", 3, least=1, most=2, unit="bytes")


def test_what_is_shared_is_made_once_in_a_stack(plain_stack: cdk.Stack) -> None:
    one = shared(plain_stack, "Topic", sqs.Queue)
    assert shared(Construct(plain_stack, "Inner"), "Topic", sqs.Queue) is one
    assert one.node.path == "Shop/SecureConstructsTopic"


def test_an_acknowledgment_stands_in_the_metadata(plain_stack: cdk.Stack) -> None:
    queue = sqs.Queue(plain_stack, "Orders")
    acknowledge(queue, "AwsSolutions-SQS3", reason="it is the end of the line")
    template_of(plain_stack)
    assert "it is the end of the line" in str(queue.node.metadata[-1].data)
