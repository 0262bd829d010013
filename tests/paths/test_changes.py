"""What a change opened and closed."""

from __future__ import annotations

from secure_constructs.paths.changes import About, Direction, changes, opened
from tests.paths.apps import Body, allow, arn, draw, function, poll, resource, url

SECRET = resource("Secret", "AWS::SecretsManager::Secret")
READ = allow("secretsmanager:GetSecretValue", on={"Ref": "Secret"})


def compare(old: Body, new: Body) -> list[tuple[str, str, str]]:
    found = changes(draw(old), draw(new))
    return [(change.direction, change.about, change.subject) for change in found]


def test_nothing_changed() -> None:
    app = {**function("Open"), **url("Open")}

    assert compare(app, app) == []


def test_a_new_door_and_what_it_leads_to() -> None:
    before = {**SECRET, **function("Open", READ), **url("Open", auth="AWS_IAM")}
    after = {**SECRET, **function("Open", READ), **url("Open")}

    assert compare(before, after) == [
        (Direction.WORSE, About.INPUT, "Open"),
        (Direction.WORSE, About.SENSITIVE, "Secret"),
    ]


def test_a_new_input_that_is_exposed() -> None:
    found = changes(draw(function("Open")), draw({**function("Open"), **url("Open")}))

    (change,) = found
    assert change.direction is Direction.WORSE
    assert change.told == (
        "takes input from OpenUrl: exposed, "
        "no web ACL sees what comes into OpenUrl from the internet"
    )
    assert change.path == ("the internet", "OpenUrl", "Open")
    assert opened(found) == found


def test_a_door_that_was_closed() -> None:
    assert compare({**function("Open"), **url("Open")}, function("Open")) == [
        (Direction.BETTER, About.INPUT, "Open")
    ]


def test_a_wider_grant_is_worse_and_opens_no_door() -> None:
    found = changes(
        draw({**SECRET, **function("Worker")}), draw({**SECRET, **function("Worker", READ)})
    )

    (change,) = found
    assert (change.direction, change.about) == (Direction.WORSE, About.PERMISSION)
    assert change.told == "taken over, it could now read Secret"
    assert change.names == ("Secret",)
    assert opened(found) == ()


def test_a_new_loop() -> None:
    queue = resource("Queue", "AWS::SQS::Queue")
    send = allow("sqs:SendMessage", on=arn("Queue"))
    before = {**queue, **function("Worker"), **poll("Worker", arn("Queue"))}
    after = {**before, **function("Worker", send)}

    assert (Direction.WORSE, About.LOOP, "Queue -> Worker") in compare(before, after)


def test_a_loop_that_nothing_stops_any_more() -> None:
    queue = resource("Queue", "AWS::SQS::Queue")
    send = allow("sqs:SendMessage", on=arn("Queue"))
    before = {**queue, **function("Worker", send), **poll("Worker", arn("Queue"))}
    after = {**before, **function("Worker", send, RecursiveLoop="Allow")}

    assert (Direction.WORSE, About.LOOP, "Queue -> Worker") in compare(before, after)


def test_a_door_that_is_better_than_the_one_before_opens_nothing() -> None:
    partner = resource(
        "Allow",
        "AWS::Lambda::Permission",
        FunctionName={"Ref": "Open"},
        Action="lambda:InvokeFunction",
        Principal="444455556666",
        PrincipalOrgID="o-1234567890",
    )
    found = changes(
        draw({**function("Open"), **url("Open")}), draw({**function("Open"), **partner})
    )

    assert opened(found) == ()
    assert {change.direction for change in found} == {Direction.BETTER}


def test_a_grant_on_many_names_the_first_and_keeps_all() -> None:
    secrets = [f"Secret{number}" for number in range(8)]
    stores = {
        name: body
        for one in secrets
        for name, body in resource(one, "AWS::SecretsManager::Secret").items()
    }
    narrow = draw({**stores, **function("Worker")})
    reads = [allow("secretsmanager:GetSecretValue", on={"Ref": one}) for one in secrets]
    (change,) = changes(narrow, draw({**stores, **function("Worker", *reads)}))

    assert change.names == tuple(secrets)
    assert change.told.endswith("Secret4, Secret5 and 2 more")
