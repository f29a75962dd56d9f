"""The other side: takes messages and counts them, signs tokens, and plays a Graph in which everybody is an admin."""

import asyncio
import json
import time

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from jwt.algorithms import RSAAlgorithm

from benchmarks.turn.activity import APP_ID
from benchmarks.turn.process import run
from bot.domain.people import Role


class Connector:
    def __init__(self) -> None:
        self._key = generate_private_key(public_exponent=65537, key_size=2048)
        self._taken = 0

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/openid", self._openid)
        app.router.add_get("/keys", self._keys)
        app.router.add_get("/token", self._token)
        app.router.add_get("/taken", self._count)
        app.router.add_post("/v3/{path:.*}", self._take)
        app.router.add_post("/v1.0/$batch", self._batch)
        return app

    async def _take(self, request: web.Request) -> web.Response:
        await request.read()
        self._taken += 1
        return web.json_response({"id": f"m{self._taken}"}, status=201)

    async def _batch(self, request: web.Request) -> web.Response:
        asked = (await request.json())["requests"]
        answers = [{"id": item["id"], "status": 200, "body": {"value": [_role(item["url"])]}} for item in asked]
        return web.json_response({"responses": answers})

    async def _count(self, request: web.Request) -> web.Response:
        return web.json_response(self._taken)

    async def _openid(self, request: web.Request) -> web.Response:
        return web.json_response({"jwks_uri": f"http://{request.host}/keys"})

    async def _keys(self, request: web.Request) -> web.Response:
        public = json.loads(RSAAlgorithm.to_jwk(self._key.public_key()))
        return web.json_response({"keys": [{**public, "kid": "k1", "endorsements": ["msteams"]}]})

    async def _token(self, request: web.Request) -> web.Response:
        now, service_url = int(time.time()), f"http://{request.host}/"
        claims = {"iss": "https://api.botframework.com", "aud": APP_ID, "nbf": now, "exp": now + 3600}
        signed = jwt.encode(
            {**claims, "serviceurl": service_url}, self._key, algorithm="RS256", headers={"kid": "k1"}
        )
        return web.Response(text=signed)


def _role(url: str) -> dict[str, str]:
    """Everybody is a Teams administrator for the whole organisation, by an assignment of their own."""
    if "roleAssignments" in url:
        return {"id": "a", "roleDefinitionId": Role.TEAMS_ADMINISTRATOR.value, "directoryScopeId": "/"}
    return {"id": "r", "roleTemplateId": Role.TEAMS_ADMINISTRATOR.value}


if __name__ == "__main__":
    asyncio.run(run(Connector().app()))
