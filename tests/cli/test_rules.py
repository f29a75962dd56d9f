"""`rules`: what proposes by itself, and what it would have done."""

import asyncio
from datetime import UTC, datetime

import pytest

from bot.cli.books import Books, open_books
from bot.config import read_settings
from bot.domain.money import Money
from bot.domain.people import PersonId
from bot.domain.rule_course import Held, RuleState, RuleStates
from bot.domain.rules import Rule, RuleKind
from bot.domain.settings import NamedPerson
from bot.ports.collections import RULE_STATES
from bot.ports.store import Put
from bot.sandbox.world import TENANT
from bot.usecases.change_rules import keep_rule
from bot.usecases.mirror_auto_recharge import ONE
from tests.cli.conftest import Cli

ANA = NamedPerson(PersonId("ana"), "Ana Torres")
MADE = datetime(2026, 11, 20, 9, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("november")


def eur(amount: int) -> Money:
    return Money.of(amount, "EUR")


def make(cli: Cli) -> None:
    """One that fires at once and is held now, and one that is content."""

    async def keep(books: Books) -> None:
        short = Rule("u1", RuleKind.THRESHOLD, ANA, MADE, 1, below=eur(100), amount=eur(500), cap=eur(600))
        for rule in (short, Rule("u2", RuleKind.RUNWAY, ANA, MADE.replace(hour=10), 1, days=30)):
            await keep_rule(books.store, books.clock, TENANT, rule)
        states = RuleStates({"u1": RuleState(held=Held.UNDER_WAY)})
        await books.store.commit([Put(RULE_STATES.key(TENANT, ONE), states, 0)])

    async def work() -> None:
        async with open_books(read_settings({"SALDO_DATA": str(cli.folder)}), TENANT, PersonId("x")) as books:
            await keep(books)

    asyncio.run(work())


def test_on_an_empty_folder_there_are_none(cli: Cli) -> None:
    assert cli("rules", "--json").json == []
    assert "no rules" in cli("rules", "--try").out.lower()


def test_each_is_told_with_why_it_waits(cli: Cli) -> None:
    make(cli)
    ran = cli("rules")
    assert "Below €100.00: recharge €500.00" in ran.out
    assert "Waits: another recharge is on its way" in ran.out
    assert "90 days" not in ran.out
    first, second = cli("rules", "--json").json
    assert (first["kind"], first["below"], first["held"], first["currency"]) == (
        "threshold",
        "100.00",
        "under_way",
        "EUR",
    )
    assert (second["days"], second["below"], second["held"], "tried" in second) == (30, None, None, False)


def test_tried_it_tells_when_each_would_have_proposed_and_changes_nothing(cli: Cli) -> None:
    cli.buy("80", "2026-11-01")
    make(cli)
    ran = cli("rules", "--try")
    assert "Nov 1, 2026" in ran.out
    assert "It would not have proposed anything." in ran.out
    assert "days are known" in ran.out
    first, second = cli("rules", "--try", "--json").json
    assert first["tried"] == [
        {"day": "2026-11-01", "short": "20.00", "proposal": "500.00", "currency": "EUR", "over_cap": False}
    ]
    assert second["tried"] == []
    assert cli("requests", "--json").json == []
    cli.set(LANG="es_ES")
    assert "No habría propuesto nada." in cli("rules", "--try").out
