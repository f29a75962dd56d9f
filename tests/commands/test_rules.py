"""`rules` in the chat: typed and in forms, tried, edited and removed; what they propose is approved by others."""

import pytest

from bot.commands.rule_words import MAIN, REMOVE, TRY, rule_wish
from bot.domain.errors import Refusal
from bot.domain.people import Role
from bot.domain.rules import Rule, RuleKind
from bot.domain.settings import Account
from bot.ports.turn import Scope
from bot.usecases.change_rules import read_rules
from bot.usecases.settings import load_settings
from cards.actions import Verb
from tests.commands.talk import Talk, signed
from tests.fakes import ANA, EVA, LUIS, TENANT, TOM
from tests.usecases.world import EN, ES, World, eur


@pytest.fixture
async def ana(world: World) -> Talk:
    await world.introduce(ANA, LUIS)
    return Talk(world, ANA)


async def rules(world: World) -> list[Rule]:
    return [document.body for document in await read_rules(world.store, TENANT)]


@pytest.mark.parametrize(
    ("text", "kind", "does", "figures"),
    [
        ("", None, "", {}),
        ("target 500", RuleKind.TARGET, "", {MAIN: "500"}),
        ("objetivo 500 € bajo 200", RuleKind.TARGET, "", {MAIN: "500 €", "below": "200"}),
        (
            "threshold 500 below 100 cap 1,000.00",
            RuleKind.THRESHOLD,
            "",
            {MAIN: "500", "below": "100", "cap": "1,000.00"},
        ),
        ("umbral tope 900 bajo 100", RuleKind.THRESHOLD, "", {"cap": "900", "below": "100"}),
        ("runway 30", RuleKind.RUNWAY, "", {MAIN: "30"}),
        ("caducidad 14", RuleKind.EXPIRY, "", {MAIN: "14"}),
        ("try", None, TRY, {}),
        ("probar reglas", None, TRY, {}),
        ("remove 2", None, REMOVE, {MAIN: "2"}),
    ],
)
def test_a_line_says_which_rule_is_wanted(
    text: str, kind: RuleKind | None, does: str, figures: dict[str, str]
) -> None:
    wish = rule_wish(text)
    assert (wish.kind, wish.does, wish.figures) == (kind, does, figures)


async def test_there_are_none_and_then_there_is_one(world: World, ana: Talk) -> None:
    assert (await ana.say("reglas")).first_line == ES.text("rules.none")
    said = await ana.say("rule target 500 cap 2000")
    assert "Below €250.00: recharge up to €500.00." in said.shown
    (rule,) = await rules(world)
    assert (rule.kind, rule.target, rule.below, rule.cap) == (RuleKind.TARGET, eur(500), eur(250), eur(2000))
    assert (rule.edited_by.id, rule.cooldown_days) == (ANA.id, 3)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("regla objetivo 800 bajo 300", "Por debajo de 300,00 €: recargar hasta 800,00 €."),
        ("regla umbral 500 bajo 100", "Por debajo de 100,00 €: recargar 500,00 €"),
        ("regla autonomía 30", "Si el dinero dura menos de 30 días: recargar para 60."),
        ("rule expiry 14", "14 days before money expires: recharge what will be forfeited."),
    ],
)
async def test_each_kind_can_be_typed(world: World, ana: Talk, typed: str, shown: str) -> None:
    assert shown in (await ana.say(typed)).shown.replace("\\xa0", " ")
    assert len(await rules(world)) == 1


async def test_the_same_rule_again_is_refused(world: World, ana: Talk) -> None:
    await ana.say("regla autonomía 30 días")
    again = await ana.say("regla mantener 30 días")
    assert again.first_line == ES.refusal(Refusal("rule_same", name="Ana Torres"))
    assert len(await rules(world)) == 1


@pytest.mark.parametrize(
    ("text", "kind"), [("regla 100 bajo 300", "threshold"), ("regla 14 días antes de caducar", "expiry")]
)
async def test_rules_are_told_in_spanish(world: World, ana: Talk, text: str, kind: str) -> None:
    await ana.say(text)
    assert [rule.kind.value for rule in await rules(world)] == [kind]


async def test_a_line_that_is_delivered_twice_makes_one_rule(world: World, ana: Talk) -> None:
    for _ in range(2):
        await ana.say("rule runway 30", activity="same")
    assert len(await rules(world)) == 1


