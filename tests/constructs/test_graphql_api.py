from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_appsync as appsync
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from secure_constructs.constructs import (
    SecureBus,
    SecureFunction,
    SecureGraphqlApi,
    SecureKey,
    SecureTable,
    SecureWebAcl,
)
from secure_constructs.errors import ConstructError

if TYPE_CHECKING:
    from collections.abc import Callable

    Only = Callable[[cdk.Stack, str], dict[str, Any]]
    Found = Callable[[cdk.Stack, str], dict[str, Any]]
    Synthesized = Callable[[cdk.Stack], dict[str, Any]]

API = "AWS::AppSync::GraphQLApi"
SOURCE = "AWS::AppSync::DataSource"
SCHEMA = "type Query { order(id: ID!): String }"


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("schema") / "schema.graphql"
    path.write_text(SCHEMA)
    return str(path)


@pytest.fixture
def api(schema: str) -> Callable[..., SecureGraphqlApi]:
    def make(stack: cdk.Stack, **props: Any) -> SecureGraphqlApi:
        props.setdefault("authorization_config", callers(appsync.AuthorizationType.IAM))
        props.setdefault("definition", appsync.Definition.from_file(schema))
        return SecureGraphqlApi(stack, "Api", **props)

    return make


Make = Any


def callers(
    kind: appsync.AuthorizationType, *others: appsync.AuthorizationMode, **config: Any
) -> appsync.AuthorizationConfig:
    return appsync.AuthorizationConfig(
        additional_authorization_modes=list(others) or None,
        default_authorization=appsync.AuthorizationMode(authorization_type=kind, **config),
    )


def function(stack: cdk.Stack) -> SecureFunction:
    return SecureFunction(
        stack,
        "Orders",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        reserved_concurrent_executions=5,
        runtime=lambda_.Runtime.PYTHON_3_13,
    )


def table(stack: cdk.Stack, **props: Any) -> SecureTable:
    key = dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING)
    return SecureTable(stack, "Orders", partition_key=key, **props)


def statements_of(found: Found, stack: cdk.Stack, role: str) -> list[dict[str, Any]]:
    return [
        statement
        for name, policy in found(stack, "AWS::IAM::Policy").items()
        if name.startswith(role)
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
    ]


def test_nobody_has_an_api_key(stack: cdk.Stack, only: Only, found: Found, api: Make) -> None:
    api(stack)
    assert only(stack, API)["AuthenticationType"] == "AWS_IAM"
    assert not found(stack, "AWS::AppSync::ApiKey")


def test_nobody_may_ask_for_the_schema(stack: cdk.Stack, only: Only, api: Make) -> None:
    api(stack)
    assert only(stack, API)["IntrospectionConfig"] == "DISABLED"


def test_queries_have_bounds(stack: cdk.Stack, only: Only, api: Make) -> None:
    api(stack)
    found = only(stack, API)
    assert (found["QueryDepthLimit"], found["ResolverCountLimit"]) == (10, 100)


def test_calls_are_traced(stack: cdk.Stack, only: Only, api: Make) -> None:
    api(stack)
    assert only(stack, API)["XrayEnabled"] is True


