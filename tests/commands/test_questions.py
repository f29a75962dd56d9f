"""Questions about the money: lots, expiry, the books, rates, what if, advice, and the balance of another day."""

from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.errors import Refusal
from bot.domain.licenses import AUDIO_CONFERENCING_PLAN
from bot.domain.people import PersonId
from bot.domain.settings import Account
from bot.domain.usage_batch import UsageBatch
from bot.ports.errors import MissingPermission, PortError, Retry
from bot.ports.licenses import Seats
from bot.ports.turn import Scope
from bot.usecases.forecast_balance import forecast_balances
from bot.usecases.import_usage import import_usage
from bot.usecases.reconcile_opening import Reading, reconcile
from cards.actions import Verb
from cards.rates import PRICE_LIST
from tests.commands.talk import Answer, Talk, signed
from tests.fakes import ANA, EVA, LUIS, TENANT
from tests.usecases.world import EN, ES, SEEN_ON, World, call, eur


@pytest.fixture
def ana(world: World) -> Talk:
    return Talk(world, ANA)


async def spend_daily(world: World, amount: int | str = 10, days: int = 28) -> None:
    for number in range(days):
        await world.spend(amount, SEEN_ON - timedelta(days=number))


def rows(answer: Answer) -> list[list[str]]:
    """The cells of the card's first table, without its head."""
    (first, *_) = [part for part in answer.card["body"] if part["type"] == "Table"]
    return [[cell["items"][0]["text"] for cell in row["cells"]] for row in first["rows"][1:]]


def chart(answer: Answer) -> dict[str, Any]:
    (found,) = [part for part in answer.card["body"] if part["type"].startswith("Chart.")]
    return dict(found)


def facts(answer: Answer) -> dict[str, str]:
    sets = [part for part in answer.card["body"] if part["type"] == "FactSet"]
    return {fact["title"]: fact["value"] for each in sets for fact in each["facts"]}


QUESTIONS = (
    "lots",
    "expiring",
    "history",
    "rate Mexico",
    "what if 2 people call Mexico 3 minutes",
    "advice",
    "balance on 31 March",
)


@pytest.mark.parametrize("said", QUESTIONS)
async def test_figures_are_for_who_may_see_them(world: World, said: str) -> None:
    answer = await Talk(world, EVA).say(said)
    assert answer.first_line == EN.refusal(Refusal("not_allowed_view"))


@pytest.mark.parametrize("said", QUESTIONS)
async def test_in_a_channel_the_answer_goes_to_the_person_alone(world: World, said: str) -> None:
    await world.introduce(ANA)
    public = await Talk(world, ANA, scope=Scope.CHANNEL).say(said)
    assert (len(public.messages), public.messages[0].card) == (1, None)
    assert [chat for chat, _ in world.messenger.sent] == [f"chat-{ANA.id}"]


async def test_lots_are_told_newest_first_with_what_became_of_them(world: World, ana: Talk) -> None:
    await world.buy(100, date(2025, 10, 1))
    await world.buy(50, date(2026, 10, 20))
    await world.buy(500, date(2026, 11, 1))
    await world.spend(70, date(2026, 11, 2))
    answer = await ana.say("lots")
    assert answer.first_line == "3 lots; €480.00 is left on Nov 2."
    assert rows(answer) == [
        ["Nov 1, 2026", "€500.00", "Pays until it expires on Nov 1, 2027"],
        ["Oct 20, 2026", "€50.00", "Used up"],
        ["Oct 1, 2025", "€100.00", "€100.00 forfeited on Oct 1, 2026"],
    ]
    assert chart(answer)["fallback"]["text"] == "Most is left of the lot of Nov 1, 2026: €480.00."


async def test_without_money_there_are_no_lots_and_nothing_expires(world: World, ana: Talk) -> None:
    assert (await ana.say("lotes")).first_line == ES.text("lots.none")
    answer = await ana.say("expiring")
    assert (answer.first_line, answer.verbs) == (EN.text("lots.nothing_expires"), [Verb.SETUP_OPEN])


async def test_what_expires_is_told_soonest_first_with_what_will_be_left(world: World, ana: Talk) -> None:
    await world.buy(1000, date(2025, 12, 20))
    await world.buy(500, date(2026, 11, 1))
    unknown = await ana.say("expiring")
    assert [row[2] for row in rows(unknown)] == ["Unknown", "Unknown"]
    await spend_daily(world)
    answer = await ana.say("caducidades")
    assert answer.first_line == "Lo próximo en caducar: 720,00\xa0€, el 20 dic 2026."
    english = rows(await ana.say("expiring"))
    assert english == [["Dec 20, 2026", "€720.00", "€430.00"], ["Nov 1, 2027", "€500.00", "€0.00"]]


