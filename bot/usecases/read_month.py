"""Put together what finance gets about a month. Reads only; rows keep no phone number that could be read."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, timedelta

from bot.domain.audit import AuditRecord
from bot.domain.errors import Refusal
from bot.domain.ledger import Purchase
from bot.domain.money import Money
from bot.domain.month_end import Month, WalletMonth, wallet_months
from bot.domain.month_report import DaySpending, Deed, MonthReport, Spending
from bot.domain.people import Person, TenantId
from bot.domain.requests import Ratification, Request
from bot.domain.usage import DetailLine
from bot.ports.collections import AUDIT, REQUESTS, USAGE_DETAIL
from bot.ports.errors import PortError
from bot.ports.outside import Outside
from bot.ports.store import IndexValue, Store
from bot.usecases.read_balance import read_ledger
from bot.usecases.read_usage import usage_through

LOOKED_UP = 5_000  # people, the dearest first: the others count as unknown
CHUNK = 200  # requests
SALDO = "saldo"
OPERATOR = "operator:"
# Their details hold sums, days and order numbers, and nobody's name.
_OF_THE_BOOKS = frozenset({"usage.import", "purchase.add", "balance.reconcile", "report.take"})


async def read_statement(
    outside: Outside, tenant: TenantId, month: Month, *, look_up: int = LOOKED_UP
) -> MonthReport:
    """The statement and the departments, without people and audit. `look_up`: of how many people the department is
    asked for. Raises Refusal("month_to_come"). Where the directory does not answer, the report says so."""
    return (await _read(outside, tenant, month, look_up))[0]


async def read_month(outside: Outside, tenant: TenantId, month: Month, *, with_names: bool) -> MonthReport:
    """All of it. Raises Refusal("month_to_come")."""
    report, usage, people = await _read(outside, tenant, month, LOOKED_UP)
    records = await _records(outside.store, tenant, month)
    actors = await _look_up(outside, tenant, _actors(records)) or {}
    stands = await _ratifications(outside.store, tenant, records)
    return replace(
        report,
        people=_spendings(usage.by_person, people) if with_names else (),
        deeds=tuple(_deed(record, actors, stands, with_names=with_names) for record in records),
        has_names=with_names,
    )


async def _read(
    outside: Outside, tenant: TenantId, month: Month, look_up: int
) -> tuple[MonthReport, "_Usage", Mapping[str, Person]]:
    now = outside.clock.now()
    today = now.astimezone(UTC).date()
    if month.first > today:
        raise Refusal("month_to_come", month=str(month))
    entries = [record.body for record in await read_ledger(outside.store, tenant)]
    wallets = wallet_months(entries, month, today)
    usage = await _read_usage(outside.store, tenant, month)
    known = await _look_up(outside, tenant, usage.dearest_people()[:look_up])
    people, through = known or {}, await usage_through(outside.store, tenant, today)
    report = MonthReport(
        month=month,
        made_at=now,
        wallets=wallets,
        is_final=today >= month.settled_on and through is not None and through >= month.last,
        usage_through=through,
        po_numbers=await _po_numbers(outside.store, tenant, wallets),
        departments=_spendings(usage.by_department(people)),
        places=_spendings(usage.by_place),
        days=tuple(DaySpending(day.day, day.spent, day.balance) for wallet in wallets for day in wallet.days),
        directory_answered=known is not None,
        audit_head=(await outside.store.head(AUDIT.of_tenant(tenant))).short,
        unratified=await _unratified(outside.store, tenant, month),
    )
    return report, usage, people


@dataclass(slots=True)
class _Sum:
    micros: int = 0
    calls: int = 0
    seconds: int = 0

    def add(self, other: "_Sum | DetailLine") -> None:
        self.micros += other.charge_micros if isinstance(other, DetailLine) else other.micros
        self.calls += other.calls
        self.seconds += other.seconds


Sums = dict[tuple[str, str], _Sum]  # by name and currency


def _sums() -> Sums:
    return defaultdict(_Sum)


@dataclass(slots=True)
class _Usage:
    """What the wallet paid for in some days."""

    by_person: Sums = field(default_factory=_sums)
    by_place: Sums = field(default_factory=_sums)

    def add(self, line: DetailLine) -> None:
        if line.wallet and line.currency:
            self.by_person[line.user or "", line.currency].add(line)
            self.by_place[line.destination, line.currency].add(line)

    def dearest_people(self) -> list[str]:
        ranked = sorted(self.by_person.items(), key=lambda item: (-item[1].micros, item[0]))
        return list(dict.fromkeys(person for (person, _), _ in ranked if person))

    def by_department(self, people: Mapping[str, Person]) -> Sums:
        departments = _sums()
        for (person, currency), sum_ in self.by_person.items():
            departments[_department(people.get(person)), currency].add(sum_)
        return departments


async def _read_usage(store: Store, tenant: TenantId, month: Month) -> _Usage:
    usage, cursor = _Usage(), None
    end = month.last + timedelta(days=1)
    while True:
        page = await store.find(
            USAGE_DETAIL, tenant, start=month.first.isoformat(), end=end.isoformat(), after=cursor, limit=10
        )
        for document in page.documents:
            for line in document.body.lines:
                usage.add(line)
        cursor = page.cursor
        if cursor is None:
            return usage


async def _records(store: Store, tenant: TenantId, month: Month) -> list[AuditRecord]:
    """What was done in the month's UTC days, and what told its usage later, in the order of recording."""
    found: list[AuditRecord] = []
    seq = 0
    while chunk := await store.read(AUDIT.of_tenant(tenant), after_seq=seq):
        found += [record.body for record in chunk if _concerns(record.body, month)]
        seq = chunk[-1].seq
    return found


