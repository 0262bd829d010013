from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from secure_constructs.constructs import GuardrailHook
from secure_constructs.constructs.guardrail_hook import _archive, handler_archive
from secure_constructs.errors import ConstructError

if TYPE_CHECKING:
    import aws_cdk as cdk

Find = Any


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_refuses_stacks_and_change_sets_that_are_created_or_updated(
    stack: cdk.Stack, only: Find
) -> None:
    GuardrailHook(stack, "Guardrails")
    hook = only(stack, "AWS::CloudFormation::LambdaHook")
    assert hook["Alias"] == "Private::Guardrails::Stacks"
    assert (hook["FailureMode"], hook["HookStatus"]) == ("FAIL", "ENABLED")
    assert hook["TargetOperations"] == ["STACK", "CHANGE_SET"]
    assert hook["TargetFilters"] == {
        "Actions": ["CREATE", "UPDATE"],
        "InvocationPoints": ["PRE_PROVISION"],
    }


def test_does_not_judge_the_stack_that_mends_it(stack: cdk.Stack, only: Find) -> None:
    GuardrailHook(stack, "Guardrails", exclude_reason="Another team.", exclude_stacks=["Landing-*"])
    filters = only(stack, "AWS::CloudFormation::LambdaHook")["StackFilters"]
    assert filters == {
        "FilteringCriteria": "ANY",
        "StackNames": {"Exclude": [{"Ref": "AWS::StackName"}, "Landing-*"]},
    }


def test_its_role_invokes_the_one_function_for_this_hook_only(
    stack: cdk.Stack, found: Find, only: Find
) -> None:
    GuardrailHook(stack, "Guardrails")
    (function,) = found(stack, "AWS::Lambda::Function")
    hook = only(stack, "AWS::CloudFormation::LambdaHook")
    role = hook["ExecutionRole"]["Fn::GetAtt"][0]
    (trust,) = found(stack, "AWS::IAM::Role")[role]["Properties"]["AssumeRolePolicyDocument"][
        "Statement"
    ]
    assert trust["Principal"] == {"Service": "hooks.cloudformation.amazonaws.com"}
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    sources = trust["Condition"]["ArnLike"]["aws:SourceArn"]
    assert [source["Fn::Join"][1][-1] for source in sources] == [
        ":type/hook/Private-Guardrails-Stacks",
        ":type/hook/Private-Guardrails-Stacks/*",
    ]
    (statement,) = (
        statement
        for policy in found(stack, "AWS::IAM::Policy").values()
        if policy["Properties"]["Roles"] == [{"Ref": role}]
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
    )
    assert statement["Action"] == "lambda:InvokeFunction"
    assert statement["Resource"] == {"Fn::GetAtt": [function, "Arn"]}


def test_the_function_may_do_nothing_but_log(stack: cdk.Stack, found: Find) -> None:
    GuardrailHook(stack, "Guardrails")
    (policy,) = (
        policy
        for name, policy in found(stack, "AWS::IAM::Policy").items()
        if name.startswith("GuardrailsFunction")
    )
    actions = {
        action
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        for action in listed(statement["Action"])
    }
    assert actions == {
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "sqs:SendMessage",
        "xray:PutTelemetryRecords",
        "xray:PutTraceSegments",
    }


def test_its_folder_judges_without_anything_else(tmp_path: Path) -> None:
    config = tmp_path / "secure-constructs.toml"
    config.write_text('gate = "medium"\n', encoding="utf-8")
    folder = tmp_path / "package"
    with zipfile.ZipFile(handler_archive(config)) as package:
        assert not [name for name in package.namelist() if name.endswith(".pyc")]
        package.extractall(folder)
    program = (
        "import secure_constructs.hook, secure_constructs.config as c, yaml, sys, json;"
        "print(secure_constructs.__file__, c.read_config('secure-constructs.toml').gate);"
        "print(json.dumps(secure_constructs.hook.handler({}, None)));"
        "assert not {'aws_cdk', 'boto3', 'jsii', 'rich'} & {*sys.modules}"
    )
    said = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path[:0] = ['.']; {program}"],
        capture_output=True,
        check=True,
        cwd=folder,
        text=True,
    )
    place, gate = said.stdout.splitlines()[0].split()
    assert Path(place).is_relative_to(folder) or not Path(place).is_absolute()
    assert gate == "medium"
    assert not [*folder.rglob("*.so")]
    assert not (folder / "secure_constructs" / "constructs").exists()


def test_the_same_content_gives_the_same_archive() -> None:
    once = handler_archive(None).read_bytes()
    _archive.cache_clear()
    assert handler_archive(None).read_bytes() == once


@pytest.mark.parametrize(
    ("props", "because"),
    [
        ({"alias": "AWS::Guardrails::Stacks"}, "does not begin with AWS"),
        ({"alias": "Guardrails"}, "three parts"),
        ({"alias": 5}, "three parts"),
        ({"concurrency": 0}, "from 1 to 1000"),
        ({"config": "pyproject.toml"}, "no file secure-constructs.toml"),
        ({"config": "missing/secure-constructs.toml"}, "no file secure-constructs.toml"),
        ({"exclude_stacks": ["*"], "exclude_reason": "All."}, "no stack would be judged"),
        ({"exclude_stacks": "Shop"}, "no stack would be judged"),
        ({"exclude_stacks": ["Shop"]}, "whoever may name a stack so"),
        ({"exclude_reason": "Because."}, "no stack is excluded"),
        ({"failure_mode": "IGNORE"}, "FAIL and WARN"),
    ],
)
def test_refuses_what_would_let_stacks_by(
    plain_stack: cdk.Stack, props: dict[str, Any], because: str
) -> None:
    with pytest.raises(ConstructError, match=because):
        GuardrailHook(plain_stack, "Guardrails", **props)
    assert not plain_stack.node.children
