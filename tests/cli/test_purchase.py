"""`purchase add`: booked once by its order number, never by mistake; and an approved recharge confirmed by hand."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli.books import Books, open_books
from bot.cli.confirm_request import confirm_request
from bot.config import Settings, read_settings
from bot.domain.audit import AuditRecord
from bot.domain.errors import Refusal
from bot.domain.ledger import Purchase
from bot.domain.money import Money
from bot.domain.people import PersonId
from bot.domain.requests import Order as Stage
from bot.domain.requests import Recharge, Request, Seat, State, draft_licenses, draft_recharge
from bot.ports.collections import AUDIT, JOBS, LEDGER, REQUESTS
from bot.ports.store import Put
from bot.store.tiny import TinyStore
from bot.usecases.add_purchase import Bought, add_purchase
from tests.cli.conftest import AZURE, Cli, lots
from tests.clock import StillClock
from tests.fakes import TENANT

IN_NOVEMBER = pytest.mark.usefixtures("november")


@IN_NOVEMBER
def test_the_order_number_is_the_idempotency_key(cli: Cli) -> None:
    first = cli.buy("500", "2026-01-10", "--order-number", "G1", "--json").json
    again = cli.buy("500.00", "2026-01-10", "--order-number", " G1 ", "--json").json
    assert (first["added"], again["added"], first["id"]) == (True, False, again["id"])
    assert "Booked already" in cli.buy("500", "2026-01-10", "--order-number", "G1").out
    assert lots(cli("balance", "--json").json) == [("2026-01-10", "500.00")]


@IN_NOVEMBER
def test_an_order_number_stands_for_one_sum_and_day(cli: Cli) -> None:
    cli.buy("500", "2026-01-10", "--order-number", "G1")
    ran = cli.buy("600", "2026-01-10", "--order-number", "G1", "--json")
    assert ran.status == 1
    assert ran.json["error"]["code"] == "order_number_used"
    assert lots(cli("balance", "--json").json) == [("2026-01-10", "500.00")]


@IN_NOVEMBER
def test_without_an_order_number_each_call_is_a_new_lot(cli: Cli) -> None:
    assert "Booked: €500.00 on Jan 10, 2026" in cli.buy("500", "2026-01-10").out
    cli.buy("500", "2026-01-10")
    assert lots(cli("balance", "--json").json) == [("2026-01-10", "500.00")] * 2


@IN_NOVEMBER
def test_the_json_tells_what_was_booked(cli: Cli) -> None:
    told = cli.buy("1.500,50 €", "2026-01-10", "--order-number", "G1", "--json").json
    assert told.pop("id")
    assert told == {
        "added": True,
        "amount": "1500.50",
        "currency": "EUR",
        "on": "2026-01-10",
        "expires_on": "2027-01-10",
        "order_number": "G1",
        "request": None,
    }


@IN_NOVEMBER
def test_the_invoice_is_told_beside_what_was_credited(cli: Cli) -> None:
    billed = ("--order-number", "G1", "--invoiced", "605", "--tax", "105")
    told = cli.buy("500", "2026-01-10", *billed, "--json").json
    assert (told["amount"], told["invoiced"], told["tax"]) == ("500.00", "605.00", "105.00")
    assert "Invoiced €605.00, of it €105.00 tax; kept beside it." in cli.buy("500", "2026-01-10", *billed).out
    too_much = cli.buy("500", "2026-01-11", "--invoiced", "605", "--tax", "605", "--json")
    assert (too_much.status, too_much.json["error"]["code"]) == (1, "tax_too_large")
    other = cli.buy("500", "2026-01-10", *billed[:-1], "100")
    assert other.status == 1
    assert "with another invoice (€605.00, tax €105.00)" in " ".join(other.err.split())


@IN_NOVEMBER
@pytest.mark.parametrize(
    ("amount", "currency", "on", "code", "status"),
    [
        ("1.500", "EUR", "2026-01-10", "cli_amount_ambiguous", 2),
        ("-5", "EUR", "2026-01-10", "amount_negative", 2),
        ("0", "EUR", "2026-01-10", "amount_zero", 2),
        ("a lot", "EUR", "2026-01-10", "amount_malformed", 2),
        ("5.999", "EUR", "2026-01-10", "cli_amount_ambiguous", 2),
        ("5.9999", "EUR", "2026-01-10", "amount_too_fine", 2),
        ("500 USD", "EUR", "2026-01-10", "cli_currency_differs", 2),
        ("500", "euro", "2026-01-10", "currency_unknown", 2),
        ("500", "QQQ", "2026-01-10", "currency_unknown", 2),
        ("500", "EUR", "01/10/2026", "cli_day_malformed", 2),
        ("500", "EUR", "9999-01-10", "purchase_in_future", 1),
        ("500", "EUR", "1999-01-10", "purchase_too_old", 1),
    ],
)
def test_what_is_typed_wrongly_changes_nothing(
    cli: Cli, amount: str, currency: str, on: str, code: str, status: int
) -> None:
    ran = cli.buy(amount, on, "--json", currency=currency)
    assert (ran.status, ran.json["error"]["code"]) == (status, code)
    assert ran.err.strip()
    assert cli("balance", "--json").json == []


def test_an_ambiguous_amount_is_told_in_both_readings(cli: Cli) -> None:
    cli.set(LANG="es_ES.UTF-8")
    assert "Escribe 1500 o 1.5." in cli.buy("1.500", "2026-01-10").err


def test_the_operator_is_in_the_audit(cli: Cli) -> None:
    cli.set(LOGNAME="marta")
    cli.buy("500", "2026-01-10")
    assert [record.actor for record in asyncio.run(_audit(cli.folder))] == ["operator:marta"]


async def _audit(folder: Path) -> list[AuditRecord]:
    settings = read_settings({"SALDO_DATA": str(folder)})
    from bot.sandbox.world import TENANT as SANDBOX

    async with open_books(settings, SANDBOX, PersonId("x")) as books:
        return [record.body for record in await books.store.read(AUDIT.of_tenant(SANDBOX))]


# An approved recharge, confirmed by hand.


@pytest.fixture
def books(store: TinyStore, tmp_path: Path) -> Books:
    return Books(_azure(tmp_path), store, StillClock(), TENANT, PersonId("operator:marta"))


def _azure(folder: Path) -> Settings:
    return read_settings({**AZURE, "SALDO_DATA": str(folder)})


async def _ordered(
    books: Books, state: State = State.EXECUTING, request_id: str = "r1", amount: str = "500"
) -> Request:
    now = books.clock.now()
    asked = Recharge(Money.of(amount, "EUR"), "", "", Stage.ORDERED, ordered_at=now)
    draft = draft_recharge(request_id, PersonId("ana"), "Ana", asked, now)
    request = replace(draft, state=state, step=4, open=state in {State.PENDING, State.APPROVED, State.EXECUTING})
    await books.store.commit([Put(REQUESTS.key(TENANT, request_id), request, 0)])
    return request


def _bought(books: Books, amount: str = "500", currency: str = "EUR", number: str | None = "G1") -> Bought:
    return Bought(Money.of(amount, currency), books.clock.now().date(), number, "r1")


async def _purchases(books: Books) -> list[tuple[str, Money]]:
    entries = [record.body for record in await books.store.read(LEDGER.of_tenant(TENANT))]
    return [(entry.id, entry.amount) for entry in entries if isinstance(entry, Purchase)]


async def test_a_confirmed_recharge_is_booked_by_the_operator_and_everybody_is_told(books: Books) -> None:
    await _ordered(books)
    told = replace(_bought(books), invoiced=Money.of(605, "EUR"), tax=Money.of(105, "EUR"))
    done = await confirm_request(books, told)
    assert (done.state, done.asked.invoiced, done.asked.tax) == (State.DONE, told.invoiced, told.tax)
    assert await _purchases(books) == [("request:r1", Money.of(500, "EUR"))]
    audit = [record.body for record in await books.store.read(AUDIT.of_tenant(TENANT))]
    assert [(one.actor, one.verb, one.subject) for one in audit] == [("operator:marta", "request.fund", "r1")]
    page = await books.store.find(JOBS, TENANT)
    assert {job.body.kind for job in page.documents} == {"tell_requester", "watch_balance", "refresh_cards"}


async def test_the_same_confirmation_again_changes_nothing_and_another_is_refused(books: Books) -> None:
    await _ordered(books)
    first = await confirm_request(books, _bought(books))
    assert await confirm_request(books, _bought(books)) == first
    with pytest.raises(Refusal) as refused:
        await confirm_request(books, _bought(books, amount="600"))
    assert refused.value.code == "order_confirmed"
    assert len(await books.store.read(AUDIT.of_tenant(TENANT))) == 1


async def test_money_that_is_booked_already_under_its_number_is_not_booked_once_more(books: Books) -> None:
    await _ordered(books)
    booked = replace(_bought(books), request_id=None)
    await add_purchase(books.store, books.clock, TENANT, booked, books.actor)
    assert (await confirm_request(books, _bought(books))).state is State.DONE
    assert await _purchases(books) == [("purchase:1", Money.of(500, "EUR"))]


async def test_an_order_number_of_another_purchase_is_a_slip(books: Books) -> None:
    await _ordered(books)
    booked = replace(_bought(books, amount="400"), request_id=None)
    await add_purchase(books.store, books.clock, TENANT, booked, books.actor)
    with pytest.raises(Refusal) as refused:
        await confirm_request(books, _bought(books))
    assert refused.value.code == "order_number_used"


@pytest.mark.parametrize(
    ("state", "currency", "code"),
    [
        (State.PENDING, "EUR", "nothing_to_confirm"),
        (State.APPROVED, "EUR", "nothing_to_confirm"),
        (State.WITHDRAWN, "EUR", "nothing_to_confirm"),
        (State.DONE, "EUR", "order_confirmed"),
        (State.DRAFT, "EUR", "nothing_to_confirm"),
        (State.EXECUTING, "USD", "cli_request_currency"),
    ],
)
async def test_only_an_order_that_is_under_way_is_confirmed(
    books: Books, state: State, currency: str, code: str
) -> None:
    await _ordered(books, state)
    with pytest.raises(Refusal) as refused:
        await confirm_request(books, _bought(books, currency=currency))
    assert refused.value.code == code


async def test_a_request_for_licences_has_no_order(books: Books) -> None:
    seat = Seat(PersonId("eva"), "Eva")
    request = draft_licenses("r1", PersonId("ana"), "Ana", (seat,), books.clock.now())
    await books.store.commit([Put(REQUESTS.key(TENANT, "r1"), replace(request, state=State.EXECUTING), 0)])
    with pytest.raises(Refusal) as refused:
        await confirm_request(books, _bought(books))
    assert refused.value.code == "not_a_recharge"


def test_the_command_confirms_and_says_so(cli: Cli) -> None:
    cli.set(**AZURE)
    tenant = read_settings({**AZURE, "SALDO_DATA": str(cli.folder)}).allowed_tenants[0]
    assert tenant == TENANT

    async def order() -> None:
        async with open_books(_azure(cli.folder), tenant, PersonId("x")) as books:
            await _ordered(books)

    asyncio.run(order())
    today = datetime.now(UTC).date().isoformat()
    told = cli.buy("500", today, "--request", "r1", "--json").json
    assert told == {
        "request": "r1",
        "confirmed": True,
        "amount": "500.00",
        "currency": "EUR",
        "on": today,
        "order_number": None,
    }
    assert "Booked for the request: €500.00" in cli.buy("500", today, "--request", "r1").out
    assert cli.buy("500", today, "--request", "r2").status == 1
    assert lots(cli("balance", "--json").json) == [(today, "500.00")]
