"""The sandbox's own export, as the admin center would make it, from the zip to the balance."""

import io
from datetime import date

import pytest

from bot.domain.money import Money
from bot.domain.people import PersonId
from bot.sandbox.calls import visible_calls, wallet_charge
from bot.sandbox.clock import BEGINNING
from bot.sandbox.export import export_zip
from bot.store.tiny import TinyStore
from bot.usecases.add_purchase import Bought, add_purchase
from bot.usecases.import_usage import import_usage
from bot.usecases.read_balance import read_balance
from bot.usecases.usage_file import read_usage_file
from tests.clock import StillClock
from tests.fakes import TENANT

FIRST, LAST = date(2026, 10, 1), date(2026, 11, 19)
OPERATOR = PersonId("operator:ana")


@pytest.mark.parametrize("locale", ["en", "es"])
async def test_the_balance_is_the_purchase_less_what_the_wallet_was_charged(store: TinyStore, locale: str) -> None:
    clock = StillClock()
    calls = list(visible_calls(FIRST, LAST, BEGINNING))
    batch = read_usage_file(io.BytesIO(export_zip(calls, locale=locale)))
    assert len(batch) == len(calls) > 100
    report = await import_usage(store, clock, TENANT, batch, OPERATOR)
    assert (report.rows_new, report.rows_differing) == (len(calls), 0)
    assert {*report.unknown_types, *report.unknown_capabilities} == {"oov", "user_out_satellite", "MCOPSTNSAT"}
    bought = Money.of(5_000, wallet_charge(calls).currency)
    await add_purchase(store, clock, TENANT, Bought(bought, FIRST), OPERATOR)
    (balance,) = (await read_balance(store, clock, TENANT)).each
    assert balance.statement.available == bought - wallet_charge(calls)
    assert balance.usage_through == max(call.started.date() for call in calls)
