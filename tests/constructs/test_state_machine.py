from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks

from secure_constructs.constructs import (
    SecureFunction,
    SecureFunctionUrl,
    SecureKey,
    SecureQueue,
    SecureStateMachine,
)
from secure_constructs.constructs._names import unique_name
from secure_constructs.errors import ConstructError

if TYPE_CHECKING:
    from constructs import Construct

Find = Any


def function(scope: Construct, name: str) -> SecureFunction:
    return SecureFunction(
        scope,
        name,
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_14,
        reserved_concurrent_executions=2,
    )


def calls(scope: Construct, step: lambda_.IFunction, name: str = "Run") -> sfn.DefinitionBody:
    return sfn.DefinitionBody.from_chainable(
        tasks.LambdaInvoke(scope, name, lambda_function=step, payload_response_only=True)
    )


def waits(scope: Construct) -> sfn.DefinitionBody:
    return sfn.DefinitionBody.from_chainable(sfn.Succeed(scope, "Done"))


def machine(
    scope: Construct, body: sfn.DefinitionBody, id: str = "Fulfil", **props: Any
) -> SecureStateMachine:
    return SecureStateMachine(
        scope,
        id,
        definition_body=body,
        **{"timeout": cdk.Duration.minutes(5), **props},
    )


def statements(policies: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        statement
        for policy in policies.values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
    ]


def of_machine(policies: dict[str, Any]) -> dict[str, Any]:
    return {name: policy for name, policy in policies.items() if name.startswith("Fulfil")}


def text(value: Any) -> str:
    return json.dumps(value)


def test_logs_errors_without_data_to_its_own_group(stack: cdk.Stack, only: Find) -> None:
    machine(stack, waits(stack))
    logging = only(stack, "AWS::StepFunctions::StateMachine")["LoggingConfiguration"]
    assert logging["Level"] == "ERROR"
    assert logging["IncludeExecutionData"] is False
    (destination,) = logging["Destinations"]
    assert "FulfilLogGroup" in text(destination)


def test_its_log_group_is_encrypted_kept_and_named_for_vended_logs(
    stack: cdk.Stack, found: Find
) -> None:
    machine(stack, waits(stack))
    (group,) = found(stack, "AWS::Logs::LogGroup").values()
    assert group["DeletionPolicy"] == "Retain"
    assert group["Properties"]["RetentionInDays"] == 90
    assert "KmsKeyId" in group["Properties"]
    name = group["Properties"]["LogGroupName"]["Fn::Join"][1]
    assert name[0].startswith("/aws/vendedlogs/states/Fulfil-")


def test_traces_executions(stack: cdk.Stack, only: Find) -> None:
    machine(stack, waits(stack))
    assert only(stack, "AWS::StepFunctions::StateMachine")["TracingConfiguration"] == {
        "Enabled": True
    }


def test_ends_an_execution_by_its_timeout(stack: cdk.Stack, only: Find) -> None:
    machine(stack, waits(stack), timeout=cdk.Duration.minutes(7))
    definition = only(stack, "AWS::StepFunctions::StateMachine")["DefinitionString"]
    assert json.loads(definition)["TimeoutSeconds"] == 420


def test_is_encrypted_with_the_key_of_the_stack(stack: cdk.Stack, only: Find, found: Find) -> None:
    machine(stack, waits(stack))
    (key,) = found(stack, "AWS::KMS::Key")
    assert only(stack, "AWS::StepFunctions::StateMachine")["EncryptionConfiguration"] == {
        "KmsKeyId": {"Fn::GetAtt": [key, "Arn"]},
        "Type": "CUSTOMER_MANAGED_KMS_KEY",
    }


def test_uses_a_key_of_the_callers(stack: cdk.Stack, found: Find) -> None:
    machine(stack, waits(stack), encryption_key=SecureKey(stack, "Mine"))
    (key,) = found(stack, "AWS::KMS::Key")
    assert key.startswith("Mine")


