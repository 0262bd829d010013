"""Who invokes a function, as far as the templates tell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.services.stages import STAGE
from secure_constructs.template import Resource, Template

PERMISSION: Final = "AWS::Lambda::Permission"
EVENT_SOURCE: Final = "AWS::Lambda::EventSourceMapping"
REST_API: Final = "AWS::ApiGateway::RestApi"
RULE: Final = "AWS::Events::Rule"
STATE_MACHINE: Final = "AWS::StepFunctions::StateMachine"
URL: Final = "AWS::Lambda::Url"

_SUBSCRIPTION: Final = "AWS::SNS::Subscription"
_CUSTOM: Final = ("Custom::", "AWS::CloudFormation::CustomResource")
# Types that mention a function without ever invoking it.
_BYSTANDERS: Final = (
    "AWS::CloudWatch::",
    "AWS::CodeDeploy::",
    "AWS::IAM::",
    "AWS::Lambda::Alias",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::Version",
    "AWS::Logs::LogGroup",
    "AWS::Logs::MetricFilter",
    "AWS::SSM::Parameter",
)
# Services that hand over an event and go, so that failures are nobody's but Lambda's.
_ASYNCHRONOUS: Final = ("events.", "iot.", "s3.", "ses.", "sns.")


def callers(function: Resource) -> tuple[Resource, ...]:
    """
    Give the resources that invoke a function, or let a service do so.
    """
    return function.once("callers", lambda asked: tuple(dict.fromkeys(_callers(asked))))


def invokers(function: Resource) -> tuple[Resource, ...]:
    """
    Give the resources that invoke a function; a permission stands for its source where known.
    """
    return function.once("invokers", lambda asked: tuple(dict.fromkeys(_invokers(asked))))


def serves_deployment(function: Resource) -> bool:
    """
    Say whether only deployments invoke a function, as the provider of a custom resource.
    """
    calling = callers(function)
    return function.framework or (
        bool(calling) and all(caller.type.startswith(_CUSTOM) for caller in calling)
    )


def scheduled(rule: Resource) -> bool:
    """
    Say whether a rule fires by the clock only.
    """
    return rule.has("ScheduleExpression") and not rule.has("EventPattern")


def asynchronous(function: Resource) -> Resource | None:
    """
    Give a resource that hands events to a function without waiting for what comes of them.

    A schedule does too, but simply comes round again; a rule that keeps nothing of what it cannot
    deliver is a fault of its own, and the first to mend.
    """
    for invoker in invokers(function):
        if invoker.type == PERMISSION:
            if (invoker.text("Principal") or "").startswith(_ASYNCHRONOUS):
                return invoker
        elif invoker.type == RULE:
            if not scheduled(invoker) and all(
                target.has("DeadLetterConfig.Arn") for target in invoker.blocks("Targets")
            ):
                return invoker
        elif invoker.type in {"AWS::S3::Bucket", "AWS::SNS::Topic", "AWS::IoT::TopicRule"}:
            return invoker
    return None


def apis_of(function: Resource, template: Template) -> tuple[Resource, ...]:
    """
    Give the REST APIs that invoke a function.
    """
    found: dict[Resource, None] = {}
    for caller in callers(function):
        if caller.type == REST_API:
            found[caller] = None
        elif caller.type in {"AWS::ApiGateway::Method", "AWS::ApiGateway::Authorizer"}:
            api = template.find(caller.get("RestApiId"), REST_API)
            if api is not None:
                found[api] = None
    return tuple(found)


def untraced_start(function: Resource, template: Template) -> Resource | None:
    """
    Give an untraced API or workflow that invokes a function: traces would have to start there.
    """
    for api in apis_of(function, template):
        stages = template.referrers(api, STAGE, at="RestApiId")
        if not all(stage.flag("TracingEnabled") for stage in stages):
            return api
    for caller in callers(function):
        if caller.type == STATE_MACHINE and not caller.flag("TracingConfiguration.Enabled"):
            return caller
        if caller.type == "AWS::AppSync::DataSource":
            graph = template.find(caller.get("ApiId"), "AWS::AppSync::GraphQLApi")
            if graph is not None and not graph.flag("XrayEnabled"):
                return graph
    return None


def _callers(function: Resource) -> Iterator[Resource]:
    template = function.template
    targets = [function]
    targets += [
        naming
        for naming in function.mentioned_by
        if naming.type in {"AWS::Lambda::Alias", "AWS::Lambda::Version"}
    ]
    for target in targets:
        for caller in target.mentioned_by:
            if caller is not function and not caller.type.startswith(_BYSTANDERS):
                yield caller
        for kind, place in ((PERMISSION, "FunctionName"), (EVENT_SOURCE, "FunctionName")):
            yield from template.referrers(target, kind, at=place)


def _invokers(function: Resource) -> Iterator[Resource]:
    template = function.template
    for caller in callers(function):
        if caller.type == PERMISSION:
            yield template.find(caller.get("SourceArn")) or caller
        elif caller.type == _SUBSCRIPTION:
            yield template.find(caller.get("TopicArn")) or caller
        else:
            yield caller
