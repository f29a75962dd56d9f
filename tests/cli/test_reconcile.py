"""`reconcile` at a shell: booked where one may, else asked for; and the same split for people and machines."""

import asyncio
from typing import Any

import pytest

from bot.cli.books import open_books
from bot.config import read_settings
from bot.domain.ledger import Adjustment
from bot.domain.people import PersonId
from bot.domain.requests import Request
from bot.ports.collections import LEDGER, REQUESTS
from bot.sandbox.world import TENANT
from tests.cli.conftest import Cli

pytestmark = pytest.mark.usefixtures("november")


def kept(cli: Cli) -> tuple[list[Adjustment], list[Request]]:
    """The readings in the books, and the requests."""

    async def look() -> tuple[list[Adjustment], list[Request]]:
        settings = read_settings({"SALDO_DATA": str(cli.folder)})
        async with open_books(settings, TENANT, PersonId("test")) as books:
            entries = [record.body for record in await books.store.read(LEDGER.of_tenant(TENANT))]
            found = await books.store.find(REQUESTS, TENANT)
            return [e for e in entries if isinstance(e, Adjustment)], [d.body for d in found.documents]

    return asyncio.run(look())


def test_the_first_reading_begins_the_books(cli: Cli) -> None:
    ran = cli("reconcile", "850", "--read-at", "2026-11-20T09:30")
    assert (ran.status, "the books begin with €850.00 on Nov 20, 2026" in ran.out) == (0, True)
    ((reading,), requests) = kept(cli)
    assert (str(reading.portal), reading.read_at.isoformat(), requests) == ("850.00", "2026-11-20T09:30:00+00:00", [])


def test_a_small_drift_is_booked_and_shown_with_its_parts(cli: Cli) -> None:
    cli.buy("500", "2026-11-01")
    ran = cli("reconcile", "495,50", "--currency", "eur")
    assert ran.status == 0
    assert "€4.50 less than expected" in ran.out
    assert "Unexplained" in ran.out
    assert "Booked: €495.50" in ran.out
    assert len(kept(cli)[0]) == 1


def test_a_large_drift_waits_for_somebody_else_and_is_asked_for_once(cli: Cli) -> None:
    cli.buy("500", "2026-11-01")
    told: list[dict[str, Any]] = [
        cli("reconcile", "400", "--read-at", "2026-11-22T09:30+01:00", "--json").json for _ in range(2)
    ]
    readings, (request,) = kept(cli)
    assert (readings, told[0]["request"]) == ([], request.id)
    assert told[0] == told[1]
    assert request.requester.startswith("operator:")
    assert f"request {request.id} waits for approval" in cli("reconcile", "400", "--read-at", "2026-11-22T08:30Z").out


def test_the_json_has_exactly_the_promised_shape(cli: Cli) -> None:
    cli.buy("500", "2026-11-01")
    told = cli("reconcile", "496", "--read-at", "2026-11-22T00:00", "--dry-run", "--json").json
    assert told == {
        "result": "compared",
        "request": None,
        "portal": "496.00",
        "currency": "EUR",
        "read_at": "2026-11-22T00:00:00+00:00",
        "estimate": "500.00",
        "drift": "-4.00",
        "opening": False,
        "alone": True,
        "split": {
            "lag": "0.00",
            "gap": "0.00",
            "twice": "0.00",
            "fees": "0.00",
            "other": "0.00",
            "recharge": "0.00",
            "unexplained": "-4.00",
        },
        "days_not_imported": 0,
        "connection_fees_paid": "none",
        "other_charges_paid": "none",
    }
    assert kept(cli) == ([], [])


def test_an_empty_wallet_is_a_reading_too(cli: Cli) -> None:
    assert cli("reconcile", "0").status == 0
    assert str(kept(cli)[0][0].portal) == "0.00"


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("lots",), 2, "lots"),
        (("1.500",), 2, "1.500"),
        (("500", "--read-at", "yesterday"), 2, "is not a time"),
        (("500", "--currency", "E1"), 2, "E1"),
        (("500", "--read-at", "2027-11-22T09:30"), 1, "has not come yet"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(
    cli: Cli, arguments: tuple[str, ...], status: int, told: str
) -> None:
    ran = cli("reconcile", *arguments)
    assert (ran.status, told in ran.err) == (status, True)
    assert kept(cli) == ([], [])


def test_times_are_those_of_the_operators_zone_and_words_of_their_language(cli: Cli) -> None:
    cli.set(SALDO_ZONE="Europe/Madrid", LANG="es_ES.UTF-8")
    ran = cli("reconcile", "850", "--read-at", "2026-11-20T09:30")
    assert "los libros empiezan con" in ran.out
    assert kept(cli)[0][0].read_at.isoformat() == "2026-11-20T08:30:00+00:00"


def test_the_balance_says_when_it_was_last_checked_and_what_it_differed_by(cli: Cli) -> None:
    cli.buy("500", "2026-11-01")
    cli("reconcile", "495", "--read-at", "2026-11-20T09:30")
    assert "Nov 20, 2026: €5.00 less than expected" in cli("balance").out
    assert cli("balance", "--json").json["reconciled"] == {
        "read_at": "2026-11-20T09:30:00+00:00",
        "portal": "495.00",
        "drift": "-5.00",
    }
