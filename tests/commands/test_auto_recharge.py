"""`auto-recharge` in the chat, what buyers answer about an expected recharge, and who hears of it."""

from typing import Any

import pytest

from bot.domain.auto_recharge import Course
from bot.domain.errors import Refusal
from bot.domain.people import Role
from bot.domain.settings import Account
from bot.jobs.handlers import HANDLERS
from bot.ports.collections import JOBS, SENT_CARDS
from bot.ports.errors import Final, NotFound, PortError
from bot.ports.store import Put
from bot.usecases.answer_expected import load_expected
from bot.usecases.mirror_auto_recharge import read_mirror
from cards.actions import Verb
from tests.commands.talk import Answer, Talk, signed
from tests.fakes import ANA, CARMEN, EVA, LUIS, TENANT, TOM
from tests.usecases.world import EN, SEEN_ON, World, eur, touch

SAVE = {"on": "on", "amount": "500", "trigger": "100"}


@pytest.fixture
async def ana(world: World) -> Talk:
    await world.introduce(ANA, LUIS)
    return Talk(world, ANA)


@pytest.fixture
async def luis(world: World, ana: Talk) -> Talk:
    """€99.00 are left; auto-recharge of €500.00 is on below €100.00, and Luis was asked."""
    await world.buy(99)
    await save(ana)
    await world.work()
    return Talk(world, LUIS)


async def save(ana: Talk, **inputs: str) -> Answer:
    form = await ana.say("auto-recharge")
    return await ana.press(form.button(Verb.AUTO_RECHARGE_SAVE), **(SAVE | inputs))


def sent(world: World, who: str = LUIS.id) -> list[dict[str, Any]]:
    """The cards in somebody's chat that nobody asked for."""
    return [message.card for chat, message in world.messenger.sent if chat == f"chat-{who}" and message.card]


def asked(world: World, verb: Verb, number: int = -1) -> dict[str, Any]:
    """The button of the last card that Luis was sent."""
    return Answer((next(m for _, m in reversed(world.messenger.sent) if m.card),)).button(verb)


async def course(world: World) -> Course:
    return (await load_expected(world.store, TENANT, "EUR-1")).body.course


async def test_nobody_has_told_yet_and_then_somebody_has(world: World, ana: Talk) -> None:
    assert (await ana.say("recarga automática")).first_line.startswith("Nadie me ha dicho aún")
    said = await save(ana)
    assert "€500.00 when the balance is below €100.00, as Ana Torres verified" in said.first_line
    mirror = await read_mirror(world.store, TENANT)
    assert mirror is not None
    assert (mirror.on, mirror.amount, mirror.trigger, mirror.verified_by.id) == (True, eur(500), eur(100), ANA.id)


@pytest.mark.parametrize(
    ("inputs", "refusal"),
    [
        ({"amount": "lots"}, Refusal("amount_malformed", text="lots")),
        ({"trigger": "1.500"}, Refusal("amount_two_readings", text="1.500", one=eur(1500), other=eur("1.50"))),
        ({"trigger": ""}, Refusal("auto_recharge_incomplete")),
    ],
)
async def test_what_is_wrong_is_said_beside_what_was_typed(
    world: World, ana: Talk, inputs: dict[str, str], refusal: Refusal
) -> None:
    said = await save(ana, **inputs)
    assert said.first_line == EN.refusal(refusal)
    assert all(value in said.shown for value in inputs.values())
    assert await read_mirror(world.store, TENANT) is None


async def test_it_is_switched_off_without_sums(world: World, ana: Talk) -> None:
    assert "is off, as Ana Torres verified" in (await save(ana, on="off", amount="", trigger="")).first_line


async def test_who_looked_again_says_that_it_is_still_so(world: World, ana: Talk) -> None:
    await save(ana)
    world.clock.move(days=91)
    stale = await ana.say("auto-recharge")
    assert "That was 91 days ago" in stale.shown
    assert "91 days" not in (await ana.press(stale.button(Verb.AUTO_RECHARGE_SAME))).shown


async def test_what_nobody_told_is_not_still_so(ana: Talk) -> None:
    said = await ana.press(signed(Verb.AUTO_RECHARGE_SAME))
    assert said.text == EN.refusal(Refusal("auto_recharge_unknown"))


async def test_under_mca_it_must_be_off(world: World, ana: Talk) -> None:
    await world.configure(account=Account.MCA)
    assert EN.text("auto_recharge.must_be_off") in (await ana.say("auto-recharge")).shown


async def test_readers_see_it_and_others_do_not(world: World, ana: Talk) -> None:
    await save(ana)
    world.directory.roles[TOM.id] = frozenset({Role.GLOBAL_READER})
    assert (await Talk(world, TOM).say("auto-recharge")).verbs == []
    assert (await Talk(world, EVA).say("auto-recharge")).first_line == EN.refusal(Refusal("not_allowed_view"))
    said = await Talk(world, TOM).press(signed(Verb.AUTO_RECHARGE_SAVE), **SAVE)
    assert said.text == EN.refusal(Refusal("not_allowed_change_settings"))


