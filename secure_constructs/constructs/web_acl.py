"""A web ACL in front of everything that takes requests from the internet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Never

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from secure_constructs.constructs._base import (
    Decision,
    check_number,
    is_token,
    pseudo,
    refusal,
    refuse_decided,
    region_of,
    service_principal,
    settle,
    stack_of,
)
from secure_constructs.constructs._names import unique_name
from secure_constructs.constructs._vended_logs import place_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ACL = wafv2.CfnWebACL

_KB: Final = 1024
# How many kilobytes of a body AWS WAF can be told to inspect.
_INSPECTED: Final = (16, 32, 48, 64)
_MOST_INSPECTED: Final = _INSPECTED[-1] * _KB

# A log group's name may have 512 characters.
_LONGEST_NAME: Final = 200

# A rate-based rule takes 2 capacity units, a size constraint 1.
_OWN_CAPACITY: Final = 3

_RATE_WINDOW_SECONDS: Final = 300
_TOO_MANY_REQUESTS: Final = 429
_CONTENT_TOO_LARGE: Final = 413

# A credential in a log is a credential for everyone who reads the log.
_SECRET_HEADERS: Final = ("authorization", "cookie", "x-api-key")

# What can be associated with a regional web ACL and lets the limit be raised. Load balancers
# and AppSync have theirs fixed at 8 KB; the size rule blocks what is larger there too.
_REGIONAL_HOSTS: Final = (
    "API_GATEWAY",
    "APP_RUNNER_SERVICE",
    "COGNITO_USER_POOL",
    "VERIFIED_ACCESS_INSTANCE",
)

_DECIDED: Final[Mapping[str, Decision]] = {
    "association_config": Decision(
        because="every body that is let through must be inspected to its end",
        instead="leave it out, or lower max_body_size",
    ),
    "data_protection_config": Decision(
        because="credentials must stay out of logs and samples",
    ),
    "default_action": Decision(
        because="the rules decide what is blocked, and what they let through goes on to the "
        "authorizer",
    ),
    "rules": Decision(
        because="the order of the rules is part of the protection",
        instead="turn on the groups you need by their own props",
    ),
    "visibility_config": Decision(
        because="every rule must be seen in the metrics",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginPage:
    """
    The operation that takes a user's name and password, for account takeover prevention.

    Args:
        path: Its path with the stage, such as ``/prod/login``.
        username_field: Where the name is in the JSON body, as a JSON pointer.
        password_field: Where the password is in the JSON body, as a JSON pointer.
    """

    path: str
    username_field: str = "/username"
    password_field: str = "/password"  # noqa: S105 - where it is, not what it is


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUpPage:
    """
    The operation that opens an account, for account creation fraud prevention.

    Args:
        path: Its path with the stage, such as ``/prod/accounts``.
        registration_page_path: The path of the page that shows the form, such as ``/sign-up``.
        username_field: Where the name is in the JSON body, as a JSON pointer.
        password_field: Where the password is in the JSON body, as a JSON pointer.
        email_field: Where the address is in the JSON body, as a JSON pointer.
    """

    path: str
    registration_page_path: str
    username_field: str = "/username"
    password_field: str = "/password"  # noqa: S105 - where it is, not what it is
    email_field: str = "/email"


@dataclass(frozen=True, slots=True, kw_only=True)
class _ManagedGroup:
    name: str
    # https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
    capacity: int
    # The rule of the group whose own action gives way to a count.
    counted: str | None = None
    config: Mapping[str, object] | None = None


class SecureWebAcl(Construct):
    """
    A web ACL that limits, inspects and logs what the internet sends.

    AWS WAF looks at the first 64 KB of a body and decides on HTTP syntax: it keeps noise and
    known attacks away, and never takes the place of schema validation.
    https://docs.aws.amazon.com/waf/latest/developerguide/waf-oversize-request-components.html

    The rules, in their order:

    1. An address that sends more than ``rate_limit`` requests in 5 minutes is blocked (429).
    2. A body larger than ``max_body_size`` is blocked (413). Past that size AWS WAF would see a
       part only, and an attack may hide in the rest. The 8 KB rule of the common rule set is
       set to count, since whatever is let through is inspected to its end.
    3. ``AWSManagedRulesCommonRuleSet``, ``AWSManagedRulesKnownBadInputsRuleSet``,
       ``AWSManagedRulesAmazonIpReputationList``, then the groups turned on by props.

    Every request is logged for ``log_retention`` in a group of its own that outlives the stack;
    Authorization, Cookie and X-Api-Key are redacted in logs and in sampled requests. Only the
    log delivery service, for this account, may write the group.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-CWL.html

    Cost (us-east-1 list price, 2026-11): 5 USD a month, 1 USD for each rule (10 USD in all as built
    by default) and 0.60 USD for a million requests, 0.30 USD more for each 16 KB by which
    ``max_body_size`` is above 16 KB and the body too, and the logs.
    One web ACL serves any number of APIs. https://aws.amazon.com/waf/pricing/

    A Region takes ten log resource policies for each account; each web ACL uses one.

    Attributes:
        web_acl: The L1 resource.
        web_acl_arn: Its ARN, for what names its web ACL itself, such as a distribution.
        log_group: Where requests are logged.
        capacity: The web ACL capacity units used. The price covers 1,500.

    Args:
        scope: Where to build it.
        id: Its id there.
        anonymous_ip: Block requests from anonymisers and hosting providers.
            Default: they pass, since APIs are called from servers.
        anti_ddos: Block sources that take part in a flood, by ``AWSManagedRulesAntiDDoSRuleSet``
            (a monthly and a request fee of its own). Default: the rate limit is the protection.
        bot_control: Block bots, by ``AWSManagedRulesBotControlRuleSet`` at its common level (a
            monthly and a request fee of its own). Default: bots pass, since an API's clients
            are programs.
        count_first: Let the managed groups and the size rule count instead of block, to see
            what they would do to existing traffic. The rate limit blocks all the same. Take it
            out when the metrics are quiet. Default: they block.
        log_retention: How long the log is kept. Default: 3 months.
        login: The operation that takes passwords: attempts with stolen credentials are blocked
            (a monthly and a request fee of its own). Default: no operation does.
        max_body_size: The largest body let through, at most 64 KiB. AWS WAF inspects as much,
            in steps of 16 KB; a lower one bounds what floods cost. Default: 64 KiB.
        rate_limit: Requests that one address may send in 5 minutes, from 10 to 2,000,000,000.
        sign_up: The operation that opens accounts: fraudulent ones are blocked (a monthly and a
            request fee of its own). Default: no operation does.
        sql_database: Block SQL injection, by ``AWSManagedRulesSQLiRuleSet``. Default: no SQL
            database is behind this.
        web_acl_scope: ``REGIONAL``, or ``CLOUDFRONT`` in a stack in us-east-1.

    Raises:
        ConstructError: A prop would undo the protection.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        anonymous_ip: bool = False,
        anti_ddos: bool = False,
        bot_control: bool = False,
        count_first: bool = False,
        log_retention: logs.RetentionDays = logs.RetentionDays.THREE_MONTHS,
        login: LoginPage | None = None,
        max_body_size: cdk.Size | None = None,
        rate_limit: int = 1000,
        sign_up: SignUpPage | None = None,
        sql_database: bool = False,
        web_acl_scope: Literal["REGIONAL", "CLOUDFRONT"] = "REGIONAL",
        **decided: Never,
    ) -> None:
        refuse_decided(SecureWebAcl, scope, id, decided, _DECIDED)
        check_number(
            SecureWebAcl, scope, id, "rate_limit", rate_limit,
            least=10, most=2_000_000_000, unit="requests in 5 minutes",
        )  # fmt: skip
        body_limit = _MOST_INSPECTED if max_body_size is None else int(max_body_size.to_bytes())
        check_number(
            SecureWebAcl, scope, id, "max_body_size", body_limit,
            least=1, most=_MOST_INSPECTED, unit="bytes, which is as far as AWS WAF can see",
        )  # fmt: skip
        _check_scope(scope, id, web_acl_scope)
        super().__init__(scope, id)
        settle(self, scope)
        self._name = unique_name(scope, id, longest=_LONGEST_NAME)

        groups = tuple(
            _managed_groups(
                anonymous_ip=anonymous_ip,
                anti_ddos=anti_ddos,
                bot_control=bot_control,
                login=login,
                sign_up=sign_up,
                sql_database=sql_database,
            )
        )
        own_rules = (_rate_rule(rate_limit), _size_rule(body_limit, count=count_first))
        self.capacity: Final = _OWN_CAPACITY + sum(group.capacity for group in groups)
        self._resource_scope = web_acl_scope

        hosts = ("CLOUDFRONT",) if web_acl_scope == "CLOUDFRONT" else _REGIONAL_HOSTS
        self.web_acl: Final = _ACL(
            self,
            "Resource",
            scope=web_acl_scope,
            default_action=_ACL.DefaultActionProperty(allow={}),
            visibility_config=_visible("WebAcl"),
            rules=[
                {**rule, "priority": priority}
                for priority, rule in enumerate(
                    (*own_rules, *(_managed_rule(group, count=count_first) for group in groups))
                )
            ],
            association_config=_ACL.AssociationConfigProperty(
                request_body={
                    host: _ACL.RequestBodyAssociatedResourceTypeConfigProperty(
                        default_size_inspection_limit=_inspection(body_limit)
                    )
                    for host in hosts
                }
            ),
            data_protection_config=_ACL.DataProtectionConfigProperty(
                data_protections=[
                    _ACL.DataProtectProperty(
                        action="SUBSTITUTION",
                        field=_ACL.FieldToProtectProperty(
                            field_type="SINGLE_HEADER", field_keys=[header]
                        ),
                    )
                    for header in _SECRET_HEADERS
                ]
            ),
        )
        self.web_acl_arn: Final = self.web_acl.attr_arn
        self.log_group: Final = self._log(log_retention)

    def associate(self, stage: apigateway.StageBase) -> wafv2.CfnWebACLAssociation:
        """
        Put this web ACL in front of a stage of a REST API.

        What else takes a regional web ACL is associated by ``wafv2.CfnWebACLAssociation``, and a
        distribution names its web ACL itself, both by ``web_acl_arn``.

        Args:
            stage: The stage, which may have one web ACL only.

        Returns:
            The association, a child of the stage.

        Raises:
            ConstructError: This web ACL is for distributions.
        """
        if self._resource_scope == "CLOUDFRONT":
            raise refusal(
                SecureWebAcl,
                stack_of(self),
                self.node.id,
                "associate",
                because="a web ACL of scope CLOUDFRONT protects distributions only",
                instead="pass web_acl_id=acl.web_acl_arn to the distribution",
            )
        return wafv2.CfnWebACLAssociation(
            stage,
            "WebAclAssociation",
            resource_arn=stage.stage_arn,
            web_acl_arn=self.web_acl_arn,
        )

    def _log(self, retention: logs.RetentionDays) -> logs.LogGroup:
        # AWS WAF wants the prefix. The group outlives the stack, so that without a mark of the
        # stack's own id in its name the stack could not be built a second time.
        group = logs.LogGroup(
            self,
            "Log",
            log_group_name=f"aws-waf-logs-{self._name}",
            removal_policy=cdk.RemovalPolicy.RETAIN,
            retention=retention,
        )
        delivery = group.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                conditions={
                    "ArnLike": {
                        "aws:SourceArn": f"{place_of('logs')}:*",
                    },
                    "StringEquals": {"aws:SourceAccount": pseudo("ACCOUNT_ID")},
                },
                principals=[service_principal("delivery.logs.amazonaws.com")],
                resources=[group.log_group_arn],
            )
        )
        logging = wafv2.CfnLoggingConfiguration(
            self,
            "Logging",
            log_destination_configs=[
                # Its attribute ends in the characters for all its streams.
                f"{place_of('logs')}:log-group:{group.log_group_name}"
            ],
            redacted_fields=[{"singleHeader": {"Name": header}} for header in _SECRET_HEADERS],
            resource_arn=self.web_acl_arn,
        )
        if delivery.policy_dependable is not None:
            logging.node.add_dependency(delivery.policy_dependable)
        return group


