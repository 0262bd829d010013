"""The insecure twin: every habit in it is found, named, placed and answered with a fix."""

import json
from pathlib import Path

import pytest

from secure_constructs import Finding, Risk, check_assembly

pytestmark = pytest.mark.synth

ROOT = Path(__file__).parents[2]

HABITS = [
    ("Api/Default/orders/POST", "apigateway-method-without-authorizer"),
    ("Api/Default/orders/{order_id}/GET", "apigateway-method-without-authorizer"),
    ("Api/Default/orders/POST", "apigateway-unvalidated-requests"),
    ("Api/DeploymentStage.prod", "apigateway-stage-without-web-acl"),
    ("Api/DeploymentStage.prod", "apigateway-stage-without-throttling"),
    ("Api/DeploymentStage.prod", "apigateway-stage-without-access-log"),
    ("Api/DeploymentStage.prod", "apigateway-data-trace"),
    ("Api/BadBody", "apigateway-verbose-gateway-response"),
    ("Customers", "cognito-without-mfa"),
    ("Customers", "cognito-weak-password-policy"),
    ("Customers", "cognito-open-sign-up"),
    ("Customers", "cognito-without-threat-protection"),
    ("Customers/Shop", "cognito-implicit-flow"),
    ("Customers/Shop", "cognito-writable-privilege-attribute"),
    ("Key", "kms-key-open-to-anyone"),
    ("Key", "kms-key-without-rotation"),
    ("Receipts", "s3-public-access-unblocked"),
    ("Receipts", "s3-open-cors"),
    ("Receipts", "s3-plain-http-accepted"),
    ("Receipts", "s3-without-access-log"),
    ("Receipts/Policy", "iam-resource-policy-open-to-anyone"),
    ("Payments", "sqs-unencrypted"),
    ("Payments", "sqs-without-dead-letter-queue"),
    ("Payments", "sqs-plain-http-accepted"),
    ("Payments/Policy", "iam-resource-policy-open-to-anyone"),
    ("PaymentApiKey", "secretsmanager-literal-secret"),
    ("PaymentApiKey", "secretsmanager-without-rotation"),
    ("WebhookSecret", "ssm-secret-in-parameter"),
    ("PlaceOrder", "lambda-secret-in-environment"),
    ("PlaceOrder", "lambda-debugging-environment"),
    ("PlaceOrder", "lambda-foreign-layer"),
    ("PlaceOrder", "lambda-timeout-beyond-api"),
    ("PlaceOrder/ServiceRole/DefaultPolicy", "iam-policy-grants-whole-service"),
    ("ReadOrdersLog", "logs-group-without-retention"),
    ("CodeSigning", "lambda-unsigned-code-admitted"),
    ("Refund", "lambda-deprecated-runtime"),
    ("Refund/FunctionUrl", "lambda-url-without-auth"),
    ("Refund/FunctionUrl", "lambda-url-with-open-cors"),
    ("PriceLists", "s3-direct-function-trigger"),
    ("NotifyWarehouse/Partner", "lambda-permission-without-source"),
    ("NotifyWarehouse", "lambda-failed-events-lost"),
    ("OrderPlaced", "sns-unencrypted"),
    ("OrderPlaced", "sns-plain-http-accepted"),
    ("OrderPlaced/Policy", "iam-resource-policy-open-to-anyone"),
    ("PartnersSend", "events-bus-open-to-anyone"),
    ("PaidOrders", "events-pattern-without-source"),
    ("PaidOrders", "events-target-without-dead-letter-queue"),
    ("Fulfilment", "stepfunctions-execution-data-logged"),
    ("NightlyCleanupRole", "iam-administrator-managed-policy"),
    ("Deployer", "iam-role-trusts-any-repository"),
    ("Deployer/DefaultPolicy", "iam-every-role-may-be-passed"),
    ("Deployer", "iam-privilege-escalation"),
]


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> tuple[Finding, ...]:
    from aws_cdk import App

    from sample_app.insecure import InsecureOrderService

    outdir = tmp_path_factory.mktemp("assembly")
    flags = json.loads((ROOT / "cdk.json").read_text())["context"]
    app = App(outdir=str(outdir), context=flags)
    InsecureOrderService(app, "InsecureOrderService")
    app.synth()
    return check_assembly(outdir)


@pytest.mark.parametrize(("place", "rule_id"), HABITS)
def test_finds_the_habit(findings: tuple[Finding, ...], place: str, rule_id: str) -> None:
    places = {
        finding.construct_path
        for finding in findings
        if finding.rule_id == rule_id and finding.certain
    }

    assert any(path.startswith(f"InsecureOrderService/{place}") for path in places)


@pytest.mark.parametrize(
    ("risk", "faults"),
    [
        (Risk.EVENT_DATA_INJECTION, 3),
        (Risk.BROKEN_AUTHENTICATION, 3),
        (Risk.INSECURE_DEPLOYMENT, 3),
        (Risk.OVER_PRIVILEGED, 3),
        (Risk.INADEQUATE_MONITORING, 3),
        (Risk.THIRD_PARTY_DEPENDENCIES, 2),
        (Risk.SECRETS_STORAGE, 3),
        (Risk.DENIAL_OF_SERVICE, 3),
        (Risk.EXECUTION_FLOW, 2),
        (Risk.VERBOSE_ERRORS, 2),
    ],
)
def test_shows_several_faults_of_each_risk(
    findings: tuple[Finding, ...], risk: Risk, faults: int
) -> None:
    assert len({finding.rule_id for finding in findings if finding.risk is risk}) >= faults


def test_places_and_answers_each_finding(findings: tuple[Finding, ...]) -> None:
    for finding in findings:
        assert finding.construct_path.startswith("InsecureOrderService"), finding.rule_id
        assert finding.message, finding.rule_id
        assert finding.fix, finding.rule_id


@pytest.mark.parametrize(
    "place",
    [
        # A public client keeps no secret; a schedule has no source; a preflight has no token.
        "Customers/Shop",
        "Api/Default/orders/OPTIONS",
        "PriceLists/AllowBucketNotifications",
        "EveryNight/AllowEventRule",
    ],
)
def test_leaves_alone_what_is_right(findings: tuple[Finding, ...], place: str) -> None:
    gates = [
        finding
        for finding in findings
        if finding.construct_path.startswith(f"InsecureOrderService/{place}")
        and finding.rule_id
        in {
            "apigateway-method-without-authorizer",
            "events-pattern-without-source",
            "lambda-permission-without-source",
        }
    ]

    assert gates == []
