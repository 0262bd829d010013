"""The workflow that ships what was paid."""

import boto3
from botocore.exceptions import ClientError

from .models import Order, PaidOrder


class Fulfilment:
    """Starts the workflow, once for each order: the execution has the name of the order."""

    def __init__(self, workflow_arn: str) -> None:
        self._workflow = workflow_arn
        self._workflows = boto3.client("stepfunctions")

    def start(self, order: Order) -> None:
        """Have a paid order fulfilled, unless it is already."""
        try:
            self._workflows.start_execution(
                stateMachineArn=self._workflow,
                name=order.order_id,
                input=PaidOrder(
                    customer_id=order.customer_id, order_id=order.order_id
                ).model_dump_json(),
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
                raise