def _check_scope(scope: Construct, construct_id: str, web_acl_scope: object) -> None:
    if web_acl_scope not in {"REGIONAL", "CLOUDFRONT"}:
        raise refusal(
            SecureWebAcl, scope, construct_id, "web_acl_scope", web_acl_scope,
            because="AWS WAF knows REGIONAL and CLOUDFRONT",
            instead="pass one of them",
        )  # fmt: skip
    if web_acl_scope == "CLOUDFRONT":
        region = region_of(scope)
        if not is_token(region) and region != "us-east-1":
            raise refusal(
                SecureWebAcl, scope, construct_id, "web_acl_scope", web_acl_scope,
                because=f"its stack is in {region}, and CloudFront reads web ACLs in us-east-1",
                instead="build it in a stack in us-east-1",
            )  # fmt: skip


def _managed_groups(
    *,
    anonymous_ip: bool,
    anti_ddos: bool,
    bot_control: bool,
    login: LoginPage | None,
    sign_up: SignUpPage | None,
    sql_database: bool,
) -> Iterator[_ManagedGroup]:
    if anti_ddos:
        # First of the groups, so that it learns from all traffic. A program cannot answer a
        # browser challenge, so it blocks instead.
        yield _ManagedGroup(
            name="AWSManagedRulesAntiDDoSRuleSet",
            capacity=50,
            config={
                "awsManagedRulesAntiDDoSRuleSet": {
                    "clientSideActionConfig": {"challenge": {"usageOfAction": "DISABLED"}},
                    "sensitivityToBlock": "LOW",
                }
            },
        )
    yield _ManagedGroup(
        name="AWSManagedRulesCommonRuleSet", capacity=700, counted="SizeRestrictions_BODY"
    )
    yield _ManagedGroup(name="AWSManagedRulesKnownBadInputsRuleSet", capacity=200)
    yield _ManagedGroup(name="AWSManagedRulesAmazonIpReputationList", capacity=25)
    if anonymous_ip:
        yield _ManagedGroup(name="AWSManagedRulesAnonymousIpList", capacity=50)
    if sql_database:
        yield _ManagedGroup(name="AWSManagedRulesSQLiRuleSet", capacity=200)
    if login:
        yield _ManagedGroup(
            name="AWSManagedRulesATPRuleSet",
            capacity=50,
            config={
                "awsManagedRulesAtpRuleSet": {
                    "loginPath": login.path,
                    "requestInspection": {
                        "payloadType": "JSON",
                        "usernameField": {"identifier": login.username_field},
                        "passwordField": {"identifier": login.password_field},
                    },
                }
            },
        )
    if sign_up:
        yield _ManagedGroup(
            name="AWSManagedRulesACFPRuleSet",
            capacity=50,
            config={
                "awsManagedRulesAcfpRuleSet": {
                    "creationPath": sign_up.path,
                    "registrationPagePath": sign_up.registration_page_path,
                    "requestInspection": {
                        "payloadType": "JSON",
                        "usernameField": {"identifier": sign_up.username_field},
                        "passwordField": {"identifier": sign_up.password_field},
                        "emailField": {"identifier": sign_up.email_field},
                    },
                }
            },
        )
    if bot_control:
        yield _ManagedGroup(
            name="AWSManagedRulesBotControlRuleSet",
            capacity=50,
            config={"awsManagedRulesBotControlRuleSet": {"inspectionLevel": "COMMON"}},
        )


