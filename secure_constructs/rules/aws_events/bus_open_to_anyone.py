"""Event buses that everyone on AWS may write to."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.documents import PolicyDocument
from secure_constructs.iam.policies import bus_policy
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class BusOpenToAnyone(Rule):
    """
    Anyone with an AWS account may put events on the bus.

    A stranger puts an event on the bus that looks like yours, and your rules act on it: goods
    are shipped that nobody paid for.
    """

    id = "events-bus-open-to-anyone"
    control = "events.bus-open-access"
    risk = Risk.EXECUTION_FLOW
    severity = Severity.HIGH
    resource_types = ("AWS::Events::EventBusPolicy", "AWS::Events::EventBus")
    fix = "name the accounts or roles that may send, or bind everyone with aws:PrincipalOrgID"
    references = (
        "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html",
    )

    passes = (
        Example(
            "one account",
            {
                "StatementId": "s",
                "Statement": {
                    "Effect": "Allow",
                    "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
                    "Action": "events:PutEvents",
                    "Resource": "*",
                },
            },
        ),
        Example(
            "one organization, in the older form",
            {
                "StatementId": "s",
                "Action": "events:PutEvents",
                "Principal": "*",
                "Condition": {
                    "Type": "StringEquals",
                    "Key": "aws:PrincipalOrgID",
                    "Value": "o-a1b2c3d4e5",
                },
            },
        ),
        Example("a bus without a policy", {"Name": "orders"}, type="AWS::Events::EventBus"),
    )
    fails = (
        Example(
            "anyone",
            {
                "StatementId": "s",
                "Statement": {
                    "Effect": "Allow",
                    "Principal": "*",
                    "Action": "events:PutEvents",
                    "Resource": "*",
                },
            },
        ),
        Example(
            "anyone, in the older form",
            {"StatementId": "s", "Action": "events:PutEvents", "Principal": "*"},
        ),
        Example(
            "anyone, in the bus itself",
            {
                "Name": "orders",
                "Policy": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": "*",
                            "Action": "events:PutEvents",
                            "Resource": "*",
                        }
                    ]
                },
            },
            type="AWS::Events::EventBus",
        ),
    )

    def check(self, bus: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if bus.type == "AWS::Events::EventBus":
            document = PolicyDocument.parse(bus.get("Policy")) if bus.has("Policy") else None
            place = "Policy"
        else:
            document, place = bus_policy(bus).document, "Principal"
        for statement in document.allowing if document else ():
            opened = statement.open_to_anyone
            if opened.possible:
                yield self.finding(
                    bus, place, "anyone may put events on the bus", certain=opened.certain
                )
                return