def _concerns(record: AuditRecord, month: Month) -> bool:
    is_late_usage = record.verb == "usage.import" and record.subject.startswith(str(month))
    return is_late_usage or month.first <= record.at.astimezone(UTC).date() <= month.last


def _actors(records: Iterable[AuditRecord]) -> list[str]:
    return list(dict.fromkeys(one.actor for one in records if not _is_no_person(one.actor)))


def _is_no_person(actor: str) -> bool:
    return actor == SALDO or actor.startswith(OPERATOR)


async def _look_up(outside: Outside, tenant: TenantId, ids: list[str]) -> dict[str, Person] | None:
    """None where the directory does not answer: sums without departments beat no sums."""
    try:
        return await outside.directory.look_up(tenant, ids) if ids else {}
    except PortError:
        return None


async def _po_numbers(store: Store, tenant: TenantId, wallets: Iterable[WalletMonth]) -> dict[str, str]:
    purchases = [purchase for wallet in wallets for purchase in wallet.purchases]
    numbers = {purchase.id: await _po_number(store, tenant, purchase) for purchase in purchases}
    return {id_: number for id_, number in numbers.items() if number}


async def _po_number(store: Store, tenant: TenantId, purchase: Purchase) -> str:
    if purchase.request_id is None:
        return ""
    request = await store.get(REQUESTS.key(tenant, purchase.request_id))
    return request.body.recharge.po_number if request and request.body.recharge else ""


def _spendings(sums: Sums, people: Mapping[str, Person] | None = None) -> tuple[Spending, ...]:
    """The dearest first. With `people`, names are ids of persons."""
    ranked = sorted(sums.items(), key=lambda item: (item[0][1], -item[1].micros, item[0][0]))
    return tuple(_spending(name, currency, sum_, people) for (name, currency), sum_ in ranked)


def _spending(name: str, currency: str, sum_: _Sum, people: Mapping[str, Person] | None) -> Spending:
    spent = Money(sum_.micros, currency)
    if people is None:
        return Spending(name, spent, sum_.calls, sum_.seconds)
    person = people.get(name)
    address = name if "@" in name else ""  # of somebody whom the directory has forgotten
    shown = person.name if person else address
    return Spending(shown, spent, sum_.calls, sum_.seconds, _department(person))


def _department(person: Person | None) -> str:
    return (person.department or "") if person else ""


async def _unratified(store: Store, tenant: TenantId, month: Month) -> int:
    """By the day on which it went ahead, or more came than was approved."""
    where: dict[str, IndexValue] = {"ratification": Ratification.UNRATIFIED.value}
    found, cursor = 0, None
    while True:
        page = await store.find(REQUESTS, tenant, where=where, after=cursor, limit=CHUNK)
        found += sum(month.first <= _went_ahead(document.body) <= month.last for document in page.documents)
        cursor = page.cursor
        if cursor is None:
            return found


def _went_ahead(request: Request) -> date:
    at = request.exemption.at if request.exemption else request.changed_at
    return at.astimezone(UTC).date()


async def _ratifications(store: Store, tenant: TenantId, records: Iterable[AuditRecord]) -> dict[str, str]:
    """How what went ahead in the month stands now, by request."""
    subjects = dict.fromkeys(record.subject for record in records if _goes_ahead(record))
    requests = [await store.get(REQUESTS.key(tenant, subject)) for subject in subjects]
    return {one.body.id: one.body.ratification.value for one in requests if one and one.body.ratification}


def _goes_ahead(record: AuditRecord) -> bool:
    return record.after.get("ratification") == Ratification.UNRATIFIED.value


def _deed(record: AuditRecord, people: Mapping[str, Person], stands: Mapping[str, str], *, with_names: bool) -> Deed:
    told = _told(record) if record.verb in _OF_THE_BOOKS else ""
    if _goes_ahead(record):
        told = stands.get(record.subject, "")
    subject = record.subject if with_names else _nobodys(record)
    return Deed(record.at, _actor(record.actor, people, with_names=with_names), record.verb, subject, told)


def _nobodys(record: AuditRecord) -> str:
    """What a record is about, without the person whom it may name."""
    if record.verb.startswith("anomaly."):
        return ":".join(record.subject.split(":")[:2])  # its sort and its day
    return "" if record.subject == record.actor else record.subject


def _told(record: AuditRecord) -> str:
    """`source: csv; rows: 1 -> 2; …`."""
    details = [f"{name}: {value}" for name, value in record.details.items()]
    changes = [f"{name}: {old} -> {new}" if old else f"{name}: {new}" for name, old, new in record.changes]
    return "; ".join((*details, *changes))


def _actor(actor: str, people: Mapping[str, Person], *, with_names: bool) -> str:
    if actor == SALDO:
        return actor.title()
    if actor.startswith(OPERATOR):
        return actor if with_names else OPERATOR.removesuffix(":")
    person = people.get(actor)
    return (person.name if person else actor) if with_names else _department(person)
