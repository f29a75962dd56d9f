"""To whom and until when, as people write it in both languages."""

from datetime import date

import pytest

from bot.commands.dispatch import BY_NAME
from bot.commands.lexicon import lexicon_of
from bot.commands.understand import Understood, understand
from bot.commands.until import HandedOn, handed_on, is_stop
from bot.domain.errors import Refusal
from bot.locale.reader import CatalogueReader
from cards.actions import Verb
from tests.commands.talk import Talk
from tests.fakes import ANA, EVA, LUIS
from tests.usecases.world import EN, ES, World

SUNDAY = date(2026, 11, 22)
LEXICON = lexicon_of(tuple(BY_NAME))


@pytest.mark.parametrize(
    ("text", "name", "until"),
    [
        ("delegate to Luis until Friday", "Luis", date(2026, 11, 27)),
        ("Delegate my approvals to Luis Vega till tomorrow, please", "Luis Vega", date(2026, 11, 23)),
        ("delegate to Luis until Sunday", "Luis", date(2026, 11, 29)),
        ("delegate to Luis for 3 days", "Luis", date(2026, 11, 25)),
        ("delegate to luis@contoso.com through 2026-12-04", "luis@contoso.com", date(2026, 12, 4)),
        ("delegate to Luis until 5 January", "Luis", date(2027, 1, 5)),
        ("delegate to Luis until 29 February", "Luis", date(2028, 2, 29)),
        ("delegate to Luis until the end of the month", "Luis", date(2026, 11, 30)),
        ("delegate to Luis", "Luis", None),
        ("delegate", "", None),
        ("delegate to", "", None),
        ("I am on vacation until Friday", "", date(2026, 11, 27)),
        ("delegar en Luis hasta el viernes", "Luis", date(2026, 11, 27)),
        ("delega mis aprobaciones en Ana María López hasta mañana", "Ana María López", date(2026, 11, 23)),
        ("delegar a Luis hasta el 27 de noviembre", "Luis", date(2026, 11, 27)),
        ("delegar en Luis durante 2 semanas", "Luis", date(2026, 12, 6)),
        ("delegar en Luis por 2 meses", "Luis", date(2027, 1, 21)),
        ("delegar en Luis hasta fin de mes", "Luis", date(2026, 11, 30)),
        ("delegar en Luis hasta el sábado", "Luis", date(2026, 11, 28)),
        ("estoy de vacaciones hasta el miércoles", "", date(2026, 11, 25)),
    ],
)
def test_to_whom_and_until_when(text: str, name: str, until: date | None) -> None:
    found = understand(text, LEXICON)
    assert isinstance(found, Understood)
    assert found.command == "delegate"
    assert handed_on(found.arguments, SUNDAY) == HandedOn(name, until)
    assert not is_stop(found.arguments)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("delegate to Luis until 3/4", "day_ambiguous"),
        ("delegate to Luis until whenever", "day_unknown"),
        ("delegate to Luis until 2026-02-30", "day_unknown"),
        ("delegate to Luis until 9999 weeks", "day_unknown"),
        ("delegate to Luis until 40 November", "day_unknown"),
        ("delegate to Luis until yesterday", "delegation_over"),
        ("delegar en Luis hasta ayer", "delegation_over"),
        ("delegate to Luis until 2026-11-21", "delegation_over"),
    ],
)
def test_what_can_be_read_in_two_ways_or_not_at_all_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        handed_on(text, SUNDAY)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "text", ["stop delegating", "end my delegation", "deja de delegar", "terminar la delegación"]
)
def test_to_stop_is_understood(text: str) -> None:
    found = understand(text, LEXICON)
    assert isinstance(found, Understood)
    assert found.command == "delegate"
    assert is_stop(found.arguments)


async def test_a_sentence_is_shown_before_anything_is_handed_on(world: World) -> None:
    luis = Talk(world, LUIS)
    card = await luis.say("delegate to Eva until Friday")
    assert card.first_line == EN.text("delegate.proposed", name=EVA.name, day=EN.full_day(date(2026, 11, 27)))
    assert "Input" not in card.shown
    await luis.press(card.button(Verb.DELEGATE_START))
    shown = await luis.say("requests")
    assert "Eva Ruiz decides in your place" in shown.shown
    assert "You decide for Luis Vega" in (await Talk(world, EVA).say("requests")).shown
    stop = await luis.say("stop delegating")
    assert stop.verbs == [Verb.DELEGATE_END]
    await luis.press(stop.button(Verb.DELEGATE_END))
    assert "decides in your place" not in (await luis.say("requests")).shown


@pytest.mark.parametrize(
    ("text", "reader"), [("delegate to Eva until yesterday", EN), ("delegar en Eva hasta ayer", ES)]
)
async def test_a_day_that_is_over_is_said_so_and_the_name_is_kept(
    world: World, text: str, reader: CatalogueReader
) -> None:
    card = await Talk(world, LUIS).say(text)
    assert card.first_line == reader.refusal(Refusal("delegation_over"))
    assert next(part for part in card.card["body"] if part.get("id") == "typed")["value"] == "Eva"


async def test_what_the_sentence_leaves_open_is_asked(world: World) -> None:
    luis = Talk(world, LUIS)
    card = await luis.say("delegar en Eva")
    assert card.first_line == ES.text("delegate.how_long", name=EVA.name)
    answer = await luis.press(card.button(Verb.DELEGATE_START), until="2026-11-27")
    assert "Eva Ruiz" in answer.first_line
    several = await luis.say("delegate to o until Friday")
    assert several.first_line == EN.text("delegate.which", name="o")
    assert ANA.name in several.shown
    for text, told in (("delegate to Zacarias", "Zacarias"), ("delegate to Eva until 3/4", "3/4")):
        assert told in (await luis.say(text)).first_line
    assert "2026-11-27" in (await luis.say("delegate until Friday")).shown
