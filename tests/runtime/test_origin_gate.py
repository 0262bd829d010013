from __future__ import annotations

import base64
import io
import json
import time
from typing import TYPE_CHECKING, Any, Final

import boto3
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from secure_constructs.runtime import origin_gate

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER: Final = "x-origin-verify"
SECRET: Final = "arn:current"
PREVIOUS: Final = "arn:previous"
VALUES: Final = {SECRET: "s3cret", PREVIOUS: "before"}
ISSUER: Final = "https://users.example.com/pool"
KEY: Final = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY: Final = rsa.generate_private_key(public_exponent=65537, key_size=2048)
HASHES: Final = {"RS256": hashes.SHA256(), "RS384": hashes.SHA384(), "RS512": hashes.SHA512()}

FETCHED: Final = origin_gate._fetched


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def jwk(key: rsa.RSAPrivateKey = KEY, **changes: Any) -> dict[str, Any]:
    numbers = key.public_key().public_numbers()
    length = (key.key_size + 7) // 8
    return {
        "kty": "RSA",
        "kid": "one",
        "use": "sig",
        "n": text(numbers.n.to_bytes(length, "big")),
        "e": text(numbers.e.to_bytes(3, "big")),
        **changes,
    }


def token(
    *, key: rsa.RSAPrivateKey = KEY, header: dict[str, Any] | None = None, **changes: Any
) -> str:
    told = {"alg": "RS256", "kid": "one", **(header or {})}
    claims = {
        "iss": ISSUER,
        "aud": "shop",
        "sub": "ann",
        "exp": time.time() + 60,
        "iat": time.time(),
        "scope": "orders/read",
        **changes,
    }
    claims = {name: value for name, value in claims.items() if value is not None}
    message = f"{text(json.dumps(told).encode())}.{text(json.dumps(claims).encode())}"
    signature = key.sign(
        message.encode(), padding.PKCS1v15(), HASHES.get(told["alg"], hashes.SHA256())
    )
    return f"{message}.{text(signature)}"


class Secrets:
    def __init__(self) -> None:
        self.asked: list[str] = []

    def get_secret_value(self, *, SecretId: str) -> dict[str, str]:  # noqa: N803 - as boto3 has it
        self.asked.append(SecretId)
        return {"SecretString": VALUES[SecretId]}


class Functions:
    def __init__(self) -> None:
        self.told: dict[str, Any] = {}
        self.answer: Any = {"isAuthorized": True, "context": {"tenant": "a"}}
        self.error: str | None = None

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803
        assert FunctionName == "arn:authorizer"
        self.told = json.loads(Payload)
        answer: dict[str, Any] = {"Payload": io.BytesIO(json.dumps(self.answer).encode())}
        return {**answer, "FunctionError": self.error} if self.error else answer


class Issuer:
    def __init__(self) -> None:
        self.keys = [jwk()]
        self.asked: list[str] = []

    def __call__(self, url: str) -> dict[str, Any]:
        self.asked.append(url)
        if url == f"{ISSUER}/.well-known/openid-configuration":
            return {"jwks_uri": "https://users.example.com/keys"}
        assert url == "https://users.example.com/keys"
        return {"keys": self.keys}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    forget()
    for name, value in {
        "ORIGIN_HEADER": HEADER,
        "ORIGIN_SECRET": SECRET,
        "TOKEN_ISSUER": ISSUER,
        "TOKEN_AUDIENCE": '["shop"]',
    }.items():
        monkeypatch.setenv(name, value)
    yield
    forget()


def forget() -> None:
    origin_gate._secret_values.clear()
    origin_gate._key_store.cache_clear()
    origin_gate._routes.cache_clear()
    origin_gate._client.cache_clear()


@pytest.fixture
def issuer(monkeypatch: pytest.MonkeyPatch) -> Issuer:
    made = Issuer()
    monkeypatch.setattr(origin_gate, "_fetched", made)
    return made


@pytest.fixture
def secrets() -> Secrets:
    return Secrets()


@pytest.fixture
def functions() -> Functions:
    return Functions()


@pytest.fixture(autouse=True)
def services(
    monkeypatch: pytest.MonkeyPatch, issuer: Issuer, secrets: Secrets, functions: Functions
) -> None:
    assert issuer.keys
    made = {"secretsmanager": secrets, "lambda": functions}
    monkeypatch.setattr(boto3, "client", made.__getitem__)


