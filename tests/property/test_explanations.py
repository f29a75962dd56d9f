"""Explanations and month-ends against `burn_down` over random histories: every part is accounted for."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.balance import balances_of
from bot.domain.explain import explain
from bot.domain.ledger import Entry
from bot.domain.month_end import Month, wallet_months
from tests.property.test_ledger_oracle import DAYS, FIRST, days, ledgers


def numbered(entries: list[Entry]) -> list[Entry]:
    """With the ids that entries have in the books."""
    for number, entry in enumerate(entries, start=1):
        object.__setattr__(entry, "id", f"entry:{number}")
    return entries


@settings(max_examples=150, deadline=None)
@given(ledgers.map(numbered), days)
def test_the_steps_add_up_to_the_balance_and_the_stories_to_their_lots(entries: list[Entry], as_of: date) -> None:
    found = {one.currency: one for one in explain(enumerate(entries, start=1), as_of)}
    balances = {one.statement.currency: one for one in balances_of(entries, as_of, len(entries)).each}
    assert found.keys() == balances.keys()
    for currency, explanation in found.items():
        statement = balances[currency].statement
        assert explanation.balance == statement.balance
        assert sum(step.amount.micros for step in explanation.steps) == statement.balance.micros
        assert not explanation.steps or explanation.steps[-1].balance == statement.balance
        assert [story.lot for story in explanation.lots] == list(statement.lots)
        for story in explanation.lots:
            parts = (story.repaid, story.used, story.corrected, story.lot.forfeited, story.lot.remaining)
            assert sum(part.micros for part in parts) == story.lot.amount.micros
            assert entries[story.entry - 1].on == story.lot.purchased_on or story.lot.assumed  # type: ignore[union-attr]  # usage brings no lot
        assert all(entries[number - 1] for step in explanation.steps for number in step.entries)


months = st.integers(0, DAYS).map(lambda n: Month.of(FIRST + timedelta(days=n)))


@settings(max_examples=150, deadline=None)
@given(ledgers.map(numbered), months, days)
def test_the_parts_of_a_month_add_up_and_its_ends_are_those_of_its_neighbors(
    entries: list[Entry], month: Month, today: date
) -> None:
    for wallet in wallet_months(entries, month, today):
        came = wallet.opening + wallet.purchased + wallet.adjusted
        assert came - wallet.used - wallet.forfeited == wallet.closing
        assert wallet.purchased.micros == sum(one.amount.micros for one in wallet.purchases)
        assert wallet.adjusted.micros == sum(one.changed.micros for one in wallet.readings)
        assert wallet.used.micros == sum(day.spent.micros for day in wallet.days)
        assert min(wallet.used.micros, wallet.forfeited.micros) >= 0
        for ends_on, told in ((month.before.last, wallet.opening), (wallet.through, wallet.closing)):
            known = {b.statement.currency: b.statement.balance for b in balances_of(entries, ends_on, 0).each}
            assert known[wallet.currency] == told
