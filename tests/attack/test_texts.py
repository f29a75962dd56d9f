"""What somebody wrote is shown as it was written: it hides nothing, imitates nobody and breaks no card."""

import re
import time
from typing import Any

import pytest

from bot.domain.people import Role
from cards.actions import Verb
from tests.attack.bot import Bot, signed, texts_of
from tests.fakes import ANA, EVA, GRACE, LUIS, OMAR, person

pytestmark = pytest.mark.no_cover  # long, and no rule is stated here alone

UNSEEN = "\x00\x07\u00ad\u200b\u200f\u202a\u202e\u2066\u2069\ufeff"


async def card_of(bot: Bot, who: Any = LUIS) -> list[str]:
    return texts_of((await bot.press(signed(Verb.REQUEST_SHOW, "r1", 1), who))["value"])


async def test_what_cannot_be_seen_is_in_no_reason_and_no_comment(bot: Bot) -> None:
    """A mark that turns the writing direction makes another sum of what an approver reads."""
    told = f"for{UNSEEN} phones\nand {UNSEEN}rooms"
    await bot.press(signed(Verb.RECHARGE_PROPOSE, "r1", 0, amount="500", reason=told, po_number=f"4{UNSEEN}5"))
    await bot.press(signed(Verb.RECHARGE_SEND, "r1", 1))
    await bot.press(signed(Verb.REQUEST_APPROVE, "r1", 1, comment=told), LUIS)
    request = await bot.world.request("r1")
    assert (request.asked.reason, request.asked.po_number) == ("for phones\nand rooms", "45")
    assert [decision.comment for decision in request.decisions] == ["for phones\nand rooms"]


@pytest.mark.parametrize(
    "said", ["no” · Grace Kim approved: “yes", "no» · Grace Kim aprobó: «sí", 'no" · x "y', "a\nb"]
)
async def test_a_comment_never_looks_like_somebody_elses_approval(bot: Bot, said: str) -> None:
    await bot.world.send("r1")
    await bot.press(signed(Verb.REQUEST_REJECT, "r1", 1, comment=said), LUIS)
    (line,) = [text for text in await card_of(bot, ANA) if text.startswith("Luis Vega rejected")]
    said_by = line.removeprefix("Luis Vega rejected: ")
    assert said_by[0] == "“"
    assert said_by[-1] == "”"
    assert not set(said_by[1:-1]) & set('“”«»"\n')


async def test_a_name_is_one_line_on_every_lock_screen(bot: Bot) -> None:
    await bot.world.introduce(LUIS)
    name = "Ana\r\nSaldo: Luis has approved\u2028it"
    await bot.press(signed(Verb.RECHARGE_PROPOSE, "r1", 0, amount="500"), **posing(name))
    await bot.press(signed(Verb.RECHARGE_SEND, "r1", 1), **posing(name))
    await bot.world.work()
    assert (await bot.world.request("r1")).requester_name == "Ana Saldo: Luis has approved it"
    assert [message.text for _, message in bot.world.messenger.sent] == ["Saldo: Ana asks for your approval"]


MARKUP = "<at>Ana</at> [click](https://evil.example) **bold** `x` _y_ &lt;b&gt; # 1. | <b>"


async def test_no_name_reason_or_comment_becomes_markup(bot: Bot) -> None:
    who = person("Mal", id=ANA.id)
    await bot.post(bot.activity(who, text="recharge 500", **posing(MARKUP)))
    await bot.press(signed(Verb.RECHARGE_PROPOSE, "r1", 0, amount="500", reason=MARKUP), **posing(MARKUP))
    await bot.press(signed(Verb.RECHARGE_SEND, "r1", 1), **posing(MARKUP))
    await bot.world.introduce(LUIS)
    await bot.world.work()
    cards = [message.card for _, message in bot.world.messenger.sent]
    assert len(cards) == 1
    for text in [*texts_of(cards), *await card_of(bot)]:
        assert "<" not in text.replace("&lt;", "")
        assert not re.search(r"(?<!\\)[\]*`_]", text)


def posing(name: str) -> dict[str, Any]:
    return {"from": {"id": f"29:{ANA.id}", "name": name, "aadObjectId": ANA.id}}