async def test_the_books_are_told_newest_first(world: World, ana: Talk) -> None:
    assert (await ana.say("history")).first_line == EN.text("history.none")
    noon = world.clock.now()
    await reconcile(world.store, world.clock, TENANT, Reading(eur(40), noon - timedelta(days=20)), ANA.id)
    await world.buy(500, date(2026, 11, 5))
    for number in range(3):
        await world.spend(5, SEEN_ON - timedelta(days=number))
    await reconcile(world.store, world.clock, TENANT, Reading(eur(524), noon), ANA.id)
    await world.spend(0, SEEN_ON - timedelta(days=5))
    await world.spend(2, SEEN_ON - timedelta(days=6))
    answer = await ana.say("history")
    assert answer.first_line == "The books have 8 entries; these are the last ones."
    assert rows(answer) == [
        ["Nov 14, 2026", "Usage", "-€2.00"],
        ["Nov 22, 2026", "Reading of the admin center", "€524.00"],
        ["Nov 18 – Nov 20, 2026", "Usage", "-€15.00"],
        ["Nov 5, 2026", "Purchase", "€500.00"],
        ["Nov 2, 2026", "Opening balance", "€40.00"],
    ]
    assert "€1.00 less than expected" in answer.shown
    assert chart(answer)["type"] == "Chart.Line"


async def test_the_balance_of_another_day_is_what_the_books_know_of_it(world: World, ana: Talk) -> None:
    await world.buy(500, date(2026, 3, 1))
    await world.spend(120, date(2026, 3, 31))
    await world.spend(30, date(2026, 4, 1))
    answer = await ana.say("balance on 31 March")
    assert answer.first_line == "At the end of Mar 31, 2026 the balance was €380.00."
    assert rows(answer) == [["Mar 1, 2026", "€380.00", "Mar 1, 2027"]]
    assert facts(answer)["Usage read through"] == "Mar 31, 2026"
    assert (await ana.say("saldo el 1 de abril")).first_line.startswith("Al final del 1 abr 2026")
    assert (await ana.say("balance on 28 February")).first_line == "On Feb 28, 2026 nothing had been booked yet."


@pytest.mark.parametrize(
    ("said", "code"),
    [("balance on 3/4", "day_ambiguous"), ("balance on 2027-03-31", "balance_in_future")],
)
async def test_a_day_that_is_two_or_to_come_is_refused(world: World, ana: Talk, said: str, code: str) -> None:
    start = EN.texts.gettext(f"refusal.{code}").split("{")[0]
    assert (await ana.say(said)).first_line.startswith(start or "Mar 31, 2027 has not come yet")


async def book(world: World) -> None:
    """20 minutes to Mexico for a euro in October, 40 for three in November, and a call to Peru that cost nothing."""
    facts: dict[str, Any] = {"destination": "Mexico", "charge_micros": 1_000_000, "duration_seconds": 1_200}
    made = [
        call("m1", date(2026, 10, 5), **facts),
        call("m2", **{**facts, "destination": "Mexico Mobile", "connection_micros": 50_000}),
        call("m3", **{**facts, "charge_micros": 2_000_000}),
        call("p1", destination="Peru", charge_micros=0),
        call("s1", destination="Satellite", charge_micros=5_000_000),
    ]
    await import_usage(world.store, world.clock, TENANT, UsageBatch.of(made), PersonId("saldo"))


async def test_a_rate_is_what_was_really_paid_with_microsofts_list_beside_it(world: World, ana: Talk) -> None:
    await book(world)
    answer = await ana.say("rate Mexico")
    assert answer.first_line == "Calls to Mexico have cost €0.067 a minute on average."
    assert rows(answer) == [["Mexico", "€0.075"], ["Mexico Mobile", "€0.05"]]
    assert [bar["x"] for bar in chart(answer)["data"]] == ["October 2026", "November 2026"]
    assert facts(answer) == {EN.text("rates.connection"): "€0.05"}
    assert PRICE_LIST in answer.shown


async def test_without_a_country_all_rates_are_told(world: World, ana: Talk) -> None:
    assert (await ana.say("rate")).first_line == EN.text("rates.nothing")
    await book(world)
    answer = await ana.say("tarifas")
    assert answer.first_line == ES.text("rates.all")
    assert [row[0] for row in rows(answer)] == ["Satellite", "México"]
    unknown = await ana.say("rate Narnia")
    assert unknown.first_line.startswith("I find no country in “Narnia”.")
    assert len(rows(unknown)) == 2


async def test_a_country_that_nobody_called_has_no_rate(world: World, ana: Talk) -> None:
    await book(world)
    assert (await ana.say("rate France")).first_line.startswith("Nobody has called France from the wallet")
    answer = await ana.say("what if 20 people call Peru 30 minutes a day")
    assert answer.first_line.startswith("Nobody has called Peru from the wallet")
    assert PRICE_LIST in answer.shown


