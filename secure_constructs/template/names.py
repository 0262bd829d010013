"""What resources are called: the property that names them, what Ref gives, how ARNs read."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final

from secure_constructs.template.values import (
    UNRESOLVED,
    Attribute,
    Part,
    Pseudo,
    Text,
    Unknown,
    concatenated,
    text_of,
)

if TYPE_CHECKING:
    from secure_constructs.template.model import Resource, Template

# Type -> the property that sets the physical name.
NAME_PROPERTIES: Final = {
    "AWS::ApiGateway::ApiKey": "Name",
    "AWS::Cognito::UserPool": "UserPoolName",
    "AWS::DynamoDB::GlobalTable": "TableName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::ECR::Repository": "RepositoryName",
    "AWS::Events::EventBus": "Name",
    "AWS::Events::Rule": "Name",
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
    "AWS::KMS::Alias": "AliasName",
    "AWS::Kinesis::Stream": "Name",
    "AWS::KinesisFirehose::DeliveryStream": "DeliveryStreamName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Lambda::LayerVersion": "LayerName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::MSK::Cluster": "ClusterName",
    "AWS::MSK::ServerlessCluster": "ClusterName",
    "AWS::Pipes::Pipe": "Name",
    "AWS::RDS::DBCluster": "DBClusterIdentifier",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::SSM::Parameter": "Name",
    "AWS::Scheduler::Schedule": "Name",
    "AWS::SecretsManager::Secret": "Name",
    "AWS::StepFunctions::Activity": "Name",
    "AWS::StepFunctions::StateMachine": "StateMachineName",
}

_REGIONAL: Final = "arn:{partition}:%s:{region}:{account}:%s"
_GLOBAL: Final = "arn:{partition}:iam::{account}:%s"

# Type -> how its ARN is spelled, from the Service Authorization Reference
# (https://docs.aws.amazon.com/service-authorization/latest/reference/).
ARNS: Final = {
    "AWS::AppSync::GraphQLApi": _REGIONAL % ("appsync", "apis/{name}"),
    "AWS::Cognito::UserPool": _REGIONAL % ("cognito-idp", "userpool/{name}"),
    "AWS::DynamoDB::GlobalTable": _REGIONAL % ("dynamodb", "table/{name}"),
    "AWS::DynamoDB::Table": _REGIONAL % ("dynamodb", "table/{name}"),
    "AWS::ECR::Repository": _REGIONAL % ("ecr", "repository/{name}"),
    "AWS::Events::EventBus": _REGIONAL % ("events", "event-bus/{name}"),
    "AWS::Events::Rule": _REGIONAL % ("events", "rule/{name}"),
    "AWS::IAM::Group": _GLOBAL % "group{path}{name}",
    "AWS::IAM::InstanceProfile": _GLOBAL % "instance-profile{path}{name}",
    "AWS::IAM::ManagedPolicy": _GLOBAL % "policy{path}{name}",
    "AWS::IAM::Role": _GLOBAL % "role{path}{name}",
    "AWS::IAM::User": _GLOBAL % "user{path}{name}",
    "AWS::KMS::Key": _REGIONAL % ("kms", "key/{name}"),
    "AWS::Kinesis::Stream": _REGIONAL % ("kinesis", "stream/{name}"),
    "AWS::KinesisFirehose::DeliveryStream": _REGIONAL % ("firehose", "deliverystream/{name}"),
    "AWS::Lambda::Function": _REGIONAL % ("lambda", "function:{name}"),
    "AWS::Logs::LogGroup": _REGIONAL % ("logs", "log-group:{name}"),
    "AWS::Pipes::Pipe": _REGIONAL % ("pipes", "pipe/{name}"),
    "AWS::RDS::DBCluster": _REGIONAL % ("rds", "cluster:{name}"),
    "AWS::S3::Bucket": "arn:{partition}:s3:::{name}",
    "AWS::Scheduler::Schedule": _REGIONAL % ("scheduler", "schedule/default/{name}"),
    "AWS::SNS::Topic": _REGIONAL % ("sns", "{name}"),
    "AWS::SQS::Queue": _REGIONAL % ("sqs", "{name}"),
    "AWS::SSM::Parameter": _REGIONAL % ("ssm", "parameter/{name}"),
    "AWS::SecretsManager::Secret": _REGIONAL % ("secretsmanager", "secret:{name}-??????"),
    "AWS::StepFunctions::Activity": _REGIONAL % ("states", "activity:{name}"),
    "AWS::StepFunctions::StateMachine": _REGIONAL % ("states", "stateMachine:{name}"),
}

# Types whose Ref gives the ARN and not the name.
REF_GIVES_ARN: Final = frozenset(
    {
        "AWS::CertificateManager::Certificate",
        "AWS::IAM::ManagedPolicy",
        "AWS::Lambda::Alias",
        "AWS::Lambda::CodeSigningConfig",
        "AWS::Lambda::LayerVersion",
        "AWS::Lambda::Version",
        "AWS::SNS::Topic",
        "AWS::SecretsManager::Secret",
        "AWS::StepFunctions::Activity",
        "AWS::StepFunctions::StateMachine",
    }
)

_ARN_ATTRIBUTES: Final = frozenset({"Arn", "FunctionArn", "TopicArn", "RoleArn", "StreamArn", "Id"})
_PSEUDO: Final = {
    "partition": "AWS::Partition",
    "region": "AWS::Region",
    "account": "AWS::AccountId",
}
_AT_DEPLOYMENT: Final = {piece: Text((Pseudo(name),)) for piece, name in _PSEUDO.items()}


def given_name(resource: Resource) -> str | None:
    """
    Give the name the template sets, if it does.
    """
    named_by = NAME_PROPERTIES.get(resource.type)
    name = resource.get(named_by) if named_by else None
    if not isinstance(name, str):
        return None
    return name.lstrip("/") if resource.type == "AWS::SSM::Parameter" else name


def physical_name(resource: Resource) -> Any:
    """
    Give the name the template sets, or a text that stands for the one CloudFormation makes up.
    """
    name = given_name(resource)
    if name is not None:
        return name
    # Where Ref is the ARN, the name needs a word of its own, or spelling it out would never end.
    return Text((Attribute(resource, "Name" if resource.type in REF_GIVES_ARN else ""),))


def arn(resource: Resource) -> Any:
    """
    Spell the ARN of *resource*, with what is set at deployment kept as parts.

    Returns:
        A text such as ``arn:${AWS::Partition}:s3:::${Orders}``;
        ``UNRESOLVED`` for types whose ARN is not modelled.
    """
    pattern = ARNS.get(resource.type)
    if pattern is None:
        return UNRESOLVED
    environment = resource.template.environment
    filled = []
    for piece in _pieces(pattern):
        if piece in _PSEUDO:
            filled.append(environment.get(_PSEUDO[piece]) or _AT_DEPLOYMENT[piece])
        elif piece == "name":
            filled.append(physical_name(resource))
        elif piece == "path":
            filled.append(resource.get("Path", "/"))
        else:
            filled.append(piece)
    return concatenated(filled)


def regional_arn(template: Template, service: str, name: Any) -> Any:
    """
    Spell the ARN of something of a service where *template* is deployed.
    """
    place = (template.environment.get(_PSEUDO[key]) or _AT_DEPLOYMENT[key] for key in _PSEUDO)
    partition, region, account = place
    return concatenated(["arn", partition, service, region, account, name], ":")


@functools.cache
def _pieces(pattern: str) -> list[str]:
    return pattern.replace("}", "{").split("{")


def spelled_out(value: Any) -> Any:
    """
    Replace every part of *value* that is some resource's ARN or name by what it looks like.

    ``${Bucket.Arn}/*`` becomes ``arn:${AWS::Partition}:s3:::orders/*`` for a bucket named orders.
    """
    if not isinstance(value, Text):
        return value
    parts: list[Part] = []
    for part in value.parts:
        spelled = _spelled(part)
        parts.extend(spelled.parts if isinstance(spelled, Text) else (spelled,))
    return text_of(parts)


def _spelled(part: Part) -> Any:
    if not isinstance(part, Attribute):
        return part
    if not part.whole:
        return Unknown(str(part))
    is_arn = part.name in _ARN_ATTRIBUTES or (not part.name and part.resource.type in REF_GIVES_ARN)
    if is_arn:
        spelled = part.resource.arn
        return part if spelled is UNRESOLVED else spelled
    return physical_name(part.resource) if not part.name else part
