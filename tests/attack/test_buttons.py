"""Buttons are signed and travel: what rides beside the signature is worth as much as typed text, and no more."""

from typing import Any

import pytest

from bot.domain.dropped_file import DroppedFile, FileState
from bot.domain.people import Role
from bot.domain.requests import State
from bot.ports.collections import DROPPED_FILES, REQUESTS
from bot.ports.store import Put
from cards.actions import Button, Signer, Verb
from tests.attack.bot import Bot, signed
from tests.fakes import ANA, CARMEN, EVA, GRACE, LUIS, OMAR, TENANT
from tests.usecases.world import OTHER_TENANT, SIGNER


async def states(bot: Bot) -> dict[str, str]:
    found = await bot.world.store.find(REQUESTS, TENANT)
    return {one.key.id: one.body.state.value for one in found.documents}


def forged() -> list[dict[str, Any]]:
    """Approvals of r1 that no card of this tenant ever held."""
    good = signed(Verb.REQUEST_APPROVE, "r1", 1)
    other = SIGNER.sign(Button(OTHER_TENANT, Verb.REQUEST_APPROVE, "r1", 1))
    lost_key = Signer((b"a key that was thrown away",)).sign(Button(TENANT, Verb.REQUEST_APPROVE, "r1", 1))
    look = signed(Verb.REQUEST_SHOW, "r1", 1)
    changes: list[dict[str, Any]] = [
        {"m": ""}, {"m": None}, {"m": 0}, {"m": good["m"][:-1]}, {"m": good["m"] + "="}, {"m": [good["m"]]},
        {"k": ""}, {"k": None}, {"v": "1"}, {"v": True}, {"v": 1.0}, {"v": 2}, {"v": -1}, {"v": 2**63},
        {"r": "r2"}, {"r": None}, {"r": ["r1"]}, {"t": OTHER_TENANT}, {"t": f"{TENANT} "}, {"t": None},
    ]  # fmt: skip
    return [
        other,
        lost_key,
        {**other, "t": TENANT},
        {**look, "verb": Verb.REQUEST_APPROVE.value},
        *({**good, **change} for change in changes),
    ]


async def test_no_button_that_was_changed_or_made_elsewhere_does_anything(bot: Bot) -> None:
    await bot.world.send("r1")
    for data in forged():
        answer = await bot.press(data, LUIS)
        assert answer["type"].endswith("activity.message"), data
    assert await states(bot) == {"r1": "pending"}
    assert bot.watch.bugs == []


async def test_the_verb_of_an_invoke_counts_only_where_it_is_the_signed_one(bot: Bot) -> None:
    await bot.world.send("r1")
    look = signed(Verb.REQUEST_SHOW, "r1", 1)
    value = {"action": {"type": "Action.Execute", "verb": Verb.REQUEST_APPROVE.value, "data": look}}
    await bot.press(look, LUIS, value=value)
    await bot.post(bot.activity(LUIS, value={**look, "verb": Verb.REQUEST_APPROVE.value}))
    assert await states(bot) == {"r1": "pending"}


async def test_an_automatic_refresh_never_writes_whatever_verb_it_carries(bot: Bot) -> None:
    await bot.world.send("r1")
    await bot.world.draft("d1")
    for verb in (Verb.REQUEST_APPROVE, Verb.REQUEST_REJECT):
        data = signed(verb, "r1", 1)
        value = {"action": {"type": "Action.Execute", "verb": verb.value, "data": data}, "trigger": "automatic"}
        await bot.press(data, LUIS, value=value)
    assert await states(bot) == {"d1": "draft", "r1": "pending"}


async def test_a_typed_line_in_a_button_makes_one_draft_however_often_it_is_pressed(bot: Bot) -> None:
    button = signed(Verb.SAY, text="recharge 500")
    for _ in range(10):
        await bot.press(button, replyToId="card1")
    assert list((await states(bot)).values()) == ["draft"]


async def test_what_is_typed_into_one_button_is_never_mixed_with_what_is_typed_into_another(bot: Bot) -> None:
    for text in ("recharge 500", "assign licence to Eva", "recharge 700", "assign licence to Omar"):
        await bot.press(signed(Verb.SAY, text=text), replyToId="card1")
    found = await bot.world.store.find(REQUESTS, TENANT)
    assert len(found.documents) == 4
    assert all((one.body.recharge is None) != (not one.body.seats) for one in found.documents)


