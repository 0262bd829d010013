"""The sample app reaches CREATE_COMPLETE, and is wired as its constructs say."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sample_app.service import REGION
from tests.deployment.account import Stack, deploy

pytestmark = pytest.mark.synth

FUNCTION = "AWS::Lambda::Function"
QUEUE = "AWS::SQS::Queue"
# With a part of their hash, since their dead letters start with the same word.
PAYMENTS = "Payments1"
SCANNED = "DocumentsScannedF"


@pytest.fixture(scope="module")
def shop(account: None, tmp_path_factory: pytest.TempPathFactory) -> Stack:  # noqa: ARG001
    import aws_cdk as cdk

    from sample_app.service import OrderService

    folder = tmp_path_factory.mktemp("deployment") / "cdk.out"
    app = cdk.App(outdir=str(folder))
    OrderService(app, "OrderService")
    app.synth()
    return deploy(folder, "OrderService", region=REGION)


def configuration(stack: Stack, function: str) -> dict[str, Any]:
    name = stack.the(FUNCTION, function)
    found: dict[str, Any] = stack.client("lambda").get_function_configuration(FunctionName=name)
    return found


def allowed(stack: Stack, function: str) -> dict[str, set[str]]:
    """Give what a function may do, by resource."""
    iam = stack.client("iam")
    role = configuration(stack, function)["Role"].rpartition("/")[2]
    granted: dict[str, set[str]] = {}
    for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
        for statement in document["Statement"]:
            for resource in _listed(statement["Resource"]):
                granted.setdefault(resource, set()).update(_listed(statement["Action"]))
    return granted


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def test_each_function_has_a_role_of_its_own(shop: Stack) -> None:
    roles = {
        configuration(shop, function)["Role"]
        for function in (
            "DocumentsIssuer",
            "DocumentsPromoter",
            "PlaceOrder",
            "ReadOrders",
            "ReserveStock",
            "RotatePaymentKey",
            "SettlePayment",
            "Ship",
        )
    }
    assert len(roles) == 8
    for role in roles:
        name = role.rpartition("/")[2]
        assert not shop.client("iam").list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        found = shop.client("iam").get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
        (statement,) = found["Statement"]
        assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}


def test_a_function_may_do_what_its_handler_does(shop: Stack) -> None:
    table = shop.the("AWS::DynamoDB::GlobalTable", "Orders")
    table_arn = shop.client("dynamodb").describe_table(TableName=table)["Table"]["TableArn"]
    may = allowed(shop, "PlaceOrder")
    assert may[table_arn] == {"dynamodb:GetItem", "dynamodb:PutItem"}
    assert may[_queue_arn(shop, shop.the(QUEUE, PAYMENTS))] == {"sqs:SendMessage"}


def test_the_secret_is_read_through_powertools(shop: Stack) -> None:
    from aws_lambda_powertools.utilities.parameters import SecretsProvider

    arn = configuration(shop, "SettlePayment")["Environment"]["Variables"]["PAYMENT_KEY_ARN"]
    assert arn == shop.the("AWS::SecretsManager::Secret", "PaymentKey")
    shop.client("secretsmanager").put_secret_value(SecretId=arn, SecretString="key-of-the-shop")
    provider = SecretsProvider(boto3_client=shop.client("secretsmanager"))
    assert provider.get(arn) == "key-of-the-shop"
    assert "secretsmanager:GetSecretValue" in allowed(shop, "SettlePayment")[arn]
    assert arn not in allowed(shop, "PlaceOrder")


def test_the_web_acl_stands_before_the_stage(shop: Stack) -> None:
    api = shop.the("AWS::ApiGateway::RestApi")
    stage = f"arn:aws:apigateway:{REGION}::/restapis/{api}/stages/prod"
    acl = shop.client("wafv2").get_web_acl_for_resource(ResourceArn=stage)["WebACL"]
    assert [rule["Name"] for rule in acl["Rules"]][:2] == ["RateLimit", "BodySize"]


def test_every_method_asks_the_authorizer(shop: Stack) -> None:
    client = shop.client("apigateway")
    api = shop.the("AWS::ApiGateway::RestApi")
    (authorizer,) = client.get_authorizers(restApiId=api)["items"]
    pool = shop.client("cognito-idp").describe_user_pool(
        UserPoolId=shop.the("AWS::Cognito::UserPool")
    )
    assert authorizer["providerARNs"] == [pool["UserPool"]["Arn"]]
    methods = [
        method
        for resource in client.get_resources(restApiId=api)["items"]
        for method in resource.get("resourceMethods", {}).values()
    ]
    assert len(methods) == 4
    assert {method["authorizerId"] for method in methods} == {authorizer["id"]}


def test_the_queue_takes_nothing_over_plain_http(shop: Stack) -> None:
    url = shop.the(QUEUE, PAYMENTS)
    attributes = shop.client("sqs").get_queue_attributes(
        QueueUrl=url, AttributeNames=["Policy", "QueueArn", "RedrivePolicy"]
    )["Attributes"]
    (denied,) = (
        statement
        for statement in json.loads(attributes["Policy"])["Statement"]
        if statement["Effect"] == "Deny"
    )
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert denied["Resource"] == attributes["QueueArn"]


def test_the_worker_takes_from_the_queue(shop: Stack) -> None:
    (mapping,) = shop.client("lambda").list_event_source_mappings(
        FunctionName=shop.the(FUNCTION, "SettlePayment")
    )["EventSourceMappings"]
    assert mapping["EventSourceArn"] == _queue_arn(shop, shop.the(QUEUE, PAYMENTS))
    assert mapping["BatchSize"] == 5
    may = allowed(shop, "SettlePayment")[mapping["EventSourceArn"]]
    assert "sqs:DeleteMessage" in may
    assert "sqs:SendMessage" not in may


def test_the_promoter_takes_what_was_found_clean_and_ship_reads_it(shop: Stack) -> None:
    (mapping,) = shop.client("lambda").list_event_source_mappings(
        FunctionName=shop.the(FUNCTION, "DocumentsPromoter")
    )["EventSourceMappings"]
    quarantine, clean = (
        f"arn:aws:s3:::{shop.the('AWS::S3::Bucket', name)}"
        for name in ("DocumentsQuarantine", "DocumentsClean")
    )
    assert mapping["EventSourceArn"] == _queue_arn(shop, shop.the(QUEUE, SCANNED))
    assert allowed(shop, "DocumentsPromoter")[f"{clean}/*"] == {"s3:PutObject"}
    may = allowed(shop, "Ship")
    assert may[f"{clean}/*"] == {"s3:GetObject"}
    assert not [resource for resource in may if resource.startswith(quarantine)]


def test_what_was_paid_goes_through_the_steps_of_fulfilment(shop: Stack) -> None:
    arn = shop.the("AWS::StepFunctions::StateMachine")
    machine = shop.client("stepfunctions").describe_state_machine(stateMachineArn=arn)
    states = json.loads(machine["definition"])["States"]
    steps = {
        name: configuration(shop, function)["FunctionArn"]
        for name, function in (("Reserve", "ReserveStock"), ("Deliver", "Ship"))
    }
    role = machine["roleArn"].rpartition("/")[2]
    trust = shop.client("iam").get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    variables = configuration(shop, "SettlePayment")["Environment"]["Variables"]

    assert {name: states[name]["Resource"] for name in steps} == steps
    assert trust["Statement"][0]["Condition"]["ArnEquals"] == {"aws:SourceArn": arn}
    assert variables["FULFILMENT_ARN"] == arn
    assert allowed(shop, "SettlePayment")[arn] == {"states:StartExecution"}


def test_alarms_tell_operations(shop: Stack) -> None:
    topic = shop.the("AWS::SNS::Topic")
    alarms = shop.client("cloudwatch").describe_alarms()["MetricAlarms"]
    (told,) = shop.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]

    assert {*(each for alarm in alarms for each in alarm["AlarmActions"])} == {topic}
    assert {"ExecutionsFailed", "Errors", "ApproximateNumberOfMessagesVisible"} <= {
        alarm["MetricName"] for alarm in alarms
    }
    assert (told["Protocol"], told["Endpoint"]) == ("email", "operations@shop.example.com")


def test_what_cannot_be_handled_is_kept(shop: Stack) -> None:
    kept = shop.client("lambda").get_function_event_invoke_config(
        FunctionName=shop.the(FUNCTION, "PlaceOrder")
    )["DestinationConfig"]["OnFailure"]["Destination"]
    assert kept == _queue_arn(shop, shop.the(QUEUE, "SecureConstructsDeadLetters"))
    assert allowed(shop, "PlaceOrder")[kept] == {"sqs:SendMessage"}


def _queue_arn(stack: Stack, url: str) -> str:
    attributes = stack.client("sqs").get_queue_attributes(
        QueueUrl=url, AttributeNames=["QueueArn"]
    )["Attributes"]
    return str(attributes["QueueArn"])
