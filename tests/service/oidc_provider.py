"""A small OpenID provider: a process of its own that signs with a real key, and lies when it is told to.

`python -m tests.service.oidc_provider` prints its address and serves until it is ended. A test says with
``POST /next`` who will have logged in, and what to get wrong.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit
from urllib.request import Request, urlopen

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT = "interleave"
SECRET = "between us two"


@dataclass
class Mind:
    """What the provider knows, and what it was told to do next."""

    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1"}))
    other_key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1"}))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    lie: str = ""


class Handler(BaseHTTPRequestHandler):
    """The addresses of OpenID Connect that a code flow needs."""

    mind: Mind
    protocol_version = "HTTP/1.1"

    @property
    def issuer(self) -> str:
        host, port = self.server.server_address[:2]
        return f"http://{host!s}:{port}"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        match parts.path:
            case "/.well-known/openid-configuration":
                self._json(self._metadata())
            case "/jwks":
                self._json(KeySet([self.mind.key]).as_dict(private=False))
            case "/authorize":
                self._authorize(query)
            case "/userinfo":
                self._json(self.mind.claims)
            case _:
                self.send_error(404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path == "/next":
            told = json.loads(body)
            self.mind.claims, self.mind.lie = told["claims"], told["lie"]
            self._json({})
        else:
            self._token({name: values[0] for name, values in parse_qs(body).items()})

    def _metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def _authorize(self, query: dict[str, str]) -> None:
        if query.get("client_id") != CLIENT or query.get("code_challenge_method") != "S256":
            self.send_error(400)
            return
        code = secrets.token_urlsafe()
        self.mind.codes[code] = query
        answer = {"code": code, "state": query["state"]}
        if self.mind.lie == "denied":
            answer = {"error": "access_denied", "state": query["state"]}
        self.send_response(302)
        self.send_header("Location", f"{query['redirect_uri']}?{urlencode(answer)}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _token(self, form: dict[str, str]) -> None:
        asked = self.mind.codes.pop(form.get("code", ""), None)
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if (
            asked is None
            or asked["redirect_uri"] != form.get("redirect_uri")
            or asked["code_challenge"] != base64.urlsafe_b64encode(challenge).decode().rstrip("=")
            or self._who_asks() != (CLIENT, SECRET)
        ):
            self._json({"error": "invalid_grant"}, 400)
            return
        self._json({"access_token": "a", "token_type": "Bearer", "id_token": self._id_token(asked)})

    def _who_asks(self) -> tuple[str, str]:
        given = self.headers.get("Authorization", "").removeprefix("Basic ")
        name, _, secret = base64.b64decode(given).decode().partition(":")
        return unquote(name), unquote(secret)

    def _id_token(self, asked: dict[str, str]) -> str:
        now, lie = int(time.time()), self.mind.lie
        claims = {
            "iss": "http://127.0.0.1:1" if lie == "issuer" else self.issuer,
            "aud": "somebody-else" if lie == "audience" else CLIENT,
            "nonce": "another" if lie == "nonce" else asked["nonce"],
            "iat": now - 7200 if lie == "expired" else now,
            "exp": now - 3600 if lie == "expired" else now + 300,
            **({"sub": self.mind.claims["sub"]} if lie == "short" else self.mind.claims),
        }
        if lie == "unsigned":
            parts = (json.dumps({"alg": "none"}), json.dumps(claims))
            return (
                ".".join(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts) + "."
            )
        key = self.mind.other_key if lie == "key" else self.mind.key
        return jwt.encode({"alg": "RS256", "kid": "1"}, claims, key)

    def _json(self, body: dict[str, Any], status: int = 200) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Provider:
    """The running provider, as a test speaks to it."""

    address: str

    def next(self, lie: str = "", **claims: object) -> None:
        """Say who logs in next: ``sub``, ``email`` and so on; and what to get wrong."""
        body = json.dumps({"claims": claims, "lie": lie}).encode()
        with urlopen(Request(f"{self.address}/next", data=body, method="POST")):
            pass


@contextmanager
def running() -> Iterator[Provider]:
    """Start the provider as a process, and end it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.service.oidc_provider"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout
    with process:
        try:
            yield Provider(process.stdout.readline().strip())
        finally:
            process.terminate()


def main() -> None:
    """Serve on a free port of this machine."""
    handler = type("Told", (Handler,), {"mind": Mind()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