async def test_the_buyers_are_asked_and_the_balance_says_what_is_expected(world: World, luis: Talk) -> None:
    (card,) = [card for card in sent(world) if "arrive" in card["speak"]]
    assert card["speak"] == "The estimate fell below €100.00 on Nov 22: did the automatic recharge of €500.00 arrive?"
    told = [message.text for _, message in world.messenger.sent]
    assert "Saldo: did the automatic recharge arrive?" in told
    balance = await luis.say("balance")
    assert "€500.00, not confirmed" in balance.shown
    assert "€99.00" in balance.first_line
    shown = await luis.press((await luis.say("auto-recharge")).button(Verb.EXPECTED_SHOW))
    assert shown.first_line == card["speak"]


async def test_low_balance_is_told_although_a_recharge_is_expected(world: World, ana: Talk) -> None:
    await world.configure(threshold=eur(100))
    await world.buy(99)
    await save(ana)
    await world.work()
    assert EN.text("lock.low") in [message.text for _, message in world.messenger.sent]


async def test_yes_books_it_and_changes_every_card(world: World, luis: Talk) -> None:
    button = asked(world, Verb.EXPECTED_YES)
    said = await luis.press(button, on="2026-11-21")
    assert said.first_line == "The automatic recharge arrived: €500.00 on Nov 21, 2026, as Luis Vega confirmed."
    assert (await luis.press(button, on="2026-11-21")).first_line == said.first_line
    await world.work()
    assert world.messenger.updated[-1][1].text == EN.text("lock.expected_changed")
    assert len(await world.purchases()) == 2


async def test_another_amount_is_what_was_typed(world: World, luis: Talk) -> None:
    button = asked(world, Verb.EXPECTED_OTHER)
    assert (await luis.press(button, on="2026-11-21")).first_line == EN.refusal(Refusal("amount_wanted"))
    assert (await luis.press(button, amount="x")).first_line == EN.refusal(Refusal("amount_malformed", text="x"))
    assert "€450.00 on Nov 22" in (await luis.press(button, amount="450")).first_line
    assert (await world.purchases())[-1].amount == eur(450)


async def test_the_invoice_is_kept_beside_what_arrived(world: World, luis: Talk) -> None:
    wrong = await luis.press(asked(world, Verb.EXPECTED_YES), invoiced="605", tax="700")
    assert wrong.first_line == EN.refusal(Refusal("tax_too_large", tax=eur(700), invoiced=eur(605)))
    assert "'value': '605'" in wrong.shown
    await luis.press(wrong.button(Verb.EXPECTED_YES), invoiced="605", tax="105")
    bought = (await world.purchases())[-1]
    assert (bought.amount, bought.invoiced, bought.tax) == (eur(500), eur(605), eur(105))


async def test_a_day_to_come_is_refused_beside_the_field(world: World, luis: Talk) -> None:
    said = await luis.press(asked(world, Verb.EXPECTED_YES), on="2026-12-24")
    assert said.verbs[0] == Verb.EXPECTED_YES
    assert await course(world) is Course.OPEN


async def test_not_yet_is_asked_again_a_day_later(world: World, luis: Talk) -> None:
    button = asked(world, Verb.EXPECTED_NOT_YET)
    for _ in range(2):
        await luis.press(button)
    await world.work()
    assert len([card for card in sent(world) if "arrive?" in card["speak"]]) == 1
    world.clock.move(days=1)
    await world.work()
    assert len([card for card in sent(world) if "arrive?" in card["speak"]]) == 2


async def test_a_failed_payment_is_told_to_all_in_charge_with_what_to_do(world: World, luis: Talk) -> None:
    await world.introduce(CARMEN)
    why = await luis.press(asked(world, Verb.EXPECTED_FAILED))
    for _ in range(2):
        told = await luis.press(why.button(Verb.EXPECTED_FAILED, 2))
        assert told.first_line == "The automatic recharge of €500.00 failed."
    await world.work()
    (card,) = [card for card in sent(world, ANA.id) if "failed" in card["speak"]]
    assert "Billing › Payment methods" in str(card)
    assert sent(world, CARMEN.id) == []
    await luis.press(
        Answer(tuple(m for c, m in world.messenger.sent if c == f"chat-{LUIS.id}")[-1:]).button(Verb.EXPECTED_YES)
    )
    assert await course(world) is Course.ARRIVED


