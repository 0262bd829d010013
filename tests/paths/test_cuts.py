"""Where to cut, and whether that closes the way."""

from __future__ import annotations

from secure_constructs.paths.attack_map import AttackMap
from secure_constructs.paths.cuts import Cut
from tests.paths.apps import allow, arn, draw, function, node, poll, resource, url

QUEUE = resource("Queue", "AWS::SQS::Queue")
SEND = allow("sqs:SendMessage", on=arn("Queue"))
CONSUMER = {**function("Worker"), **poll("Worker", arn("Queue"))}


def cut(found: AttackMap, name: str) -> Cut:
    way = found.verdicts.inputs(node(found, name))[0]
    chosen = found.cut(way)
    assert chosen is not None
    return chosen


def test_the_door_is_the_cheapest_place() -> None:
    chosen = cut(draw({**function("Open", SEND), **url("Open"), **QUEUE, **CONSUMER}), "Worker")

    assert str(chosen.edge) == "the internet -> OpenUrl [function URL]"
    assert chosen.closes
    assert chosen.fix == "let only a CloudFront distribution with a web ACL call OpenUrl"


def test_with_two_doors_the_way_they_share() -> None:
    both = {**function("One", SEND), **url("One"), **function("Two", SEND), **url("Two")}
    chosen = cut(draw({**both, **QUEUE, **CONSUMER}), "Worker")

    assert str(chosen.edge) == "Queue -> Worker [event source]"
    assert chosen.closes
    assert chosen.fix == (
        "let nothing into Queue that no web ACL has seen, or trigger Worker from elsewhere"
    )


def test_one_web_acl_closes_every_route_of_an_api() -> None:
    stage = resource("Stage", "AWS::ApiGateway::Stage", RestApiId={"Ref": "Api"})
    app = {**function("Orders"), **resource("Api", "AWS::ApiGateway::RestApi"), **stage}
    for number, verb in enumerate(("GET", "POST")):
        app |= resource(
            f"Method{number}",
            "AWS::ApiGateway::Method",
            RestApiId={"Ref": "Api"},
            ResourceId=arn("Api", "RootResourceId"),
            HttpMethod=verb,
            AuthorizationType="NONE",
            Integration={
                "Type": "AWS_PROXY",
                "Uri": {"Fn::Sub": "arn:aws:apigateway:x:lambda:path/f/functions/${Orders.Arn}/i"},
            },
        )
    chosen = cut(draw(app), "Orders")

    assert chosen.closes
    assert chosen.fix == "associate a web ACL with Api"


def test_a_sound_input_needs_no_cut() -> None:
    clock = resource(
        "Nightly",
        "AWS::Events::Rule",
        ScheduleExpression="rate(1 day)",
        Targets=[{"Id": "0", "Arn": arn("Clean")}],
    )
    found = draw({**function("Clean"), **clock})

    assert [found.cut(way) for way in found.inputs] == [None]


def test_a_role_that_takes_tokens_of_strangers_has_to_say_whose() -> None:
    trust = {
        "Effect": "Allow",
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/gitlab.com"},
    }
    role = resource("Deploy", "AWS::IAM::Role", AssumeRolePolicyDocument={"Statement": [trust]})
    policy = resource(
        "May",
        "AWS::IAM::Policy",
        PolicyName="may",
        Roles=[{"Ref": "Deploy"}],
        PolicyDocument={"Statement": [allow("lambda:InvokeFunction", on=arn("Migrate"))]},
    )
    chosen = cut(draw({**role, **policy, **function("Migrate")}), "Migrate")

    assert str(chosen.edge) == "the internet -> Deploy [token of gitlab.com]"
    assert chosen.fix == "say in the trust policy of Deploy whose tokens it takes"