async def test_a_draft_is_its_requesters_alone(bot: Bot) -> None:
    bot.world.directory.roles[GRACE.id] = frozenset({Role.GLOBAL_ADMINISTRATOR})
    draft = await bot.world.draft("d1")
    for verb in Verb:
        await bot.press(signed(verb, "d1", 1, amount="9000", typed="Eva", currency="EUR"), GRACE)
        await bot.press(signed(verb, "d1", 0, amount="9000", typed="Eva", currency="EUR"), GRACE)
    assert await bot.world.request("d1") == draft
    assert bot.watch.bugs == []


async def test_a_form_of_one_kind_never_changes_a_request_of_the_other(bot: Bot) -> None:
    recharge, licenses = await bot.world.draft("d1"), await bot.world.plan(EVA, id_="d2")
    await bot.press(signed(Verb.LICENSES_CHOOSE, "d1", 0, typed="Eva"))
    await bot.press(signed(Verb.LICENSES_SEND, "d1", 1))
    await bot.press(signed(Verb.RECHARGE_PROPOSE, "d2", 0, amount="9000"))
    await bot.press(signed(Verb.RECHARGE_EDIT, "d2", 1))
    assert (await bot.world.request("d1")).recharge == recharge.recharge
    assert (await bot.world.request("d2")).seats == licenses.seats
    assert bot.watch.bugs == []


async def test_what_was_sent_is_changed_by_no_form_and_approved_only_as_it_was_seen(bot: Bot) -> None:
    sent = await bot.world.send("r1")
    await bot.press(signed(Verb.RECHARGE_PROPOSE, "r1", 1, amount="9000"))
    await bot.press(signed(Verb.RECHARGE_AMOUNT, "r1", 0, amount="9000", currency="EUR"))
    for revision in (0, 2, 3):
        await bot.press(signed(Verb.REQUEST_APPROVE, "r1", revision), LUIS)
    assert await bot.world.request("r1") == sent


@pytest.mark.parametrize("who", [ANA, EVA, OMAR, CARMEN])
async def test_neither_the_requester_nor_anybody_without_the_right_decides(bot: Bot, who: Any) -> None:
    await bot.world.send("r1")
    await bot.press(signed(Verb.REQUEST_APPROVE, "r1", 1, comment="yes"), who)
    await bot.press(signed(Verb.REQUEST_REJECT, "r1", 1, comment="no"), who)
    assert (await bot.world.request("r1")).state is State.PENDING


async def test_a_requester_who_names_themselves_the_approver_still_needs_somebody_else(bot: Bot) -> None:
    await bot.world.send("r1")
    await bot.press(signed(Verb.SETUP_APPROVERS, people=ANA.id))
    await bot.press(signed(Verb.REQUEST_APPROVE, "r1", 1))
    assert (await bot.world.request("r1")).state is State.PENDING


@pytest.mark.parametrize("chosen", [f"{EVA.id},{LUIS.id}", LUIS.id, f"{LUIS.id}/", "me", "../users", ""])
async def test_who_may_ask_for_themselves_asks_for_nobody_else(bot: Bot, chosen: str) -> None:
    for data in ({"chosen": chosen}, {"people": chosen}, {"who_0": chosen}, {"typed": "Luis Vega"}):
        await bot.press(signed(Verb.LICENSES_CHOOSE, "l1", 0, **data), EVA)
    await bot.press(signed(Verb.LICENSES_SEND, "l1", 1), EVA)
    found = await bot.world.store.find(REQUESTS, TENANT)
    assert {seat.person for one in found.documents for seat in one.body.seats} <= {EVA.id}


async def test_a_file_is_booked_and_dropped_by_nobody_but_who_dropped_it(bot: Bot) -> None:
    file = DroppedFile(ANA.id, "calls.csv", "https://x", bot.world.clock.now(), FileState.PREVIEWED, "d")
    key = DROPPED_FILES.key(TENANT, "f1")
    await bot.world.store.commit([Put(key, file, 0)])
    for verb in (Verb.IMPORT_CONFIRM, Verb.IMPORT_CANCEL):
        await bot.press(signed(verb, "f1"), LUIS)
        await bot.press(signed(verb, "r1"), LUIS)
    kept = await bot.world.store.get(key)
    assert kept is not None
    assert kept.body == file