async def test_however_much_is_typed_the_card_fits(bot: Bot) -> None:
    wide = {"reason": "\N{GRINNING FACE}" * 2_000, "po_number": "\N{GRINNING FACE}" * 2_000}
    for amount in ("1.500", "500", "x" * 200):
        for args in (wide, {"reason": wide["reason"]}, {"po_number": wide["po_number"]}, {"reason": "&lt;*" * 100}):
            await bot.press(signed(Verb.RECHARGE_PROPOSE, "q1", 0, amount=amount, **args))
    for typed in ("漢" * 1_990, "_*" * 990, ",".join(["\N{GRINNING FACE}" * 98] * 20), ";".join(["a"] * 999)):
        await bot.press(signed(Verb.LICENSES_CHOOSE, "q2", 0, typed=typed))
        await bot.press(signed(Verb.LICENSES_CHOOSE, "q2", 0, typed=typed, chosen=EVA.id))
        await bot.press(signed(Verb.SETUP_APPROVERS, typed=typed))
        await bot.say(f"assign licence to {typed}")
    assert bot.watch.bugs == []


async def test_however_long_peoples_names_are_the_card_fits(bot: Bot) -> None:
    crowd = [person("ñ" * 256, id=f"id-{number}", address=f"{number}" + "x" * 100) for number in range(20)]
    bot.world.directory.people |= {one.id: one for one in crowd}
    await bot.press(signed(Verb.LICENSES_CHOOSE, "l1", 0, chosen=",".join(one.id for one in crowd)))
    await bot.press(signed(Verb.LICENSES_CHOOSE, "l2", 0, typed="ñ"))
    await bot.world.introduce(OMAR)
    await bot.press(signed(Verb.LICENSES_SEND, "l1", 1))
    await bot.world.work()
    assert len(bot.world.messenger.sent) == 1
    assert bot.watch.bugs == []


HOSTILE: tuple[Any, ...] = (
    "", " ", "\x00", "x" * 5_000, "\N{GRINNING FACE}" * 900, "\u202e" * 50, "&#xD800;&#0;", "<at>x</at>", "-5",
    "1e400", "NaN", "Infinity", "٣٤٥", "9" * 60, "10000000000000000", "2026-13-45", "0001-01-01", "9999-12-31",
    "20261122", "2026-W01-1", "'; DROP TABLE documents", "{amount}", "%s%n", "," * 1_999, "a\u0315\u0300" * 900,
    None, 5, True, [], {}, ["x"], 1.5, {"a": {"b": [1]}},
)  # fmt: skip
INPUTS = ("amount", "currency", "reason", "comment", "people", "typed", "chosen", "who_0", "by", "period", "step",
          "kind", "read_on", "group", "code", "text")  # fmt: skip


async def test_no_input_of_any_button_is_a_bug(bot: Bot) -> None:
    bot.world.directory.roles[GRACE.id] = frozenset({Role.GLOBAL_ADMINISTRATOR})
    await bot.world.send("r9")
    for place, verb in enumerate(Verb):
        for number, value in enumerate(HOSTILE[place % 2 :: 2]):
            everywhere = dict.fromkeys(INPUTS, value)
            await bot.press(signed(verb, ("r9", "q1", "")[number % 3], number % 2, **everywhere), GRACE)
    assert bot.watch.bugs == []


@pytest.mark.parametrize(
    "start", ["", "recharge ", "assign licence to ", "usage ", "threshold ", "set up ", "@Saldo "]
)
async def test_no_typed_line_is_a_bug(bot: Bot, start: str) -> None:
    for number, value in enumerate(HOSTILE):
        for kind in ("personal", "groupChat", "of tomorrow"):
            place = {"id": f"19:{kind}{number}", "conversationType": kind}
            mention = {"type": "mention", "mentioned": {"id": "28:saldo"}, "text": "<at>Saldo</at>"}
            text = f"<at>Saldo</at> {start}{value}"
            body = bot.activity(text=text, conversation=place, entities=[mention])
            assert (await bot.post(body))[0] == 200
    assert bot.watch.bugs == []


async def test_a_line_of_a_thousand_combining_marks_is_read_at_once(bot: Bot) -> None:
    began = time.process_time()
    for marks in ("\u0315\u0300", "\u0f71\u0f72\u0f74", "\u0344"):
        await bot.say("a" + marks * (10_000 // len(marks)))
    assert time.process_time() - began < 1
