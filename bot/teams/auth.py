"""The teams room: does this delivery really come from Teams? PyJWT only, no SDK code in this path.

Rules: Microsoft, "Authenticate requests from the Bot Connector service to your bot",
https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jwt

from bot.teams.rejections import Forbidden, Unauthorized
from bot.teams.settings import TeamsSettings
from bot.teams.signing_keys import SigningKey, SigningKeys

SKEW_SECONDS = 5 * 60
CACHE_SIZE = 2_000
_OPTIONS: Any = {"require": ["exp", "iss", "aud"], "strict_aud": True, "verify_iat": False}


@dataclass(frozen=True, slots=True)
class Caller:
    """What a token that held says. It is kept until the token expires and held against every single activity."""

    service_url: str
    endorsements: frozenset[str]
    expires_at: float


class TokenCheck:
    def __init__(self, settings: TeamsSettings, keys: SigningKeys, *, now: Callable[[], float] = time.time) -> None:
        self._settings = settings
        self._keys = keys
        self._now = now
        self._callers: OrderedDict[str, Caller] = OrderedDict()

    async def check(self, authorization: str | None, service_url: str, channel_id: str) -> None:
        """Raises Unauthorized or Forbidden; returns where the token holds for this very activity."""
        admit(await self.caller(authorization), service_url, channel_id)

    async def caller(self, authorization: str | None) -> Caller:
        """Who sends, by the `Authorization` header alone. Raises Unauthorized."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthorized("no bearer token")
        known = self._callers.get(token)
        if known is not None and known.expires_at > self._now():
            self._callers.move_to_end(token)
            return known
        return self._remember(token, await self._verified(token))

    async def _verified(self, token: str) -> Caller:
        key = await self._keys.find(_key_id(token))
        if key is None:
            raise Unauthorized("signed with a key that is not published")
        claims = self._claims(token, key)
        service_url = claims.get("serviceurl")
        return Caller(service_url if isinstance(service_url, str) else "", key.endorsements, float(claims["exp"]))

    def _claims(self, token: str, key: SigningKey) -> dict[str, Any]:
        try:
            return jwt.decode(
                token,
                key.key,
                algorithms=["RS256"],
                audience=self._settings.app_id,
                issuer=self._settings.token_issuer,
                leeway=SKEW_SECONDS,
                options=_OPTIONS,
            )
        except (jwt.PyJWTError, ValueError, OverflowError, TypeError, RecursionError) as error:
            raise Unauthorized(f"token does not hold: {type(error).__name__}") from None

    def _remember(self, token: str, caller: Caller) -> Caller:
        self._callers[token] = caller
        if len(self._callers) > CACHE_SIZE:
            self._callers.popitem(last=False)
        return caller


def admit(caller: Caller, service_url: str, channel_id: str) -> None:
    """A token speaks for one service address, its key for some channels. Raises Forbidden for any other."""
    if not service_url or caller.service_url != service_url:
        raise Forbidden("token is for another service address")
    if not channel_id or channel_id not in caller.endorsements:
        raise Forbidden("signing key is not endorsed for the channel")


def _key_id(token: str) -> str:
    """The key id of a token that claims to be signed as ours are. Nothing in it is trusted yet."""
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
        raise Unauthorized("not a token") from None
    kid = header.get("kid")
    if header.get("alg") != "RS256" or not isinstance(kid, str):
        raise Unauthorized("not signed with RS256 by a named key")
    return kid
