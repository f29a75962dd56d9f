"""The teams room: reads an answer's body up to a limit, whatever its length claims to be."""

import aiohttp


async def read_bounded(response: aiohttp.ClientResponse, limit_bytes: int) -> bytes | None:
    """The body, or None as soon as it is longer than `limit_bytes`. Raises aiohttp's errors."""
    if (response.content_length or 0) > limit_bytes:
        response.close()
        return None
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > limit_bytes:
            response.close()
            return None
    return bytes(body)
