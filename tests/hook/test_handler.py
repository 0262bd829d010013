from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from secure_constructs import hook
from secure_constructs.config import FILE
from secure_constructs.rules import Rule

if TYPE_CHECKING:
    from pathlib import Path

OPEN_URL = {
    "Type": "AWS::Lambda::Url",
    "Properties": {"AuthType": "NONE", "TargetFunctionArn": "f"},
}
SAFE = {"Resources": {"Wait": {"Type": "AWS::CloudFormation::WaitConditionHandle"}}}
OPEN = {"Resources": {"Entrance": OPEN_URL}}


@contextmanager
def s3(content: bytes) -> Iterator[str]:
    """
    What keeps the payload of a request, at a URL that it gives.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


PLACE = "eu-west-1:111122223333"
CHANGE_SET = f"arn:aws:cloudformation:{PLACE}:changeSet/Release/4d0ff2a1"
# What a request says of its target; the rest of it is the same for both.
# https://docs.aws.amazon.com/cloudformation-cli/latest/hooks-userguide/lambda-hooks-create-lambda-function.html
TARGETS = {
    "STACK": {"targetName": "STACK", "targetType": "STACK", "targetLogicalId": "shop"},
    "CHANGE_SET": {
        "targetName": "CHANGE_SET",
        "targetType": "CHANGE_SET",
        "targetLogicalId": CHANGE_SET,
    },
}


def request(url: str, target: str = "STACK", **facts: Any) -> dict[str, Any]:
    """
    What CloudFormation sends, as the documentation has it.
    """
    return {
        "clientRequestToken": "token",
        "awsAccountId": "111122223333",
        "stackId": f"arn:aws:cloudformation:{PLACE}:stack/shop/0b1c",
        "changeSetId": CHANGE_SET if target == "CHANGE_SET" else None,
        "hookTypeName": "Private::Guardrails::Stacks",
        "hookTypeVersion": "00000001",
        "hookModel": {"LambdaFunction": f"arn:aws:lambda:{PLACE}:function:guardrails"},
        "actionInvocationPoint": "CREATE_PRE_PROVISION",
        "requestData": {**TARGETS[target], "payload": f"{url}/payload", **facts},
        "requestContext": {"invocation": 1, "callbackContext": None},
    }


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """
    The answer to a payload, as a function of it.
    """
    monkeypatch.setenv("LAMBDA_TASK_ROOT", str(tmp_path))

    def judge(
        payload: object, target: str = "STACK", without: str = "", **more: Any
    ) -> Mapping[str, Any]:
        content = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        with s3(content) as url:
            monkeypatch.setenv("AWS_ENDPOINT_URL_S3", url)
            asked = {**request(url, target), **more}
            asked.pop(without, None)
            return hook.handler(asked, None)

    return judge


def test_lets_in_what_no_rule_refuses(judged: Any) -> None:
    assert judged({"template": json.dumps(SAFE)}) == {
        "hookStatus": "SUCCESS",
        "message": "1 resource judged, none refused.",
        "clientRequestToken": "token",
    }


@pytest.mark.parametrize("target", TARGETS)
def test_refuses_what_gates_with_resource_message_and_fix(judged: Any, target: str) -> None:
    answer = judged({"template": json.dumps(OPEN)}, target)
    assert (answer["hookStatus"], answer["errorCode"]) == ("FAILED", "NonCompliant")
    assert answer["clientRequestToken"] == "token"
    assert "lambda-url-without-auth at Entrance" in answer["message"]
    assert "fix: " in answer["message"]


def test_notes_each_finding_with_fix_and_severity(judged: Any) -> None:
    notes = judged({"template": json.dumps(OPEN)})["annotations"]
    (note,) = (note for note in notes if note["annotationName"] == "lambda-url-without-auth")
    assert note["status"] == "FAILED"
    assert note["statusMessage"].startswith("Entrance: ")
    assert note["remediationMessage"].startswith("set auth_type=")
    assert note["remediationLink"].startswith("https://docs.aws.amazon.com/")
    assert note["severityLevel"] == "HIGH"


def test_judges_the_whole_template_of_a_change_set(judged: Any) -> None:
    changed = {
        "logicalResourceId": "Wait",
        "resourceType": "AWS::CloudFormation::WaitConditionHandle",
        "action": "CREATE",
        "lineNumber": 2,
        "beforeContext": None,
        "afterContext": '{"Properties":{}}',
    }
    answer = judged(
        {"template": json.dumps(OPEN), "changedResources": [changed]},
        "CHANGE_SET",
        # The documentation has it in the example and not in the syntax.
        without="actionInvocationPoint",
    )
    assert answer["errorCode"] == "NonCompliant"


def test_judges_the_new_template_of_an_update(judged: Any) -> None:
    payload = {"template": json.dumps(SAFE), "previousTemplate": json.dumps(OPEN)}
    answer = judged(payload, actionInvocationPoint="UPDATE_PRE_PROVISION")
    assert answer["hookStatus"] == "SUCCESS"


def test_answers_with_the_token_however_it_is_spelled(judged: Any) -> None:
    answer = judged({"template": SAFE}, clientRequesttoken="other", without="clientRequestToken")
    assert answer["clientRequestToken"] == "other"


def test_reads_templates_in_yaml(judged: Any) -> None:
    text = "Resources:\n  Entrance:\n    Type: AWS::Lambda::Url\n    Properties:\n"
    answer = judged({"template": text + "      AuthType: NONE\n      TargetFunctionArn: !Sub f\n"})
    assert "lambda-url-without-auth at Entrance" in answer["message"]


def test_reads_a_template_that_is_no_text(judged: Any) -> None:
    assert judged({"template": OPEN})["errorCode"] == "NonCompliant"


def test_says_how_many_more_there_are(judged: Any) -> None:
    resources = {f"Entrance{number}": OPEN_URL for number in range(300)}
    answer = judged({"template": {"Resources": resources}})
    assert len(answer["message"]) <= 4096
    assert answer["message"].splitlines()[-1].startswith("(and ")


def test_follows_the_configuration_beside_it(judged: Any, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(
        '[[waivers]]\nrule = "lambda-url-without-auth"\npath = "Entrance"\n'
        'reason = "a status page"\nowner = "shop@example.com"\nexpires = 2999-01-31\n',
        encoding="utf-8",
    )
    assert judged({"template": OPEN})["hookStatus"] == "SUCCESS"


def test_lets_go_what_is_deleted() -> None:
    event = {**request("nowhere"), "actionInvocationPoint": "DELETE_PRE_PROVISION"}
    assert hook.handler(event, None)["hookStatus"] == "SUCCESS"


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"<Error>Expired</Error>",
        b"[]",
        b'{"previousTemplate": "{}"}',
        b'{"template": null}',
        b'{"template": ""}',
        b'{"template": "{"}',
        b'{"template": "just text"}',
        b'{"template": {"Resources": {"A": 5}}}',
        b'{"template": "' + b"x" * 17_000_000 + b'"}',
    ],
    ids=["nothing", "xml", "list", "no", "null", "empty", "cut", "text", "resource", "huge"],
)
def test_refuses_what_cannot_be_judged(judged: Any, payload: bytes) -> None:
    assert judged(payload)["hookStatus"] == "FAILED"


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"actionInvocationPoint": "CREATE_PRE_PROVISION"},
        {"actionInvocationPoint": "CREATE_PRE_PROVISION", "requestData": {}},
        None,
        [],
        request("https://s3.amazonaws.com", targetType="AWS::S3::Bucket"),
        request("https://s3.amazonaws.com", targetType=[]),
        request("https://s3.amazonaws.com", payload=5),
    ],
)
def test_refuses_a_request_it_does_not_understand(event: Any) -> None:
    answer = hook.handler(event, None)
    assert (answer["hookStatus"], answer["errorCode"]) == ("FAILED", "InternalFailure")


@pytest.mark.parametrize(
    "url",
    [
        "http://s3.amazonaws.com",
        "https://s3.amazonaws.com.example.com",
        "https://d2f4.execute-api.eu-west-1.amazonaws.com",
        "https://s3-like-17.eu-west-1.elb.amazonaws.com",
        "https://example.com",
        "file:///etc/passwd",
        "http://169.254.169.254",
    ],
)
def test_fetches_from_s3_only(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL_S3", raising=False)
    monkeypatch.setattr(hook, "urlopen", lambda *_, **__: pytest.fail("it was fetched"))
    answer = hook.handler(request(url), None)
    assert answer["message"] == "Not judged, so refused: the payload is not in Amazon S3"


@pytest.mark.parametrize(
    "host",
    [
        "s3.amazonaws.com",
        "s3.eu-west-1.amazonaws.com",
        "cloudformation.hooks.s3.eu-west-1.amazonaws.com",
        "templates.s3.dualstack.ap-southeast-2.amazonaws.com",
        "s3-fips.us-gov-west-1.amazonaws.com",
        "s3-us-west-2.amazonaws.com",
        "templates.s3.cn-north-1.amazonaws.com.cn",
        "templates.s3.eusc-de-east-1.amazonaws.eu",
    ],
)
def test_fetches_from_s3_in_any_region(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL_S3", raising=False)
    asked: list[str] = []

    def fetch(url: str, **_: object) -> io.BytesIO:
        asked.append(url)
        return io.BytesIO(json.dumps({"template": SAFE}).encode())

    monkeypatch.setattr(hook, "urlopen", fetch)
    assert hook.handler(request(f"https://{host}"), None)["hookStatus"] == "SUCCESS"
    assert asked == [f"https://{host}/payload"]


def test_refuses_when_a_rule_fails(judged: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> Iterator[object]:
        raise ZeroDivisionError

    def rules_for(_: str) -> list[Rule]:
        rule = type("Broken", (Rule,), {"check": fail, "recommended": True, "id": "broken-rule"})
        return [rule()]

    monkeypatch.setattr("secure_constructs.assessment.rules_for", rules_for)
    answer = judged({"template": SAFE})
    assert (answer["hookStatus"], answer["errorCode"]) == ("FAILED", "InternalFailure")
    assert "ZeroDivisionError" not in answer["message"]


def test_a_broken_configuration_refuses(judged: Any, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('gate = "sometimes"\n', encoding="utf-8")
    assert judged({"template": SAFE})["hookStatus"] == "FAILED"
