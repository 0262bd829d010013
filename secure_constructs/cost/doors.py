"""What stands at the door: distributions, web ACLs, GraphQL APIs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from secure_constructs.cost.limits import HOUR
from secure_constructs.cost.lines import Line, amount, dollars
from secure_constructs.cost.meters import Inflow, Lever, Meter, Reader, Tariff, sum_of
from secure_constructs.services.distributions import DISTRIBUTION, behaviours, config_of
from secure_constructs.services.web_acls import ASSOCIATIONS
from secure_constructs.template import Block, Resource, Template, Undecided

WEB_ACL: Final = "AWS::WAFv2::WebACL"
_LOGGING: Final = "AWS::WAFv2::LoggingConfiguration"
_LOG_GROUP: Final = "AWS::Logs::LogGroup"

# Price class of a distribution -> which prices hold: of the dearest place it answers from.
_PLACES: Final = {"PriceClass_100": "north", "PriceClass_200": "most", "PriceClass_All": "all"}

# Managed rule group -> the capacity it takes, and what AWS asks for a request beyond its own.
# https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
_GROUPS: Final = {
    "AWSManagedRulesACFPRuleSet": (50, "waf-fraud-request"),
    "AWSManagedRulesATPRuleSet": (50, "waf-fraud-request"),
    "AWSManagedRulesAdminProtectionRuleSet": (100, ""),
    "AWSManagedRulesAmazonIpReputationList": (25, ""),
    "AWSManagedRulesAnonymousIpList": (50, ""),
    "AWSManagedRulesAntiDDoSRuleSet": (50, "waf-ddos-request"),
    "AWSManagedRulesBotControlRuleSet": (50, "waf-bot-common-request"),
    "AWSManagedRulesCommonRuleSet": (700, ""),
    "AWSManagedRulesKnownBadInputsRuleSet": (200, ""),
    "AWSManagedRulesLinuxRuleSet": (200, ""),
    "AWSManagedRulesPHPRuleSet": (100, ""),
    "AWSManagedRulesSQLiRuleSet": (200, ""),
    "AWSManagedRulesUnixRuleSet": (100, ""),
    "AWSManagedRulesWindowsRuleSet": (200, ""),
    "AWSManagedRulesWordPressRuleSet": (100, ""),
}
_TARGETED: Final = "waf-bot-targeted-request"
_INCLUDED_CAPACITY: Final = 1_500
_STEP: Final = 500
_BODY: Final = {"KB_16": 0, "KB_32": 1, "KB_48": 2, "KB_64": 3}
# AWS WAF pays for 500 MB of its log with a million requests, at any volume.
# https://aws.github.io/aws-security-services-best-practices/guides/waf/waf-cost/docs/
_INCLUDED_LOG_KB: Final = 0.5
_TO_A_BUCKET: Final = "logs-to-s3-gb"
_OF_A_STAGE: Final = "/restapis/"
_MOST_RESOLVERS: Final = 10_000
_FEW_RESOLVERS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution(Meter):
    """
    A CloudFront distribution.

    Args:
        places: Whose prices hold.
        functions: How many functions of CloudFront run for one request.
    """

    places: str = "all"
    functions: int = 0

    def taken(self, inflows: Sequence[Inflow], tariff: Tariff) -> float:
        """
        Give how many requests an hour it takes.
        """
        most = tariff.limits.distribution_requests_per_second * HOUR
        return min(sum_of(inflow.events for inflow in inflows), most)

    def lines(self, inflows: Sequence[Inflow], taken: float, tariff: Tariff) -> Iterator[Line]:  # noqa: ARG002
        """
        Give requests, answers and functions.
        """
        if not taken:
            return
        most = tariff.limits.distribution_requests_per_second
        count = f"{amount(most)} x 3,600" if taken == most * HOUR else amount(taken)
        price = tariff.prices[f"cloudfront-request-{self.places}"]
        formula = f"{count} requests x {dollars(price)}"
        yield self.line("requests", taken * price, formula, door=True)
        price = tariff.prices[f"cloudfront-transfer-gb-{self.places}"]
        size = tariff.limits.response_kb
        formula = f"{count} responses x {amount(size)} KB x {dollars(price)}/GB"
        yield self.line("transfer", taken * size / 1e6 * price, formula, door=True)
        if self.functions:
            price = tariff.prices["cloudfront-function-call"]
            formula = f"{count} requests x {self.functions} x {dollars(price)}"
            yield self.line("functions", taken * self.functions * price, formula, door=True)

    def levers(self) -> Iterator[Lever]:
        """
        Give the settings that may lower it.
        """
        if self.resource is not None and self.places != "north":
            change = "price_class=PriceClass.PRICE_CLASS_100"
            meter = replace(self, places="north")
            yield Lever(resource=self.resource, change=change, meter=meter)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebAcl(Meter):
    """
    A web ACL: it is paid for every request it sees, blocked or not.

    Args:
        distributions: Before how many distributions it stands.
        unthrottled: Whether it stands before anything that is not known to throttle ahead of it: a
            user pool, a GraphQL API, a load balancer; else it stands before stages of REST APIs.
        capacity: The capacity units its rules take.
        paid: The prices of managed rule groups that cost more.
        body: How many times 16 KB of a body it looks at beyond the first.
        logged: Where its log goes: the price of that; empty for no log.
    """

    distributions: int = 0
    unthrottled: bool = False
    capacity: float = 0
    paid: tuple[str, ...] = ()
    body: int = 0
    logged: str = ""

    def lines(self, inflows: Sequence[Inflow], taken: float, tariff: Tariff) -> Iterator[Line]:  # noqa: ARG002
        """
        Give inspection and logs of all that arrives.
        """
        limits = tariff.limits
        shared: dict[str, Any] = {}
        if self.distributions:
            rate = limits.distribution_requests_per_second
        elif self.unthrottled:
            rate = limits.inspected_requests_per_second
        else:
            rate = limits.requests_per_second
            shared = {"pool": tariff.pool("requests inspected"), "used": rate * HOUR}
        several = f"{self.distributions} x " if self.distributions > 1 else ""
        asked = f"{several}{amount(rate)} x 3,600 arriving"
        arriving = max(self.distributions, 1) * rate * HOUR
        price, parts = self._price(tariff)
        formula = f"{asked} x {parts}"
        yield self.line("inspection", arriving * price, formula, door=True, **shared)
        if self.logged:
            usd, formula = self._log(arriving, asked, tariff)
            yield self.line("logs", usd, formula, door=True, **shared)

    def _log(self, arriving: float, asked: str, tariff: Tariff) -> tuple[float, str]:
        limits = tariff.limits
        written = arriving * limits.waf_log_kb / 1e6
        words = f"{asked} x {amount(limits.waf_log_kb)} KB"
        most = limits.waf_log_megabytes_per_second * HOUR / 1e3
        if self.logged != _TO_A_BUCKET and written > most:
            written, words = most, f"{amount(limits.waf_log_megabytes_per_second)} MB x 3,600"
        included = arriving * _INCLUDED_LOG_KB / 1e6
        price = tariff.prices[self.logged]
        usd = max(0.0, written - included) * price
        return usd, f"({words} - {amount(included)} GB included) x {dollars(price)}/GB"

    def _price(self, tariff: Tariff) -> tuple[float, str]:
        steps = max(0, -(-(self.capacity - _INCLUDED_CAPACITY) // _STEP))
        parts = [
            (tariff.prices["waf-request"], 1),
            (tariff.prices["waf-extra-500-wcu-request"], steps),
            (tariff.prices["waf-extra-16-kb-request"], self.body),
            *((tariff.prices[item], 1) for item in self.paid),
        ]
        charged = [(price, count) for price, count in parts if count]
        words = [
            f"{amount(count)} x {dollars(price)}" if count > 1 else dollars(price)
            for price, count in charged
        ]
        total = sum(price * count for price, count in charged)
        return total, words[0] if len(words) == 1 else f"({' + '.join(words)})"

    def levers(self) -> Iterator[Lever]:
        """
        Give the settings that may lower it.
        """
        if self.resource is not None and self.logged == "logs-gb":
            change = "log_group_class=LogGroupClass.INFREQUENT_ACCESS of its log group"
            meter = replace(self, logged="logs-infrequent-gb")
            yield Lever(resource=self.resource, change=change, meter=meter)


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphqlApi(Meter):
    """
    A GraphQL API of AppSync.

    Args:
        resolvers: How many resolvers one request may run.
        tracing: Whether it is traced.
        log: How many KB it logs of one request, in parts of the assumption.
    """

    resolvers: float = _MOST_RESOLVERS
    tracing: bool = False
    log: float = 0

    @property
    def traced(self) -> bool:
        """
        Whether X-Ray records what runs through.
        """
        return self.tracing

    def taken(self, inflows: Sequence[Inflow], tariff: Tariff) -> float:
        """
        Give how many requests an hour it takes.
        """
        most = tariff.limits.graphql_requests_per_second * HOUR
        return min(sum_of(inflow.events for inflow in inflows), most)

    def lines(self, inflows: Sequence[Inflow], taken: float, tariff: Tariff) -> Iterator[Line]:  # noqa: ARG002
        """
        Give requests, answers, logs and traces.
        """
        if not taken:
            return
        limits = tariff.limits
        shared: dict[str, Any] = {"pool": tariff.pool("GraphQL requests"), "used": taken}
        count = amount(taken)
        price = tariff.prices["appsync-query"]
        formula = f"{count} requests x {dollars(price)}"
        yield self.line("requests", taken * price, formula, **shared)
        price = tariff.prices["transfer-gb"]
        formula = f"{count} responses x {amount(limits.response_kb)} KB x {dollars(price)}/GB"
        yield self.line("transfer", taken * limits.response_kb / 1e6 * price, formula, **shared)
        if self.log:
            size = limits.execution_log_kb * self.log
            price = tariff.prices["logs-gb"]
            formula = f"{count} requests x {amount(size)} KB x {dollars(price)}/GB"
            yield self.line("logs", taken * size / 1e6 * price, formula, **shared)
        if self.tracing:
            price = tariff.prices["xray-trace"]
            formula = f"{count} traces x {amount(limits.traced_share)} x {dollars(price)}"
            yield self.line("traces", taken * limits.traced_share * price, formula, **shared)

    def levers(self) -> Iterator[Lever]:
        """
        Give the settings that may lower it.
        """
        if self.resource is not None and self.resolvers > _FEW_RESOLVERS:
            change = f"resolver_count_limit={_FEW_RESOLVERS}"
            meter = replace(self, resolvers=_FEW_RESOLVERS)
            yield Lever(resource=self.resource, change=change, meter=meter)


def distribution_of(resource: Resource, reader: Reader) -> Distribution:
    """
    Read where a distribution answers from, and what runs there.
    """
    config = config_of(resource)
    name = reader.text(config, "PriceClass", "PriceClass_All", "PriceClass_All")
    functions = [len(block.blocks("FunctionAssociations").elements) for block in behaviours(config)]
    if any(block.has("LambdaFunctionAssociations") for block in behaviours(config)):
        message = "functions of Lambda@Edge are not counted"
        reader.doubt(resource, message, float("inf"))
    return Distribution(
        resource=resource,
        places=_PLACES.get(name, "all"),
        functions=max(functions, default=0),
    )


def graphql_api_of(resource: Resource, reader: Reader) -> GraphqlApi:
    """
    Read what one request to a GraphQL API may run.
    """
    resolvers = reader.number(resource, "ResolverCountLimit", default=0, most=_MOST_RESOLVERS)
    level = reader.text(resource, "LogConfig.FieldLogLevel", "NONE", "NONE").upper()
    return GraphqlApi(
        resource=resource,
        resolvers=resolvers or _MOST_RESOLVERS,
        tracing=reader.flag(resource, "XrayEnabled", unknown=not reader.surely),
        log={"NONE": 0, "ERROR": 1 / 3, "INFO": 1, "DEBUG": 5, "ALL": 5}.get(level, 0),
    )


def web_acls(template: Template, reader: Reader) -> Iterator[WebAcl]:
    """
    Give the web ACLs of a template that stand before something.
    """
    for resource in template.of_type(WEB_ACL):
        associations = [
            association
            for kind in ASSOCIATIONS
            for association in template.referrers(resource, kind, at="WebACLArn")
        ]
        distributions = len(
            template.referrers(resource, DISTRIBUTION, at="DistributionConfig.WebACLId")
        )
        if not associations and not distributions:
            continue
        groups = list(_groups(resource, reader))
        yield WebAcl(
            resource=resource,
            distributions=distributions,
            unthrottled=any(
                _OF_A_STAGE not in str(association.get("ResourceArn"))
                for association in associations
            ),
            capacity=sum(capacity for capacity, _ in groups),
            paid=tuple(item for _, item in groups if item),
            body=_body(resource),
            logged=_logged(resource, template),
        )


def _groups(resource: Resource, reader: Reader) -> Iterator[tuple[float, str]]:
    """
    Give the capacity and the further price of each rule; other rules are counted as small ones.
    """
    try:
        for rule in resource.blocks("Rules"):
            group = rule.block("Statement.ManagedRuleGroupStatement")
            name = group.text("Name") or ""
            capacity, item = _GROUPS.get(name, (2, ""))
            if item == "waf-bot-common-request" and _targets(group):
                item = _TARGETED
            yield capacity, item
    except Undecided as undecided:
        message = f"{undecided.place} is not known; what its rules cost more is not counted"
        reader.doubt(resource, message, float("inf"))


def _targets(group: Block) -> bool:
    return any(
        config.get("AWSManagedRulesBotControlRuleSet.InspectionLevel") == "TARGETED"
        for config in group.blocks("ManagedRuleGroupConfigs").elements
    )


def _body(resource: Resource) -> int:
    """
    Give the most times 16 KB beyond the first that any of what it protects asks for.
    """
    limits = resource.get("AssociationConfig.RequestBody")
    asked = limits.values() if isinstance(limits, dict) else ()
    sizes = [limit.get("DefaultSizeInspectionLimit") for limit in asked if isinstance(limit, dict)]
    return max((_BODY.get(str(size), 0) for size in sizes), default=0)


def _logged(resource: Resource, template: Template) -> str:
    for logging in template.referrers(resource, _LOGGING, at="ResourceArn"):
        for target in logging.items("LogDestinationConfigs").elements:
            found = template.find(target)
            if found is None:
                return "logs-gb"
            if found.type != _LOG_GROUP:
                return _TO_A_BUCKET
            infrequent = found.get("LogGroupClass") == "INFREQUENT_ACCESS"
            return "logs-infrequent-gb" if infrequent else "logs-gb"
    return ""