def _rate_rule(limit: int) -> dict[str, object]:
    return {
        "name": "RateLimit",
        "statement": {
            "rateBasedStatement": {
                "aggregateKeyType": "IP",
                "evaluationWindowSec": _RATE_WINDOW_SECONDS,
                "limit": limit,
            }
        },
        "action": _block(_TOO_MANY_REQUESTS),
        "visibilityConfig": _visible("RateLimit"),
    }


def _inspection(limit: int) -> str:
    return next(f"KB_{step}" for step in _INSPECTED if limit <= step * _KB)


def _size_rule(limit: int, *, count: bool) -> dict[str, object]:
    return {
        "name": "BodySize",
        "statement": {
            "sizeConstraintStatement": {
                "comparisonOperator": "GT",
                # MATCH blocks what is larger than AWS WAF can see, where size is unknown too.
                "fieldToMatch": {"body": {"oversizeHandling": "MATCH"}},
                "size": limit,
                "textTransformations": [{"priority": 0, "type": "NONE"}],
            }
        },
        "action": {"count": {}} if count else _block(_CONTENT_TOO_LARGE),
        "visibilityConfig": _visible("BodySize"),
    }


def _managed_rule(group: _ManagedGroup, *, count: bool) -> dict[str, object]:
    statement: dict[str, object] = {"vendorName": "AWS", "name": group.name}
    if group.counted:
        statement["ruleActionOverrides"] = [{"name": group.counted, "actionToUse": {"count": {}}}]
    if group.config:
        statement["managedRuleGroupConfigs"] = [group.config]
    return {
        "name": group.name,
        "statement": {"managedRuleGroupStatement": statement},
        "overrideAction": {"count": {}} if count else {"none": {}},
        "visibilityConfig": _visible(group.name),
    }


def _block(status: int) -> dict[str, object]:
    return {"block": {"customResponse": {"responseCode": status}}}


def _visible(metric: str) -> _ACL.VisibilityConfigProperty:
    return _ACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=metric, sampled_requests_enabled=True
    )
