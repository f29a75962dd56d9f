"""`report`: who may see a month, which month is meant, and that a file goes to nobody who was not offered it."""

from datetime import date

import pytest

from bot.commands.lexicon import lexicon_of
from bot.commands.months import month_in, month_of
from bot.commands.tokens import tokens_of
from bot.domain.errors import Refusal
from bot.domain.month_end import Month
from bot.domain.people import Person
from bot.domain.subscription import FileTransfer
from bot.ports.collections import FILE_TRANSFERS
from bot.ports.turn import OfferAnswered, Scope, Upload
from bot.usecases.subscribe import is_subscribed
from cards.actions import Verb
from tests.commands.talk import Answer, Talk, signed
from tests.fakes import ANA, EVA, LUIS, TENANT
from tests.usecases.world import World

TODAY = date(2026, 11, 22)
OCTOBER = Month(2026, 10)
UPLOAD = Upload("https://up.example/1", "saldo-2026-10.xlsx", "https://files.example/1", "u1", "xlsx")
LEXICON = lexicon_of(("report",))


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("", "2026-10"),
        ("october", "2026-10"),
        ("informe de octubre de 2025", "2025-10"),
        ("report for December", "2025-12"),
        ("last month", "2026-10"),
        ("este mes", "2026-11"),
        ("2026-03", "2026-03"),
        ("report 3/2025", "2025-03"),
        ("last year", "2026-10"),
        ("yesterday", "2026-11"),
    ],
)
def test_the_month_that_is_meant_is_found(text: str, month: str) -> None:
    tokens = tokens_of(text if text.startswith(("report", "informe")) else f"report {text}")
    assert str(month_of(month_in(tokens, LEXICON), TODAY, OCTOBER)) == month


async def books(world: World) -> None:
    await world.introduce(ANA, LUIS)
    await world.buy(100, date(2026, 10, 1))
    await world.spend(30, date(2026, 10, 14), user=ANA.id)


async def ask(world: World, who: Person = ANA, text: str = "report for October") -> Answer:
    return await Talk(world, who).say(text)


async def test_the_statement_is_shown_to_who_sees_the_balance(world: World) -> None:
    await books(world)
    answer = await ask(world)
    assert answer.first_line == "October 2026 (UTC), not final: €0.00 at its beginning, €70.00 so far."
    assert answer.verbs == [
        Verb.REPORT_FILE,
        Verb.REPORT_FILE,
        Verb.REPORT_SHOW,
        Verb.REPORT_SUBSCRIBE,
    ]
    assert "€30.00" in answer.shown


async def test_who_may_not_see_the_balance_sees_no_statement_and_gets_no_file(world: World) -> None:
    await books(world)
    assert "30.00" not in (await ask(world, EVA)).shown
    button = (await ask(world)).button(Verb.REPORT_FILE)
    assert (await Talk(world, EVA).press(button)).messages[0].offer is None


async def test_the_month_before_is_a_press_away(world: World) -> None:
    await books(world)
    answer = await Talk(world, ANA).press((await ask(world)).button(Verb.REPORT_SHOW))
    assert "September 2026 (UTC): nothing was bought, used or read." in answer.first_line


async def test_a_month_that_is_none_is_refused(world: World) -> None:
    button = (await ask(world)).button(Verb.REPORT_SHOW)
    assert "is not a month" in (await Talk(world, ANA).press(button, month="soon")).text
    assert "has not begun" in (await ask(world, text="report 2026-12")).shown


async def test_one_subscribes_and_ends_it_with_a_button(world: World) -> None:
    talk = Talk(world, ANA)
    answer = await talk.press((await ask(world)).button(Verb.REPORT_SUBSCRIBE))
    assert await is_subscribed(world.store, TENANT, ANA.id)
    await talk.press(answer.button(Verb.REPORT_UNSUBSCRIBE))
    assert not await is_subscribed(world.store, TENANT, ANA.id)


