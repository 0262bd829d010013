"""Functions that read logs."""

from __future__ import annotations

from tests.paths.planted import Expected, Planted, Templates
from tests.paths.planted._shapes import (
    FRONT_BEHIND_WEB_ACL,
    FRONT_WITH_OPEN_URL,
    FRONT_WITHOUT_URL,
    FUNCTION_ROLE,
    arn,
    changed,
    function,
    ref,
    resource,
)

_LOG_SUBSCRIPTION: Templates = {
    "Shop": {
        "Resources": {
            **FRONT_WITH_OPEN_URL,
            "FrontLog": {
                "Type": "AWS::Logs::LogGroup",
                "Properties": {"RetentionInDays": 731},
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
            "FrontLogShipCanInvokeLambda": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Ship"),
                Principal="logs.amazonaws.com",
                SourceArn=arn("FrontLog"),
            ),
            "FrontLogShip": resource(
                "AWS::Logs::SubscriptionFilter",
                after=["FrontLogShipCanInvokeLambda"],
                DestinationArn=arn("Ship"),
                FilterPattern="",
                LogGroupName=ref("FrontLog"),
            ),
            "FrontServiceRole": FUNCTION_ROLE,
            "Front": function(
                "FrontServiceRole", more={"LoggingConfig": {"LogGroup": ref("FrontLog")}}
            ),
            "ShipServiceRole": FUNCTION_ROLE,
            "Ship": function("ShipServiceRole"),
        }
    }
}
LOG_SUBSCRIPTION = Planted(
    name="log_subscription",
    what=(
        "The log of a function that anyone calls is read by another "
        "function: what was sent and logged is its input."
    ),
    templates=_LOG_SUBSCRIPTION,
    expected=Expected(verdicts={"Front": "exposed", "Ship": "exposed"}),
    safe_templates=changed(
        _LOG_SUBSCRIPTION, {"Shop": {**FRONT_WITHOUT_URL, **FRONT_BEHIND_WEB_ACL}}
    ),
    safe_expected=Expected(verdicts={"Front": "behind-waf", "Ship": "provenance"}),
)

PLANTED = (LOG_SUBSCRIPTION,)
