"""
Buses and rules of EventBridge.

Nobody outside the account writes to the default bus, or to a bus without a policy: its writers are
the roles that may put events, as far as the rule takes what they may put. EventBridge refuses
events of a source that begins with ``aws.``, so a rule that pins one takes from AWS alone.
"""

from __future__ import annotations

from tests.paths.planted import Expected, Planted, Templates
from tests.paths.planted._shapes import (
    ACCOUNT,
    FRONT_BEHIND_WEB_ACL,
    FRONT_WITH_OPEN_URL,
    FRONT_WITHOUT_URL,
    FUNCTION_ROLE,
    arn,
    changed,
    function,
    join,
    policy,
    ref,
    resource,
)

_DEFAULT_BUS_CUSTOM_SOURCE: Templates = {
    "Shop": {
        "Resources": {
            **FRONT_WITH_OPEN_URL,
            "ShipServiceRole": FUNCTION_ROLE,
            "Ship": function("ShipServiceRole"),
            "Rule": resource(
                "AWS::Events::Rule",
                EventPattern={"source": ["shop.orders"]},
                State="ENABLED",
                Targets=[{"Arn": arn("Ship"), "Id": "Target0"}],
            ),
            "RuleAllowEventRuleShopShipAF077F15": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Ship"),
                Principal="events.amazonaws.com",
                SourceArn=arn("Rule"),
            ),
            "FrontServiceRole": FUNCTION_ROLE,
            "FrontServiceRoleDefaultPolicy": policy(
                "FrontServiceRoleDefaultPolicy",
                "FrontServiceRole",
                {
                    "Action": "events:PutEvents",
                    "Effect": "Allow",
                    "Resource": join(
                        "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:"
                        "event-bus/default"
                    ),
                },
            ),
            "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
        }
    }
}
DEFAULT_BUS_CUSTOM_SOURCE = Planted(
    name="default_bus_custom_source",
    what=(
        "A function that anyone calls puts events onto the default bus, where a rule runs another."
    ),
    templates=_DEFAULT_BUS_CUSTOM_SOURCE,
    expected=Expected(verdicts={"Front": "exposed", "Ship": "exposed"}),
    safe_templates=changed(
        _DEFAULT_BUS_CUSTOM_SOURCE, {"Shop": {**FRONT_WITHOUT_URL, **FRONT_BEHIND_WEB_ACL}}
    ),
    safe_expected=Expected(verdicts={"Front": "behind-waf", "Ship": "provenance"}),
)

_FORGED_SERVICE_EVENT: Templates = {
    "Shop": {
        "Resources": {
            **FRONT_WITH_OPEN_URL,
            "InventoryServiceRole": FUNCTION_ROLE,
            "Inventory": function("InventoryServiceRole"),
            "Rule": resource(
                "AWS::Events::Rule",
                EventPattern={"detail-type": ["EC2 Instance State-change Notification"]},
                State="ENABLED",
                Targets=[{"Arn": arn("Inventory"), "Id": "Target0"}],
            ),
            "RuleAllowEventRuleShopInventory8330993A": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Inventory"),
                Principal="events.amazonaws.com",
                SourceArn=arn("Rule"),
            ),
            "FrontServiceRole": FUNCTION_ROLE,
            "FrontServiceRoleDefaultPolicy": policy(
                "FrontServiceRoleDefaultPolicy",
                "FrontServiceRole",
                {
                    "Action": "events:PutEvents",
                    "Effect": "Allow",
                    "Resource": join(
                        "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:"
                        "event-bus/default"
                    ),
                },
            ),
            "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
        }
    }
}
FORGED_SERVICE_EVENT = Planted(
    name="forged_service_event",
    what=(
        "A rule for events of EC2 pins no source, so a function that "
        "anyone calls can forge them; AWS refuses forged events of a "
        "source of its own."
    ),
    templates=_FORGED_SERVICE_EVENT,
    expected=Expected(verdicts={"Front": "exposed", "Inventory": "exposed"}),
    safe_templates=changed(
        _FORGED_SERVICE_EVENT,
        {
            "Shop": {
                "Rule": resource(
                    "AWS::Events::Rule",
                    EventPattern={
                        "detail-type": ["EC2 Instance State-change Notification"],
                        "source": ["aws.ec2"],
                    },
                    State="ENABLED",
                    Targets=[{"Arn": arn("Inventory"), "Id": "Target0"}],
                )
            }
        },
    ),
    safe_expected=Expected(verdicts={"Front": "exposed", "Inventory": "provenance"}),
)

