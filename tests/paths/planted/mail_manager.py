"""
Mail that Mail Manager of SES receives: an endpoint, a traffic policy, a set of rules in order.

No web ACL sees mail. Scanned before it is handed on, and taken by TLS only, it is *compensated*.
https://docs.aws.amazon.com/ses/latest/dg/eb-rules.html
"""

from __future__ import annotations

from typing import Any

from tests.paths.planted import Expected, Planted, Templates
from tests.paths.planted._shapes import (
    FUNCTION_ROLE,
    arn,
    attribute,
    changed,
    function,
    ref,
    resource,
)

_ROLE = resource(
    "AWS::IAM::Role",
    AssumeRolePolicyDocument={
        "Statement": [
            {
                "Action": "sts:AssumeRole",
                "Effect": "Allow",
                "Principal": {"Service": "ses.amazonaws.com"},
            }
        ]
    },
)
_POLICY = resource("AWS::SES::MailManagerTrafficPolicy", DefaultAction="ALLOW", PolicyStatements=[])
_SCAN = {"Analyzer": attribute("Scanner", "AddonInstanceArn"), "ResultField": "verdict"}
_SCANNER = resource("AWS::SES::MailManagerAddonInstance", AddonSubscriptionId="trend-micro")
_RUN: dict[str, Any] = {
    "Name": "Run",
    "Actions": [
        {
            "InvokeLambda": {
                "FunctionArn": arn("Mail"),
                "InvocationType": "EVENT",
                "RoleArn": arn("MailManagerRole"),
            }
        }
    ],
}
_DROP_WHAT_IS_BAD: dict[str, Any] = {
    "Name": "Scan",
    "Conditions": [
        {
            "VerdictExpression": {
                "Evaluate": {"Analysis": _SCAN},
                "Operator": "NOT_EQUALS",
                "Values": ["PASS"],
            }
        }
    ],
    "Actions": [{"Drop": {}}],
}
_IS_CLEAN = {
    "VerdictExpression": {
        "Evaluate": {"Analysis": _SCAN},
        "Operator": "EQUALS",
        "Values": ["PASS"],
    }
}


def _point(**more: Any) -> dict[str, Any]:
    return resource(
        "AWS::SES::MailManagerIngressPoint",
        RuleSetId=ref("Rules"),
        TrafficPolicyId=ref("Traffic"),
        **{"Type": "OPEN", **more},
    )


def _rules(*rules: Any) -> dict[str, Any]:
    return resource("AWS::SES::MailManagerRuleSet", Rules=list(rules))


_BY_TLS = _point(TlsPolicy="REQUIRED")
_TO_FUNCTION: Templates = {
    "Shop": {
        "Resources": {
            "MailServiceRole": FUNCTION_ROLE,
            "Mail": function("MailServiceRole"),
            "MailManagerRole": _ROLE,
            "Scanner": _SCANNER,
            "Traffic": _POLICY,
            "Rules": _rules(_RUN),
            "Door": _point(),
        }
    }
}
TO_FUNCTION = Planted(
    name="managed_mail_to_function",
    what="Whoever knows the endpoint sends mail that runs a function, neither scanned nor by TLS.",
    templates=_TO_FUNCTION,
    expected=Expected(verdicts={"Mail": "exposed"}),
    safe_templates=changed(
        _TO_FUNCTION, {"Shop": {"Rules": _rules(_DROP_WHAT_IS_BAD, _RUN), "Door": _BY_TLS}}
    ),
    safe_expected=Expected(verdicts={"Mail": "compensated"}),
)
SCANNED_TOO_LATE = Planted(
    name="managed_mail_scanned_too_late",
    what="The rule that drops what is no good comes after the one that runs a function with it.",
    templates=changed(
        _TO_FUNCTION, {"Shop": {"Rules": _rules(_RUN, _DROP_WHAT_IS_BAD), "Door": _BY_TLS}}
    ),
    expected=Expected(verdicts={"Mail": "exposed"}),
    safe_templates=changed(
        _TO_FUNCTION, {"Shop": {"Rules": _rules(_DROP_WHAT_IS_BAD, _RUN), "Door": _BY_TLS}}
    ),
    safe_expected=Expected(verdicts={"Mail": "compensated"}),
)
BEHIND_A_DROP = Planted(
    name="managed_mail_behind_a_drop",
    what="A rule drops what comes from one address and lets the rest through to a function.",
    templates=changed(
        _TO_FUNCTION,
        {
            "Shop": {
                "Rules": _rules(
                    {
                        "Conditions": [
                            {
                                "IpExpression": {
                                    "Evaluate": {"Attribute": "SOURCE_IP"},
                                    "Operator": "CIDR_MATCHES",
                                    "Values": ["192.0.2.1/32"],
                                }
                            }
                        ],
                        "Actions": [{"Drop": {}}],
                    },
                    _RUN,
                )
            }
        },
    ),
    expected=Expected(verdicts={"Mail": "exposed"}),
    safe_templates=changed(
        _TO_FUNCTION, {"Shop": {"Rules": _rules({"Actions": [{"Drop": {}}]}, _RUN)}}
    ),
    safe_expected=Expected(),
)
FROM_ANYWHERE = Planted(
    name="managed_mail_from_anywhere",
    what="The endpoint takes mail from the internet, and not from one network only.",
    templates=_TO_FUNCTION,
    expected=Expected(verdicts={"Mail": "exposed"}),
    safe_templates=changed(
        _TO_FUNCTION,
        {
            "Shop": {
                "Door": _point(
                    NetworkConfiguration={
                        "PrivateNetworkConfiguration": {"VpcEndpointId": "vpce-0a1b2c3d"}
                    }
                )
            }
        },
    ),
    safe_expected=Expected(verdicts={"Mail": "unknown"}),
)

_TO_BUCKET: Templates = {
    "Shop": {
        "Resources": {
            **_TO_FUNCTION["Shop"]["Resources"],
            "Inbox": resource(
                "AWS::S3::Bucket",
                NotificationConfiguration={
                    "LambdaConfigurations": [
                        {"Event": "s3:ObjectCreated:*", "Function": arn("Mail")}
                    ]
                },
            ),
            "Rules": _rules(
                {
                    "Actions": [
                        {"WriteToS3": {"S3Bucket": ref("Inbox"), "RoleArn": arn("MailManagerRole")}}
                    ]
                }
            ),
        }
    }
}
TO_BUCKET = Planted(
    name="managed_mail_to_bucket",
    what="Mail of anyone is kept in a bucket, whose new objects run a function.",
    templates=_TO_BUCKET,
    expected=Expected(verdicts={"Mail": "exposed"}),
    safe_templates=changed(
        _TO_BUCKET,
        {
            "Shop": {
                "Door": _BY_TLS,
                "Rules": _rules(
                    {
                        "Conditions": [_IS_CLEAN],
                        "Actions": [
                            {
                                "WriteToS3": {
                                    "S3Bucket": ref("Inbox"),
                                    "RoleArn": arn("MailManagerRole"),
                                }
                            }
                        ],
                    }
                ),
            }
        },
    ),
    safe_expected=Expected(verdicts={"Mail": "compensated"}),
)

PLANTED = (TO_FUNCTION, SCANNED_TOO_LATE, BEHIND_A_DROP, FROM_ANYWHERE, TO_BUCKET)
