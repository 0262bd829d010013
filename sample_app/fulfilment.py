"""How an order that is paid gets to its customer: stock is reserved, then the goods are shipped."""

from aws_cdk import Duration
from aws_cdk import aws_kms as kms
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from secure_constructs.constructs import SecureFunction, SecureStateMachine


class Fulfilment(SecureStateMachine):
    """
    Reserves the stock of an order, waits for more where there is not enough, and ships it.

    Nothing but this workflow starts its steps, so nothing ships what was not reserved.
    An order whose document has not come through the scan is tried again for an hour.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        key: kms.IKey,
        reserve_stock: SecureFunction,
        ship: SecureFunction,
    ) -> None:
        # Of two orders that take from one product at once, DynamoDB cancels one.
        reserve = tasks.LambdaInvoke(
            scope, "Reserve", lambda_function=reserve_stock, payload_response_only=True
        ).add_retry(errors=["TransactionCanceledException"], max_attempts=5)
        deliver = tasks.LambdaInvoke(
            scope, "Deliver", lambda_function=ship, payload_response_only=True
        ).add_retry(
            backoff_rate=1,
            errors=["DocumentMissingError"],
            interval=Duration.minutes(5),
            max_attempts=12,
        )
        restocked = sfn.Wait(scope, "Restock", time=sfn.WaitTime.duration(Duration.hours(6)))
        super().__init__(
            scope,
            construct_id,
            definition_body=sfn.DefinitionBody.from_chainable(
                reserve.next(
                    sfn.Choice(scope, "Reserved?")
                    .when(sfn.Condition.boolean_equals("$.reserved", value=True), deliver)
                    .otherwise(restocked.next(reserve))
                )
            ),
            encryption_key=key,
            timeout=Duration.days(30),
        )
