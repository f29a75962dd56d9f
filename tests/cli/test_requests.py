"""`requests`: what is open, with its id."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.cli.books import open_books
from bot.config import read_settings
from bot.domain.events import By
from bot.domain.money import Money
from bot.domain.people import PersonId
from bot.domain.requests import Raise, Ratification, Recharge, Seat, State, draft_licenses, draft_recharge
from bot.ports.collections import REQUESTS
from bot.ports.store import Put
from bot.sandbox.world import TENANT
from bot.usecases.add_purchase import Bought, add_purchase
from bot.usecases.budget import ask_to_raise
from bot.usecases.propose_recharge import propose_recharge, submit_request
from bot.usecases.reconcile import ask_for_second, weigh_reading
from bot.usecases.reconcile_opening import Reading
from tests.cli.conftest import Cli

ANA = By(PersonId("ana"), "Ana Torres")


def send_two(cli: Cli) -> None:
    async def send() -> None:
        async with open_books(read_settings({"SALDO_DATA": str(cli.folder)}), TENANT, PersonId("x")) as books:
            recharge = Recharge(Money.of("1500", "EUR"), "phones")
            await propose_recharge(books.store, books.clock, TENANT, "r1", ANA, recharge)
            await submit_request(books.store, books.clock, TENANT, "r1", ANA)
            seats = (Seat(PersonId("eva"), "Eva Ruiz"), Seat(PersonId("tom"), "Tom Baker"))
            draft = draft_licenses("l1", ANA.id, ANA.name, seats, datetime(2026, 11, 1, tzinfo=UTC))
            await books.store.commit([Put(REQUESTS.key(TENANT, "l1"), draft, 0)])
            await submit_request(books.store, books.clock, TENANT, "l1", ANA)

    asyncio.run(send())


def go_ahead(cli: Cli, state: State) -> None:
    """What was ordered in an emergency, and is over."""

    async def keep() -> None:
        async with open_books(read_settings({"SALDO_DATA": str(cli.folder)}), TENANT, PersonId("x")) as books:
            recharge = Recharge(Money.of("700", "EUR"), "phones")
            draft = draft_recharge("r7", ANA.id, ANA.name, recharge, datetime(2026, 11, 2, tzinfo=UTC))
            ahead = replace(draft, state=state, ratification=Ratification.UNRATIFIED)
            await books.store.commit([Put(REQUESTS.key(TENANT, "r7"), ahead, 0)])

    asyncio.run(keep())


@pytest.mark.parametrize(
    ("state", "told"),
    [(State.DONE, "done"), (State.FAILED, "failed"), (State.LAPSED, "lapsed"), (State.EXECUTING, "under way")],
)
def test_what_went_ahead_is_listed_until_it_is_approved_afterwards(cli: Cli, state: State, told: str) -> None:
    go_ahead(cli, state)
    (row,) = cli("requests", "--json").json
    assert (row["id"], row["state"], row["ratification"]) == ("r7", state.value, "unratified")
    shown = " ".join(cli("requests").out.split())
    assert told in shown
    assert "not approved" in shown


def test_on_an_empty_folder_nothing_is_open(cli: Cli) -> None:
    assert cli("requests").out == "No request is open.\n"
    assert cli("requests", "--json").json == []


def test_what_is_open_is_listed_with_its_id(cli: Cli) -> None:
    send_two(cli)
    rows = {row["id"]: row for row in cli("requests", "--json").json}
    assert (rows["r1"]["amount"], rows["r1"]["currency"], rows["r1"]["state"]) == ("1500.00", "EUR", "pending")
    assert (rows["l1"]["amount"], rows["l1"]["people"]) == (None, ["eva", "tom"])
    shown = cli("requests").out
    assert "r1" in shown
    assert "€1,500.00" in shown
    assert "2 licences" in shown
    assert "waits for approval" in shown


def test_a_reading_and_a_budget_are_listed_as_what_they_are(cli: Cli) -> None:
    async def send() -> None:
        async with open_books(read_settings({"SALDO_DATA": str(cli.folder)}), TENANT, PersonId("x")) as books:
            raised = Raise(Money.of(800, "EUR"), Money.of(500, "EUR"))
            await ask_to_raise(books.store, books.clock, TENANT, "b1", ANA, raised)
            await add_purchase(
                books.store, books.clock, TENANT, Bought(Money.of(500, "EUR"), books.clock.now().date()), ANA.id
            )
            reading = Reading(Money.of(400, "EUR"), books.clock.now())
            weighed = await weigh_reading(books.store, books.clock, TENANT, reading)
            await ask_for_second(books.store, books.clock, TENANT, "a1", ANA, weighed)

    asyncio.run(send())
    rows = {row["id"]: row for row in cli("requests", "--json").json}
    assert {id_: (row["kind"], row["amount"], row["currency"]) for id_, row in rows.items()} == {
        "b1": ("budget", "800.00", "EUR"),
        "a1": ("adjustment", "400.00", "EUR"),
    }
    shown = cli("requests").out
    assert "€400.00" in shown
    assert "€800.00" in shown
    assert "licence" not in shown