async def test_what_is_not_told_is_asked_for_in_the_form(world: World, ana: Talk) -> None:
    form = await ana.say("rule threshold 300")
    assert form.first_line == EN.text("rules.form_threshold")
    field = next(part for part in form.card["body"] if part.get("id") == "below")
    assert field["value"] == "300"
    assert await rules(world) == []
    await ana.press(form.button(Verb.RULE_SAVE), amount="500", below="100", cooldown="0")
    (rule,) = await rules(world)
    assert (rule.below, rule.amount, rule.cooldown_days) == (eur(100), eur(500), 0)


@pytest.mark.parametrize("kind", RuleKind)
async def test_each_kind_has_its_form_and_pressing_it_twice_makes_one_rule(
    world: World, ana: Talk, kind: RuleKind
) -> None:
    inputs = {"below": "100", "amount": "500", "target": "800", "days": "30"}
    form = await ana.press((await ana.say("rules")).button(Verb.RULE_OPEN, list(RuleKind).index(kind)))
    for _ in range(2):
        await ana.press(form.button(Verb.RULE_SAVE), **inputs)
    assert [rule.kind for rule in await rules(world)] == [kind]


@pytest.mark.parametrize(
    ("inputs", "refusal"),
    [
        ({"target": "lots"}, Refusal("amount_malformed", text="lots")),
        ({"target": "1.500"}, Refusal("amount_two_readings", text="1.500", one=eur(1500), other=eur("1.50"))),
        ({"target": ""}, Refusal("rule_incomplete")),
        ({"target": "100", "below": "200"}, Refusal("rule_target_below", target=eur(100), below=eur(200))),
        ({"target": "100", "days": "x"}, Refusal("rule_days", most=150)),
        ({"target": "100", "cooldown": "1000"}, Refusal("rule_cooldown", most=90)),
        ({"target": "100", "cooldown": "99999"}, Refusal("rule_cooldown", most=90)),
    ],
)
async def test_what_is_wrong_comes_back_with_the_form(
    world: World, ana: Talk, inputs: dict[str, str], refusal: Refusal
) -> None:
    said = await ana.press(signed(Verb.RULE_SAVE, "u1"), kind="target", **inputs)
    assert said.first_line == EN.refusal(refusal)
    assert Verb.RULE_SAVE in said.verbs
    assert await rules(world) == []


async def test_a_rule_is_edited_in_its_form_by_whoever_saw_it_last(world: World, ana: Talk) -> None:
    await ana.say("rule target 500 below 200")
    luis = Talk(world, LUIS)
    form = await luis.press((await luis.say("rules")).button(Verb.RULE_OPEN))
    assert "€500.00" in form.shown
    await luis.press(form.button(Verb.RULE_SAVE), target="600", below="200", cooldown="3")
    (rule,) = await rules(world)
    assert (rule.target, rule.edited_by.id, rule.revision) == (eur(600), LUIS.id, 2)
    late = await luis.press(form.button(Verb.RULE_SAVE), target="700", below="200", cooldown="3")
    assert late.first_line == EN.refusal(Refusal("rule_changed", name="Luis Vega"))


async def test_a_rule_is_removed_by_its_button_or_its_number(world: World, ana: Talk) -> None:
    await ana.say("rule runway 30")
    world.clock.move(minutes=1)
    said = await ana.say("rule expiry 14")
    await ana.press(said.button(Verb.RULE_REMOVE, 1))
    assert [rule.kind for rule in await rules(world)] == [RuleKind.RUNWAY]
    for number in ("2", "0"):
        assert (await ana.say(f"rules remove {number}")).first_line == EN.refusal(Refusal("rule_unknown"))
    assert (await ana.say("quitar regla 1")).first_line == ES.text("rules.none")
    assert (await ana.say("rules remove")).first_line == EN.text("rules.none")


async def test_a_rule_that_is_gone_is_not_edited(ana: Talk) -> None:
    assert (await ana.press(signed(Verb.RULE_OPEN, "u1", 1))).text == EN.refusal(Refusal("rule_unknown"))
    assert (await ana.press(signed(Verb.RULE_SAVE, "u1"), kind="odd")).text == EN.refusal(Refusal("button_unknown"))


async def test_rules_are_tried_on_what_was(world: World, ana: Talk) -> None:
    assert (await ana.say("rules try")).first_line == EN.text("rules.none")
    await ana.say("rule threshold 500 below 100")
    assert (await ana.say("rules try")).first_line == EN.text("rules.nothing_known")
    await world.buy(99)
    said = await ana.press((await ana.say("rules")).button(Verb.RULES_TRY))
    assert said.first_line == "In the last 90 days there would have been 1 proposal."
    assert (await ana.press(said.button(Verb.RULES_SHOW))).first_line == EN.plural("rules.count", 1)
    assert "habría habido 1 propuesta" in (await ana.say("probar reglas")).first_line