def test_its_role_uses_the_key_for_this_machine_only(stack: cdk.Stack, found: Find) -> None:
    machine(stack, waits(stack))
    on_key = [
        statement
        for statement in statements(of_machine(found(stack, "AWS::IAM::Policy")))
        if "kms:Decrypt" in statement["Action"]
    ]
    (statement,) = on_key
    condition = statement["Condition"]["StringEquals"]
    assert ":stateMachine:Fulfil-" in text(
        condition["kms:EncryptionContext:aws:states:stateMachineArn"]
    )


def test_log_delivery_decrypts_for_logs_of_this_account_only(stack: cdk.Stack, found: Find) -> None:
    machine(stack, waits(stack))
    (key,) = found(stack, "AWS::KMS::Key").values()
    (delivery,) = (
        statement
        for statement in key["Properties"]["KeyPolicy"]["Statement"]
        if statement["Principal"].get("Service") == "delivery.logs.amazonaws.com"
    )
    source = delivery["Condition"]["StringEquals"]["kms:EncryptionContext:SourceArn"]
    assert {"Ref": "AWS::AccountId"} in source["Fn::Join"][1]
    assert delivery["Action"] == "kms:Decrypt"


def test_two_machines_admit_log_delivery_once(stack: cdk.Stack, found: Find) -> None:
    machine(stack, waits(stack))
    machine(stack, sfn.DefinitionBody.from_chainable(sfn.Pass(stack, "Skip")), "Refund")
    (key,) = found(stack, "AWS::KMS::Key").values()
    services = [
        statement["Principal"].get("Service")
        for statement in key["Properties"]["KeyPolicy"]["Statement"]
    ]
    assert services.count("delivery.logs.amazonaws.com") == 1


def test_only_this_machine_can_assume_its_role(stack: cdk.Stack, found: Find) -> None:
    machine(stack, waits(stack))
    (role,) = found(stack, "AWS::IAM::Role").values()
    (trust,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "states.amazonaws.com"}
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert ":stateMachine:Fulfil-" in text(trust["Condition"]["ArnEquals"]["aws:SourceArn"])
    (built,) = found(stack, "AWS::StepFunctions::StateMachine").values()
    name = built["Properties"]["StateMachineName"]["Fn::Join"][1]
    assert text(name[-1]) in text(trust["Condition"]["ArnEquals"]["aws:SourceArn"])


def test_its_role_invokes_the_functions_of_its_steps_and_no_versions(
    stack: cdk.Stack, found: Find
) -> None:
    charge = function(stack, "Charge")
    machine(stack, calls(stack, charge))
    (invoke,) = (
        statement
        for statement in statements(found(stack, "AWS::IAM::Policy"))
        if statement["Action"] == "lambda:InvokeFunction"
    )
    (logical_id,) = found(stack, "AWS::Lambda::Function")
    assert invoke["Resource"] == {"Fn::GetAtt": [logical_id, "Arn"]}


def test_its_role_names_a_resource_but_for_log_delivery_and_traces(
    stack: cdk.Stack, found: Find
) -> None:
    machine(stack, calls(stack, function(stack, "Charge")))
    anywhere = [
        action
        for statement in statements(of_machine(found(stack, "AWS::IAM::Policy")))
        if statement["Resource"] == "*"
        for action in statement["Action"]
    ]
    assert {action.split(":")[0] for action in anywhere} == {"logs", "xray"}


def test_nothing_else_starts_a_step_afterwards(plain_stack: cdk.Stack) -> None:
    charge = function(plain_stack, "Charge")
    machine(plain_stack, calls(plain_stack, charge))
    role = iam.Role(plain_stack, "Other", assumed_by=iam.AccountRootPrincipal())
    reason = "SecureFunction at 'Shop/Charge'.*it is a step of the state machine 'Shop/Fulfil'"
    with pytest.raises(ConstructError, match=reason):
        charge.consume(SecureQueue(plain_stack, "Orders"))
    with pytest.raises(ConstructError, match=reason):
        charge.add_permission(
            "Rule",
            principal=iam.ServicePrincipal("events.amazonaws.com"),
            source_arn="arn:aws:events:eu-west-1:111122223333:rule/r",
        )
    with pytest.raises(ConstructError, match=reason):
        charge.grant_invoke(role)
    with pytest.raises(ConstructError, match=reason):
        charge.grant_invoke_latest_version(role)
    with pytest.raises(ConstructError, match=reason):
        charge.grant_invoke_version(role, charge.current_version)
    with pytest.raises(ConstructError, match=reason):
        charge.grant_invoke_url(role)
    with pytest.raises(ConstructError, match=reason):
        SecureFunctionUrl(
            plain_stack, "Url", default_domain="A test.", function=charge, public="A test."
        )
    with pytest.raises(ConstructError, match=reason):
        charge.add_function_url(auth_type=lambda_.FunctionUrlAuthType.AWS_IAM)


