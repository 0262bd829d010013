"""Requests to function URLs, from anyone, from other accounts, from distributions."""

from __future__ import annotations

from typing import Any, Final

import pytest

from secure_constructs.paths.graph import Guard
from secure_constructs.paths.verdicts import Verdict, Verdicts
from tests.paths.edges.reading import FUNCTION, between, graph, made, steps

INTERNET: Final = "the internet"


def url(auth: Any, **more: Any) -> dict[str, Any]:
    return {
        "Url": made(
            "AWS::Lambda::Url",
            AuthType=auth,
            TargetFunctionArn={"Fn::GetAtt": ["Handler", "Arn"]},
        ),
        "Handler": FUNCTION,
        **more,
    }


def permission(**properties: Any) -> dict[str, Any]:
    return made(
        "AWS::Lambda::Permission",
        FunctionName={"Fn::GetAtt": ["Url", "FunctionArn"]},
        Action="lambda:InvokeFunctionUrl",
        **properties,
    )


def front(acl: str, **origin: Any) -> dict[str, Any]:
    host = {"Fn::Select": [2, {"Fn::Split": ["/", {"Fn::GetAtt": ["Url", "FunctionUrl"]}]}]}
    return made(
        "AWS::CloudFront::Distribution",
        DistributionConfig={
            "WebACLId": acl,
            "DefaultCacheBehavior": {"TargetOriginId": "url"},
            "Origins": [{"Id": "url", "DomainName": host, **origin}],
        },
    )


SIGNED: Final = permission(
    Principal="cloudfront.amazonaws.com",
    SourceArn={"Fn::Sub": "arn:x:cloudfront::${AWS::AccountId}:distribution/${Front}"},
)


def verdict(resources: dict[str, Any]) -> Verdict | None:
    found = graph(resources)
    return Verdicts(found).on(between(found, "Url", "Handler").target)


def test_anyone_calls_a_url_that_asks_nobody() -> None:
    found = graph(url("NONE"))

    assert between(found, INTERNET, "Url").guard is Guard.NONE
    assert between(found, "Url", "Handler").place == "TargetFunctionArn"


def test_nobody_from_outside_calls_a_url_that_wants_signatures() -> None:
    assert steps(graph(url("AWS_IAM"))) == {"Url -> Handler"}


def test_is_behind_the_web_acl_of_the_only_distribution_that_may_call() -> None:
    resources = url("AWS_IAM", Front=front("arn:acl", OriginAccessControlId="E1"), Signed=SIGNED)

    assert verdict(resources) is Verdict.BEHIND_WAF


def test_is_exposed_past_the_distribution_where_the_url_asks_nobody() -> None:
    assert verdict(url("NONE", Front=front("arn:acl"))) is Verdict.EXPOSED


def test_is_exposed_behind_a_distribution_without_web_acl() -> None:
    assert verdict(url("AWS_IAM", Front=front(""), Signed=SIGNED)) is Verdict.EXPOSED


def test_lets_in_distributions_of_every_account_where_none_is_named() -> None:
    anyone = permission(Principal="cloudfront.amazonaws.com")
    found = graph(url("AWS_IAM", Front=front("arn:acl"), Signed=anyone))

    assert between(found, "other accounts", "Url").guard is Guard.NONE


@pytest.mark.parametrize(
    ("principal", "source", "guard"),
    [
        ({"Principal": "*", "FunctionUrlAuthType": "AWS_IAM"}, INTERNET, Guard.NONE),
        ({"Principal": "444455556666"}, "other accounts", Guard.IAM),
        ({"Principal": {"Ref": "AWS::AccountId"}}, "this account's principals", Guard.IAM),
    ],
)
def test_lets_in_whom_a_permission_names(
    principal: dict[str, Any], source: str, guard: Guard
) -> None:
    found = graph(url("AWS_IAM", Open=permission(**principal)))

    assert between(found, source, "Url").guard is guard


def test_counts_the_organisation_as_a_limit() -> None:
    within = permission(Principal="*", PrincipalOrgID="o-a1b2c3d4e5")

    assert between(graph(url("AWS_IAM", Open=within)), "other accounts", "Url").limited


def test_a_permission_for_urls_that_ask_nobody_does_not_open_one_that_does() -> None:
    other = permission(Principal="*", FunctionUrlAuthType="NONE")

    assert steps(graph(url("AWS_IAM", Open=other))) == {"Url -> Handler"}


@pytest.mark.parametrize("bad", [{"Ref": "Unknown"}, {"a": "map"}])
def test_notes_what_is_not_known(bad: Any) -> None:
    assert {unread.place for unread in graph(url(bad)).unread} == {"AuthType"}
    opened = url("AWS_IAM", Open=permission(Principal=bad))
    assert {unread.place for unread in graph(opened).unread} == {"Principal"}


def test_a_url_of_a_function_elsewhere_is_no_way_into_one_here() -> None:
    elsewhere = made("AWS::Lambda::Url", AuthType="NONE", TargetFunctionArn="orders")

    assert steps(graph({"Url": elsewhere})) == {f"{INTERNET} -> Url"}
