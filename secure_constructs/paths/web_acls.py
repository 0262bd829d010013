"""Whether a web ACL sees what comes to an entry, whichever kind of entry it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.iam.answers import Answer
from secure_constructs.paths.partial import answer_to
from secure_constructs.services import distributions
from secure_constructs.services.appsync import EVENTS, GRAPHQL
from secure_constructs.services.distributions import DISTRIBUTION
from secure_constructs.services.exposure import REST_API
from secure_constructs.services.stages import DEPLOYMENT, STAGE, stage_of
from secure_constructs.services.web_acls import has_web_acl, is_protected
from secure_constructs.template import Resource

USER_POOL: Final = "AWS::Cognito::UserPool"
LOAD_BALANCER: Final = "AWS::ElasticLoadBalancingV2::LoadBalancer"

# https://docs.aws.amazon.com/waf/latest/developerguide/how-aws-waf-works-resources.html
_ASSOCIATED: Final = frozenset({EVENTS, GRAPHQL, LOAD_BALANCER, USER_POOL})

# A method or an authorizer stands for its API where that is not in the templates.
_OF_REST_API: Final = "AWS::ApiGateway::"


def web_acl_before(entry: Resource) -> Answer:
    """
    Say whether a web ACL sees what comes to an API, a pool, a load balancer or a distribution.

    Nothing can stand before an HTTP or WebSocket API, or a function URL, by itself.
    A REST API has one only if each of its stages does, and may have one if it has no stage here.
    """
    return entry.once("web ACL before", _before)


def _before(entry: Resource) -> Answer:
    template = entry.template
    if entry.type in _ASSOCIATED:
        return answer_to(lambda: is_protected(entry, template))
    if entry.type == DISTRIBUTION:
        return answer_to(lambda: distributions.has_web_acl(entry))
    if entry.type != REST_API:
        return Answer.MAYBE if entry.type.startswith(_OF_REST_API) else Answer.NO
    stages = tuple(_stages(entry))
    return Answer.all(_on(stage, entry) for stage in stages) if stages else Answer.MAYBE


def _on(stage: Resource, api: Resource) -> Answer:
    return answer_to(lambda: has_web_acl(stage, api, api.template))


def _stages(api: Resource) -> Iterator[Resource]:
    yield from api.template.referrers(api, STAGE, at="RestApiId")
    for deployment in api.template.referrers(api, DEPLOYMENT, at="RestApiId"):
        if stage_of(deployment) is not None:
            yield deployment
