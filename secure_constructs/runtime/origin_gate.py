"""
Lets in what comes through the distribution in front, from callers that are known.

This is the Lambda authorizer of `SecureHttpApi` and `SecureWebSocketApi`. It stands alone in its
function: it needs nothing but the standard library and the boto3 of the Lambda runtime, so that
nothing has to be built or patched for it. That is why it verifies RSA signatures itself, which
takes public numbers only.

Whatever goes wrong, the answer is no.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import os
import time
import urllib.request
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeGuard

import boto3

if TYPE_CHECKING:
    from collections.abc import Mapping

_log = logging.getLogger(__name__)

_SECRETS: Final = ("ORIGIN_SECRET", "PREVIOUS_ORIGIN_SECRET")
_SECRET_AGE_SECONDS: Final = 300

_KEYS_AGE_SECONDS: Final = 3600
# An unknown key may be a new one. More often than this the issuer is not asked, as anyone can
# make up key ids.
_KEYS_PAUSE_SECONDS: Final = 60
_DOCUMENT_BYTES: Final = 1 << 20
_FETCH_SECONDS: Final = 3

_CLOCK_SKEW_SECONDS: Final = 30
_LEAST_KEY_BITS: Final = 2048

# DigestInfo of RFC 8017, 9.2, note 1. API Gateway's own authorizer takes the same algorithms.
_DIGESTS: Final = {
    "RS256": (hashlib.sha256, bytes.fromhex("3031300d060960864801650304020105000420")),
    "RS384": (hashlib.sha384, bytes.fromhex("3041300d060960864801650304020205000430")),
    "RS512": (hashlib.sha512, bytes.fromhex("3051300d060960864801650304020305000440")),
}

_BEARER: Final = "bearer "
# Browsers cannot set a header on a WebSocket, but they can name protocols.
_BEARER_PROTOCOL: Final = "bearer."


class RefusedError(Exception):
    """
    The request is not let in; the text says why, for the log only.
    """


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001
    """
    Decide about a request to an HTTP API, or about a connection to a WebSocket API.

    Args:
        event: What API Gateway says of the request, in format 2.0 or that of WebSocket APIs.
        context: What Lambda says of the invocation; not used.

    Returns:
        The decision in the format that the API understands.
    """
    try:
        allowed, known = True, _caller(event)
    except RefusedError as refused:
        _log.info("refused: %s", refused)
        allowed, known = False, {}
    except Exception:  # noqa: BLE001 - whatever goes wrong, the answer is no
        _log.exception("refused: the check failed")
        allowed, known = False, {}
    if "methodArn" not in event:
        return {"isAuthorized": allowed, "context": known}
    return {
        "principalId": str(known.get("subject") or "unknown"),
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Action": "execute-api:Invoke",
                    "Effect": "Allow" if allowed else "Deny",
                    "Resource": event["methodArn"],
                }
            ],
        },
        "context": known,
    }


def _caller(event: Mapping[str, Any]) -> dict[str, Any]:
    """
    Give what is known of the caller, for the integration and the access log.
    """
    headers = {
        str(name).lower(): str(value) for name, value in (event.get("headers") or {}).items()
    }
    _check_way(headers)
    _check_site(headers)
    route = _routes().get(_route_key(event), {})
    if route.get("public") is True:
        return {}
    if "AUTHORIZER_FUNCTION" in os.environ:
        return _asked(event)
    claims = _claims(_token(headers))
    wanted = set(route.get("scopes") or ())
    if wanted and not wanted & _scopes(claims):
        raise RefusedError("the token has none of the scopes of the route")
    return {
        "subject": str(claims.get("sub", "")),
        "issuer": str(claims["iss"]),
        "scope": " ".join(sorted(_scopes(claims))),
        "claims": json.dumps(claims),
    }


def _check_way(headers: Mapping[str, str]) -> None:
    given = headers.get(_header(), "").encode()
    # Every secret is compared, whatever comes of the first one.
    matches = [hmac.compare_digest(given, secret.encode()) for secret in _secrets()]
    if not any(matches):
        raise RefusedError("it did not come through the distribution")


def _check_site(headers: Mapping[str, str]) -> None:
    # A browser opens WebSockets for any page, but it says which. Programs say nothing.
    allowed = os.environ.get("ALLOWED_ORIGINS")
    site = headers.get("origin")
    if allowed is not None and site is not None and site not in json.loads(allowed):
        raise RefusedError("a page of another site opened it")


def _route_key(event: Mapping[str, Any]) -> str:
    return str(event.get("routeKey") or (event.get("requestContext") or {}).get("routeKey") or "")


def _token(headers: Mapping[str, str]) -> str:
    given = headers.get("authorization", "")
    if given.lower().startswith(_BEARER):
        return given[len(_BEARER) :].strip()
    for protocol in headers.get("sec-websocket-protocol", "").split(","):
        if protocol.strip().startswith(_BEARER_PROTOCOL):
            return protocol.strip()[len(_BEARER_PROTOCOL) :]
    raise RefusedError("there is no token")


def _claims(token: str) -> dict[str, Any]:
    """
    Give the claims of a token, having checked what API Gateway's own authorizer checks.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
    """
    parts = token.split(".")
    if len(parts) != 3:  # noqa: PLR2004 - header, claims and signature
        raise RefusedError("the token is none")
    try:
        header, claims = (json.loads(_decoded(part)) for part in parts[:2])
        signature = _decoded(parts[2])
    except ValueError:
        raise RefusedError("the token cannot be read") from None
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise RefusedError("the token cannot be read")
    if "crit" in header:
        raise RefusedError("the token has extensions")
    algorithm, key_id = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in _DIGESTS or not isinstance(key_id, str):
        raise RefusedError("the token is signed some other way")
    if not _verifies(_key(key_id), algorithm, f"{parts[0]}.{parts[1]}".encode(), signature):
        raise RefusedError("the signature of the token is wrong")
    _check_claims(claims)
    return claims


def _check_claims(claims: Mapping[str, Any]) -> None:
    if claims.get("iss") != os.environ["TOKEN_ISSUER"]:
        raise RefusedError("someone else issued the token")
    audience = claims.get("aud", claims.get("client_id"))
    audiences = audience if isinstance(audience, list) else [audience]
    if not any(name in audiences for name in json.loads(os.environ["TOKEN_AUDIENCE"])):
        raise RefusedError("the token is for someone else")
    now = time.time()
    expires = claims.get("exp")
    if not _is_time(expires) or expires <= now:
        raise RefusedError("the token has expired")
    for claim in ("nbf", "iat"):
        since = claims.get(claim, 0)
        if not _is_time(since) or since > now + _CLOCK_SKEW_SECONDS:
            raise RefusedError("the token is not valid yet")


def _is_time(value: Any) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _scopes(claims: Mapping[str, Any]) -> set[str]:
    given = claims.get("scope", claims.get("scp", ""))
    return {str(scope) for scope in (given if isinstance(given, list) else str(given).split())}


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _verifies(key: Mapping[str, Any], algorithm: str, message: bytes, signature: bytes) -> bool:
    """
    Verify a signature as RFC 8017, 8.2.2 has it: by making what it has to be.

    Nothing of the signature is parsed, so there is no padding to be lenient about.
    """
    if key.get("alg", algorithm) != algorithm:
        return False
    modulus = int.from_bytes(_decoded(key["n"]), "big")
    exponent = int.from_bytes(_decoded(key["e"]), "big")
    length = (modulus.bit_length() + 7) // 8
    number = int.from_bytes(signature, "big")
    if modulus.bit_length() < _LEAST_KEY_BITS or exponent < 3 or exponent % 2 == 0:  # noqa: PLR2004
        raise RefusedError("the key of the issuer is weak")
    if len(signature) != length or number >= modulus:
        return False
    digest, prefix = _DIGESTS[algorithm]
    end = b"\x00" + prefix + digest(message).digest()
    expected = b"\x00\x01" + b"\xff" * (length - 2 - len(end)) + end
    return hmac.compare_digest(pow(number, exponent, modulus).to_bytes(length, "big"), expected)


def _key(key_id: str) -> Mapping[str, Any]:
    store = _key_store()
    key = store.get(key_id)
    if key is None:
        raise RefusedError("the issuer does not know the key of the token")
    return key


class _KeyStore:
    """
    The public keys of the issuer, fetched again when they are old or one is missing.
    """

    def __init__(self) -> None:
        self._keys: dict[str, Mapping[str, Any]] = {}
        self._fetched = float("-inf")

    def get(self, key_id: str) -> Mapping[str, Any] | None:
        age = time.monotonic() - self._fetched
        missing = key_id not in self._keys and age > _KEYS_PAUSE_SECONDS
        if missing or age > _KEYS_AGE_SECONDS:
            self._fetch()
        return self._keys.get(key_id)

    def _fetch(self) -> None:
        # Set first, so that an issuer that is down is not asked at every request.
        self._fetched = time.monotonic()
        issuer = os.environ["TOKEN_ISSUER"].rstrip("/")
        found = _fetched(f"{issuer}/.well-known/openid-configuration")
        keys = _fetched(str(found["jwks_uri"]))["keys"]
        self._keys = {
            key["kid"]: key
            for key in keys
            if key.get("kty") == "RSA" and key.get("use", "sig") == "sig" and "kid" in key
        }


@cache
def _key_store() -> _KeyStore:
    return _KeyStore()


def _fetched(url: str) -> dict[str, Any]:
    if not url.startswith("https://"):
        raise RefusedError("the issuer is not reached by HTTPS")
    opener = urllib.request.build_opener(_Staying)
    with opener.open(url, timeout=_FETCH_SECONDS) as answer:
        document = json.loads(answer.read(_DOCUMENT_BYTES))
    if not isinstance(document, dict):
        raise RefusedError("the issuer answers something else")
    return document


class _Staying(urllib.request.HTTPRedirectHandler):
    """
    Follows nobody, as the way could lead over plain HTTP.
    """

    def redirect_request(self, *_: Any) -> None:
        return None


def _asked(event: Mapping[str, Any]) -> dict[str, Any]:
    """
    Give what the authorizer of the app says, which gets to see no secret.
    """
    hidden = _header()
    told = {name: value for name, value in event.items() if name != "identitySource"}
    for part in ("headers", "multiValueHeaders"):
        if isinstance(told.get(part), dict):
            told[part] = {
                name: value for name, value in told[part].items() if name.lower() != hidden
            }
    answer = _client("lambda").invoke(
        FunctionName=os.environ["AUTHORIZER_FUNCTION"], Payload=json.dumps(told).encode()
    )
    if answer.get("FunctionError"):
        raise RefusedError("the authorizer failed")
    said = json.loads(answer["Payload"].read())
    if not isinstance(said, dict) or said.get("isAuthorized") is not True:
        raise RefusedError("the authorizer said no")
    known = said.get("context") or {}
    return dict(known) if isinstance(known, dict) else {}


def _header() -> str:
    return os.environ["ORIGIN_HEADER"].lower()


@cache
def _routes() -> dict[str, dict[str, Any]]:
    routes: dict[str, dict[str, Any]] = json.loads(os.environ.get("ROUTES") or "{}")
    return routes


def _secrets() -> list[str]:
    """
    Give the values of the header that are let in.
    """
    period = int(time.monotonic() // _SECRET_AGE_SECONDS)
    values = [_secret(os.environ[name], period) for name in _SECRETS if os.environ.get(name)]
    # An empty header equals an empty secret.
    if not values or not all(values):
        raise RefusedError("there is no secret to compare with")
    return values


_secret_values: dict[str, tuple[int, str]] = {}


def _secret(arn: str, period: int) -> str:
    known = _secret_values.get(arn)
    if known is None or known[0] != period:
        value = str(_client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"])
        known = _secret_values[arn] = (period, value)
    return known[1]


@cache
def _client(service: str) -> Any:
    return boto3.client(service)