def test_logs_errors_without_what_requests_carry(
    stack: cdk.Stack, only: Only, found: Found, api: Make
) -> None:
    made = api(stack)
    role = next(name for name in found(stack, "AWS::IAM::Role") if "RequestLogRole" in name)
    assert only(stack, API)["LogConfig"] == {
        "CloudWatchLogsRoleArn": {"Fn::GetAtt": [role, "Arn"]},
        "ExcludeVerboseContent": True,
        "FieldLogLevel": "ERROR",
    }
    groups = {
        name: group
        for name, group in found(stack, "AWS::Logs::LogGroup").items()
        if "RequestLog" in name
    }
    ((name, group),) = groups.items()
    assert group["DeletionPolicy"] == "Retain"
    assert group["Properties"] == {
        "LogGroupName": {
            "Fn::Join": ["", ["/aws/appsync/apis/", stack.resolve(made.api_id)]],
        },
        "RetentionInDays": 90,
    }
    (statement,) = statements_of(found, stack, "ApiRequestLogRole")
    assert statement["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert statement["Resource"] == {"Fn::GetAtt": [name, "Arn"]}


def test_needs_neither_a_managed_policy_nor_a_custom_resource(
    stack: cdk.Stack, found: Found, api: Make
) -> None:
    api(stack)
    assert not found(stack, "AWS::Lambda::Function")
    for role in found(stack, "AWS::IAM::Role").values():
        assert "ManagedPolicyArns" not in role["Properties"]


def test_a_web_acl_stands_in_front(stack: cdk.Stack, only: Only, api: Make) -> None:
    made = api(stack)
    assert only(stack, "AWS::WAFv2::WebACLAssociation") == {
        "ResourceArn": stack.resolve(made.arn),
        "WebACLArn": stack.resolve(made.web_acl.web_acl_arn),
    }


def test_takes_a_web_acl(stack: cdk.Stack, only: Only, api: Make) -> None:
    acl = SecureWebAcl(stack, "Acl")
    assert api(stack, web_acl=acl).web_acl is acl
    only(stack, "AWS::WAFv2::WebACL")


def test_customers_of_a_user_pool_may_call(stack: cdk.Stack, only: Only, api: Make) -> None:
    pool = cognito.UserPool.from_user_pool_id(stack, "Pool", "eu-west-1_123456789")
    config = callers(
        appsync.AuthorizationType.USER_POOL,
        appsync.AuthorizationMode(authorization_type=appsync.AuthorizationType.IAM),
        user_pool_config=appsync.UserPoolConfig(user_pool=pool),
    )
    api(stack, authorization_config=config)
    found = only(stack, API)
    assert found["AuthenticationType"] == "AMAZON_COGNITO_USER_POOLS"
    assert found["AdditionalAuthenticationProviders"] == [{"AuthenticationType": "AWS_IAM"}]


def test_takes_structs_as_plain_maps(stack: cdk.Stack, only: Only, api: Make) -> None:
    config = {"default_authorization": {"authorization_type": appsync.AuthorizationType.IAM}}
    api(stack, authorization_config=config)
    assert only(stack, API)["AuthenticationType"] == "AWS_IAM"


@pytest.mark.parametrize("flag", [None, True])
def test_only_this_api_may_invoke_its_authorizer(tmp_path: Path, api: Make, flag: object) -> None:
    name = "@aws-cdk/aws-appsync:appSyncGraphQLAPIScopeLambdaPermission"
    app = cdk.App(context={name: flag} if flag else {}, outdir=str(tmp_path / "out"))
    stack = cdk.Stack(app, "Shop")
    handler = function(stack)
    config = callers(
        appsync.AuthorizationType.LAMBDA,
        lambda_authorizer_config=appsync.LambdaAuthorizerConfig(handler=handler),
    )
    made = api(stack, authorization_config=config)
    resources = app.synth().get_stack_by_name("Shop").template["Resources"].values()
    (permission,) = (
        resource["Properties"]
        for resource in resources
        if resource["Type"] == "AWS::Lambda::Permission"
    )
    assert permission["SourceArn"] == stack.resolve(made.arn)


def test_takes_an_issuer_for_one_client(stack: cdk.Stack, only: Only, api: Make) -> None:
    issuer = appsync.OpenIdConnectConfig(
        client_id="shop", oidc_provider="https://login.example.com"
    )
    config = callers(appsync.AuthorizationType.OIDC, open_id_connect_config=issuer)
    api(stack, authorization_config=config)
    assert only(stack, API)["OpenIDConnectConfig"] == {
        "ClientId": "shop",
        "Issuer": "https://login.example.com",
    }


def test_keeps_what_it_is_told(stack: cdk.Stack, only: Only, found: Found, api: Make) -> None:
    api(
        stack,
        domain_name=appsync.DomainOptions(
            certificate=acm.Certificate.from_certificate_arn(
                stack, "Certificate", "arn:aws:acm:us-east-1:111122223333:certificate/a"
            ),
            domain_name="api.shop.example.com",
        ),
        environment_variables={"STAGE": "beta"},
        name="orders",
        owner_contact="shop",
        query_depth_limit=4,
        resolver_count_limit=20,
        visibility=appsync.Visibility.PRIVATE,
    )
    found_api = only(stack, API)
    assert found_api["EnvironmentVariables"] == {"STAGE": "beta"}
    assert (found_api["Name"], found_api["OwnerContact"]) == ("orders", "shop")
    assert (found_api["QueryDepthLimit"], found_api["ResolverCountLimit"]) == (4, 20)
    assert found_api["Visibility"] == "PRIVATE"
    assert found(stack, "AWS::AppSync::DomainName")


def oidc(**config: Any) -> appsync.AuthorizationConfig:
    return callers(
        appsync.AuthorizationType.OIDC,
        open_id_connect_config=appsync.OpenIdConnectConfig(**config),
    )


@pytest.mark.parametrize(
    ("prop", "value"),
    [
        ("authorization_config", callers(appsync.AuthorizationType.API_KEY)),
        (
            "authorization_config",
            callers(
                appsync.AuthorizationType.IAM,
                appsync.AuthorizationMode(authorization_type=appsync.AuthorizationType.API_KEY),
            ),
        ),
        ("authorization_config", appsync.AuthorizationConfig()),
        ("open_id_connect_config.client_id", oidc(oidc_provider="https://login.example.com")),
        (
            "open_id_connect_config.oidc_provider",
            oidc(oidc_provider="http://login.example.com", client_id="shop"),
        ),
        ("environment_variables", {"PASSWORD": "{{resolve:secretsmanager:a}}"}),
        ("introspection_config", appsync.IntrospectionConfig.ENABLED),
        ("log_config", appsync.LogConfig()),
        ("query_depth_limit", 0),
        ("query_depth_limit", 76),
        ("resolver_count_limit", 0),
        ("resolver_count_limit", "100"),
        ("schema", None),
        ("xray_enabled", False),
    ],
)
def test_refuses_what_would_undo_it(
    plain_stack: cdk.Stack, api: Make, prop: str, value: object
) -> None:
    given = "authorization_config" if prop.startswith("open_id") else prop
    with pytest.raises(ConstructError, match=rf"'Shop/Api' does not take {prop}.* because"):
        api(plain_stack, **{given: value})
    assert not plain_stack.node.children


def test_refuses_a_web_acl_for_distributions(plain_stack: cdk.Stack, api: Make) -> None:
    acl = SecureWebAcl(plain_stack, "Acl", web_acl_scope="CLOUDFRONT")
    with pytest.raises(ConstructError, match="pass one of scope REGIONAL"):
        api(plain_stack, web_acl=acl)


def test_a_function_answers_and_none_of_its_versions(
    stack: cdk.Stack, only: Only, found: Found, api: Make
) -> None:
    handler = function(stack)
    api(stack).add_lambda_data_source("Answers", handler, description="Orders")
    assert only(stack, SOURCE)["Description"] == "Orders"
    (statement,) = statements_of(found, stack, "ApiAnswersRole")
    assert statement == {
        "Action": "lambda:InvokeFunction",
        "Effect": "Allow",
        "Resource": stack.resolve(handler.function_arn),
    }


def test_a_table_is_used_as_its_resolvers_use_it(
    stack: cdk.Stack, only: Only, found: Found, api: Make
) -> None:
    key = SecureKey(stack, "Key")
    orders = table(stack, encryption_key=key)
    before = found(stack, "AWS::KMS::Key")
    api(stack).add_dynamo_db_data_source("Orders", orders, operations=["GetItem", "PutItem"])
    actions = [statement["Action"] for statement in statements_of(found, stack, "ApiOrdersRole")]
    assert "dynamodb:GetItem" in actions
    assert "dynamodb:PutItem" in actions
    assert not [action for action in actions if "Scan" in action or "*" in action]
    for statement in statements_of(found, stack, "ApiOrdersRole"):
        if "kms:Decrypt" in statement["Action"]:
            assert "kms:ViaService" in str(statement["Condition"])
    assert found(stack, "AWS::KMS::Key") == before
    assert only(stack, SOURCE)["DynamoDBConfig"]["TableName"] == stack.resolve(orders.table_name)


def test_a_table_of_elsewhere_may_be_queried_by_its_indexes(
    stack: cdk.Stack, found: Found, api: Make
) -> None:
    arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"
    orders = dynamodb.Table.from_table_arn(stack, "Table", arn)
    api(stack).add_dynamo_db_data_source("Orders", orders, operations=["Query"])
    assert statements_of(found, stack, "ApiOrdersRole") == [
        {"Action": "dynamodb:Query", "Effect": "Allow", "Resource": resource}
        for resource in (arn, f"{arn}/index/*")
    ]


@pytest.mark.parametrize("operations", [[], ["Scan"], "GetItem", ["dynamodb:*"]])
def test_refuses_a_table_for_anything(
    plain_stack: cdk.Stack, api: Make, operations: object
) -> None:
    made = api(plain_stack)
    with pytest.raises(ConstructError, match=r"operations=.*list some of BatchGetItem"):
        made.add_dynamo_db_data_source("Orders", table(plain_stack), operations=operations)


@pytest.mark.parametrize(
    "make", [SecureBus, lambda stack, name: events.EventBus.from_event_bus_name(stack, name, "p")]
)
def test_events_are_what_they_say_they_are(
    stack: cdk.Stack,
    found: Found,
    api: Make,
    make: Callable[[cdk.Stack, str], events.IEventBus],
) -> None:
    bus = make(stack, "Bus")
    api(stack).add_event_bridge_data_source(
        "Events", bus, sources=["shop.orders"], detail_types=["OrderPlaced"]
    )
    (statement,) = statements_of(found, stack, "ApiEventsRole")
    assert statement["Action"] == "events:PutEvents"
    assert statement["Resource"] == stack.resolve(bus.event_bus_arn)
    assert statement["Condition"] == {
        "StringEquals": {
            "events:detail-type": ["OrderPlaced"],
            "events:source": ["shop.orders"],
        }
    }


@pytest.mark.parametrize("sources", [[], ["*"], "shop.orders"])
def test_refuses_events_of_any_source(plain_stack: cdk.Stack, api: Make, sources: object) -> None:
    bus = events.EventBus.from_event_bus_name(plain_stack, "Bus", "partner")
    with pytest.raises(ConstructError, match="sources="):
        api(plain_stack).add_event_bridge_data_source("Events", bus, sources=sources)


def test_a_server_answers_over_tls(stack: cdk.Stack, only: Only, api: Make) -> None:
    api(stack).add_http_data_source("Prices", "https://prices.example.com")
    assert only(stack, SOURCE)["HttpConfig"]["Endpoint"] == "https://prices.example.com"


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://prices.example.com",
        "prices.example.com",
        pytest.param(f"http://{cdk.Token.as_string({'Ref': 'Host'})}", id="token"),
    ],
)
def test_refuses_a_server_without_tls(plain_stack: cdk.Stack, api: Make, endpoint: str) -> None:
    with pytest.raises(ConstructError, match="pass an https address"):
        api(plain_stack).add_http_data_source("Prices", endpoint)


