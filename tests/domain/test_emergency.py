"""What says that the money is about to run out, and how long an emergency lasts."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.emergency import Emergency, Shown, by_forecast, by_portal, cost_of_hours, is_open, is_ratifiable
from bot.domain.events import Evidence
from bot.domain.money import Money
from bot.domain.people import PersonId
from bot.domain.requests import Clause, Exemption, Ratification, Recharge, Request, State, draft_recharge
from bot.domain.settings import NamedPerson
from bot.domain.spend_curve import SpendCurve

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
COST = Money.of(96, "EUR")


def eur(amount: int) -> Money:
    return Money.of(amount, "EUR")


def broken(state: State = State.EXECUTING, ratification: Ratification = Ratification.UNRATIFIED) -> Request:
    request = draft_recharge("r1", PersonId("ana"), "Ana", Recharge(eur(100)), NOW)
    exemption = Exemption(Clause.BREAK_GLASS, NamedPerson(PersonId("ana"), "Ana"), "x" * 20, NOW)
    by = NOW + timedelta(hours=72)
    return replace(request, state=state, exemption=exemption, ratification=ratification, ratify_by=by)


def test_the_forecast_counts_to_the_end_of_the_day_on_which_the_money_may_be_gone() -> None:
    assert by_forecast(date(2026, 11, 26), NOW) == Emergency(87, Evidence.FORECAST)
    assert by_forecast(date(2026, 11, 20), NOW) == Emergency(0, Evidence.FORECAST)
    assert by_forecast(None, NOW) is None


def test_less_than_96_hours_are_urgent() -> None:
    assert Emergency(95, Evidence.FORECAST).is_urgent
    assert not Emergency(96, Evidence.FORECAST).is_urgent


@pytest.mark.parametrize(("portal", "hours"), [(48, 48), (95, 95), (0, 0), (-5, 0)])
def test_a_figure_that_was_just_entered_lasts_as_long_as_its_share_of_what_96_hours_cost(
    portal: int, hours: int
) -> None:
    assert by_portal([Shown(eur(portal), NOW)], COST, NOW) == Emergency(hours, Evidence.PORTAL)


def test_a_figure_that_is_enough_or_old_or_of_which_nobody_knows_what_it_is_for_says_nothing() -> None:
    assert by_portal([Shown(COST, NOW)], COST, NOW) is None
    assert by_portal([Shown(eur(48), NOW - timedelta(hours=7))], COST, NOW) is None
    assert by_portal([Shown(eur(48), NOW)], None, NOW) is None
    assert by_portal([], COST, NOW) is None


def test_of_two_figures_the_later_one_counts() -> None:
    earlier, later = Shown(eur(10), NOW - timedelta(hours=1)), Shown(eur(500), NOW)
    assert by_portal([later, earlier], COST, NOW) is None


def test_what_96_hours_cost_is_read_off_the_curve_from_the_beginning_of_today() -> None:
    curve = SpendCurve(date(2026, 11, 21), tuple(10_000_000 * day for day in range(1, 8)), (0.0,) * 7)
    assert cost_of_hours(curve, date(2026, 11, 23), "EUR") == eur(40)
    assert cost_of_hours(curve, date(2026, 11, 22), "EUR") == eur(40)
    assert cost_of_hours(curve, date(2026, 11, 26), "EUR") is None
    assert cost_of_hours(curve, date(2026, 11, 21), "EUR") is None


@pytest.mark.parametrize("state", [State.APPROVED, State.EXECUTING])
def test_an_emergency_is_open_while_its_order_is_under_way(state: State) -> None:
    assert is_open(broken(state, Ratification.RATIFIED), NOW + timedelta(days=30))


def test_once_the_money_is_there_it_is_open_until_it_is_ratified_or_too_late() -> None:
    done = broken(State.DONE)
    assert is_open(done, NOW + timedelta(hours=72))
    assert not is_open(done, NOW + timedelta(hours=73))
    assert not is_open(broken(State.DONE, Ratification.RATIFIED), NOW)


@pytest.mark.parametrize("state", [State.FAILED, State.LAPSED])
def test_where_nothing_came_of_it_another_may_be_tried(state: State) -> None:
    assert not is_open(broken(state), NOW)


def test_a_request_that_was_approved_as_usual_is_no_emergency() -> None:
    assert not is_open(replace(broken(), exemption=None), NOW)


def test_what_has_no_day_by_which_it_must_be_ratified_can_always_be() -> None:
    assert is_ratifiable(replace(broken(), ratify_by=None), NOW + timedelta(days=400))
    assert not is_ratifiable(broken(), NOW + timedelta(hours=73))
    assert not is_ratifiable(broken(ratification=Ratification.RATIFIED), NOW)