def request(route: str = "GET /orders", **headers: str) -> dict[str, Any]:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return {
        "version": "2.0",
        "type": "REQUEST",
        "routeKey": route,
        "identitySource": ["s3cret"],
        "headers": {HEADER: "s3cret", **given},
    }


def connection(**headers: str) -> dict[str, Any]:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return {
        "type": "REQUEST",
        "methodArn": "arn:aws:execute-api:eu-west-1:1:api/prod/$connect",
        "headers": {"X-Origin-Verify": "s3cret", **given},
        "multiValueHeaders": {"X-Origin-Verify": ["s3cret"]},
        "requestContext": {"routeKey": "$connect"},
    }


def decide(event: dict[str, Any]) -> bool:
    answer = origin_gate.handler(event, None)
    allowed = answer["isAuthorized"]
    assert isinstance(allowed, bool)
    assert allowed or answer["context"] == {}
    return allowed


def test_lets_in_a_known_caller_who_came_the_right_way() -> None:
    answer = origin_gate.handler(request(authorization=f"Bearer {token()}"), None)
    assert answer["isAuthorized"] is True
    assert answer["context"]["subject"] == "ann"
    assert json.loads(answer["context"]["claims"])["aud"] == "shop"


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512"])
def test_takes_the_algorithms_that_api_gateway_takes(algorithm: str) -> None:
    assert decide(request(authorization=f"bearer {token(header={'alg': algorithm})}"))


@pytest.mark.parametrize("given", ["", "s3cre", "s3cret ", "S3CRET", "s3cret,s3cret", "ÿ"])
def test_refuses_who_does_not_know_the_secret(given: str) -> None:
    event = request(authorization=f"Bearer {token()}")
    event["headers"][HEADER] = given
    assert not decide(event)


def test_refuses_who_came_without_the_header() -> None:
    event = request(authorization=f"Bearer {token()}")
    del event["headers"][HEADER]
    assert not decide(event)
    event["headers"] = None
    assert not decide(event)


def test_takes_the_secret_before_this_one_while_it_is_replaced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    event = request(authorization=f"Bearer {token()}")
    event["headers"][HEADER] = "before"
    assert not decide(event)
    monkeypatch.setenv("PREVIOUS_ORIGIN_SECRET", PREVIOUS)
    assert decide(event)


@pytest.mark.parametrize("value", ["", None])
def test_an_empty_secret_lets_nobody_in(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    if value is None:
        monkeypatch.delenv("ORIGIN_SECRET")
    else:
        monkeypatch.setitem(VALUES, SECRET, value)
    event = request(authorization=f"Bearer {token()}")
    event["headers"][HEADER] = ""
    assert not decide(event)


def test_reads_the_secret_once_in_five_minutes(
    monkeypatch: pytest.MonkeyPatch, secrets: Secrets
) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    for _ in range(3):
        assert decide(request(authorization=f"Bearer {token()}"))
    assert secrets.asked == [SECRET]
    now += 301
    assert decide(request(authorization=f"Bearer {token()}"))
    assert secrets.asked == [SECRET, SECRET]


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://users.example.com/other"},
        {"iss": None},
        {"aud": "other"},
        {"aud": ["other"]},
        {"aud": None},
        {"aud": "other", "client_id": "shop"},
        {"exp": 1},
        {"exp": None},
        {"exp": "9999999999"},
        {"exp": True},
        {"nbf": 9_999_999_999},
        {"iat": 9_999_999_999},
        {"header": {"alg": "none"}},
        {"header": {"alg": "HS256"}},
        {"header": {"alg": "PS256"}},
        {"header": {"alg": ["RS256"]}},
        {"header": {"kid": "two"}},
        {"header": {"kid": None}},
        {"header": {"crit": ["exp"]}},
        {"key": OTHER_KEY},
    ],
)
def test_refuses_a_token_that_proves_nothing(changes: dict[str, Any]) -> None:
    if isinstance(changes.get("header", {}).get("alg"), list):
        forged = token().split(".")
        forged[0] = text(json.dumps({"alg": ["RS256"], "kid": "one"}).encode())
        assert not decide(request(authorization=f"Bearer {'.'.join(forged)}"))
        return
    assert not decide(request(authorization=f"Bearer {token(**changes)}"))


