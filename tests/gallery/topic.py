"""Topics as the gallery shows them."""

from __future__ import annotations

from aws_cdk import Stack
from aws_cdk import aws_sns_subscriptions as subscriptions

from secure_constructs.constructs import SecureKey, SecureQueue, SecureTopic


def topic(stack: Stack) -> None:
    """
    A topic of the stack's key, a FIFO topic of its own, one that another account publishes to.
    """
    orders = SecureTopic(stack, "TopicOrders", success_feedback_sample_rate=5)
    orders.add_subscription(subscriptions.SqsSubscription(SecureQueue(stack, "TopicOrdersWork")))
    orders.add_subscription(subscriptions.EmailSubscription("ops@shop.example"))
    orders.grants.publish_from_service(
        "cloudwatch.amazonaws.com", source_arn="arn:aws:cloudwatch:*:*:alarm:*"
    )

    ledger = SecureTopic(
        stack,
        "TopicLedger",
        content_based_deduplication=True,
        fifo=True,
        master_key=SecureKey(stack, "TopicLedgerKey"),
    )
    ledger.add_subscription(
        subscriptions.SqsSubscription(SecureQueue(stack, "TopicLedgerWork", fifo=True))
    )

    partner = SecureTopic(stack, "TopicPartner")
    partner.grants.publish_from_account("111122223333", organization_id="o-a1b2c3d4e5")
    partner.add_subscription(subscriptions.SqsSubscription(SecureQueue(stack, "TopicPartnerWork")))
