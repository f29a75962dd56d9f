"""The store of all tests: whatever the bot commits is looked at, and a change without its audit record fails there.

Each collection is named here once: what people or the money changed is audited, the rest says why it is not.
"""

import sys
from collections.abc import Coroutine, Sequence
from typing import Any

from bot.domain.audit import AuditRecord, changed
from bot.domain.requests import Request
from bot.domain.usage import UsageDay
from bot.orders.sandbox import SANDBOX_ORDERS
from bot.ports import collections as kept
from bot.ports.collections import AUDIT, LEDGER
from bot.ports.store import Append, Delete, Operation, Put
from bot.store.tiny import TinyStore

# Changed by people or moving money: every commit that writes one of these carries a record. Where a document takes
# the place of another, the record says what it said before and after.
AUDITED = frozenset(
    {
        kept.AUTO_RECHARGE.name,
        kept.CONTROL_CODES.name,
        kept.DELEGATIONS.name,
        kept.EXPECTED.name,
        kept.ORDERS.name,
        kept.POLICIES.name,
        kept.REQUESTS.name,
        kept.RULES.name,
        kept.SETTINGS.name,
        kept.SUBSCRIPTIONS.name,
        kept.USAGE_DAYS.name,
    }
)
# Their records have nothing to compare: what is replaced is secret, or counted.
NOTHING_TO_COMPARE = frozenset({kept.CONTROL_CODES.name})

NOT_AUDITED = {
    kept.ANOMALIES.name: "found by Saldo; each has a record of its own all the same",
    kept.AUTO_RECHARGE_DIPS.name: "what Saldo has seen of the balance",
    kept.BALANCES.name: "a cache",
    kept.BREAK_GLASS.name: "moves beside a request, which has the record",
    kept.CAP_GUARDS.name: "moves beside a request, which has the record",
    kept.CONTACTS.name: "who can be written to",
    kept.DENIALS.name: "counts on their way into the audit",
    kept.DROPPED_FILES.name: "on their way; what is booked has the record",
    kept.EPISODES.name: "what Saldo has seen of the balance; whom it told is recorded",
    kept.FILE_TRANSFERS.name: "on their way; what arrived has the record",
    kept.FORECASTS.name: "made anew from the ledger",
    kept.JOBS.name: "what is to be done",
    kept.MONTHS_MADE.name: "what was sent; it has a record of its own all the same",
    kept.OPENINGS.name: "moves beside a request, which has the record",
    kept.PLACES.name: "who can be written to",
    kept.RECHARGE_MAILS.name: "on their way; what is booked has the record",
    kept.REMINDERS.name: "what was said, and when; each round has a record of its own all the same",
    kept.ROLES_SEEN.name: "what the directory told",
    kept.RULE_STATES.name: "what Saldo has seen of the balance",
    kept.SENT_CARDS.name: "messages",
    kept.SPEND_CURVES.name: "made anew from the ledger",
    kept.USAGE_DETAIL.name: "written with its day, which has the record",
    kept.USAGE_HOURS.name: "made anew from the calls",
    kept.USAGE_IDS.name: "written with its day, which has the record",
    SANDBOX_ORDERS.name: "the sandbox's simulated shop",
}


class Unaudited(AssertionError):
    """The bot has changed something without saying so."""


class AuditedStore(TinyStore):
    """What the tests themselves write, and the sandbox's sample data, is not looked at."""

    def commit(self, operations: Sequence[Operation]) -> Coroutine[Any, Any, None]:
        caller = str(sys._getframe(1).f_globals.get("__name__", ""))
        is_the_bots = caller.startswith("bot.") and not caller.startswith("bot.sandbox")
        return self._looked_at(operations, caller) if is_the_bots else super().commit(operations)

    async def _looked_at(self, operations: Sequence[Operation], caller: str) -> None:
        changes = [each for each in operations if isinstance(each, Put | Delete) and _name(each) in AUDITED]
        books = [each for each in operations if isinstance(each, Append) and each.stream.kind.name == LEDGER.name]
        records = [
            each.body for each in operations if isinstance(each, Append) and each.stream.kind.name == AUDIT.name
        ]
        if (changes or books) and not records:
            raise Unaudited(f"{caller} writes {[_name(each) for each in changes] or 'the ledger'} without a record")
        for change in changes:
            await self._compare(change, records, caller)
        await super().commit(operations)

    async def _compare(self, change: Put[Any] | Delete, records: list[AuditRecord], caller: str) -> None:
        if change.expected_version == 0 or _name(change) in NOTHING_TO_COMPARE:
            return
        known = await self.get(change.key)
        after = change.body if isinstance(change, Put) else None
        if known is None or known.body == after:
            return
        missing = _differing(known.body, after) - {name for record in records for name, _, _ in record.changes}
        if missing:
            raise Unaudited(f"{caller} replaces {sorted(missing)} of {_name(change)} without before and after")


def _name(change: Put[Any] | Delete) -> str:
    return change.key.collection.name


def _differing(before: Any, after: Any) -> set[str]:
    """What the record has to tell by name. Of a request what it asks for and how it stands: a comment replaces
    nothing. Of a day of usage its total."""
    match before, after:
        case Request(), Request():
            old, new = _asked(before), _asked(after)
            return {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
        case UsageDay(), _:
            return {"sums"} if before.sums != after.sums else set()
        case _:
            return set(changed(before, after)[1])


def _asked(request: Request) -> dict[str, object]:
    told: dict[str, object] = {"state": request.state, "ratification": request.ratification}
    told["people"] = tuple(seat.person for seat in request.seats)
    if request.recharge is not None:
        told |= {name: getattr(request.recharge, name) for name in ("amount", "reason", "po_number")}
    return told
