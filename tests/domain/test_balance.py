"""What there is to say about the wallet, and in which shape machines get it."""

from datetime import UTC, date, datetime

from bot.domain.auto_recharge import Expected
from bot.domain.balance import Balance, balance_json, balances_of
from bot.domain.forecast import Outlook, outlook_of
from bot.domain.ledger import Entry
from bot.domain.money import Money
from tests.domain.ledger_entries import bought, day, eur, read, used


def balance(*entries: Entry, as_of: str = "2026-11-20") -> Balance:
    (only,) = balances_of(entries, day(as_of), len(entries)).each
    return only


def test_each_currency_has_a_balance_of_its_own() -> None:
    entries = [
        bought("2026-01-10", "500"),
        bought("2026-01-10", "90", "USD"),
        used("2026-02-01", "1", currency="USD"),
    ]
    balances = balances_of(entries, day("2026-11-20"), 3)
    assert [(one.statement.currency, str(one.statement.available)) for one in balances.each] == [
        ("EUR", "500.00"),
        ("USD", "89.00"),
    ]
    assert balances.seq == 3


def test_a_currency_that_never_touched_the_wallet_has_no_balance() -> None:
    assert balances_of([used("2026-02-01", "0", other="12")], day("2026-11-20"), 1).each == ()


def test_charges_that_other_licences_cover_leave_the_balance_alone() -> None:
    assert balance(bought("2026-01-10", "500"), used("2026-02-01", "1", other="12")).statement.available == eur("499")


def test_the_cautious_balance_counts_connection_fees_on_top_until_a_reading_settles_it() -> None:
    entries = [bought("2026-01-10", "500"), used("2026-02-01", "10", fee="2")]
    assert balance(*entries).statement.available == eur("490")
    assert balance(*entries).cautious == eur("488")
    assert balance(*entries, read("2026-02-02", "489")).cautious == eur("489")


def test_usage_is_known_through_the_last_imported_day_in_whatever_currency() -> None:
    entries = [bought("2026-01-10", "500"), used("2026-02-01", "1"), used("2026-02-03", "1", currency="USD")]
    for one in balances_of(entries, day("2026-11-20"), 3).each:
        assert one.usage_through == day("2026-02-03")
    assert balance(*entries[:2], as_of="2026-01-31").usage_through is None
    assert balance(*entries[:2], used("2026-02-05", "0")).usage_through == day("2026-02-05")


def test_the_last_purchase_is_the_newest_lot_that_was_bought() -> None:
    entries = [bought("2026-03-10", "300"), bought("2026-01-10", "500"), read("2026-04-01", "900")]
    assert balance(*entries).last_purchase == eur("300")
    assert balance(*entries, as_of="2026-02-01").last_purchase == eur("500")


def test_before_the_first_purchase_a_reading_stands_for_it() -> None:
    opening = read("2026-01-10", "212.40")
    assert balance(opening).last_purchase == eur("212.40")
    assert balance(opening).reconciled == opening
    assert balance(opening, as_of="2026-01-09").last_purchase is None
    assert balance(opening, as_of="2026-01-09").reconciled is None


def test_spend_per_day_counts_every_day_between_the_imported_ones() -> None:
    outlook = balance(bought("2026-01-10", "500"), used("2026-11-01", "10"), used("2026-11-20", "10")).outlook
    assert (outlook.spent, outlook.days, outlook.per_day) == (eur("20"), 20, eur("1"))
    assert not outlook.is_early


def test_spend_per_day_looks_at_the_last_four_weeks_with_data() -> None:
    entries = [used("2026-09-01", "1000"), *(used(f"2026-10-{n:02}", "2") for n in range(1, 32))]
    outlook = balance(bought("2026-01-10", "500"), *entries).outlook
    assert (outlook.spent, outlook.days, outlook.per_day) == (eur("56"), 28, eur("2"))


def test_the_balance_runs_out_after_as_many_whole_days_as_it_pays_for() -> None:
    outlook = Outlook(eur("3"), 2)
    assert outlook.days_left(eur("10")) == 6
    assert outlook.runs_out_on(eur("10"), day("2026-11-20")) == day("2026-11-26")
    assert outlook.runs_out_on(eur("-10"), day("2026-11-20")) == day("2026-11-20")


def test_without_spend_or_within_ten_years_no_day_is_named() -> None:
    assert Outlook(eur("0"), 28).runs_out_on(eur("10"), day("2026-11-20")) is None
    assert Outlook(eur("0.01"), 28).runs_out_on(eur("1000"), day("2026-11-20")) is None


def test_without_usage_nothing_is_known_about_the_spend() -> None:
    outlook = outlook_of("EUR", {}, [])
    assert (outlook.per_day, outlook.is_early, outlook.days_left(eur("10"))) == (None, True, None)


def test_machines_get_one_object_with_amounts_as_text() -> None:
    entries = [bought("2026-01-10", "500"), used("2026-02-01", "0.012345")]
    balances = balances_of(entries, day("2026-11-01"), 2)
    assert balance_json(balances, {"EUR": eur("250")}) == {
        "currency": "EUR",
        "as_of": "2026-11-01",
        "available": "499.987655",
        "overdrawn": "0.00",
        "forfeited": "0.00",
        "pending": "250.00",
        "usage_through": "2026-02-01",
        "lots": [
            {
                "purchased_on": "2026-01-10",
                "amount": "500.00",
                "remaining": "499.987655",
                "forfeited": "0.00",
                "expires_on": "2027-01-10",
            }
        ],
    }


def test_machines_get_a_list_for_several_currencies_and_an_empty_one_for_none() -> None:
    assert balance_json(balances_of([], day("2026-11-01"), 0), {}) == []
    both = [bought("2026-01-10", "5"), bought("2026-01-10", "6", "USD")]
    shapes = balance_json(balances_of(both, day("2026-11-01"), 2), {"USD": Money.of(1, "USD")})
    assert isinstance(shapes, list)
    assert [(shape["currency"], shape["pending"], shape["usage_through"]) for shape in shapes] == [
        ("EUR", "0.00", None),
        ("USD", "1.00", None),
    ]


def test_what_is_expected_stands_beside_its_currency_and_counts_for_nothing() -> None:
    both = balances_of([bought("2026-01-10", "5"), bought("2026-01-10", "6", "USD")], day("2026-11-01"), 2)
    expected = Expected("EUR-1", eur("500"), eur("100"), datetime(2026, 10, 31, 9, tzinfo=UTC))
    euros, dollars = balance_json(both, {}, expected)
    told = {"amount": "500.00", "trigger": "100.00", "since": "2026-10-31T09:00:00+00:00"}
    assert isinstance(euros, dict)
    assert (euros["available"], euros["expected"], "expected" in dollars) == ("5.00", told, False)


def test_the_first_day_that_dates_know_can_be_asked_for() -> None:
    assert len(balance(bought("2026-01-10", "500"), as_of=date.min.isoformat()).statement.series) == 1
