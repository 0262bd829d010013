"""The most that the roles of an app may ever do, whatever their policies say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

from secure_constructs.constructs._base import acknowledge, refusal, stack_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from constructs import Construct, IConstruct

_SERVICE: Final = re.compile(r"[a-z0-9][a-z0-9-]*")
_ARN: Final = re.compile(r"arn:.+|.*\$\{Token\[.*", re.DOTALL)

# Services whose actions give permissions, and what to do instead.
_GIVING: Final = {
    "account": "leave the account to whoever runs it",
    "iam": "name the roles that may be handed on in passes=",
    "identitystore": "leave who may sign in to whoever runs the organization",
    "organizations": "leave the organization to whoever runs it",
    "sso": "leave who may sign in to whoever runs the organization",
    "sts": "name the roles that may be assumed in assumes=",
}
# What takes over something that runs with a role already: the known ways, one action of each.
# https://pathfinding.cloud
_ESCALATING: Final = (
    "apprunner:UpdateService",
    "bedrock-agentcore:StartCodeInterpreterSession",
    "cloudformation:CreateChangeSet",
    "cloudformation:ExecuteChangeSet",
    "cloudformation:UpdateStack",
    "cloudformation:UpdateStackSet",
    "codebuild:StartBuild",
    "codebuild:StartBuildBatch",
    "ec2:CreateLaunchTemplateVersion",
    "ec2:ModifyInstanceAttribute",
    "ec2-instance-connect:SendSSHPublicKey",
    "ec2-instance-connect:SendSerialConsoleSSHPublicKey",
    "ecs:ExecuteCommand",
    "glue:UpdateDevEndpoint",
    "lambda:UpdateFunctionCode",
    "lambda:UpdateFunctionConfiguration",
    "sagemaker:CreatePresignedNotebookInstanceUrl",
    "sagemaker:UpdateNotebookInstance",
    "ssm:SendCommand",
    "ssm:StartSession",
    "states:UpdateStateMachine",
)


class SecureBoundary(iam.ManagedPolicy):
    """
    A permissions boundary for every role and user of a stack, a stage or an app.

    List price: nothing.

    A boundary grants nothing. It is what remains when a policy is written too widely, by the
    app, by a construct from somewhere else or by CDK itself: a role does what both its policies
    and its boundary allow
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html).

    - It leaves room for the services that are named, and for no other.
    - No role makes, changes, hands on or becomes another, but those that are named.
    - No known way to the role of something that runs already is open: changing the code of
      a function, a command on an instance, an update of a stack.
    - It is set on all that is below `of` when the app is synthesized, what is added later too.

    Each stage has one of its own, so what is open in the one need not be in the next. An app of
    several accounts or Regions has one in each, or one with a name that is made in each.

    Args:
        scope: Where the boundary is defined.
        id: Its id there; part of the logical id.
        services: The services that the app uses, by the prefix of their actions: ``dynamodb``.
        of: The app, stage or stack whose roles and users it bounds.
            Default: the stack it is defined in.
        assumes: The roles that may be assumed, as ARNs, with ``*`` for any characters.
            Default: none.
        passes: The roles that may be handed to a service, as ARNs, with ``*`` for any characters.
            They cannot be roles that it bounds itself, unless by a name that they are given.
            Default: none.
        description: What it is for.
            Default: none.
        managed_policy_name: Its name, the same in each account and Region it is used in.
            Default: CloudFormation makes one up, for the stacks of one account and Region.

    Raises:
        ConstructError: No service is named, one gives permissions, a name is no prefix or ARN, or
            what it bounds is in another stage.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        services: Sequence[str],
        of: IConstruct | None = None,
        assumes: Sequence[str] = (),
        passes: Sequence[str] = (),
        description: str | None = None,
        managed_policy_name: str | None = None,
    ) -> None:
        _check_services(scope, id, services)
        for prop, arns in (("assumes", assumes), ("passes", passes)):
            _check_arns(scope, id, prop, arns)
        bounded = stack_of(scope) if of is None else of
        _check_stage(scope, id, bounded)
        super().__init__(
            scope,
            id,
            description=description,
            managed_policy_name=managed_policy_name,
            statements=_statements(sorted(set(services)), assumes, passes),
        )
        iam.PermissionsBoundary.of(bounded).apply(self)
        acknowledge(
            self,
            *(f"AwsSolutions-IAM5[Action::{service}:*]" for service in sorted(set(services))),
            "AwsSolutions-IAM5[Resource::*]",
            "NIST.800.53.R5-IAMPolicyNoStatementsWithFullAccess",
            "Secure-Constructs::iam-policy-grants-whole-service",
            reason="It is a permissions boundary: it grants nothing, and bounds what is granted.",
            scope=scope,
        )


def _statements(
    services: Sequence[str], assumes: Sequence[str], passes: Sequence[str]
) -> list[iam.PolicyStatement]:
    found = [
        iam.PolicyStatement(
            sid="Services", actions=[f"{service}:*" for service in services], resources=["*"]
        )
    ]
    if assumes:
        found.append(
            iam.PolicyStatement(
                sid="Assume",
                actions=["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"],
                resources=[*assumes],
            )
        )
    if passes:
        found.append(iam.PolicyStatement(sid="Pass", actions=["iam:PassRole"], resources=[*passes]))
    taken_over = [name for name in _ESCALATING if name.partition(":")[0] in services]
    if taken_over:
        found.append(
            iam.PolicyStatement(
                sid="TakeNothingOver",
                effect=iam.Effect.DENY,
                actions=taken_over,
                resources=["*"],
            )
        )
    return found


def _check_services(scope: Construct, id: str, services: Sequence[str]) -> None:
    if not services or isinstance(services, str):
        raise refusal(
            SecureBoundary,
            scope,
            id,
            "services",
            services,
            because="a boundary without services leaves nothing to any role",
            instead='name those that the app uses: services=["dynamodb", "logs", "xray"]',
        )
    for service in services:
        if service in _GIVING:
            raise refusal(
                SecureBoundary,
                scope,
                id,
                "services",
                service,
                because="whoever gives permissions is bounded by none",
                instead=_GIVING[service],
            )
        if not _SERVICE.fullmatch(service):
            raise refusal(
                SecureBoundary,
                scope,
                id,
                "services",
                service,
                because="it is no prefix of actions",
                instead="name the service alone, as in dynamodb for dynamodb:GetItem",
            )


def _check_arns(scope: Construct, id: str, prop: str, arns: Sequence[str]) -> None:
    for arn in [arns] if isinstance(arns, str) else arns:
        if isinstance(arns, str) or not _ARN.fullmatch(arn) or arn.endswith((":role/*", ":*")):
            raise refusal(
                SecureBoundary,
                scope,
                id,
                prop,
                arn,
                because="it is to hold where every policy fails",
                instead="list the ARNs of some roles, as in arn:aws:iam::111122223333:role/app-*",
            )


def _check_stage(scope: Construct, id: str, bounded: IConstruct) -> None:
    stage = bounded if cdk.Stage.is_stage(bounded) else cdk.Stage.of(bounded)
    own = cdk.Stage.of(scope)
    if stage is None or own is None or stage.node.path != own.node.path:
        raise refusal(
            SecureBoundary,
            scope,
            id,
            "of",
            bounded,
            because="stages are deployed one by one, and share no resources",
            instead="define one in each stage",
        )
