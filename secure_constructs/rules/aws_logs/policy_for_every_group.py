"""Services that may write to every log of an account."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.policies import resource_policy
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._grants import on_everything
from secure_constructs.template import Resource, Template


def _for(resource: object) -> dict[str, object]:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "es.amazonaws.com"},
        "Action": ["logs:PutLogEvents", "logs:CreateLogStream"],
        "Resource": resource,
    }
    return {"PolicyName": "search", "PolicyDocument": {"Statement": [statement]}}


class PolicyForEveryGroup(Rule):
    """
    The policy lets others write to every log group of the account.

    It was made for one log, and holds for all: whoever gets the service to write what they say puts
    it among the records of other applications, where it is taken for theirs.
    """

    id = "logs-policy-for-every-group"
    control = "iam.wildcard-resource"
    risk = Risk.OVER_PRIVILEGED
    severity = Severity.LOW
    resource_types = ("AWS::Logs::ResourcePolicy",)
    fix = "name the log group in resources=[...], or call log_group.grant_write(service)"
    references = (
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html",
    )

    passes = (
        Example(
            "one log group",
            _for("arn:aws:logs:eu-west-1:111122223333:log-group:/search/orders:*"),
        ),
    )
    fails = (
        Example("every one", _for("*")),
        Example(
            "every one, in a policy that is text",
            {
                "PolicyName": "search",
                "PolicyDocument": '{"Statement": {"Effect": "Allow", "Principal": {"Service":'
                ' "es.amazonaws.com"}, "Action": "logs:*", "Resource": ["*"]}}',
            },
        ),
    )

    uncertain = (
        Example(
            "a parameter says which",
            _for({"Ref": "Group"}),
            sections={"Parameters": {"Group": {"Type": "String"}}},
        ),
    )

    def check(self, policy: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        held = resource_policy(policy)
        for statement in held.document.allowing:
            everywhere = on_everything(statement)
            if everywhere.possible:
                yield self.finding(
                    policy,
                    held.at(statement, "Resource"),
                    "it holds for every log group of the account",
                    certain=statement.allows and everywhere.certain,
                )
