"""`balance`: the shape that machines rely on, and the same facts for people."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cli.books import Books, open_books
from bot.config import read_settings
from bot.domain.auto_recharge import Dip, Mirror, expect
from bot.domain.money import Money
from bot.domain.people import PersonId
from bot.domain.requests import Recharge, State, draft_recharge
from bot.domain.settings import NamedPerson
from bot.ports.collections import EXPECTED, REQUESTS
from bot.ports.store import Put
from bot.sandbox.clock import SandboxClock
from bot.sandbox.state import StateDocument
from bot.sandbox.world import TENANT
from bot.usecases.reconcile_opening import Reading, reconcile
from tests.cli.conftest import AZURE, Cli, lots
from tests.usecases.export_files import table

IN_NOVEMBER = pytest.mark.usefixtures("november")


def test_an_empty_folder_has_no_balance_and_stays_unseeded(cli: Cli) -> None:
    assert cli("balance", "--json").json == []
    assert cli("balance", "--as-of", "2026-11-01", "--json").json == []
    assert "no purchase and no reading" in cli("balance").out


@IN_NOVEMBER
def test_the_json_has_exactly_the_promised_shape(cli: Cli, tmp_path: Path) -> None:
    cli.buy("500", "2026-01-10")
    export = tmp_path / "export.csv"
    export.write_bytes(table({"charge": "0.045", "started_at": "2026-10-16T08:15:30Z"}))
    cli("import", "usage", str(export))
    assert cli("balance", "--as-of", "2026-11-01", "--json").json == {
        "currency": "EUR",
        "as_of": "2026-11-01",
        "available": "499.955",
        "overdrawn": "0.00",
        "forfeited": "0.00",
        "pending": "0.00",
        "usage_through": "2026-10-16",
        "lots": [
            {
                "purchased_on": "2026-01-10",
                "amount": "500.00",
                "remaining": "499.955",
                "forfeited": "0.00",
                "expires_on": "2027-01-10",
            }
        ],
    }


@IN_NOVEMBER
def test_what_is_pending_and_what_is_expected_are_told_beside_what_is_available(cli: Cli) -> None:
    cli.buy("80", "2026-01-10")
    by = NamedPerson(PersonId("luis"), "Luis Vega")

    async def wait_for_both() -> None:
        settings = read_settings({"SALDO_DATA": str(cli.folder)})
        async with open_books(settings, TENANT, PersonId("operator:marta")) as books:
            now = books.clock.now()
            mirror = Mirror(True, by, now, Money.of(500, "EUR"), Money.of(100, "EUR"))
            request = draft_recharge("r1", PersonId("ana"), "Ana Torres", Recharge(Money.of(70, "EUR")), now)
            await books.store.commit(
                [
                    Put(EXPECTED.key(TENANT, "EUR-1"), expect(mirror, Dip(1, True, now), now), 0),
                    Put(REQUESTS.key(TENANT, "r1"), replace(request, state=State.EXECUTING, open=True), 0),
                ]
            )

    asyncio.run(wait_for_both())
    told = cli("balance", "--json").json
    assert (told["available"], told["pending"]) == ("80.00", "70.00")
    assert (told["expected"]["amount"], told["expected"]["trigger"]) == ("500.00", "100.00")
    assert cli("balance", "--explain", "--json").json["expected"] == told["expected"]
    assert "expected" not in cli("balance", "--as-of", "2026-11-01", "--json").json
    shown = " ".join(cli("balance").out.split())
    assert "Pending recharges €70.00" in shown
    assert "€500.00, not confirmed" in shown


@IN_NOVEMBER
def test_a_day_before_all_entries_shows_empty_wallets(cli: Cli) -> None:
    cli.buy("500", "2026-01-10")
    told = cli("balance", "--as-of", "2025-12-31", "--json").json
    assert (told["available"], told["lots"], told["usage_through"]) == ("0.00", [], None)


@IN_NOVEMBER
def test_several_currencies_are_a_list(cli: Cli) -> None:
    cli.buy("500", "2026-01-10")
    cli.buy("80", "2026-01-11", currency="usd")
    told = cli("balance", "--json").json
    assert [(one["currency"], one["available"]) for one in told] == [("EUR", "500.00"), ("USD", "80.00")]


@IN_NOVEMBER
def test_what_expired_is_forfeited(cli: Cli) -> None:
    cli.buy("500", "2025-01-10")
    told = cli("balance", "--as-of", "2026-01-10", "--json").json
    assert (told["available"], told["forfeited"], lots(told)) == ("0.00", "500.00", [("2025-01-10", "0.00")])


def test_people_read_the_cards_facts_in_their_language(cli: Cli, sandbox_folder: Path) -> None:
    cli.set(SALDO_DATA=str(sandbox_folder), LANG="es_ES.UTF-8")
    told = cli("balance").out.replace("\N{NO-BREAK SPACE}", " ")
    assert "Unos 212,40 € al 20 nov; las llamadas tardan hasta 48 h; comprobado hace 9 días." in told
    assert "EUR · Bajo" in told
    assert "Gasto por día" in told
    assert "21 sept 2026" in told


@IN_NOVEMBER
def test_an_overdrawn_wallet_is_told(cli: Cli, tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    export.write_bytes(table({"charge": "7.50"}))
    cli("import", "usage", str(export))
    assert "I do not know the balance yet" in cli("balance").out  # usage alone does not tell what is left
    cli.buy("5", "2026-01-10")
    told = cli("balance").out
    assert "Overdrawn" in told
    assert "€2.50" in told
    assert "No purchase has money left." in told


@IN_NOVEMBER
def test_money_of_an_unknown_day_is_marked_as_assumed(cli: Cli) -> None:
    async def read_portal() -> None:
        settings = read_settings({"SALDO_DATA": str(cli.folder)})
        async with open_books(settings, TENANT, PersonId("operator:marta")) as books:
            reading = Reading(Money.of(90, "EUR"), books.clock.now())
            await reconcile(books.store, books.clock, TENANT, reading, books.actor)

    asyncio.run(read_portal())
    assert "the earliest possible expiry" in cli("balance").out


@pytest.mark.parametrize("wrong", ["10/01/2026", "20260110", "2026-02-30", "2026-1-1", "yesterday"])
def test_a_day_is_written_in_one_way_only(cli: Cli, wrong: str) -> None:
    ran = cli("balance", "--as-of", wrong)
    assert (ran.status, ran.out) == (2, "")
    assert "Write it as 2026-01-10" in ran.err


@pytest.fixture
def elsewhere() -> str:
    return "22222222-2222-4222-8222-222222222222"


@IN_NOVEMBER
def test_of_several_organizations_one_has_to_be_named(cli: Cli, elsewhere: str) -> None:
    cli.set(SALDO_ALLOWED_TENANTS=f"{TENANT},{elsewhere}")
    ran = cli("balance")
    assert ran.status == 1
    assert TENANT in ran.err
    assert elsewhere in ran.err
    assert cli.buy("5", "2026-01-10", "--tenant", elsewhere.upper()).status == 0
    assert cli("balance", "--json", "--tenant", elsewhere).json["available"] == "5.00"
    assert cli("balance", "--json", "--tenant", TENANT).json == []


@IN_NOVEMBER
def test_the_only_allowed_organization_need_not_be_named(cli: Cli, elsewhere: str) -> None:
    cli.set(SALDO_ALLOWED_TENANTS=elsewhere)
    cli.buy("5", "2026-01-10")
    assert cli("balance", "--json", "--tenant", elsewhere).json["available"] == "5.00"
    assert cli("balance", "--tenant", TENANT).status == 1


def test_an_organization_that_is_not_allowed_reaches_nothing(cli: Cli, elsewhere: str) -> None:
    ran = cli.buy("5", "2026-01-10", "--tenant", elsewhere)
    assert (ran.status, ran.out) == (1, "")
    assert f"The organisation {elsewhere} is not allowed here." in ran.err
    assert cli("balance", "--tenant", "contoso").status == 2


def test_the_clock_is_the_sandboxs_where_one_has_run(tmp_path: Path) -> None:
    async def years_ahead() -> tuple[int, int, int]:
        settings = read_settings({"SALDO_DATA": str(tmp_path)})
        async with open_books(settings, TENANT, PersonId("operator:marta")) as books:
            before = books.clock.now().year
            await _move_on(books)
        async with open_books(settings, TENANT, PersonId("operator:marta")) as books:
            after = books.clock.now().year
        real = read_settings({"SALDO_DATA": str(tmp_path), **AZURE})
        async with open_books(real, TENANT, PersonId("operator:marta")) as books:
            return before, after, books.clock.now().year

    before, after, azure = asyncio.run(years_ahead())
    assert (after - before, azure - before) == (10, 0)


async def _move_on(books: Books) -> None:
    document = StateDocument(books.store)
    clock = SandboxClock(document)
    await document.change(lambda state: replace(state, clock_offset_seconds=3653 * 86_400))
    await clock.refresh()
