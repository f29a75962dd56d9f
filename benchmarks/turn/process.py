"""A server as a process of the measurement: prints its port, tells its CPU time, ends on SIGTERM."""

import asyncio
import gc
import signal
import time

from aiohttp import web


def add_cpu(app: web.Application) -> None:
    """`GET /cpu`: CPU seconds of this process so far, user and system, all its threads."""

    async def cpu(request: web.Request) -> web.Response:
        return web.json_response(time.process_time())

    app.router.add_get("/cpu", cpu)


async def run(app: web.Application) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    gc.collect()
    print(runner.addresses[0][1], flush=True)
    await stop.wait()
    await runner.cleanup()