async def test_a_rule_is_tried_before_it_is_kept(world: World, ana: Talk) -> None:
    await world.buy(99)
    said = await ana.say("rules try threshold 500 below 100")
    assert said.first_line == "In the last 90 days there would have been 1 proposal."
    assert "€500.00" in said.shown
    again = await ana.press(said.button(Verb.RULE_TRY), amount="500", below="90", days="")
    assert again.first_line == "In the last 90 days there would have been 0 proposals."
    assert EN.text("rules.never") in again.shown
    wrong = await ana.press(said.button(Verb.RULE_TRY), amount="many", below="90")
    assert wrong.first_line == EN.refusal(Refusal("amount_malformed", text="many"))
    await world.work()
    assert (await rules(world), await world.requests()) == ([], [])
    await ana.press(again.button(Verb.RULE_SAVE), amount="500", below="90")
    assert [rule.below for rule in await rules(world)] == [eur(90)]


async def test_a_kept_rule_is_tried_with_other_figures_before_it_is_changed(world: World, ana: Talk) -> None:
    await world.buy(99)
    form = await ana.press((await ana.say("regla objetivo 200 bajo 50")).button(Verb.RULE_OPEN))
    tried = await ana.press(form.button(Verb.RULE_TRY), target="200", below="100")
    assert tried.first_line == "En los últimos 90 días habría habido 1 propuesta."
    assert [rule.below for rule in await rules(world)] == [eur(50)]


async def test_what_a_rule_proposes_is_asked_of_others_than_its_editor(world: World, ana: Talk) -> None:
    await world.buy(99)
    await ana.say("rule threshold 500 below 100")
    await world.work()
    (request,) = await world.requests()
    assert request.asked.reason == "Rule: Below €100.00: recharge €500.00, as many times as it takes."
    assert f"chat-{LUIS.id}" in [chat for chat, message in world.messenger.sent if "approval" in message.text]
    assert (await Talk(world, LUIS).say("rules")).verbs.count(Verb.RULE_OPEN) == 5
    await ana.say("rule threshold 500 below 120")
    await world.work()
    assert EN.text("rules.held_under_way") in (await ana.say("rules")).shown
    assert len(await world.requests()) == 1


async def test_readers_see_rules_and_change_none(world: World, ana: Talk) -> None:
    await ana.say("rule runway 30")
    world.directory.roles[TOM.id] = frozenset({Role.GLOBAL_READER})
    tom = Talk(world, TOM)
    assert (await tom.say("rules")).verbs == [Verb.RULES_TRY]
    for text in ("rule runway 40", "rules remove 1"):
        assert (await tom.say(text)).first_line == EN.refusal(Refusal("not_allowed_change_settings"))
    for verb in (Verb.RULE_OPEN, Verb.RULE_SAVE, Verb.RULE_TRY, Verb.RULE_REMOVE):
        assert (await tom.press(signed(verb, "u1"))).text == EN.refusal(Refusal("not_allowed_change_settings"))
    for text in ("rules", "rules try"):
        assert (await Talk(world, EVA).say(text)).first_line == EN.refusal(Refusal("not_allowed_view"))


async def test_where_a_purchase_order_is_wanted_the_form_asks_for_it(world: World, ana: Talk) -> None:
    await world.configure(account=Account.EA)
    form = await ana.say("rule threshold 500")
    assert "po_number" in form.shown
    await ana.press(form.button(Verb.RULE_SAVE), amount="500", below="100", po_number="4500")
    assert (await rules(world))[0].po_number == "4500"


async def test_a_post_paid_account_hears_that_rules_propose_nothing(world: World, ana: Talk) -> None:
    await world.configure(account=Account.MCA)
    assert EN.text("rules.cannot_buy") in (await ana.say("rules")).shown


async def test_in_a_channel_rules_are_told_in_private(world: World, ana: Talk) -> None:
    said = await Talk(world, ANA, scope=Scope.CHANNEL).say("rules")
    assert said.text == EN.text("private.sent")


@pytest.mark.parametrize("typed", ["try rule threshold 500 below 100", "probar regla umbral 500 bajo 100"])
async def test_a_rule_that_is_tried_is_neither_kept_nor_taken_for_the_threshold(
    world: World, ana: Talk, typed: str
) -> None:
    before = await load_settings(world.store, TENANT)
    tried = await ana.say(typed)
    assert Verb.RULE_SAVE in tried.verbs
    assert (await load_settings(world.store, TENANT), await rules(world)) == (before, [])