@pytest.mark.parametrize(("number", "reason"), [(0, "card_expired"), (1, "limit"), (2, "other")])
async def test_why_it_failed_is_asked_before_anybody_hears_of_it(
    world: World, luis: Talk, number: int, reason: str
) -> None:
    why = await luis.press(asked(world, Verb.EXPECTED_FAILED))
    assert why.first_line == "Why did the payment of €500.00 fail?"
    assert await course(world) is Course.OPEN
    assert Verb.EXPECTED_YES in (await luis.press(why.button(Verb.EXPECTED_SHOW))).verbs
    told = await luis.press(why.button(Verb.EXPECTED_FAILED, number))
    assert told.first_line.replace("\xa0", " ") == EN.text(f"expected.failed_{reason}", amount=eur(500))
    assert EN.text(f"trouble.do_{reason}", path="").split(":")[0] in told.shown
    odd = await luis.press(signed(Verb.EXPECTED_FAILED, "EUR-1", 2), reason="gremlins")
    assert odd.text == EN.refusal(Refusal("reason_unknown"))


async def test_what_arrived_before_anybody_heard_of_the_failure_is_no_failure(world: World, luis: Talk) -> None:
    why = await luis.press(asked(world, Verb.EXPECTED_FAILED))
    failed = await luis.press(why.button(Verb.EXPECTED_FAILED))
    await luis.press(failed.button(Verb.EXPECTED_YES))
    await world.work()
    assert [card for card in sent(world, ANA.id) if "failed" in card["speak"]] == []


async def test_who_may_not_buy_answers_nothing(world: World, luis: Talk) -> None:
    tom = Talk(world, TOM)
    for verb in (Verb.EXPECTED_YES, Verb.EXPECTED_OTHER, Verb.EXPECTED_NOT_YET, Verb.EXPECTED_FAILED):
        assert (await tom.press(signed(verb, "EUR-1", 1))).text == EN.refusal(Refusal("not_allowed_confirm_order"))
    assert (await tom.press(signed(Verb.EXPECTED_SHOW, "EUR-1", 1))).text == EN.refusal(Refusal("not_allowed_view"))
    assert await course(world) is Course.OPEN


async def test_a_card_that_is_no_longer_true_shows_the_present_one_and_writes_nothing(
    world: World, luis: Talk
) -> None:
    button = asked(world, Verb.EXPECTED_YES)
    await world.buy(400, SEEN_ON)
    await world.work()
    assert await course(world) is Course.OVERTAKEN
    shown = await luis.press(button)
    assert "is no longer expected" in shown.first_line
    assert len(await world.purchases()) == 2
    await luis.press(shown.button(Verb.EXPECTED_YES), on="2026-11-21")
    assert await course(world) is Course.ARRIVED


async def test_after_90_days_who_keeps_the_settings_is_asked(world: World, ana: Talk) -> None:
    await world.buy(400)
    await save(ana)
    await world.work()
    world.clock.move(days=90)
    await world.work(HANDLERS)
    await look(world)
    for who in (ANA.id, LUIS.id):
        assert any("90 days ago" in str(card) for card in sent(world, who))


async def look(world: World) -> None:
    """At the balance, as the clock does."""
    job = await world.store.get(JOBS.key(TENANT, "watch"))
    from bot.domain.jobs import Job

    await world.store.commit(
        [Put(JOBS.key(TENANT, "watch"), Job("watch_balance", world.clock.now()), job.version if job else 0)]
    )
    await world.work()


async def test_who_verified_it_meanwhile_is_asked_nothing(world: World, ana: Talk) -> None:
    await world.buy(400)
    await save(ana)
    await world.work()
    world.clock.move(days=90)
    await look_without_messages(world)
    await ana.press(signed(Verb.AUTO_RECHARGE_SAME))
    await world.work()
    assert not any("days ago" in str(card) for card in sent(world, LUIS.id))


async def look_without_messages(world: World) -> None:
    from bot.usecases.expect_recharge import expect_recharge

    await expect_recharge(world.outside, TENANT)


async def test_who_took_saldo_out_or_lost_the_right_is_asked_nothing(world: World, ana: Talk) -> None:
    await world.buy(99)
    await save(ana)
    world.directory.roles[LUIS.id] = frozenset()
    await look_without_messages(world)
    world.standings.forget(TENANT)
    await world.introduce(ANA, installed=False)
    await world.work()
    assert sent(world) == []


@pytest.mark.parametrize(("error", "kept"), [(NotFound("gone"), 0), (Final("no", code="odd"), 1)])
async def test_a_card_that_is_gone_is_forgotten_and_another_waits_for_the_next_change(
    world: World, luis: Talk, error: PortError, kept: int
) -> None:
    await luis.press(asked(world, Verb.EXPECTED_NOT_YET))
    world.messenger.broken[f"chat-{LUIS.id}"] = error
    await world.work()
    assert await world.store.count(SENT_CARDS, TENANT, where={"request": "expected:EUR-1"}) == kept


async def test_a_card_that_somebody_else_has_just_changed_is_left(world: World, luis: Talk) -> None:
    page = await world.store.find(SENT_CARDS, TENANT, where={"request": "expected:EUR-1"})
    await luis.press(asked(world, Verb.EXPECTED_NOT_YET))
    busy = world.beside(*[touch(world, page.documents[0].key)] * 9)
    await busy.work()
    await world.work()
    assert world.messenger.updated