@pytest.mark.parametrize(
    "changes",
    [{"aud": ["a", "shop"]}, {"aud": None, "client_id": "shop"}, {"nbf": 1}, {"iat": None}],
)
def test_takes_a_token_as_api_gateway_would(changes: dict[str, Any]) -> None:
    assert decide(request(authorization=f"Bearer {token(**changes)}"))


@pytest.mark.parametrize(
    "garbage", ["", "a", "a.b", "a.b.c", "....", "e30.e30.e30", "W10.W10.W10", "é.é.é", "{}.{}.{}"]
)
def test_refuses_what_is_no_token(garbage: str) -> None:
    assert not decide(request(authorization=f"Bearer {garbage}"))


def test_refuses_other_ways_to_say_who_one_is() -> None:
    assert not decide(request())
    assert not decide(request(authorization=f"Basic {token()}"))
    assert not decide(request(authorization=token()))


def test_refuses_changed_claims() -> None:
    header, _, signature = token().split(".")
    claims = text(json.dumps({"iss": ISSUER, "aud": "shop", "exp": time.time() + 9}).encode())
    assert not decide(request(authorization=f"Bearer {header}.{claims}.{signature}"))


def test_refuses_every_signature_with_one_bit_changed() -> None:
    message, _, signature = token().rpartition(".")
    genuine = base64.urlsafe_b64decode(signature + "==")
    for at in range(len(genuine)):
        changed = bytearray(genuine)
        changed[at] ^= 1
        assert not decide(request(authorization=f"Bearer {message}.{text(bytes(changed))}"))
    for length in (0, len(genuine) - 1):
        assert not decide(request(authorization=f"Bearer {message}.{text(genuine[:length])}"))
    longer = text(bytes(1) + genuine)
    assert not decide(request(authorization=f"Bearer {message}.{longer}"))


def test_refuses_a_padding_with_room_for_more(issuer: Issuer) -> None:
    # Bleichenbacher's forgery of 2006: a verifier that reads the padding takes what follows it.
    key = rsa.generate_private_key(public_exponent=3, key_size=2048)
    issuer.keys = [jwk(key)]
    message, _, _ = token(key=key).rpartition(".")
    digest, prefix = origin_gate._DIGESTS["RS256"]
    start = b"\x00\x01\xff\x00" + prefix + digest(message.encode()).digest()
    wanted = int.from_bytes(start + b"\xff" * (256 - len(start)), "big")
    low, high = 0, 1 << 1024
    while low < high - 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**3 <= wanted else (low, middle)
    forged = low.to_bytes(256, "big")
    assert pow(low, 3).to_bytes(256, "big").startswith(start)
    assert not decide(request(authorization=f"Bearer {message}.{text(forged)}"))


@pytest.mark.parametrize(
    "changes",
    [
        {"use": "enc"},
        {"kty": "oct"},
        {"alg": "RS512"},
        {"e": "AQ"},
        {"n": text(b"\x80" + b"\x01" * 127)},
    ],
)
def test_refuses_a_key_that_is_not_for_this(issuer: Issuer, changes: dict[str, Any]) -> None:
    issuer.keys = [jwk(**changes)]
    assert not decide(request(authorization=f"Bearer {token()}"))


def test_asks_the_issuer_again_for_a_new_key_but_not_for_every_made_up_one(
    monkeypatch: pytest.MonkeyPatch, issuer: Issuer
) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    assert decide(request(authorization=f"Bearer {token()}"))
    asked = len(issuer.asked)
    issuer.keys = [jwk(OTHER_KEY, kid="two")]
    renewed = token(key=OTHER_KEY, header={"kid": "two"})
    for _ in range(5):
        assert not decide(request(authorization=f"Bearer {renewed}"))
    assert len(issuer.asked) == asked
    now += 61
    assert decide(request(authorization=f"Bearer {renewed}"))
    assert len(issuer.asked) == 2 * asked


def test_asks_nobody_by_plain_http_and_follows_nobody() -> None:
    with pytest.raises(origin_gate.RefusedError):
        FETCHED("http://users.example.com")
    following: Any = origin_gate._Staying().redirect_request
    assert following() is None


