"""Functions that are not allowed to write a log."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.roles import identities
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template

_NEEDED = ("logs:CreateLogStream", "logs:PutLogEvents")
_ASKED = frozenset(_NEEDED)


_TRUST = {
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ]
}


def _role(*actions: str, managed: tuple[str, ...] = ()) -> dict[str, object]:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    policy = {"PolicyName": "p", "PolicyDocument": {"Statement": [statement]}}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": _TRUST,
            "Policies": [policy] if actions else [],
            "ManagedPolicyArns": list(managed),
        },
    }


class RoleCannotLog(Rule):
    """
    The function runs, but may not write its log.

    Its role allows neither streams nor events in CloudWatch Logs, so errors, and whatever an
    attacker does inside the function, leave no record at all.
    """

    id = "lambda-role-cannot-log"
    control = "lambda.role-can-log"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.MEDIUM
    resource_types = ("AWS::Lambda::Function",)
    fix = "call log_group.grant_write(role), or use SecureFunction, whose role may write its log"
    references = ("https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html",)

    passes = (
        Example(
            "its role may",
            {"Role": {"Fn::GetAtt": ["Role", "Arn"]}},
            beside={"Role": _role("logs:CreateLogStream", "logs:PutLogEvents")},
        ),
        Example(
            "a policy of AWS lets it",
            {"Role": {"Fn::GetAtt": ["Role", "Arn"]}},
            beside={
                "Role": _role(
                    managed=("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",)
                )
            },
        ),
    )
    fails = (
        Example(
            "its role may read a table only",
            {"Role": {"Fn::GetAtt": ["Role", "Arn"]}},
            beside={"Role": _role("dynamodb:GetItem")},
        ),
        Example(
            "it may make a group, and write nothing into it",
            {"Role": {"Fn::GetAtt": ["Role", "Arn"]}},
            beside={"Role": _role("logs:CreateLogGroup", "logs:CreateLogStream")},
        ),
    )
    uncertain = (
        Example(
            "a policy that is not in the templates is attached",
            {"Role": {"Fn::GetAtt": ["Role", "Arn"]}},
            beside={"Role": _role(managed=("arn:aws:iam::111122223333:policy/ours",))},
        ),
    )

    def check(self, function: Resource, template: Template) -> Iterator[Finding]:
        role = identities(template).role_of(function)
        if role is None:  # it is defined elsewhere, and judged there
            return
        policies = role.policies.identity
        allowed = policies.allowed_among(_ASKED)
        missing = [action for action in _NEEDED if action not in allowed]
        if missing:
            yield self.finding(
                function,
                "Role",
                f"{role.resource.logical_id} does not allow {missing[-1]}",
                certain=policies.readable and not role.unseen,
                trace=(function.logical_id, role.resource.logical_id),
            )