_SOURCE_OF_EVENTS_PINNED_BY_ROLE: Templates = {
    "Shop": {
        "Resources": {
            **FRONT_WITH_OPEN_URL,
            "Bus": resource("AWS::Events::EventBus", Name="ShopBus7A6DB0DE"),
            "PayServiceRole": FUNCTION_ROLE,
            "Pay": function("PayServiceRole"),
            "Rule": resource(
                "AWS::Events::Rule",
                EventBusName=ref("Bus"),
                EventPattern={"source": ["shop.payments"]},
                State="ENABLED",
                Targets=[{"Arn": arn("Pay"), "Id": "Target0"}],
            ),
            "RuleAllowEventRuleShopPayD0668E2B": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Pay"),
                Principal="events.amazonaws.com",
                SourceArn=arn("Rule"),
            ),
            "FrontServiceRole": FUNCTION_ROLE,
            "FrontServiceRoleDefaultPolicy": policy(
                "FrontServiceRoleDefaultPolicy",
                "FrontServiceRole",
                {"Action": "events:PutEvents", "Effect": "Allow", "Resource": arn("Bus")},
            ),
            "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
        }
    }
}
SOURCE_OF_EVENTS_PINNED_BY_ROLE = Planted(
    name="source_of_events_pinned_by_role",
    what=(
        "A function that anyone calls may put events of any source; in "
        "the twin its role holds it to a source that the rule does not "
        "take."
    ),
    templates=_SOURCE_OF_EVENTS_PINNED_BY_ROLE,
    expected=Expected(verdicts={"Front": "exposed", "Pay": "exposed"}),
    safe_templates=changed(
        _SOURCE_OF_EVENTS_PINNED_BY_ROLE,
        {
            "Shop": {
                "FrontServiceRoleDefaultPolicy": policy(
                    "FrontServiceRoleDefaultPolicy",
                    "FrontServiceRole",
                    {
                        "Action": "events:PutEvents",
                        "Condition": {"StringEquals": {"events:source": "shop.orders"}},
                        "Effect": "Allow",
                        "Resource": arn("Bus"),
                    },
                )
            }
        },
    ),
    safe_expected=Expected(verdicts={"Front": "exposed", "Pay": "unknown"}),
)

_OPEN_BUS: Templates = {
    "Shop": {
        "Resources": {
            "Partners": resource("AWS::Events::EventBus", Name="ShopPartnersD3728E87"),
            "PartnerscdkPartners": resource(
                "AWS::Events::EventBusPolicy",
                EventBusName=ref("Partners"),
                Statement={
                    "Action": "events:PutEvents",
                    "Effect": "Allow",
                    "Principal": "*",
                    "Resource": arn("Partners"),
                    "Sid": "cdk-Partners",
                },
                StatementId="cdk-Partners",
            ),
            "ImportServiceRole": FUNCTION_ROLE,
            "Import": function("ImportServiceRole"),
            "Rule": resource(
                "AWS::Events::Rule",
                EventBusName=ref("Partners"),
                EventPattern={"detail-type": ["Order"]},
                State="ENABLED",
                Targets=[{"Arn": arn("Import"), "Id": "Target0"}],
            ),
            "RuleAllowEventRuleShopImport6F35DB2E": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Import"),
                Principal="events.amazonaws.com",
                SourceArn=arn("Rule"),
            ),
        }
    }
}
OPEN_BUS = Planted(
    name="open_bus",
    what=(
        "Everyone may put events onto a bus, and the rule pins neither "
        "source nor account; the twin names the partner in both places."
    ),
    templates=_OPEN_BUS,
    expected=Expected(verdicts={"Import": "exposed"}),
    safe_templates=changed(
        _OPEN_BUS,
        {
            "Shop": {
                "PartnerscdkPartners": resource(
                    "AWS::Events::EventBusPolicy",
                    EventBusName=ref("Partners"),
                    Statement={
                        "Action": "events:PutEvents",
                        "Condition": {"StringEquals": {"events:source": "partner.orders"}},
                        "Effect": "Allow",
                        "Principal": {"AWS": join("arn:${AWS::Partition}:iam::444455556666:root")},
                        "Resource": arn("Partners"),
                        "Sid": "cdk-Partners",
                    },
                    StatementId="cdk-Partners",
                ),
                "Rule": resource(
                    "AWS::Events::Rule",
                    EventBusName=ref("Partners"),
                    EventPattern={"account": ["444455556666"], "source": ["partner.orders"]},
                    State="ENABLED",
                    Targets=[{"Arn": arn("Import"), "Id": "Target0"}],
                ),
            }
        },
    ),
    safe_expected=Expected(verdicts={"Import": "compensated"}),
)

