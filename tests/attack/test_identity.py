"""Nobody is taken for somebody else, and nobody's figures go where somebody else reads them."""

from typing import Any

import pytest

from bot.domain.people import PersonId
from bot.ports.collections import CONTACTS, LEDGER, REQUESTS
from bot.usecases.find_approvers import people_in_charge
from bot.usecases.settings import load_settings
from bot.usecases.watch_balance import watch_balance
from cards.actions import Verb
from tests.attack.bot import BOT_ID, Bot, signed
from tests.fakes import ANA, EVA, LUIS, TENANT, TOM
from tests.usecases.world import OTHER_TENANT, World


def added(bot: Bot, **changes: Any) -> dict[str, Any]:
    return bot.activity(TOM, **({"type": "installationUpdate", "action": "add"} | changes))


@pytest.mark.parametrize("kind", ["installationUpdate", "conversationUpdate"])
async def test_an_installation_by_nobody_makes_nobody_the_installer_and_nobody_a_contact(bot: Bot, kind: str) -> None:
    nobody = {"id": "29:x", "name": "Mallory"}
    status, _ = await bot.post(added(bot, **{"type": kind, "from": nobody, "membersAdded": [{"id": BOT_ID}]}))
    assert status == 200
    assert (await load_settings(bot.world.store, TENANT)).installer is None
    assert await bot.world.store.get(CONTACTS.key(TENANT, PersonId(""))) is None
    assert PersonId("") not in await people_in_charge(bot.world.outside, TENANT)


async def test_whoever_installs_first_without_a_right_hears_of_no_balance(bot: Bot) -> None:
    """The first installer may be anybody: to install is no proof of control."""
    await bot.post(added(bot))
    settings = await load_settings(bot.world.store, TENANT)
    assert settings.installer is not None
    assert settings.installer.id == TOM.id
    await bot.world.introduce(ANA)
    await bot.world.buy(1000)
    await bot.world.spend(990)
    await low(bot.world)
    assert [conversation for conversation, _ in bot.world.messenger.sent] == [f"chat-{ANA.id}"]


async def low(world: World) -> None:
    await watch_balance(world.outside, TENANT)
    await world.work()


@pytest.mark.parametrize("id_", [f"{ANA.id}\n", f" {ANA.id}", f"{ANA.id}/", "operator:root", "", "x" * 65])
async def test_an_object_id_that_is_almost_somebodys_is_nobodys(bot: Bot, id_: str) -> None:
    body = bot.activity(text="balance", **{"from": {"id": "29:x", "name": "Ana Torres", "aadObjectId": id_}})
    status, _ = await bot.post(body)
    assert status == 400
    assert bot.connector.sent() == []


async def test_a_name_a_teams_id_and_what_a_button_carries_make_nobody_an_approver(bot: Bot) -> None:
    await bot.world.send("r1")
    button = signed(Verb.REQUEST_APPROVE, "r1", 1, actor=LUIS.id, person=LUIS.id, aadObjectId=LUIS.id)
    for id_ in (ANA.id, TOM.id):
        like_luis = {"id": f"29:{LUIS.id}", "name": LUIS.name, "aadObjectId": id_}
        await bot.press(button, **{"from": like_luis})
    assert (await bot.world.request("r1")).decisions == ()


async def test_upper_case_makes_nobody_a_second_person(bot: Bot) -> None:
    await bot.world.send("r1", who=LUIS)
    loud = {"id": "29:other", "name": "L", "aadObjectId": LUIS.id.upper()}
    await bot.press(signed(Verb.REQUEST_APPROVE, "r1", 1), LUIS, **{"from": loud})
    assert (await bot.world.request("r1")).decisions == ()


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"channelData": {"tenant": {"id": OTHER_TENANT}}}, 403),
        ({"channelData": {"tenant": {"id": f"{TENANT}\n"}}}, 400),
        ({"channelData": None, "conversation": {"id": "c", "tenantId": OTHER_TENANT}}, 403),
        ({"channelData": None, "conversation": {"id": "c", "conversationType": "personal"}}, 400),
        ({"from": {"id": "29:g", "name": "G", "aadObjectId": LUIS.id, "tenantId": OTHER_TENANT}}, 200),
        ({"serviceUrl": "https://evil.example/"}, 403),
        ({"serviceUrl": "http://127.0.0.1@evil.example/"}, 403),
        ({"serviceUrl": "http://127.0.0.1.evil.example/"}, 403),
        ({"serviceUrl": "https://evil.example\\@127.0.0.1/"}, 403),
        ({"serviceUrl": "file://127.0.0.1/etc/passwd"}, 403),
    ],
)
async def test_who_is_of_elsewhere_or_sends_us_elsewhere_moves_no_contact_and_hears_nothing(
    bot: Bot, changes: dict[str, Any], status: int
) -> None:
    await bot.world.introduce(LUIS)
    before = await bot.world.store.get(CONTACTS.key(TENANT, LUIS.id))
    told, _ = await bot.post(bot.activity(LUIS, **({"text": "saldo"} | changes)))
    assert told == status
    assert bot.connector.sent() == []
    assert await bot.world.store.get(CONTACTS.key(TENANT, LUIS.id)) == before


@pytest.mark.parametrize("kind", ["groupChat", "channel", "Personal", "personal ", "meeting", ""])
async def test_only_a_personal_chat_is_ever_kept_as_the_place_for_somebodys_figures(bot: Bot, kind: str) -> None:
    await bot.world.introduce(LUIS)
    await bot.world.buy(1000)
    elsewhere = {"id": "19:everybody", "conversationType": kind, "tenantId": TENANT}
    mention = {"type": "mention", "mentioned": {"id": BOT_ID}, "text": "<at>Saldo</at>"}
    await bot.post(bot.activity(LUIS, text="<at>Saldo</at> balance", conversation=elsewhere, entities=[mention]))
    contact = await bot.world.store.get(CONTACTS.key(TENANT, LUIS.id))
    assert contact is not None
    assert contact.body.conversation_id == f"chat-{LUIS.id}"
    assert not any("1,000" in str(said) for said in bot.connector.sent())


async def test_whoever_has_no_right_gets_no_figure_and_starts_nothing_with_anybodys_button(bot: Bot) -> None:
    """Buttons travel: anybody can send what they saw on a colleague's screen."""
    await bot.world.buy(1234)
    await bot.world.send("r1")
    writes = {Verb.SAY, Verb.SETUP_CODE, Verb.LICENSES_OPEN, Verb.LICENSES_CHOOSE, Verb.REQUEST_SHOW}
    before = await bot.world.store.head(LEDGER.of_tenant(TENANT))
    for verb in set(Verb) - writes:
        for id_ in ("r1", "new", ""):
            args = {"amount": "500", "currency": "EUR", "kind": "mca", "step": "account", "typed": "Eva"}
            answer = await bot.press(signed(verb, id_, 1, read_on="2026-11-22", **args), EVA)
            assert "1,234" not in str(answer), verb
    assert await bot.world.store.head(LEDGER.of_tenant(TENANT)) == before
    assert (await load_settings(bot.world.store, TENANT)).account is None
    found = await bot.world.store.find(REQUESTS, TENANT)
    assert [(one.key.id, one.body.state.value) for one in found.documents] == [("r1", "pending")]
    assert bot.watch.bugs == []