async def test_more_calls_are_told_at_ones_own_rate(world: World, ana: Talk) -> None:
    await book(world)
    answer = await ana.say("what if 20 people call Mexico 30 minutes a day")
    assert answer.first_line == "That would cost about €880.00 a month."
    assert facts(answer)["A day of it"] == "€40.00"
    assert "The balance runs out on" not in facts(answer)  # nobody told what is there
    assert len(rows(answer)) == 2
    await world.buy(500, SEEN_ON - timedelta(days=40))
    await spend_daily(world)
    assert "The balance runs out on" not in facts(await ana.say("what if 20 people call Mexico 30 minutes a day"))
    await forecast_balances(world.store, world.clock, TENANT)
    weekly = await ana.say("y si 20 personas llaman a México 30 minutos a la semana")
    told = facts(weekly)
    assert told["El saldo se agota el"] in (await ana.say("autonomía")).first_line
    assert told["Con estas llamadas el"] == "6 dic 2026"
    assert chart(weekly)["type"] == "Chart.VerticalBar"
    assert len(rows(weekly)) == 2


async def test_with_a_few_days_of_usage_a_month_has_nothing_beside_it(world: World, ana: Talk) -> None:
    await world.spend(1, destination="Mexico")
    answer = await ana.say("what if 2 people call Mexico 30 minutes a month")
    assert answer.first_line == "That would cost about €60.00 a month."
    assert [part["type"] for part in answer.card["body"]] == ["TextBlock", "FactSet", "TextBlock"]


async def test_a_wish_that_says_too_little_is_asked_about_with_an_example(world: World, ana: Talk) -> None:
    for said in ("what if", "what if we call more"):
        answer = await ana.say(said)
        assert (answer.first_line, answer.verbs) == (EN.text("what_if.how"), [Verb.SAY])


async def test_advice_has_an_amount_its_reasons_a_trigger_and_the_minutes(world: World, ana: Talk) -> None:
    world.licenses.products = [Seats("e5", "SPE_E5", frozenset({AUDIO_CONFERENCING_PLAN}), 5, consumed=3)]
    await world.buy(500, SEEN_ON - timedelta(days=40))
    await spend_daily(world)
    answer = await ana.say("advice")
    assert answer.first_line.startswith("Recharge €700.00")
    assert "3 months take about €920.00; what is there covers €220.00 of it" in answer.shown
    assert facts(answer)["Trigger amount"].startswith("€50.00")
    assert "180 minutes" in answer.shown
    year = await ana.press(answer.button(Verb.ADVICE_SHOW, 2))
    assert year.first_line.startswith("Recharge €3,400.00")
    for said in ("advice for 12 months", "consejo para 12 meses"):
        assert "3.400" in (await ana.say(said)).first_line.replace(",", ".")


@pytest.mark.parametrize("months", ["", "0", "99", "-1", "xx", "²"])
async def test_a_number_of_months_that_makes_no_sense_gets_advice_all_the_same(
    world: World, ana: Talk, months: str
) -> None:
    assert (await ana.press(signed(Verb.ADVICE_SHOW), months=months)).first_line


async def test_money_that_will_expire_is_told_and_a_purchase_waits(world: World, ana: Talk) -> None:
    await world.buy(1000, date(2025, 12, 20))
    await world.buy(500, date(2026, 11, 1))
    await spend_daily(world)
    answer = await ana.say("advice")
    assert ["Dec 20, 2025", "Dec 20, 2026", "€430.00"] in rows(answer)
    assert facts(answer)["When"].startswith("Not before")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (MissingPermission("LicenseAssignment.Read.All"), "LicenseAssignment.Read.All"),
        (Retry("busy"), "did not tell the licences in time"),
    ],
)
async def test_without_licences_the_advice_on_money_stays(
    world: World, ana: Talk, error: PortError, told: str
) -> None:
    world.licenses.broken = error
    answer = await ana.say("advice")
    assert answer.first_line.startswith("0 days of usage are known")
    assert told in answer.shown


async def test_what_is_there_and_not_known_counts_for_nothing(world: World, ana: Talk) -> None:
    await spend_daily(world)
    answer = await ana.say("advice")
    assert answer.first_line.startswith("Recharge €950.00")
    assert EN.text("advice.unknown") in answer.shown
    assert "When" not in facts(answer)


async def test_a_post_paid_account_gets_a_budget_and_nothing_to_buy(world: World, ana: Talk) -> None:
    await world.configure(account=Account.MCA)
    await spend_daily(world)
    answer = await ana.say("advice")
    assert answer.first_line.startswith("A monthly budget of €350.00 would hold")
    assert Verb.RECHARGE_OPEN not in answer.verbs


async def test_the_form_of_a_recharge_is_advised_and_a_proposal_says_what_would_expire(
    world: World, ana: Talk
) -> None:
    await world.introduce(ANA, LUIS)
    await world.buy(500, SEEN_ON - timedelta(days=40))
    await spend_daily(world)
    form = await ana.say("recharge")
    assert "Suggested for 3 months: €700.00." in form.shown
    assert "€50.00: 95 of 100" in form.shown
    proposal = await ana.say("recharge 5000")
    assert "about €1,560.00 of it would expire unused on Nov 22, 2027" in proposal.shown
    assert "Nov 22" in proposal.first_line
    assert "would expire" not in (await ana.say("recharge 500")).shown