_PARTNER_BUS: Templates = {
    "Shop": {
        "Resources": {
            "Partner": resource(
                "AWS::Events::EventBus",
                EventSourceName="aws.partner/shop.example/444455556666/orders",
                Name="aws.partner/shop.example/444455556666/orders",
            ),
            "ImportServiceRole": FUNCTION_ROLE,
            "Import": function("ImportServiceRole"),
            "Rule": resource(
                "AWS::Events::Rule",
                EventBusName=ref("Partner"),
                EventPattern={"source": [{"prefix": ""}]},
                State="ENABLED",
                Targets=[{"Arn": arn("Import"), "Id": "Target0"}],
            ),
            "RuleAllowEventRuleShopImport6F35DB2E": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Import"),
                Principal="events.amazonaws.com",
                SourceArn=arn("Rule"),
            ),
        }
    }
}
PARTNER_BUS = Planted(
    name="partner_bus",
    what=(
        "Events of a SaaS partner run a function by a rule that takes "
        "everything on the bus; the twin pins source and account."
    ),
    templates=_PARTNER_BUS,
    expected=Expected(verdicts={"Import": "exposed"}),
    safe_templates=changed(
        _PARTNER_BUS,
        {
            "Shop": {
                "Rule": resource(
                    "AWS::Events::Rule",
                    EventBusName=ref("Partner"),
                    EventPattern={
                        "account": [ACCOUNT],
                        "source": ["aws.partner/shop.example/444455556666/orders"],
                    },
                    State="ENABLED",
                    Targets=[{"Arn": arn("Import"), "Id": "Target0"}],
                )
            }
        },
    ),
    safe_expected=Expected(verdicts={"Import": "compensated"}),
)

