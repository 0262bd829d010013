"""
Throttles functions to zero once a budget is spent.

This is the handler of `SecureBudget`'s stop action. It stands alone in its function: it needs
nothing but the boto3 of the Lambda runtime, so that nothing has to be built or patched for it.

It believes no message: whatever a notification says, all it can do is to stop the functions that
the deployment named, and doing so twice is the same as doing so once.
"""

from __future__ import annotations

import json
import logging
import os
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Mapping

_log = logging.getLogger(__name__)


def handler(event: Mapping[str, Any], context: object) -> dict[str, int]:  # noqa: ARG001 - Lambda's
    """
    Stop every function that ``FUNCTIONS`` names, a JSON list.

    Args:
        event: A notification of the topic that ``TOPIC_ARN`` names.
        context: What Lambda says about the invocation; not used.

    Returns:
        How many functions were stopped.

    Raises:
        ValueError: The event did not come from that topic.
        RuntimeError: Some functions could not be stopped; the others are.
    """
    topics = {record.get("Sns", {}).get("TopicArn") for record in event.get("Records", ())}
    if topics != {os.environ["TOPIC_ARN"]}:
        raise ValueError("this event did not come from the budget's topic")
    names = json.loads(os.environ["FUNCTIONS"])
    client = boto3.client("lambda")
    still_running = []
    for name in names:
        try:
            client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
        except ClientError as error:
            still_running.append(name)
            _log.error("%s was not stopped: %s", name, error.response["Error"]["Code"])
    if still_running:
        # Lambda tries again, and then keeps the event.
        raise RuntimeError(f"{len(still_running)} of {len(names)} functions were not stopped")
    return {"stopped": len(names)}
