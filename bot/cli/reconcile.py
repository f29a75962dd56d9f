"""`reconcile 1234.56`: what the admin center shows beside the books; booked, or asked for where it is too much."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from bot.cli.books import Books, at_books
from bot.cli.operators import Operator, operator, user_name
from bot.cli.troubles import Misuse
from bot.cli.values import Json, Tenant, money_of

if TYPE_CHECKING:
    from bot.usecases.reconcile import Weighed


def reconcile(
    amount: Annotated[str, typer.Argument(metavar="BALANCE", help="cli.help.reconcile_amount")],
    read_at: Annotated[
        str, typer.Option("--read-at", metavar="TIME", help="cli.help.read_at", show_default=False)
    ] = "",
    currency: Annotated[
        str, typer.Option("--currency", metavar="CODE", help="cli.help.reconcile_currency", show_default=False)
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", metavar="", help="cli.help.dry_run")] = False,
    as_json: Json = False,
    tenant: Tenant = "",
) -> int:
    who = operator()
    moment = moment_of(read_at, who.reader.zone) if read_at else None
    return at_books(
        who,
        tenant,
        lambda books: _reconcile(books, who, (amount, currency, moment), dry_run=dry_run, as_json=as_json),
    )


def moment_of(text: str, zone: ZoneInfo) -> datetime:
    """`2026-11-22T09:30`, in the operator's zone where it names none. Raises Misuse("cli_moment_malformed")."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Misuse("cli_moment_malformed", text=text.strip()[:40]) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


async def _reconcile(
    books: Books, who: Operator, typed: tuple[str, str, datetime | None], *, dry_run: bool, as_json: bool
) -> int:
    from bot.usecases.reconcile import weigh_reading
    from bot.usecases.reconcile_opening import Reading
    from bot.usecases.settings import load_settings

    amount, currency, read_at = typed
    code = currency or (await load_settings(books.store, books.tenant)).currency
    moment = read_at or books.clock.now().replace(second=0, microsecond=0)
    reading = Reading(money_of(amount, code, zero=True), moment)
    weighed = await weigh_reading(books.store, books.clock, books.tenant, reading)
    done, request_id = ("compared", "") if dry_run else await _carry_out(books, weighed)
    if as_json:
        who.print_json(_told(weighed, done, request_id))
    else:
        _show(weighed, who, done, request_id)
    return 0


async def _carry_out(books: Books, weighed: "Weighed") -> tuple[str, str]:
    """What was done (`booked` or `requested`), and the id of the request."""
    import hashlib

    from bot.domain.events import By
    from bot.usecases.reconcile import ask_for_second, book_alone

    by = By(books.actor, user_name())
    reading = weighed.reading
    if weighed.alone:
        await book_alone(books.store, books.clock, books.tenant, reading, by)
        return "booked", ""
    # The same reading again is the same request.
    parts = f"{books.tenant}\n{reading.portal.micros} {reading.portal.currency}\n{reading.read_at.isoformat()}"
    request_id = hashlib.sha256(parts.encode()).hexdigest()[:24]
    request = await ask_for_second(books.store, books.clock, books.tenant, request_id, by, weighed)
    return "requested", request.id


def _told(weighed: "Weighed", done: str, request_id: str) -> dict[str, object]:
    """Amounts as decimal text; `split` adds up to `drift`."""
    split = weighed.split
    return {
        "result": done,
        "request": request_id or None,
        "portal": str(weighed.reading.portal),
        "currency": weighed.reading.portal.currency,
        "read_at": weighed.reading.read_at.isoformat(),
        "estimate": str(split.estimate),
        "drift": str(split.drift),
        "opening": weighed.opening,
        "alone": weighed.alone,
        "split": {name: str(money) for name, money in split.parts},
        "days_not_imported": split.gap_days,
        "connection_fees_paid": split.fees_paid.value,
        "other_charges_paid": split.other_paid.value,
    }


def _show(weighed: "Weighed", who: Operator, done: str, request_id: str) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from cards.drift import drift_rows, drift_words, readings
    from cards.reconcile import ReconciledValues, booked_line

    reader, split = who.reader, weighed.split
    if weighed.opening:
        who.say("reconcile.opening", amount=weighed.reading.portal)
    else:
        who.say("reconcile.line", amount=weighed.reading.portal, drift=drift_words(split.drift, reader))
        table = Table(box=box.SIMPLE_HEAD)
        table.add_column(Text(reader.text("drift.part")))
        table.add_column(Text(reader.text("drift.amount")), justify="right", no_wrap=True)
        for name, amount in drift_rows(split, reader):
            table.add_row(Text(name), Text(amount))
        who.out.print(table)
        for text in readings(split, reader):
            who.out.print(Text(text), soft_wrap=True)
    if done == "booked":
        drift = None if weighed.opening else split.drift
        told = booked_line(ReconciledValues(weighed.reading.portal, weighed.reading.on, drift), reader)
        who.out.print(Text(told), soft_wrap=True)
    elif done == "requested":
        if weighed.is_small:
            who.say("reconcile.second_in_all", drift=drift_words(weighed.in_all, reader))
        who.say("cli.reconcile.requested", id=request_id)