_BUS_TO_BUS: Templates = {
    "Shop": {
        "Resources": {
            "Intake": resource("AWS::Events::EventBus", Name="ShopIntakeC0EDFA5F"),
            "IntakecdkAll": resource(
                "AWS::Events::EventBusPolicy",
                EventBusName=ref("Intake"),
                Statement={
                    "Action": "events:PutEvents",
                    "Effect": "Allow",
                    "Principal": "*",
                    "Resource": arn("Intake"),
                    "Sid": "cdk-All",
                },
                StatementId="cdk-All",
            ),
            "Core": resource("AWS::Events::EventBus", Name="ShopCore352CEFA3"),
            "ShipServiceRole": FUNCTION_ROLE,
            "Ship": function("ShipServiceRole"),
            "Forward": resource(
                "AWS::Events::Rule",
                EventBusName=ref("Intake"),
                EventPattern={"source": ["shop.orders"]},
                State="ENABLED",
                Targets=[
                    {"Arn": arn("Core"), "Id": "Target0", "RoleArn": arn("ForwardEventsRole")}
                ],
            ),
            "ForwardEventsRole": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument={
                    "Statement": [
                        {
                            "Action": "sts:AssumeRole",
                            "Effect": "Allow",
                            "Principal": {"Service": "events.amazonaws.com"},
                        }
                    ],
                    "Version": "2012-10-17",
                },
            ),
            "ForwardEventsRoleDefaultPolicy": policy(
                "ForwardEventsRoleDefaultPolicy",
                "ForwardEventsRole",
                {"Action": "events:PutEvents", "Effect": "Allow", "Resource": arn("Core")},
            ),
            "Rule": resource(
                "AWS::Events::Rule",
                EventBusName=ref("Core"),
                EventPattern={"source": ["shop.orders"]},
                State="ENABLED",
                Targets=[{"Arn": arn("Ship"), "Id": "Target0"}],
            ),
            "RuleAllowEventRuleShopShipAF077F15": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Ship"),
                Principal="events.amazonaws.com",
                SourceArn=arn("Rule"),
            ),
        }
    }
}
BUS_TO_BUS = Planted(
    name="bus_to_bus",
    what=(
        "A rule hands events on from one bus to another, which anyone "
        "may write; in the twin nobody but one function behind a web ACL."
    ),
    templates=_BUS_TO_BUS,
    expected=Expected(verdicts={"Ship": "exposed"}),
    safe_templates=changed(
        _BUS_TO_BUS,
        {
            "Shop": {
                "IntakecdkAll": None,
                **FRONT_BEHIND_WEB_ACL,
                "FrontServiceRole": FUNCTION_ROLE,
                "FrontServiceRoleDefaultPolicy": policy(
                    "FrontServiceRoleDefaultPolicy",
                    "FrontServiceRole",
                    {"Action": "events:PutEvents", "Effect": "Allow", "Resource": arn("Intake")},
                ),
                "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
            }
        },
    ),
    safe_expected=Expected(verdicts={"Ship": "provenance", "Front": "behind-waf"}),
)

_SCHEDULED_RULE: Templates = {
    "Shop": {
        "Resources": {
            "ReportServiceRole": FUNCTION_ROLE,
            "Report": function("ReportServiceRole"),
            "Nightly": resource(
                "AWS::Events::Rule",
                ScheduleExpression="cron(0 3 * * ? *)",
                State="ENABLED",
                Targets=[{"Arn": arn("Report"), "Id": "Target0"}],
            ),
            "NightlyAllowEventRuleShopReportA30C0AFC": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Report"),
                Principal="events.amazonaws.com",
                SourceArn=arn("Nightly"),
            ),
            "Bus": resource("AWS::Events::EventBus", Name="ShopBus7A6DB0DE"),
            "BuscdkAll": resource(
                "AWS::Events::EventBusPolicy",
                EventBusName=ref("Bus"),
                Statement={
                    "Action": "events:PutEvents",
                    "Effect": "Allow",
                    "Principal": "*",
                    "Resource": arn("Bus"),
                    "Sid": "cdk-All",
                },
                StatementId="cdk-All",
            ),
            "OnDemand": resource(
                "AWS::Events::Rule",
                EventBusName=ref("Bus"),
                EventPattern={"source": ["reports"]},
                State="ENABLED",
                Targets=[{"Arn": arn("Report"), "Id": "Target0"}],
            ),
            "OnDemandAllowEventRuleShopReportA30C0AFC": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Report"),
                Principal="events.amazonaws.com",
                SourceArn=arn("OnDemand"),
            ),
        }
    }
}
SCHEDULED_RULE = Planted(
    name="scheduled_rule",
    what=("A function runs by schedule, and also by a bus that every account may write."),
    templates=_SCHEDULED_RULE,
    expected=Expected(verdicts={"Report": "exposed"}),
    safe_templates=changed(
        _SCHEDULED_RULE,
        {
            "Shop": {
                "Bus": None,
                "BuscdkAll": None,
                "OnDemand": None,
                "OnDemandAllowEventRuleShopReportA30C0AFC": None,
            }
        },
    ),
    safe_expected=Expected(verdicts={"Report": "provenance"}),
)

PLANTED = (
    DEFAULT_BUS_CUSTOM_SOURCE,
    FORGED_SERVICE_EVENT,
    SOURCE_OF_EVENTS_PINNED_BY_ROLE,
    OPEN_BUS,
    PARTNER_BUS,
    BUS_TO_BUS,
    SCHEDULED_RULE,
)
