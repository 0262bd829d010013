"""GraphQL APIs that answer queries of any size."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.appsync import GRAPHQL
from secure_constructs.template import Resource, Template


class UnboundedQueries(Rule):
    """
    Neither the depth of a query nor the number of its resolvers is limited.

    One small request that nests relations ten levels deep runs up to 10,000 resolvers,
    each at your cost and each against your tables.
    """

    id = "appsync-unbounded-queries"
    control = "appsync.query-limits"
    risk = Risk.DENIAL_OF_SERVICE
    severity = Severity.MEDIUM
    resource_types = (GRAPHQL,)
    fix = "set query_depth_limit and resolver_count_limit"
    references = (
        "https://docs.aws.amazon.com/appsync/latest/APIReference/API_CreateGraphqlApi.html",
    )

    passes = (
        Example("a depth", {"QueryDepthLimit": "10"}),
        Example("a number of resolvers", {"ResolverCountLimit": 50}),
    )
    fails = (
        Example("neither", {"AuthenticationType": "AWS_IAM"}),
        Example("zero, which is no limit", {"QueryDepthLimit": 0, "ResolverCountLimit": 0}),
    )

    def check(self, api: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if not api.number("QueryDepthLimit") and not api.number("ResolverCountLimit"):
            message = "queries may be as deep and run as many resolvers as AppSync allows"
            yield self.finding(api, "QueryDepthLimit", message)