def test_refuses_a_step_that_something_else_starts_already(plain_stack: cdk.Stack) -> None:
    charge = function(plain_stack, "Charge")
    charge.consume(SecureQueue(plain_stack, "Orders"))
    with pytest.raises(ConstructError, match="a queue invokes it too"):
        machine(plain_stack, calls(plain_stack, charge))


def test_refuses_a_step_of_another_machine(plain_stack: cdk.Stack) -> None:
    charge = function(plain_stack, "Charge")
    machine(plain_stack, calls(plain_stack, charge))
    with pytest.raises(ConstructError, match="the state machine 'Shop/Fulfil' invokes it too"):
        machine(plain_stack, calls(plain_stack, charge, "Again"), "Refund")


def test_one_machine_may_use_a_function_in_two_steps(stack: cdk.Stack) -> None:
    charge = function(stack, "Charge")
    first = tasks.LambdaInvoke(stack, "First", lambda_function=charge)
    second = tasks.LambdaInvoke(stack, "Second", lambda_function=charge)
    machine(stack, sfn.DefinitionBody.from_chainable(first.next(second)))


def test_a_step_in_another_stack_is_a_step(app: cdk.App, plain_stack: cdk.Stack) -> None:
    charge = function(cdk.Stack(app, "Payments"), "Charge")
    machine(plain_stack, calls(plain_stack, charge))
    with pytest.raises(ConstructError, match="it is a step of"):
        charge.grant_invoke(iam.AccountRootPrincipal())


def test_stacks_built_alike_have_steps_of_their_own(app: cdk.App) -> None:
    for name in ("Green", "Blue"):
        stack = cdk.Stack(app, name)
        machine(stack, calls(stack, function(stack, "Charge")))


def test_a_function_that_is_no_step_keeps_its_callers(stack: cdk.Stack) -> None:
    machine(stack, calls(stack, function(stack, "Charge")))
    function(stack, "Ship").consume(SecureQueue(stack, "Orders"))


def test_a_plain_function_may_be_a_step(plain_stack: cdk.Stack) -> None:
    plain = lambda_.Function(
        plain_stack,
        "Plain",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_14,
    )
    machine(plain_stack, calls(plain_stack, plain))


def test_other_integrations_get_what_they_need(stack: cdk.Stack, found: Find) -> None:
    send = tasks.SqsSendMessage(
        stack,
        "Send",
        queue=SecureQueue(stack, "Orders"),
        message_body=sfn.TaskInput.from_json_path_at("$.order"),
    )
    machine(stack, sfn.DefinitionBody.from_chainable(send))
    actions = [
        statement["Action"]
        for statement in statements(of_machine(found(stack, "AWS::IAM::Policy")))
        if "sqs" in text(statement["Action"])
    ]
    assert actions == ["sqs:SendMessage"]


def test_an_express_machine_has_another_name_than_a_standard_one(
    stack: cdk.Stack, only: Find
) -> None:
    # Its type cannot change without a new machine, and CloudFormation makes that one first.
    express = machine(stack, waits(stack), state_machine_type=sfn.StateMachineType.EXPRESS)
    assert express.express
    built = only(stack, "AWS::StepFunctions::StateMachine")
    assert built["StateMachineType"] == "EXPRESS"
    names = {unique_name(stack, "Fulfil", longest=58, of=kind) for kind in ("EXPRESS", "STANDARD")}
    assert len(names) == 2


