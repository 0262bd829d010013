from __future__ import annotations

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


def request(url: str, **facts: Any) -> dict[str, Any]:
    """
    What CloudFormation sends, as far as the handler reads it.
    """
    return {
        "clientRequestToken": "token",
        "actionInvocationPoint": "CREATE_PRE_PROVISION",
        "requestData": {
            "targetName": "STACK",
            "targetType": "STACK",
            "targetLogicalId": "arn:aws:cloudformation:eu-west-1:111122223333:stack/Shop/1",
            "payload": f"{url}/payload",
            **facts,
        },
    }


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """
    The answer to a payload, as a function of it.
    """
    monkeypatch.setenv("LAMBDA_TASK_ROOT", str(tmp_path))

    def judge(payload: object, **facts: Any) -> Mapping[str, Any]:
        content = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        with s3(content) as url:
            monkeypatch.setenv("AWS_ENDPOINT_URL_S3", url)
            return hook.handler(request(url, **facts), None)

    return judge


def test_lets_in_what_no_rule_refuses(judged: Any) -> None:
    answer = judged({"template": json.dumps(SAFE)})
    assert answer["hookStatus"] == "SUCCESS"
    assert answer["errorCode"] is None
    assert answer["clientRequestToken"] == "token"


@pytest.mark.parametrize("target", ["STACK", "CHANGE_SET"])
def test_refuses_what_gates_with_resource_message_and_fix(judged: Any, target: str) -> None:
    answer = judged({"template": json.dumps(OPEN)}, targetType=target)
    assert (answer["hookStatus"], answer["errorCode"]) == ("FAILED", "NonCompliant")
    assert "lambda-url-without-auth at Entrance" in answer["message"]
    assert "fix: " in answer["message"]


def test_reads_templates_in_yaml(judged: Any) -> None:
    text = "Resources:\n  Entrance:\n    Type: AWS::Lambda::Url\n    Properties:\n"
    answer = judged({"template": text + "      AuthType: NONE\n      TargetFunctionArn: !Sub f\n"})
    assert "lambda-url-without-auth at Entrance" in answer["message"]


def test_reads_a_template_that_is_no_text(judged: Any) -> None:
    assert judged({"template": OPEN})["errorCode"] == "NonCompliant"


def test_says_how_many_more_there_are(judged: Any) -> None:
    resources = {f"Entrance{number}": OPEN_URL for number in range(300)}
    answer = judged({"template": {"Resources": resources}})
    assert len(answer["message"]) <= 4000
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
        request("https://s3.amazonaws.com", targetType="RESOURCE"),
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