def test_asks_for_one_of_the_scopes_of_the_route(monkeypatch: pytest.MonkeyPatch) -> None:
    routes = {"POST /orders": {"scopes": ["orders/write", "admin"]}}
    monkeypatch.setenv("ROUTES", json.dumps(routes))
    reader = f"Bearer {token()}"
    assert decide(request("GET /orders", authorization=reader))
    assert not decide(request("POST /orders", authorization=reader))
    writer = token(scope=None, scp=["orders/write"])
    assert decide(request("POST /orders", authorization=f"Bearer {writer}"))


def test_a_public_route_needs_the_way_but_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROUTES", '{"GET /health": {"public": true}}')
    assert decide(request("GET /health"))
    assert not decide(request("GET /orders"))
    event = request("GET /health")
    event["headers"][HEADER] = "guessed"
    assert not decide(event)


def test_asks_the_authorizer_of_the_app_without_the_secret(
    monkeypatch: pytest.MonkeyPatch, functions: Functions
) -> None:
    monkeypatch.setenv("AUTHORIZER_FUNCTION", "arn:authorizer")
    answer = origin_gate.handler(request(authorization="key 1"), None)
    assert answer == {"isAuthorized": True, "context": {"tenant": "a"}}
    assert functions.told["headers"] == {"authorization": "key 1"}
    assert "s3cret" not in json.dumps(functions.told)
    origin_gate.handler(connection(), None)
    assert "s3cret" not in json.dumps(functions.told)


@pytest.mark.parametrize(
    "answer", [{"isAuthorized": False}, {"isAuthorized": "true"}, {}, None, [], "yes"]
)
def test_anything_but_a_yes_is_a_no(
    monkeypatch: pytest.MonkeyPatch, functions: Functions, answer: object
) -> None:
    monkeypatch.setenv("AUTHORIZER_FUNCTION", "arn:authorizer")
    functions.answer = answer
    assert not decide(request())


def test_an_authorizer_that_fails_lets_nobody_in(
    monkeypatch: pytest.MonkeyPatch, functions: Functions
) -> None:
    monkeypatch.setenv("AUTHORIZER_FUNCTION", "arn:authorizer")
    functions.error = "Unhandled"
    assert not decide(request())


def test_does_not_ask_the_authorizer_about_who_came_another_way(
    monkeypatch: pytest.MonkeyPatch, functions: Functions
) -> None:
    monkeypatch.setenv("AUTHORIZER_FUNCTION", "arn:authorizer")
    event = request()
    event["headers"][HEADER] = "guessed"
    assert not decide(event)
    assert functions.told == {}


def effect(event: dict[str, Any]) -> str:
    answer = origin_gate.handler(event, None)
    (statement,) = answer["policyDocument"]["Statement"]
    assert statement["Resource"] == event["methodArn"]
    found: str = statement["Effect"]
    return found


def test_lets_a_connection_in_by_token_or_by_protocol() -> None:
    assert effect(connection(Authorization=f"Bearer {token()}")) == "Allow"
    protocols = f"chat.v1, bearer.{token()}"
    assert effect(connection(Sec_WebSocket_Protocol=protocols)) == "Allow"
    assert effect(connection()) == "Deny"
    assert effect(connection(Sec_WebSocket_Protocol="chat.v1")) == "Deny"


def test_refuses_pages_of_other_sites(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_ORIGINS", '["https://shop.example.com"]')
    known = f"Bearer {token()}"
    assert effect(connection(Authorization=known)) == "Allow"
    assert effect(connection(Authorization=known, Origin="https://shop.example.com")) == "Allow"
    assert effect(connection(Authorization=known, Origin="https://evil.example")) == "Deny"
    assert effect(connection(Authorization=known, Origin="null")) == "Deny"


def test_logs_neither_secret_nor_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    genuine = token(aud="other")
    origin_gate.handler(request(authorization=f"Bearer {genuine}"), None)
    event = request()
    event["headers"][HEADER] = "guessed-value"
    origin_gate.handler(event, None)
    assert "the token is for someone else" in caplog.text
    for hidden in ("s3cret", genuine, "guessed-value"):
        assert hidden not in caplog.text
