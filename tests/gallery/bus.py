"""Event buses and rules as the gallery shows them."""

from __future__ import annotations

from aws_cdk import Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam

from secure_constructs.constructs import SecureBus, SecureQueue, SecureRule, SecureTopic


def bus(stack: Stack) -> None:
    """
    A bus of one's own with a rule on it, a partner's bus, and a rule on the default bus.
    """
    work = SecureQueue(stack, "BusWork")
    orders = SecureBus(stack, "BusOrders", description="What happens to orders")
    sender = iam.Role(
        stack, "BusOrdersSender", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com")
    )
    orders.grants.put_events(sender, sources=["shop.orders"], detail_types=["OrderPlaced"])
    SecureRule(
        stack,
        "BusOrderPlaced",
        event_bus=orders,
        event_pattern=events.EventPattern(source=["shop.orders"], detail_type=["OrderPlaced"]),
        targets=[targets.SqsQueue(work), targets.SnsTopic(SecureTopic(stack, "BusNews"))],
    )

    partner = SecureBus(stack, "BusPartner", log_level=events.Level.INFO)
    partner.grants.put_events_from_account(
        "111122223333", sources=["partner.billing"], organization_id="o-a1b2c3d4e5"
    )
    SecureRule(
        stack,
        "BusPartnerBilled",
        event_bus=partner,
        event_pattern=events.EventPattern(account=["111122223333"], source=["partner.billing"]),
        max_event_age=Duration.minutes(30),
        retry_attempts=3,
        targets=[targets.SqsQueue(work)],
    )

    SecureRule(
        stack,
        "BusStackChanged",
        event_pattern=events.EventPattern(
            detail_type=["CloudFormation Stack Status Change"], source=["aws.cloudformation"]
        ),
        targets=[work],
    )
