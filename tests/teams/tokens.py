"""Tokens as the Bot Connector signs them, and the host that publishes the keys. Keys are made when tests run."""

import asyncio
import base64
import json
import time
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

ISSUER = "https://api.botframework.com"
APP_ID = "11111111-2222-3333-4444-555555555555"


@cache
def private_key(name: str = "first") -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


def jwk(kid: str, name: str = "first", endorsements: tuple[str, ...] = ("msteams",)) -> dict[str, Any]:
    public = json.loads(RSAAlgorithm.to_jwk(private_key(name).public_key()))
    return {**public, "kid": kid, "use": "sig", "endorsements": list(endorsements)}


def token(service_url: str, *, kid: str = "k1", key: str = "first", **claims: Any) -> str:
    """A token that holds, unless `claims` say otherwise; a claim of None is left out."""
    now = int(time.time())
    payload = {"iss": ISSUER, "aud": APP_ID, "nbf": now - 10, "exp": now + 3600, "serviceurl": service_url} | claims
    said = {name: value for name, value in payload.items() if value is not None}
    return jwt.encode(said, private_key(key), algorithm="RS256", headers={"kid": kid})


def part(value: object) -> str:
    """One part of a token made by hand."""
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class TokenHost:
    """Publishes `keys` and counts how often they were asked for. `broken` answers 503 instead."""

    keys: list[Any] = field(default_factory=lambda: [jwk("k1")])
    asked: int = 0
    broken: bool = False
    delay_seconds: float = 0.0
    document: bytes | None = None
    url: str = ""

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/openid", self._openid)
        app.router.add_get("/keys", self._keys)
        return app

    async def _openid(self, request: web.Request) -> web.Response:
        return web.json_response({"issuer": ISSUER, "jwks_uri": f"{self.url}/keys"})

    async def _keys(self, request: web.Request) -> web.Response:
        self.asked += 1
        if self.delay_seconds:
            await asyncio.sleep(self.delay_seconds)
        if self.broken:
            return web.Response(status=503)
        if self.document is not None:
            return web.Response(body=self.document, content_type="application/json")
        return web.json_response({"keys": self.keys})
