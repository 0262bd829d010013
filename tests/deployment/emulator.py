"""
Handlers as Lambda runs them: behind its Runtime Interface Emulator, on loopback, without Docker.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

ROOT = Path(__file__).resolve().parents[2]
ALONE = ROOT / ".judges" / "alone"
MACHINE = "arm64" if platform.machine() in {"aarch64", "arm64"} else "x86_64"
EMULATOR = ALONE / "samcli" / "local" / "rapid" / f"aws-lambda-rie-{MACHINE}"
HOST = "127.0.0.1"
START_SECONDS = 60
INVOCATION_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """
    AWS as far as a handler asks it: fixed answers, and what was asked.

    Args:
        url: Where it listens.
        asked: The operations asked for, such as ``DynamoDB_20120810.Query``, and their input.
    """

    url: str
    asked: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)


@contextmanager
def services(answers: Mapping[str, Mapping[str, Any]]) -> Iterator[Services]:
    """
    Stand in for AWS's JSON services.

    Args:
        answers: What to answer, by operation as the ``X-Amz-Target`` header names it.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            operation = self.headers["X-Amz-Target"]
            given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append((operation, given))
            answer = dict(answers[operation])
            if operation == "AmazonSQS.SendMessage":
                # The SDK checks that what was sent is what arrived.
                body = given["MessageBody"].encode()
                answer["MD5OfMessageBody"] = hashlib.md5(body, usedforsecurity=False).hexdigest()
            said = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with _listening(Handler) as standing_in:
        asked = standing_in.asked
        yield standing_in


@contextmanager
def rest_services(
    answer: Callable[[str, str], tuple[Mapping[str, str], bytes]],
) -> Iterator[Services]:
    """
    Stand in for AWS's REST services.

    Args:
        answer: Gives headers and body of an answer, by method and path with its query.
    """

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            asked.append((f"{self.command} {self.path}", dict(self.headers)))
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers, body = answer(self.command, self.path)
            self.send_response(200)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_HEAD = do_PUT = answer  # noqa: N815 - the names that the server looks for

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with _listening(Handler) as standing_in:
        asked = standing_in.asked
        yield standing_in


@contextmanager
def _listening(handler: type[BaseHTTPRequestHandler]) -> Iterator[Services]:
    with ThreadingHTTPServer((HOST, 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield Services(url=f"http://{HOST}:{server.server_port}")
        finally:
            server.shutdown()
            thread.join()


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """
    A function behind the emulator.

    Args:
        url: Where it is invoked.
    """

    url: str

    def invoke(self, event: Mapping[str, Any]) -> Any:
        """
        Invoke it and give its answer.
        """
        request = urllib.request.Request(self.url, data=json.dumps(event).encode())  # noqa: S310
        with urllib.request.urlopen(request, timeout=INVOCATION_SECONDS) as answer:  # noqa: S310
            return json.load(answer)


@contextmanager
def function(handler: str, *, code: Path, environment: Mapping[str, str]) -> Iterator[Function]:
    """
    Run a function until the block ends.

    Args:
        handler: Its handler, as in its configuration.
        code: The folder that is its package.
        environment: Its variables.
    """
    runtime_port, port = _free_port(), _free_port()
    command = (
        str(EMULATOR),
        "--runtime-api-address", f"{HOST}:{runtime_port}",
        "--runtime-interface-emulator-address", f"{HOST}:{port}",
        sys.executable, "-m", "awslambdaric", handler,
    )  # fmt: skip
    with subprocess.Popen(
        command,
        cwd=code,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join((str(code), str(ALONE))),
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_REGION": "eu-central-1",
            "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_LAMBDA_FUNCTION_NAME": "function",
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(INVOCATION_SECONDS),
            "LAMBDA_TASK_ROOT": str(code),
            "POWERTOOLS_TRACE_DISABLED": "true",
            **environment,
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # The emulator and the function end together.
        start_new_session=True,
    ) as process:
        try:
            _wait_for(port, process)
            yield Function(url=f"http://{HOST}:{port}/2015-03-31/functions/function/invocations")
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return cast("int", probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"the emulator does not listen, and its status is {process.poll()}")
