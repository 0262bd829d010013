"""Private APIs whose policy lets every VPC in."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.exposure import (
    REST_API,
    is_private,
    policy_is_open,
    policy_of,
)
from secure_constructs.template import Resource, Template


class OpenPrivateApi(Rule):
    """
    The policy of a private API lets in every VPC endpoint of every account.

    Private means reachable through VPC endpoints, not through yours only:
    anyone with an AWS account can open an endpoint and call the API from there.
    """

    id = "apigateway-open-private-api"
    control = "apigw.private-api-policy"
    risk = Risk.BROKEN_AUTHENTICATION
    severity = Severity.HIGH
    resource_types = (REST_API,)
    fix = "deny callers in the policy unless aws:SourceVpce is your endpoint"
    references = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-api-create.html",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html",
    )

    passes = (
        Example(
            "one endpoint only",
            {
                "EndpointConfiguration": {"Types": ["PRIVATE"]},
                "Policy": {
                    "Statement": [
                        {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke"},
                        {
                            "Effect": "Deny",
                            "Principal": "*",
                            "Action": "execute-api:Invoke",
                            "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}},
                        },
                    ]
                },
            },
        ),
        Example(
            "a public API",
            {"Policy": {"Statement": [{"Effect": "Allow", "Principal": "*"}]}},
        ),
    )
    fails = (
        Example(
            "every endpoint",
            {
                "EndpointConfiguration": {"Types": "PRIVATE"},
                "Policy": {
                    "Statement": {
                        "Effect": "Allow",
                        "Principal": {"AWS": ["*"]},
                        "Action": "execute-api:Invoke",
                        "Resource": "execute-api:/*",
                    }
                },
            },
        ),
        Example(
            "every endpoint, in a document",
            {
                "EndpointConfiguration": {"Types": ["PRIVATE"]},
                "Body": {
                    "x-amazon-apigateway-policy": {
                        "Statement": [{"Effect": "Allow", "Principal": "*"}]
                    }
                },
            },
        ),
    )

    def check(self, api: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if not is_private(api):
            return
        policy = policy_of(api)
        if policy_is_open(policy):
            yield self.finding(policy, "Statement", "every VPC endpoint of every account is let in")