async def test_who_lost_the_right_can_still_end_it(world: World) -> None:
    talk = Talk(world, ANA)
    answer = await talk.press((await ask(world)).button(Verb.REPORT_SUBSCRIBE))
    world.directory.roles = {}
    world.standings.forget(TENANT)
    await talk.press(answer.button(Verb.REPORT_UNSUBSCRIBE))
    assert not await is_subscribed(world.store, TENANT, ANA.id)


@pytest.mark.parametrize(("who", "told"), [(ANA, "person"), (LUIS, "Nobody is named")])
async def test_the_offer_says_what_the_file_holds(world: World, who: Person, told: str) -> None:
    await books(world)
    answer = await Talk(world, who).press((await ask(world, who)).button(Verb.REPORT_FILE))
    (message,) = answer.messages
    assert message.offer is not None
    assert message.offer.name == "saldo-2026-10.xlsx"
    assert message.offer.size_bytes > 5_000
    assert told in message.offer.description


async def test_an_unknown_format_is_excel(world: World) -> None:
    await books(world)
    button = (await ask(world)).button(Verb.REPORT_FILE)
    answer = await Talk(world, ANA).press(button, format="exe")
    assert answer.messages[0].offer is not None
    assert answer.messages[0].offer.name.endswith(".xlsx")


async def test_in_a_channel_the_file_is_offered_in_private(world: World) -> None:
    await books(world)
    button = (await ask(world)).button(Verb.REPORT_FILE, 1)
    await Talk(world, ANA, scope=Scope.CHANNEL).press(button)
    assert [message.offer.name for _, message in world.messenger.sent if message.offer] == ["saldo-2026-10.zip"]


async def offered(world: World) -> OfferAnswered:
    await books(world)
    answer = await Talk(world, ANA).press((await ask(world)).button(Verb.REPORT_FILE))
    assert answer.messages[0].offer is not None
    return OfferAnswered(answer.messages[0].offer.data, UPLOAD)


async def transfers(world: World) -> list[FileTransfer]:
    return [document.body for document in (await world.store.find(FILE_TRANSFERS, TENANT)).documents]


async def test_an_accepted_file_is_asked_for_once_however_often_teams_says_so(world: World) -> None:
    event = await offered(world)
    for _ in range(3):
        assert (await Talk(world, ANA).hear(event)).messages == ()
    (transfer,) = await transfers(world)
    assert (transfer.person, transfer.month, transfer.format, transfer.url) == (ANA.id, "2026-10", "xlsx", UPLOAD.url)
    assert (await world.job_kinds()).count("transfer_file") == 1


async def test_an_answer_to_no_offer_of_ours_leads_to_nothing(world: World) -> None:
    good = await offered(world)
    forged = {**good.data, "r": good.data["r"].replace("2026-10", "2026-11")}
    other = signed(Verb.REPORT_SHOW.value)
    for event in (
        OfferAnswered({}, UPLOAD),
        OfferAnswered(forged, UPLOAD),
        OfferAnswered(other, UPLOAD),
        OfferAnswered(good.data, None),
    ):
        assert (await Talk(world, ANA).hear(event)).messages != ()
    assert await transfers(world) == []


async def test_who_was_not_allowed_to_see_it_cannot_accept_it(world: World) -> None:
    assert "€" not in str((await Talk(world, EVA).hear(await offered(world))).messages)
    assert await transfers(world) == []


async def test_a_name_that_teams_left_out_is_the_files_own(world: World) -> None:
    event = await offered(world)
    nameless = Upload(UPLOAD.url, "", UPLOAD.content_url, UPLOAD.unique_id, UPLOAD.file_type)
    await Talk(world, ANA).hear(OfferAnswered(event.data, nameless))
    assert [transfer.name for transfer in await transfers(world)] == ["saldo-2026-10.xlsx"]


@pytest.mark.parametrize("text", ["report 2026-99", "report 13/2026", "report for october 2010"])
def test_a_malformed_month_is_named(text: str) -> None:
    with pytest.raises(Refusal, match="month_malformed"):
        month_of(month_in(tokens_of(text), LEXICON), TODAY, OCTOBER)