@pytest.mark.parametrize(
    ("grant", "operations", "actions"),
    [
        ("start_execution", [], ["states:StartExecution"]),
        ("stop_execution", [], ["states:StopExecution"]),
        ("redrive_execution", [], ["states:RedriveExecution"]),
        ("read", ["ListExecutions"], ["states:ListExecutions"]),
        ("read", ["DescribeExecution"], ["kms:Decrypt", "states:DescribeExecution"]),
        (
            "task_response",
            [],
            ["states:SendTaskFailure", "states:SendTaskHeartbeat", "states:SendTaskSuccess"],
        ),
        ("task_response", ["SendTaskSuccess"], ["states:SendTaskSuccess"]),
        (
            "read",
            [],
            [
                "kms:Decrypt",
                "states:ListExecutions",
                "states:DescribeExecution",
                "states:GetExecutionHistory",
            ],
        ),
    ],
)
def test_grants_exactly(
    stack: cdk.Stack, found: Find, grant: str, operations: list[str], actions: list[str]
) -> None:
    built = machine(stack, waits(stack))
    role = iam.Role(stack, "Caller", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    getattr(built.grants, grant)(role, *operations)
    allowed = [
        statement
        for name, policy in found(stack, "AWS::IAM::Policy").items()
        if name.startswith("Caller")
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
    ]
    said = [
        action
        for statement in allowed
        for action in (
            statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        )
    ]
    assert sorted(said) == sorted(actions)
    assert all(statement["Resource"] != "*" for statement in allowed)


def test_an_execution_is_redriven_by_its_own_arn(stack: cdk.Stack, found: Find) -> None:
    built = machine(stack, waits(stack))
    role = iam.Role(stack, "Caller", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    built.grant_redrive_execution(role)
    (policy,) = [
        policy
        for name, policy in found(stack, "AWS::IAM::Policy").items()
        if name.startswith("Caller")
    ]
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert ":execution:" in json.dumps(statement["Resource"])


def test_a_standard_execution_cannot_be_waited_for(plain_stack: cdk.Stack) -> None:
    built = machine(plain_stack, waits(plain_stack))
    with pytest.raises(ConstructError, match="only express executions can be waited for"):
        built.grants.start_sync_execution(iam.AccountRootPrincipal())


@pytest.mark.parametrize(
    ("prop", "value", "reason"),
    [
        ("logs", sfn.LogOptions(level=sfn.LogLevel.OFF), "none of the data"),
        ("tracing_enabled", False, "follow an attack"),
        ("role", "any", "a role of its own"),
        ("encryption_configuration", None, "always encrypted"),
        ("definition", None, "deprecated"),
    ],
)
def test_refuses_what_would_undo_it(
    plain_stack: cdk.Stack, prop: str, value: Any, reason: str
) -> None:
    with pytest.raises(ConstructError, match=reason):
        machine(plain_stack, waits(plain_stack), **{prop: value})


@pytest.mark.parametrize("timeout", [None, 30, cdk.Duration.days(400)])
def test_refuses_an_execution_without_end(plain_stack: cdk.Stack, timeout: Any) -> None:
    with pytest.raises(ConstructError, match="does not take timeout"):
        machine(plain_stack, waits(plain_stack), timeout=timeout)


def test_refuses_an_express_execution_of_an_hour(plain_stack: cdk.Stack) -> None:
    with pytest.raises(ConstructError, match="from 1 to 300 seconds"):
        machine(
            plain_stack,
            waits(plain_stack),
            state_machine_type=sfn.StateMachineType.EXPRESS,
            timeout=cdk.Duration.hours(1),
        )


def test_refuses_a_definition_it_cannot_read(plain_stack: cdk.Stack) -> None:
    with pytest.raises(ConstructError, match="only of states can it tell"):
        machine(plain_stack, sfn.DefinitionBody.from_string("{}"))


def test_takes_an_imported_key(stack: cdk.Stack) -> None:
    from aws_cdk import aws_kms as kms

    key = kms.Key.from_key_arn(
        stack,
        "Foreign",
        "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222",
    )
    machine(stack, waits(stack), encryption_key=key)