def test_fields_are_granted_one_by_one(stack: cdk.Stack, found: Found, api: Make) -> None:
    caller = iam.Role(stack, "Caller", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    made = api(stack)
    made.grant_query(caller, "order")
    (statement,) = statements_of(found, stack, "Caller")
    assert statement["Action"] == "appsync:GraphQL"
    assert "types/Query/fields/order" in str(statement["Resource"])


def test_stands_in_stages_and_other_stacks(app: cdk.App, api: Make) -> None:
    stage = cdk.Stage(app, "Beta")
    made = api(cdk.Stack(stage, "Shop"))
    other = cdk.Stack(stage, "Other")
    made.add_lambda_data_source("Answers", function(other))
    assert len(stage.synth().stacks) == 2


def test_tells_a_misspelt_prop(plain_stack: cdk.Stack, api: Make) -> None:
    with pytest.raises(TypeError, match="did you mean 'visibility'"):
        api(plain_stack, visiblity=None)


def test_passes_cdk_nag(plain_stack: cdk.Stack, api: Make) -> None:
    import cdk_nag

    made = api(plain_stack)
    made.add_dynamo_db_data_source("Orders", table(plain_stack), operations=["GetItem"])
    app = plain_stack.node.root
    assert isinstance(app, cdk.App)
    cdk.Validations.of(app).add_plugins(cdk_nag.AwsSolutionsChecks())
    app.synth()


def test_keeps_its_logical_ids(stack: cdk.Stack, synthesized: Synthesized, api: Make) -> None:
    made = api(stack)
    made.add_http_data_source("Prices", "https://prices.example.com")
    made.add_dynamo_db_data_source("Items", table(stack), operations=["GetItem"])
    found = {
        name: resource["Type"]
        for name, resource in synthesized(stack)["Resources"].items()
        if name.startswith("Api")
    }
    assert found == {
        "ApiF70053CD": API,
        "ApiItems4736D5DA": SOURCE,
        "ApiItemsRoleDefaultPolicy16171F63": "AWS::IAM::Policy",
        "ApiItemsRoleFA6EECC6": "AWS::IAM::Role",
        "ApiPricesC2492D72": SOURCE,
        "ApiPricesServiceRoleB142F997": "AWS::IAM::Role",
        "ApiRequestLog1F83F6CB": "AWS::Logs::LogGroup",
        "ApiRequestLogRoleB2BDD108": "AWS::IAM::Role",
        "ApiRequestLogRoleDefaultPolicy652F61D6": "AWS::IAM::Policy",
        "ApiSchema510EECD7": "AWS::AppSync::GraphQLSchema",
        "ApiWebAclAssociation8D930937": "AWS::WAFv2::WebACLAssociation",
    }
