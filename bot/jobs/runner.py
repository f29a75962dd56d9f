"""Leases due jobs, runs each, retries what failed. Execution is at least once; effects are once by derived ids."""

import asyncio
import contextlib
import logging
from collections.abc import Container
from dataclasses import replace
from datetime import timedelta

from bot.domain.errors import Refusal
from bot.domain.jobs import Job
from bot.domain.people import TenantId
from bot.jobs.clockwork import is_on_clock
from bot.jobs.job import OUTLIVES_OUTAGES, Again, Done, Ending, Handlers
from bot.ports.collections import JOBS
from bot.ports.errors import Final, PortError, Retry
from bot.ports.store import Conflict, Document, Put
from bot.store.errors import StoreClosed, StoreError, StoreUnavailable
from bot.usecases.audit_chain import log_head
from bot.views.house import House

log = logging.getLogger("saldo.jobs")

LEASE_SECONDS = 120
RUN_SECONDS = 100  # below the lease, so that no second runner starts while the first is at it
AT_ONCE = 8
LOOK_EVERY_SECONDS = 1.0
SETTLE_LOOK_SECONDS = 0.02
MOST_ATTEMPTS = 10
FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(hours=1)


class Runner:
    """One a process; any number of processes share the jobs by leases. Where `tenants` are told, nothing is done for
    any other: their jobs wait."""

    def __init__(self, house: House, handlers: Handlers, *, tenants: Container[TenantId] | None = None) -> None:
        self._house = house
        self._handlers = handlers
        self._tenants = tenants
        self._wake = asyncio.Event()
        self._stopping = False
        self._in_hand = 0

    async def run(self) -> None:
        """Work until `stop`; jobs in hand are finished."""
        listener = asyncio.create_task(self._listen())
        try:
            while not self._stopping:
                if not await self._tend():
                    await self._rest()
        finally:
            listener.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await listener

    def stop(self) -> None:
        self._stopping = True
        self._wake.set()

    async def _tend(self) -> int:
        """A batch; 0 also while the store is of no use. A lock that is held or a full disk must not end all work."""
        try:
            return await self.run_due()
        except StoreUnavailable as error:
            log.warning("no jobs can be leased", extra={"error": type(error).__name__})
            return 0

    async def run_due(self) -> int:
        """Run one batch of what is due now; how many jobs it was."""
        store, clock = self._house.outside.store, self._house.outside.clock
        self._in_hand += 1
        try:
            jobs: list[Document[Job]] = await store.lease(clock.now(), limit=AT_ONCE, seconds=LEASE_SECONDS)
            async with asyncio.TaskGroup() as group:
                for job in jobs:
                    group.create_task(self._run(job))
        finally:
            self._in_hand -= 1
        return len(jobs)

    async def settle(self, within: timedelta, patience_seconds: float) -> None:
        """Returns when nothing is in hand and nothing is due `within` so long; or when patience ends."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience_seconds):
                while self._in_hand or await self._due(within):
                    await self._breathe()

    async def _breathe(self) -> None:
        await asyncio.sleep(SETTLE_LOOK_SECONDS)

    async def _due(self, within: timedelta) -> bool:
        store, now = self._house.outside.store, self._house.outside.clock.now()
        for tenant in await store.tenants():
            page = await store.find(JOBS, tenant, where={"dead": False}, order_by="due_at", limit=1)
            if page.documents and page.documents[0].body.due_at <= now + within:
                return True
        return False

    async def _listen(self) -> None:
        async for _ in self._house.outside.store.wakeups():
            self._wake.set()

    async def _rest(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), LOOK_EVERY_SECONDS)
        if not self._stopping:
            self._wake.clear()

    async def _run(self, job: Document[Job]) -> None:
        started = asyncio.get_running_loop().time()
        try:
            ending = await self._attempt(job)
        except Conflict:
            ending = DONE_ELSEWHERE  # another runner took it over, and ended it
        except StoreClosed:
            return
        except StoreError as error:
            ending = type(error).__name__  # nothing was written: it comes again when its lease ends
        milliseconds = round((asyncio.get_running_loop().time() - started) * 1000)
        told = {"kind": job.body.kind, "job": job.key.id, "ending": ending, "milliseconds": milliseconds}
        log.info("job", extra={**told, "head": log_head(self._house.outside.store, job.key.tenant)})

    async def _attempt(self, job: Document[Job]) -> str:
        if self._tenants is not None and job.key.tenant not in self._tenants:
            return await self._close(job, Again(LONGEST_DELAY))
        handler = self._handlers.get(job.body.kind)
        if handler is None:
            return await self._bury(job, "no handler")
        try:
            async with asyncio.timeout(RUN_SECONDS):
                return await self._close(job, await handler(self._house, job))
        except Refusal as refusal:
            return await self._refused(job, refusal)
        except Final as error:
            return await self._give_up(job, error.code or error.message)
        except (PortError, TimeoutError) as error:
            return await self._retry(job, error)
        except (Conflict, StoreClosed):
            raise
        except Exception as error:  # the one handler for bugs in jobs: logged, tried again, then shown to admins
            log.exception("job failed", extra={"kind": job.body.kind, "job": job.key.id})
            return await self._retry(job, error)

    async def _close(self, job: Document[Job], ending: Ending) -> str:
        match ending:
            case Done():
                return "done"
            case Again(delay):
                due = self._house.outside.clock.now() + delay
                await self._put(job, replace(job.body, due_at=due, attempts=0))
                return "again"

    async def _refused(self, job: Document[Job], refusal: Refusal) -> str:
        """A rule says no for good. But where rights could not be read just now, no rule has spoken yet."""
        cause = refusal.__cause__
        if isinstance(cause, PortError) and not isinstance(cause, Final):
            return await self._retry(job, cause)
        return await self._give_up(job, refusal.code)

    async def _retry(self, job: Document[Job], error: Exception) -> str:
        passing = isinstance(error, PortError)
        if job.body.attempts >= MOST_ATTEMPTS and not (passing and job.body.kind in OUTLIVES_OUTAGES):
            # What any other exception says may quote somebody.
            return await self._give_up(job, (str(error) if passing else "") or type(error).__name__)
        told = error.after_seconds if isinstance(error, Retry) else None
        doubled = min(max(0, job.body.attempts - 1), MOST_ATTEMPTS)
        delay = timedelta(seconds=told) if told is not None else FIRST_DELAY * 2**doubled
        due = self._house.outside.clock.now() + min(delay, LONGEST_DELAY)
        await self._put(job, replace(job.body, due_at=due, last_error=type(error).__name__))
        return "retry"

    async def _give_up(self, job: Document[Job], reason: str) -> str:
        """A clock job is never given up for good: when the trouble is over, the clock still goes."""
        if not is_on_clock(job):
            return await self._bury(job, reason)
        log.error("clock job failed", extra={"kind": job.body.kind, "job": job.key.id, "reason": reason[:200]})
        due = self._house.outside.clock.now() + LONGEST_DELAY
        await self._put(job, replace(job.body, due_at=due, attempts=0, last_error=reason[:200]))
        return "later"

    async def _bury(self, job: Document[Job], reason: str) -> str:
        log.error("job given up", extra={"kind": job.body.kind, "job": job.key.id, "reason": reason[:200]})
        await self._put(job, replace(job.body, dead=True, last_error=reason[:200]))
        return "dead"

    async def _put(self, job: Document[Job], body: Job) -> None:
        await self._house.outside.store.commit([Put(job.key, body, job.version)])


DONE_ELSEWHERE = "elsewhere"
