"""What a job's handler gets, and how it ends."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.jobs import Job
from bot.ports.store import Delete, Document, Operation
from bot.views.house import House

# Somebody approved it, or has to be asked, reminded or told: an outage, however long, must not lose it.
OUTLIVES_OUTAGES = frozenset(
    {
        "place_order",
        "follow_order",
        "assign_licenses",
        "book_reading",
        "change_policy",
        "raise_budget",
        "ask_approvers",
        "ask_buyers",
        "ask_to_ratify",
        "order_news",
        "pursue_ratification",
        "pursue_request",
        "remind_approvers",
        "tell_delegate",
        "tell_person",
        "tell_requester",
    }
)


@dataclass(frozen=True, slots=True)
class Done:
    """The handler's own commit has ended the job."""


@dataclass(frozen=True, slots=True)
class Again:
    """Not finished: come back after `delay`. This is no failure, so attempts do not count."""

    delay: timedelta


Ending = Done | Again
DONE = Done()


Handler = Callable[[House, Document[Job]], Awaitable[Ending]]
Handlers = Mapping[str, Handler]


def finish(job: Document[Job]) -> list[Operation]:
    """What a handler adds to its commit: a job that another runner took meanwhile conflicts."""
    return [Delete(job.key, job.version)]
