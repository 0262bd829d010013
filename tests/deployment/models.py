"""
Resource types that moto's CloudFormation lacks, or cannot make of what the CDK writes.

Where moto has the service, its own API makes the resource, so that tests find it there with boto3.
What it does not have at all stands in ``STAND_INS``, with the reason: such a resource has a name
and attributes of the right form, and does nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from moto.cloudformation import parsing
from moto.core.common_models import CloudFormationModel

Properties = dict[str, Any]
Attributes = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """
    What CloudFormation asks for.

    Args:
        name: A name for it, unique in the account.
        given: Its properties, references resolved.
        region: Where.
        account: Whose.
    """

    name: str
    given: Properties
    region: str
    account: str

    def client(self, service: str) -> Any:
        return boto3.client(service, region_name=self.region)

    def only(self, *properties: str) -> Properties:
        """
        Give some of the properties, those that are there.
        """
        return {name: self.given[name] for name in properties if name in self.given}


Made = tuple[str, Attributes]
Make = Callable[[Order], Made]
MAKERS: dict[str, Make] = {}
# moto finds a class only as long as someone holds it.
_installed: list[type] = []

NOT_MODELLED = "moto has no such resource"
WOULD_RUN_CODE = "moto would run the function, for which it needs Docker"

STAND_INS: Mapping[str, str] = {
    "AWS::ApiGateway::Account": NOT_MODELLED,
    "AWS::ApiGateway::BasePathMapping": "it needs a domain, which is a stand-in",
    "AWS::ApiGateway::DomainName": "moto refuses the TLS 1.3 policies",
    "AWS::ApiGateway::GatewayResponse": "moto refuses custom templates",
    "AWS::ApiGatewayV2::Api": "moto has no CloudFormation for API Gateway v2",
    "AWS::ApiGatewayV2::ApiMapping": "moto has no CloudFormation for API Gateway v2",
    "AWS::ApiGatewayV2::Authorizer": "moto has no CloudFormation for API Gateway v2",
    "AWS::ApiGatewayV2::DomainName": "moto has no CloudFormation for API Gateway v2",
    "AWS::ApiGatewayV2::Integration": "moto has no CloudFormation for API Gateway v2",
    "AWS::ApiGatewayV2::Route": "moto has no CloudFormation for API Gateway v2",
    "AWS::ApiGatewayV2::RouteResponse": "moto has no CloudFormation for API Gateway v2",
    "AWS::ApiGatewayV2::Stage": "moto has no CloudFormation for API Gateway v2",
    "AWS::AppSync::DataSource": NOT_MODELLED,
    "AWS::AppSync::GraphQLApi": NOT_MODELLED,
    "AWS::AppSync::GraphQLSchema": NOT_MODELLED,
    "AWS::AppSync::Resolver": NOT_MODELLED,
    "AWS::Budgets::Budget": NOT_MODELLED,
    "AWS::CloudFront::Distribution": "moto refuses origin access control",
    "AWS::CloudFormation::LambdaHook": NOT_MODELLED,
    "AWS::CloudFront::OriginAccessControl": NOT_MODELLED,
    "AWS::Cognito::LogDeliveryConfiguration": NOT_MODELLED,
    "AWS::GuardDuty::MalwareProtectionPlan": NOT_MODELLED,
    "AWS::Lambda::CodeSigningConfig": NOT_MODELLED,
    "AWS::Logs::Delivery": NOT_MODELLED,
    "AWS::Logs::DeliveryDestination": NOT_MODELLED,
    "AWS::Logs::DeliverySource": NOT_MODELLED,
    "AWS::Pipes::Pipe": NOT_MODELLED,
    "AWS::Scheduler::Schedule": "moto has no CloudFormation for it",
    "AWS::Scheduler::ScheduleGroup": "moto has no CloudFormation for it",
    "AWS::SecretsManager::RotationSchedule": WOULD_RUN_CODE,
    "AWS::Signer::SigningProfile": NOT_MODELLED,
}


def install() -> None:
    """
    Add the types to moto, for as long as the process lives.
    """
    if _installed:
        return
    for resource_type, make in {**dict.fromkeys(STAND_INS, _stand_in), **MAKERS}.items():
        _installed.append(
            type(
                resource_type.replace("::", ""),
                (_Model, CloudFormationModel),
                {
                    "make": staticmethod(make),
                    "resource_type": resource_type,
                },
            )
        )
    for index in (parsing.get_model_list, parsing.get_model_map, parsing.get_name_type_map):
        index.cache_clear()


def _makes(resource_type: str) -> Callable[[Make], Make]:
    def register(make: Make) -> Make:
        MAKERS[resource_type] = make
        return make

    return register


class _AnyAttribute(dict[str, object]):
    """Attributes of a stand-in: whatever is asked for, in the form of its kind."""

    def __init__(self, order: Order) -> None:
        self._order = order

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> object:
        order = self._order
        if name.endswith("Arn"):
            return f"arn:aws:stand-in:{order.region}:{order.account}:{order.name}"
        return f"{order.name}-{name}"


def _stand_in(order: Order) -> Made:
    return order.name, _AnyAttribute(order)


@_makes("AWS::CertificateManager::Certificate")
def _certificate(order: Order) -> Made:
    client = order.client("acm")
    return client.request_certificate(**order.only("DomainName", "ValidationMethod"))[
        "CertificateArn"
    ], {}


@_makes("AWS::SecretsManager::Secret")
def _secret(order: Order) -> Made:
    client = order.client("secretsmanager")
    value = order.given.get("SecretString") or client.get_random_password()["RandomPassword"]
    arn = client.create_secret(
        Name=order.given.get("Name", order.name), SecretString=value, **order.only("KmsKeyId")
    )["ARN"]
    return arn, {"Id": arn}


@_makes("AWS::SecretsManager::ResourcePolicy")
def _secret_policy(order: Order) -> Made:
    secret = order.given["SecretId"]
    order.client("secretsmanager").put_resource_policy(
        SecretId=secret, ResourcePolicy=json.dumps(order.given["ResourcePolicy"])
    )
    return secret, {"Id": secret}


@_makes("AWS::S3::BucketPolicy")
def _bucket_policy(order: Order) -> Made:
    bucket = order.given["Bucket"]
    order.client("s3").put_bucket_policy(
        Bucket=bucket, Policy=json.dumps(order.given["PolicyDocument"])
    )
    return bucket, {}


@_makes("AWS::SQS::QueuePolicy")
def _queue_policy(order: Order) -> Made:
    for queue in order.given["Queues"]:
        order.client("sqs").set_queue_attributes(
            QueueUrl=queue, Attributes={"Policy": json.dumps(order.given["PolicyDocument"])}
        )
    return order.name, {}


@_makes("AWS::SNS::TopicPolicy")
def _topic_policy(order: Order) -> Made:
    for topic in order.given["Topics"]:
        order.client("sns").set_topic_attributes(
            TopicArn=topic,
            AttributeName="Policy",
            AttributeValue=json.dumps(order.given["PolicyDocument"]),
        )
    return order.name, {}


@_makes("AWS::SNS::Subscription")
def _subscription(order: Order) -> Made:
    arn = order.client("sns").subscribe(
        ReturnSubscriptionArn=True, **order.only("TopicArn", "Protocol", "Endpoint")
    )["SubscriptionArn"]
    return arn, {"Arn": arn}


@_makes("AWS::Events::EventBusPolicy")
def _bus_policy(order: Order) -> Made:
    bus = order.given["EventBusName"]
    order.client("events").put_permission(
        EventBusName=bus,
        Policy=json.dumps({"Version": "2012-10-17", "Statement": [order.given["Statement"]]}),
    )
    return order.name, {}


@_makes("AWS::Events::Rule")
def _rule(order: Order) -> Made:
    client = order.client("events")
    name = order.given.get("Name", order.name)[-64:]
    pattern = order.given.get("EventPattern")
    arn = client.put_rule(
        Name=name,
        **order.only("EventBusName", "ScheduleExpression", "State"),
        **({"EventPattern": json.dumps(pattern)} if pattern else {}),
    )["RuleArn"]
    client.put_targets(
        Rule=name,
        Targets=[
            {key: target[key] for key in ("Id", "Arn", "DeadLetterConfig") if key in target}
            for target in order.given["Targets"]
        ],
        **order.only("EventBusName"),
    )
    return name, {"Arn": arn}


@_makes("AWS::WAFv2::WebACL")
def _web_acl(order: Order) -> Made:
    made = order.client("wafv2").create_web_acl(
        Name=order.given.get("Name", order.name),
        **order.only("Scope", "DefaultAction", "Rules", "VisibilityConfig"),
    )["Summary"]
    ids = "|".join((made["Name"], made["Id"], order.given["Scope"]))
    return ids, {"Arn": made["ARN"], "Id": made["Id"]}


@_makes("AWS::WAFv2::WebACLAssociation")
def _web_acl_association(order: Order) -> Made:
    order.client("wafv2").associate_web_acl(**order.only("WebACLArn", "ResourceArn"))
    return order.name, {}


@_makes("AWS::WAFv2::LoggingConfiguration")
def _web_acl_log(order: Order) -> Made:
    wanted = order.only("ResourceArn", "LogDestinationConfigs", "RedactedFields")
    order.client("wafv2").put_logging_configuration(LoggingConfiguration=wanted)
    return order.given["ResourceArn"], {}


@_makes("AWS::ApiGateway::Stage")
def _stage(order: Order) -> Made:
    given = order.given
    client = order.client("apigateway")
    client.create_stage(
        restApiId=given["RestApiId"],
        stageName=given["StageName"],
        deploymentId=given["DeploymentId"],
        tracingEnabled=_flag(given.get("TracingEnabled", False)),
    )
    client.update_stage(
        restApiId=given["RestApiId"],
        stageName=given["StageName"],
        patchOperations=[
            {
                "op": "replace",
                "path": "/accessLogSettings/destinationArn",
                "value": given["AccessLogSetting"]["DestinationArn"],
            }
        ],
    )
    return given["StageName"], {}


@_makes("AWS::ApiGateway::Method")
def _method(order: Order) -> Made:
    given = order.given
    client = order.client("apigateway")
    place = {
        "restApiId": given["RestApiId"],
        "resourceId": given["ResourceId"],
        "httpMethod": given["HttpMethod"],
    }
    client.put_method(
        **place,
        authorizationType=given["AuthorizationType"],
        **{
            parameter: given[name]
            for name, parameter in (
                ("AuthorizerId", "authorizerId"),
                ("RequestModels", "requestModels"),
                ("RequestValidatorId", "requestValidatorId"),
            )
            if name in given
        },
    )
    integration = given["Integration"]
    client.put_integration(
        **place,
        type=integration["Type"],
        integrationHttpMethod=integration.get("IntegrationHttpMethod", "POST"),
        **({"uri": integration["Uri"]} if "Uri" in integration else {}),
    )
    return order.name, {}


@_makes("AWS::ApiGateway::Model")
def _body_model(order: Order) -> Made:
    name = order.given.get("Name", "".join(filter(str.isalnum, order.name)))
    order.client("apigateway").create_model(
        restApiId=order.given["RestApiId"],
        name=name,
        contentType=order.given.get("ContentType", "application/json"),
        schema=json.dumps(order.given.get("Schema", {})),
    )
    return name, {}


@_makes("AWS::ApiGateway::RequestValidator")
def _validator(order: Order) -> Made:
    made = order.client("apigateway").create_request_validator(
        restApiId=order.given["RestApiId"],
        name=order.given.get("Name", order.name),
        validateRequestBody=_flag(order.given.get("ValidateRequestBody", False)),
        validateRequestParameters=_flag(order.given.get("ValidateRequestParameters", False)),
    )
    return made["id"], {"RequestValidatorId": made["id"]}


@_makes("AWS::ApiGateway::Authorizer")
def _authorizer(order: Order) -> Made:
    given = order.given
    made = order.client("apigateway").create_authorizer(
        restApiId=given["RestApiId"],
        name=given["Name"],
        type=given["Type"],
        identitySource=given.get("IdentitySource", ""),
        providerARNs=given.get("ProviderARNs", []),
        **({"authorizerUri": given["AuthorizerUri"]} if "AuthorizerUri" in given else {}),
    )
    return made["id"], {"AuthorizerId": made["id"]}


@_makes("AWS::Lambda::EventInvokeConfig")
def _invoke_config(order: Order) -> Made:
    order.client("lambda").put_function_event_invoke_config(
        FunctionName=order.given["FunctionName"],
        MaximumRetryAttempts=int(order.given["MaximumRetryAttempts"]),
        MaximumEventAgeInSeconds=int(order.given["MaximumEventAgeInSeconds"]),
        DestinationConfig=order.given["DestinationConfig"],
    )
    return order.name, {}


@_makes("AWS::Lambda::Url")
def _function_url(order: Order) -> Made:
    made = order.client("lambda").create_function_url_config(
        FunctionName=order.given["TargetFunctionArn"], **order.only("AuthType")
    )
    return made["FunctionArn"], made


@_makes("AWS::Lambda::Version")
def _version(order: Order) -> Made:
    made = order.client("lambda").publish_version(**order.only("FunctionName"))
    return made["FunctionArn"], {"FunctionArn": made["FunctionArn"], "Version": made["Version"]}


@_makes("AWS::Lambda::Alias")
def _alias(order: Order) -> Made:
    arn = order.client("lambda").create_alias(
        **order.only("FunctionName", "FunctionVersion", "Name")
    )["AliasArn"]
    return arn, {"AliasArn": arn}


@_makes("AWS::CloudWatch::Alarm")
def _alarm(order: Order) -> Made:
    name = order.given.get("AlarmName", order.name)
    order.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        EvaluationPeriods=int(order.given["EvaluationPeriods"]),
        Threshold=float(order.given["Threshold"]),
        **order.only("AlarmActions", "ComparisonOperator"),
        **(
            {"Metrics": [_metric(query) for query in order.given["Metrics"]]}
            if "Metrics" in order.given
            else {
                "Period": int(order.given["Period"]),
                **order.only("MetricName", "Namespace", "Statistic", "Dimensions"),
            }
        ),
    )
    return name, {"Arn": f"arn:aws:cloudwatch:{order.region}:{order.account}:alarm:{name}"}


@_makes("AWS::Logs::MetricFilter")
def _metric_filter(order: Order) -> Made:
    (transformation,) = order.given["MetricTransformations"]
    order.client("logs").put_metric_filter(
        filterName=order.name,
        filterPattern=order.given["FilterPattern"],
        logGroupName=order.given["LogGroupName"],
        metricTransformations=[
            {
                "defaultValue": float(transformation["DefaultValue"]),
                "metricName": transformation["MetricName"],
                "metricNamespace": transformation["MetricNamespace"],
                "metricValue": transformation["MetricValue"],
            }
        ],
    )
    return order.name, {}


@_makes("AWS::DynamoDB::GlobalTable")
def _table(order: Order) -> Made:
    given = order.given
    (replica,) = given["Replicas"]
    indexes = [
        {key: index[key] for key in ("IndexName", "KeySchema", "Projection")}
        for index in given.get("GlobalSecondaryIndexes", ())
    ]
    stream = given.get("StreamSpecification")
    client = order.client("dynamodb")
    name = given.get("TableName", order.name)
    made = client.create_table(
        TableName=name,
        **order.only("AttributeDefinitions", "KeySchema", "BillingMode", "LocalSecondaryIndexes"),
        DeletionProtectionEnabled=_flag(replica["DeletionProtectionEnabled"]),
        **({"GlobalSecondaryIndexes": indexes} if indexes else {}),
        **({"StreamSpecification": {"StreamEnabled": True, **stream}} if stream else {}),
    )["TableDescription"]
    client.update_continuous_backups(
        TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    return name, {
        "Arn": made["TableArn"],
        "StreamArn": made.get("LatestStreamArn", ""),
        "TableId": name,
    }


@_makes("AWS::Cognito::UserPool")
def _user_pool(order: Order) -> Made:
    made = order.client("cognito-idp").create_user_pool(
        PoolName=order.given.get("UserPoolName", order.name),
        MfaConfiguration=order.given.get("MfaConfiguration", "OFF"),
    )["UserPool"]
    host = f"cognito-idp.{order.region}.amazonaws.com/{made['Id']}"
    return made["Id"], {
        "Arn": made["Arn"],
        "ProviderName": host,
        "ProviderURL": f"https://{host}",
        "UserPoolId": made["Id"],
    }


@_makes("AWS::Cognito::UserPoolClient")
def _user_pool_client(order: Order) -> Made:
    made = order.client("cognito-idp").create_user_pool_client(
        ClientName=order.given.get("ClientName", order.name), **order.only("UserPoolId")
    )["UserPoolClient"]
    return made["ClientId"], {"ClientId": made["ClientId"]}


def _metric(query: Properties) -> Properties:
    stat = query.get("MetricStat")
    if stat is None:
        return query
    return {**query, "MetricStat": {**stat, "Period": int(stat["Period"])}}


def _flag(value: object) -> bool:
    return str(value).lower() == "true"


def _plain(value: Any) -> Any:
    """
    Give the id of what moto passes as an object.
    """
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, (str, int, float)):
        return value
    # An event bus of moto has a name only.
    return getattr(value, "physical_resource_id", None) or getattr(value, "name", str(value))


class _Model:
    """
    A resource as moto wants it; each type has a class, since moto looks for those.
    """

    resource_type = "Secure::Constructs::Any"
    make: Make = staticmethod(_stand_in)

    def __init__(self, made: Made) -> None:
        self.physical_resource_id, self._attributes = made
        self.type = self.resource_type

    @staticmethod
    def cloudformation_name_type() -> str:
        return ""

    @classmethod
    def cloudformation_type(cls) -> str:
        return cls.resource_type

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        del attr
        return True

    def get_cfn_attribute(self, name: str) -> object:
        return self._attributes[name]

    def is_created(self) -> bool:
        return True

    @classmethod
    def create_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: Properties,
        account_id: str,
        region_name: str,
        **_: object,
    ) -> _Model:
        order = Order(
            name=resource_name,
            given=_plain(cloudformation_json.get("Properties", {})),
            region=region_name,
            account=account_id,
        )
        return cls(cls.make(order))

    @classmethod
    def update_from_cloudformation_json(cls, *_: object, **__: object) -> None:
        raise NotImplementedError

    @classmethod
    def delete_from_cloudformation_json(cls, *_: object, **__: object) -> None:
        raise NotImplementedError
