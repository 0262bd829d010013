"""The order service as it is synthesized: what it promises, read from its template."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from sample_app.handlers.orders.models import NewOrder
from secure_constructs import check_assembly
from secure_constructs.paths.attack_map import map_of
from secure_constructs.paths.verdicts import Verdict
from secure_constructs.template import read_assembly

pytestmark = pytest.mark.synth

ROOT = Path(__file__).parents[2]
FUNCTIONS = (
    "PlaceOrder",
    "ReadOrders",
    "ReserveStock",
    "RotatePaymentKey",
    "SettlePayment",
    "Ship",
)
"""Those whose code is in this repository's ``handlers``; an upload brings two of its own."""


@pytest.fixture(scope="module")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cloud assembly, with the feature flags that a user of cdk.json has."""
    from aws_cdk import App
    from cdk_nag import AwsSolutionsChecks, ServerlessChecks

    from sample_app.service import OrderService
    from secure_constructs import guard

    outdir = tmp_path_factory.mktemp("assembly")
    flags = json.loads((ROOT / "cdk.json").read_text())["context"]
    app = App(outdir=str(outdir), context=flags)
    guard(app, nag_packs=[AwsSolutionsChecks(), ServerlessChecks()])
    OrderService(app, "OrderService")
    # Raises when a finding of ours or of cdk-nag fails it.
    app.synth()
    return outdir


@pytest.fixture(scope="module")
def resources(assembly: Path) -> dict[str, dict[str, Any]]:
    template = json.loads((assembly / "OrderService.template.json").read_text())
    return dict(template["Resources"])


@pytest.fixture(scope="module")
def code(assembly: Path) -> Path:
    """The folder that becomes the code of the functions."""
    (code,) = (path.parent for path in assembly.glob("asset.*/handlers"))
    return code


def of_type(
    resources: Mapping[str, dict[str, Any]], resource_type: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    for logical_id, resource in resources.items():
        if resource["Type"] == resource_type:
            yield logical_id, resource["Properties"]


def one(resources: Mapping[str, dict[str, Any]], resource_type: str, name: str) -> dict[str, Any]:
    (found,) = [
        properties
        for logical_id, properties in of_type(resources, resource_type)
        if logical_id[:-8] == name
    ]
    return found


def test_has_no_finding(assembly: Path) -> None:
    assert check_assembly(assembly) == ()


def test_acknowledges_nothing(assembly: Path) -> None:
    metadata = json.loads((assembly / "OrderService.metadata.json").read_text())

    assert "Secure-Constructs::" not in json.dumps(metadata)
    for module in ("app", "service", "customers", "deployment", "documents", "fulfilment"):
        assert "cknowledg" not in (ROOT / "sample_app" / f"{module}.py").read_text()


def test_lets_only_signed_in_customers_call_the_api(
    resources: dict[str, dict[str, Any]],
) -> None:
    methods = dict(of_type(resources, "AWS::ApiGateway::Method"))

    assert methods
    for method in methods.values():
        assert method["AuthorizationType"] == "COGNITO_USER_POOLS"
        assert resources[method["AuthorizerId"]["Ref"]]["Type"] == "AWS::ApiGateway::Authorizer"


def test_puts_a_web_acl_before_the_api(resources: dict[str, dict[str, Any]]) -> None:
    ((_, association),) = of_type(resources, "AWS::WAFv2::WebACLAssociation")
    acl = resources[association["WebACLArn"]["Fn::GetAtt"][0]]

    assert acl["Type"] == "AWS::WAFv2::WebACL"
    assert "restapis" in json.dumps(association["ResourceArn"])


def test_turns_away_at_the_api_what_the_function_would_refuse(
    resources: dict[str, dict[str, Any]],
) -> None:
    model = one(resources, "AWS::ApiGateway::Model", "ApiNewOrderModel")["Schema"]
    post = one(resources, "AWS::ApiGateway::Method", "ApiordersPOST")
    validator = resources[post["RequestValidatorId"]["Ref"]]["Properties"]
    own = NewOrder.model_json_schema()

    assert validator["ValidateRequestBody"] is True
    assert validator["ValidateRequestParameters"] is True
    assert post["RequestParameters"] == {"method.request.header.Idempotency-Key": True}
    assert set(post["RequestModels"]) == {"application/json", "$default"}
    assert model["additionalProperties"] is False
    assert set(model["properties"]) == set(own["properties"])
    assert model["required"] == own["required"]
    assert model["properties"]["payment_token"]["pattern"] == r"^pay_[A-Za-z0-9]{24}$"
    assert model["properties"]["lines"]["items"]["additionalProperties"] is False


EXPECTED_ACTIONS = {
    "PlaceOrder": {
        ("Orders", "dynamodb:GetItem"),
        ("Orders", "dynamodb:PutItem"),
        ("Payments", "sqs:SendMessage"),
    },
    "ReadOrders": {
        ("Orders", "dynamodb:GetItem"),
        ("Orders", "dynamodb:Query"),
        ("Receipts", "s3:GetObject"),
    },
    "ReserveStock": {
        ("Orders", "dynamodb:GetItem"),
        ("Orders", "dynamodb:UpdateItem"),
        ("Stock", "dynamodb:UpdateItem"),
    },
    "Ship": {
        ("Orders", "dynamodb:GetItem"),
        ("Orders", "dynamodb:UpdateItem"),
        ("DocumentsClean", "s3:GetObject"),
        ("Dispatches", "s3:PutObject"),
    },
    "SettlePayment": {
        ("Fulfilment", "states:StartExecution"),
        ("Orders", "dynamodb:GetItem"),
        ("Orders", "dynamodb:UpdateItem"),
        ("Idempotency", "dynamodb:GetItem"),
        ("Idempotency", "dynamodb:PutItem"),
        ("Idempotency", "dynamodb:UpdateItem"),
        ("Idempotency", "dynamodb:DeleteItem"),
        ("Payments", "sqs:ReceiveMessage"),
        ("Payments", "sqs:DeleteMessage"),
        ("Payments", "sqs:GetQueueAttributes"),
        ("PaymentKey", "secretsmanager:GetSecretValue"),
        ("Receipts", "s3:PutObject"),
    },
    "RotatePaymentKey": {
        ("PaymentKey", "secretsmanager:DescribeSecret"),
        ("PaymentKey", "secretsmanager:GetSecretValue"),
        ("PaymentKey", "secretsmanager:PutSecretValue"),
        ("PaymentKey", "secretsmanager:UpdateSecretVersionStage"),
    },
}
"""What the handlers call; see their code."""


@pytest.mark.parametrize("function", FUNCTIONS)
def test_lets_a_function_call_what_its_handler_calls_and_nothing_else(
    resources: dict[str, dict[str, Any]], function: str
) -> None:
    policy = one(resources, "AWS::IAM::Policy", f"{function}RoleDefaultPolicy")
    role = one(resources, "AWS::IAM::Role", f"{function}Role")
    stores = {name for actions in EXPECTED_ACTIONS.values() for name, _ in actions}
    allowed: set[tuple[str, str]] = set()
    for statement in policy["PolicyDocument"]["Statement"]:
        actions = statement["Action"]
        where = json.dumps(statement["Resource"])
        for action in [actions] if isinstance(actions, str) else actions:
            if not action.startswith(("logs:", "xray:", "kms:")):
                allowed |= {(name, action) for name in stores if f'"{name}' in where}
            if action.startswith("kms:"):
                assert "kms:ViaService" in json.dumps(statement["Condition"])

    assert "ManagedPolicyArns" not in role
    assert allowed == EXPECTED_ACTIONS[function]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_finds_each_handler_in_what_is_deployed(
    resources: dict[str, dict[str, Any]], code: Path, function: str
) -> None:
    *module, handler = one(resources, "AWS::Lambda::Function", function)["Handler"].split(".")
    tree = ast.parse(code.joinpath(*module).with_suffix(".py").read_text())

    assert handler in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_loads_each_handler_as_lambda_does(
    resources: dict[str, dict[str, Any]], code: Path, function: str
) -> None:
    properties = one(resources, "AWS::Lambda::Function", function)
    module, _ = properties["Handler"].rsplit(".", 1)
    variables = dict.fromkeys(properties["Environment"]["Variables"], "known-in-the-account")

    subprocess.run(
        [sys.executable, "-c", f"import {module}"],
        check=True,
        cwd=code,
        env={
            **variables,
            "AWS_DEFAULT_REGION": "eu-central-1",
            "PATH": os.environ["PATH"],
            "PYTHONDONTWRITEBYTECODE": "1",
        },
    )


@pytest.mark.parametrize("function", FUNCTIONS)
def test_gives_each_handler_the_environment_it_reads(
    resources: dict[str, dict[str, Any]], code: Path, function: str
) -> None:
    properties = one(resources, "AWS::Lambda::Function", function)
    *module, _ = properties["Handler"].split(".")
    tree = ast.parse(code.joinpath(*module).with_suffix(".py").read_text())
    read = {
        node.slice.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript)
        and ast.unparse(node.value) == "os.environ"
        and isinstance(node.slice, ast.Constant)
    }

    assert set(properties["Environment"]["Variables"]) == read


def test_deploys_the_handlers_and_nothing_beside_them(code: Path) -> None:
    files = {path.relative_to(code) for path in code.rglob("*") if path.is_file()}

    assert {path.parts[0] for path in files} == {"handlers"}
    assert {path.suffix for path in files} == {".py"}


def test_runs_the_handlers_with_powertools_as_aws_publishes_it(
    resources: dict[str, dict[str, Any]],
) -> None:
    for name in FUNCTIONS:
        function = one(resources, "AWS::Lambda::Function", name)
        (layer,) = function["Layers"]
        python = function["Runtime"].replace(".", "")
        (architecture,) = function["Architectures"]

        assert (
            f":017000801446:layer:AWSLambdaPowertoolsPythonV3-{python}-{architecture}:"
            in json.dumps(layer)
        )


def test_puts_no_secret_in_an_environment(resources: dict[str, dict[str, Any]]) -> None:
    secret = one(resources, "AWS::SecretsManager::Secret", "PaymentKey")
    variables = one(resources, "AWS::Lambda::Function", "SettlePayment")["Environment"]["Variables"]
    functions = [each for _, each in of_type(resources, "AWS::Lambda::Function")]

    assert "SecretString" not in secret
    assert resources[variables["PAYMENT_KEY_ARN"]["Ref"]]["Properties"] == secret
    assert functions
    assert "resolve:secretsmanager" not in json.dumps(functions)


def test_gives_a_poisoned_message_up_to_a_queue_that_people_look_at(
    resources: dict[str, dict[str, Any]],
) -> None:
    payments = one(resources, "AWS::SQS::Queue", "Payments")
    (source,) = [
        properties
        for logical_id, properties in of_type(resources, "AWS::Lambda::EventSourceMapping")
        if logical_id.startswith("SettlePayment")
    ]
    worker = one(resources, "AWS::Lambda::Function", "SettlePayment")

    assert "PaymentsDeadLetters" in json.dumps(payments["RedrivePolicy"])
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert payments["VisibilityTimeout"] >= 6 * worker["Timeout"]


def test_gives_out_documents_only_once_they_were_found_clean(
    resources: dict[str, dict[str, Any]],
) -> None:
    plan = one(resources, "AWS::GuardDuty::MalwareProtectionPlan", "DocumentsScanPlan")
    readers = [
        name
        for name, policy in of_type(resources, "AWS::IAM::Policy")
        if '"s3:GetObject"' in json.dumps(policy) and "DocumentsClean" in json.dumps(policy)
    ]

    assert "DocumentsQuarantine" in json.dumps(plan["ProtectedResource"])
    assert [name[:-8] for name in readers] == ["ShipRoleDefaultPolicy"]


def test_every_input_passes_a_web_acl_or_comes_from_behind_one(assembly: Path) -> None:
    found = map_of(read_assembly(assembly).templates)
    uploads = {
        str(edge.source)
        for edge in found.graph.edges
        if edge.label.startswith("upload signed") and str(edge.target) == "Documents/Quarantine"
    }

    assert {way.verdict for way in found.inputs} == {Verdict.BEHIND_WAF, Verdict.PROVENANCE}
    assert uploads == {"Documents/Front"}


def test_takes_documents_through_the_distribution_only(
    resources: dict[str, dict[str, Any]],
) -> None:
    front = one(resources, "AWS::CloudFront::Distribution", "DocumentsFront")["DistributionConfig"]
    issuer = one(resources, "AWS::Lambda::Function", "DocumentsIssuer")["Environment"]["Variables"]
    policy = one(resources, "AWS::S3::BucketPolicy", "DocumentsQuarantinePolicy")["PolicyDocument"]
    (closed,) = [each for each in policy["Statement"] if each.get("Sid") == "OnlyThroughTheFront"]
    (added,) = front["Origins"][0]["OriginCustomHeaders"]

    assert resources[front["WebACLId"]["Fn::GetAtt"][0]]["Type"] == "AWS::WAFv2::WebACL"
    assert issuer["UPLOAD_URL"] == f"https://{front['Aliases'][0]}/"
    assert closed["Effect"] == "Deny"
    assert closed["Condition"] == {"StringNotEquals": {"aws:Referer": added["HeaderValue"]}}


def test_ships_only_what_was_reserved(resources: dict[str, dict[str, Any]]) -> None:
    workflow = one(resources, "AWS::StepFunctions::StateMachine", "Fulfilment")
    definition = "".join(
        part if isinstance(part, str) else part["Fn::GetAtt"][0]
        for part in workflow["DefinitionString"]["Fn::Join"][1]
    )
    states = json.loads(definition)["States"]
    before = [name for name, state in states.items() if '"Deliver"' in json.dumps(state)]

    assert before == ["Reserved?"]
    assert states["Reserved?"]["Choices"] == [
        {"Variable": "$.reserved", "BooleanEquals": True, "Next": "Deliver"}
    ]
    assert states["Reserve"]["Next"] == "Reserved?"
    assert {
        "ErrorEquals": ["DocumentMissingError"],
        "IntervalSeconds": 300,
        "MaxAttempts": 12,
        "BackoffRate": 1,
    } in states["Deliver"]["Retry"]
    assert states["Reserve"]["Resource"].startswith("ReserveStock")
    assert states["Deliver"]["Resource"].startswith("Ship")


def test_tells_one_topic_of_every_alarm(resources: dict[str, dict[str, Any]]) -> None:
    ((topic, _),) = of_type(resources, "AWS::SNS::Topic")
    ((_, told),) = of_type(resources, "AWS::SNS::Subscription")
    alarms = dict(of_type(resources, "AWS::CloudWatch::Alarm"))
    watched = {alarm["AlarmDescription"].partition(":")[0] for alarm in alarms.values()}

    assert {*FUNCTIONS, "Fulfilment", "Orders", "Api", "PaymentsDeadLetters"} <= watched
    assert all(alarm["AlarmActions"] == [{"Ref": topic}] for alarm in alarms.values())
    assert told["TopicArn"] == {"Ref": topic}
    assert told["Endpoint"] == "operations@shop.example.com"


def test_asks_customers_for_a_second_factor_and_lets_nobody_sign_up(
    resources: dict[str, dict[str, Any]],
) -> None:
    pool = one(resources, "AWS::Cognito::UserPool", "Customers")
    client = one(resources, "AWS::Cognito::UserPoolClient", "CustomersShop")

    assert pool["MfaConfiguration"] == "ON"
    assert pool["EnabledMfas"] == ["SOFTWARE_TOKEN_MFA"]
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    assert pool["UserPoolAddOns"]["AdvancedSecurityMode"] == "ENFORCED"
    assert client["AllowedOAuthFlows"] == ["code"]
    assert client["WriteAttributes"] == ["locale"]


def test_needs_neither_docker_nor_a_network_for_its_assets(assembly: Path) -> None:
    assets = json.loads((assembly / "OrderService.assets.json").read_text())

    assert assets.get("dockerImages", {}) == {}
    assert all("executable" not in file["source"] for file in assets["files"].values())
