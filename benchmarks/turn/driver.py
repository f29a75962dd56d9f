"""Delivers messages to a bot: `python -m benchmarks.turn.driver BOT_URL CONNECTOR_URL TURNS AT_ONCE FIRST [token]`.

With `token` each delivery carries one, as from Teams; without authentication the SDK refuses a message that has one.
Prints one JSON object: `seconds` and the latencies `p50_ms` and `p99_ms`. Any answer but 2xx ends it.
"""

import asyncio
import json
import sys
import time

import aiohttp

from benchmarks.turn.activity import message


async def _headers(session: aiohttp.ClientSession, connector_url: str, *, token: bool) -> dict[str, str]:
    if not token:
        return {}
    async with session.get(f"{connector_url}token") as response:
        return {"Authorization": f"Bearer {await response.text()}"}


async def _drive(bot_url: str, connector_url: str, load: tuple[int, int, int], *, token: bool) -> dict[str, float]:
    turns, at_once, first = load
    numbers, latencies = iter(range(first, first + turns)), list[float]()
    async with aiohttp.ClientSession() as session:
        headers = await _headers(session, connector_url, token=token)

        async def deliver() -> None:
            for number in numbers:
                started = time.perf_counter()
                body = message(connector_url, number)
                async with session.post(f"{bot_url}api/messages", json=body, headers=headers) as response:
                    response.raise_for_status()
                    await response.read()
                latencies.append(time.perf_counter() - started)

        started = time.perf_counter()
        await asyncio.gather(*(deliver() for _ in range(at_once)))
        seconds = time.perf_counter() - started
    latencies.sort()
    return {
        "seconds": seconds,
        "p50_ms": latencies[len(latencies) // 2] * 1000,
        "p99_ms": latencies[len(latencies) * 99 // 100] * 1000,
    }


if __name__ == "__main__":
    bot, connector, turns, at_once, first, *rest = sys.argv[1:]
    load = (int(turns), int(at_once), int(first))
    print(json.dumps(asyncio.run(_drive(bot, connector, load, token=rest == ["token"]))))
