"""Roles that a service may take on behalf of anyone."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.policies import trust_policy
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template

# Services whose documentation asks for the condition, because they act for a resource that names
# the role.
# https://docs.aws.amazon.com/appsync/latest/devguide/cross-service-confused-deputy-prevention.html
# https://docs.aws.amazon.com/bedrock/latest/userguide/cross-service-confused-deputy-prevention.html
# https://docs.aws.amazon.com/codebuild/latest/userguide/cross-service-confused-deputy-prevention.html
# https://docs.aws.amazon.com/eventbridge/latest/userguide/cross-service-confused-deputy-prevention.html
# https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
# https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
_DEPUTIES = (
    "appsync.",
    "bedrock.",
    "codebuild.",
    "events.",
    "pipes.",
    "scheduler.",
    "states.",
)


def _trusting(**statement: object) -> dict[str, object]:
    return {
        "AssumeRolePolicyDocument": {
            "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", **statement}]
        }
    }


class RoleTrustServesAnyAccount(Rule):
    """
    A service may take the role on behalf of any account.

    The trust policy names a service that many customers share, and no condition says for whom it
    may act. Should the service be talked into using the role for a stranger's resource, the
    stranger acts with it (the confused deputy).
    """

    id = "iam-role-trust-serves-any-account"
    control = "iam.trust-confused-deputy"
    risk = Risk.EXECUTION_FLOW
    severity = Severity.LOW
    resource_types = ("AWS::IAM::Role",)
    recommended = False
    fix = (
        "set assumed_by=iam.ServicePrincipal(...).with_conditions("
        '{"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}})'
    )
    references = ("https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",)

    passes = (
        Example(
            "for schedules of this account",
            _trusting(
                Principal={"Service": "scheduler.amazonaws.com"},
                Condition={"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
            ),
        ),
        Example(
            "a service that takes a role for what it belongs to",
            _trusting(Principal={"Service": "lambda.amazonaws.com"}),
        ),
    )
    fails = (
        Example(
            "for any schedule",
            _trusting(Principal={"Service": ["scheduler.amazonaws.com"]}),
        ),
        Example(
            "for any schedule too",
            {
                "AssumeRolePolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": service},
                            "Action": "sts:AssumeRole",
                        }
                        for service in ("lambda.amazonaws.com", "scheduler.amazonaws.com")
                    ]
                }
            },
        ),
        Example(
            "a condition on something else",
            _trusting(
                Principal={"Service": "pipes.amazonaws.com"},
                Condition={"Bool": {"aws:SecureTransport": "true"}},
            ),
        ),
    )
    uncertain = (
        Example(
            "a parameter decides for whom",
            _trusting(
                Principal={"Service": "states.amazonaws.com"},
                Condition={"StringLike": {"aws:SourceAccount": {"Ref": "Account"}}},
            ),
            sections={"Parameters": {"Account": {"Type": "String"}}},
        ),
    )

    def check(self, role: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        policy = trust_policy(role)
        for statement in policy.document.allowing:
            acting = [host for host in statement.services if host.startswith(_DEPUTIES)]
            if not acting:
                continue
            answer = ~statement.restricted
            if answer.possible:
                yield self.finding(
                    policy.block,
                    policy.at(statement, "Condition"),
                    f"{acting[0]} may take the role on behalf of any account",
                    certain=answer.certain and statement.allows,
                )
