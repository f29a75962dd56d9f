"""What the simulated Teams tells the bot, in Teams' own shapes."""

import asyncio
from typing import Any

import aiohttp
import pytest

from bot.domain.errors import Refusal
from bot.sandbox.connector import SandboxTeams
from bot.sandbox.connector_chats import BOT_ID, CHANNEL_ID, TEAM_ID, personal_id
from bot.sandbox.world import TENANT, World
from tests.sandbox.teams_bot import TeamsBot, button, card, message

ANA = World().by_name("ana")
EVA = World().by_name("eva")


async def test_a_typed_text_arrives_as_teams_sends_it(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    assert ANA is not None
    turned = await teams.client("ana", locale="en-US").say("recargar 1.500")
    (heard,) = teams_bot.heard
    assert turned.status == 200
    assert heard["type"] == "message"
    assert heard["text"] == "recargar 1.500"
    assert heard["channelId"] == "msteams"
    assert heard["serviceUrl"] == teams.url
    assert heard["from"] == {"id": ANA.teams_id, "name": "Ana Torres", "aadObjectId": ANA.id}
    assert heard["recipient"]["id"] == BOT_ID
    assert heard["conversation"] == {"conversationType": "personal", "tenantId": TENANT, "id": personal_id(ANA)}
    assert heard["channelData"] == {"tenant": {"id": TENANT}}
    assert heard["locale"] == "en-US"
    assert heard["localTimezone"] == "Europe/Madrid"
    assert heard["timestamp"] == "2026-11-22T09:00:00.000Z"
    info = {"type": "clientInfo", "locale": "en-US", "country": "US", "platform": "Web", "timezone": "Europe/Madrid"}
    assert heard["entities"] == [info]


async def test_in_a_channel_the_mention_is_marked_and_the_thread_named(
    teams: SandboxTeams, teams_bot: TeamsBot
) -> None:
    assert EVA is not None
    await teams.client("luis").say("@Saldo asigna licencia a @Eva Ruiz", where="channel")
    (heard,) = teams_bot.heard
    assert heard["text"] == "<at>Saldo</at> asigna licencia a <at>Eva Ruiz</at>"
    mentioned = [each["mentioned"]["id"] for each in heard["entities"] if each["type"] == "mention"]
    assert mentioned == [BOT_ID, EVA.teams_id]
    assert heard["conversation"]["id"] == f"{CHANNEL_ID};messageid={heard['id']}"
    assert heard["conversation"]["conversationType"] == "channel"
    assert heard["channelData"]["team"]["id"] == TEAM_ID
    assert heard["channelData"]["channel"]["id"] == CHANNEL_ID


@pytest.mark.parametrize("where", ["channel", "groupChat"])
async def test_what_does_not_mention_the_bot_never_reaches_it(
    teams: SandboxTeams, teams_bot: TeamsBot, where: str
) -> None:
    turned = await teams.client("ana").say("hola a todos", where=where)
    assert not turned.heard
    assert teams_bot.heard == []


async def test_a_slow_bot_gets_the_same_message_again_with_the_same_id(
    teams: SandboxTeams, teams_bot: TeamsBot
) -> None:
    await teams.client("ana").say("saldo", times=3)
    assert len({heard["id"] for heard in teams_bot.heard}) == 1
    assert len(teams_bot.heard) == 3


async def test_ids_do_not_come_again_after_a_restart() -> None:
    first, second = (SandboxTeams(World())._deliveries.chats.new_id() for _ in range(2))
    assert int(second) >= int(first)
    assert int(first) > 1_700_000_000_000


async def test_a_file_comes_with_an_address_that_serves_it(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    await teams.client("ana").attach("PSTN.calls.csv", b"UsageId\n1\n", "mira")
    (heard,) = teams_bot.heard
    file = heard["attachments"][-1]
    assert file["contentType"] == "application/vnd.microsoft.teams.file.download.info"
    assert (file["name"], file["content"]["fileType"]) == ("PSTN.calls.csv", "csv")
    assert heard["text"] == "mira"
    assert await _bytes(file["content"]["downloadUrl"]) == (200, b"UsageId\n1\n")
    assert (await _bytes(f"{teams.url}files/unknown/x.csv"))[0] == 404


async def test_an_installation_is_told_as_teams_tells_it_and_may_come_again(
    teams: SandboxTeams, teams_bot: TeamsBot
) -> None:
    grace = teams.client("grace")
    await grace.install(times=2)
    kinds = sorted(heard["type"] for heard in teams_bot.heard)
    assert kinds == ["conversationUpdate"] * 2 + ["installationUpdate"] * 2
    added = next(heard for heard in teams_bot.heard if heard["type"] == "conversationUpdate")
    assert {"id": BOT_ID} in added["membersAdded"]
    teams_bot.heard.clear()
    await grace.uninstall()
    assert [(heard["type"], heard["action"]) for heard in teams_bot.heard] == [("installationUpdate", "remove")]


async def test_a_team_tells_who_added_the_bot(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    await teams.client("omar").install("channel")
    update = next(heard for heard in teams_bot.heard if heard["type"] == "conversationUpdate")
    assert update["channelData"]["eventType"] == "teamMemberAdded"
    assert update["from"]["name"] == "Omar Haddad"


async def test_reactions_edits_and_withdrawals_are_told(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    async def answer(activity: dict[str, Any]) -> None:
        if activity["type"] == "message":
            await teams_bot.reply(activity, message(text="¡Hola!"))

    teams_bot.answer = answer
    ana = teams.client("ana")
    turned = await ana.say("hola")
    said = teams_bot.heard[0]["id"]
    await ana.react(turned.messages[0])
    await ana.react(turned.messages[0], added=False)
    await ana.edit(said, "saldo")
    await ana.withdraw(said)
    reacted, unreacted, edited, withdrawn = teams_bot.heard[1:]
    assert (reacted["type"], reacted["reactionsAdded"]) == ("messageReaction", [{"type": "like"}])
    assert reacted["replyToId"] == turned.messages[0].id
    assert unreacted["reactionsRemoved"] == [{"type": "like"}]
    assert (edited["type"], edited["text"], edited["id"]) == ("messageUpdate", "saldo", said)
    assert (withdrawn["type"], withdrawn["id"]) == ("messageDelete", said)


async def test_a_value_without_text_is_a_message(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    await teams.client("ana").send_value({"old": "card"})
    (heard,) = teams_bot.heard
    assert heard["value"] == {"old": "card"}
    assert "text" not in heard


async def test_a_submit_sends_its_data_or_the_words_that_it_puts_into_somebodys_mouth(
    teams: SandboxTeams, teams_bot: TeamsBot
) -> None:
    said = {"type": "imBack", "value": "saldo"}
    back = {"type": "messageBack", "text": "ayuda", "value": {"b": "2"}}
    submits = [
        {"type": "Action.Submit", "title": "Plain", "data": {"verb": "plain"}},
        {"type": "Action.Submit", "title": "Say", "data": {"msteams": said}},
        {"type": "Action.Submit", "title": "Back", "data": {"msteams": back}},
    ]
    await _answers(teams_bot, message(card(actions=tuple(submits))))
    ana = teams.client("ana")
    shown = (await ana.say("tarjeta")).messages[0]
    for title in ("Plain", "Say", "Back"):
        await ana.press(title, message=shown)
    plain, words, sent_back = teams_bot.heard[1:]
    assert (plain["value"], plain["replyToId"]) == ({"verb": "plain"}, shown.id)
    assert words["text"] == "saldo"
    assert (sent_back["text"], sent_back["value"]) == ("ayuda", {"b": "2"})


async def test_an_execute_is_an_invoke_with_its_inputs_in_the_data(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    amount = {"type": "Input.Text", "id": "amount", "label": "Importe", "value": "500"}
    await _answers(teams_bot, message(card(amount, actions=(button("Enviar", "send", data={"request": "r1"}),))))
    ana = teams.client("ana")
    shown = (await ana.say("recargar")).messages[0]
    await ana.press("Enviar", inputs={"amount": "600"})
    invoke = teams_bot.heard[1]
    assert (invoke["type"], invoke["name"]) == ("invoke", "adaptiveCard/action")
    assert invoke["replyToId"] == shown.id
    assert invoke["value"]["trigger"] == "manual"
    action = invoke["value"]["action"]
    assert (action["verb"], action["data"]) == ("send", {"request": "r1", "amount": "600"})


async def test_the_same_click_comes_ten_times_with_new_ids_or_with_the_old_one(
    teams: SandboxTeams, teams_bot: TeamsBot
) -> None:
    await _answers(teams_bot, message(card(actions=(button("Aprobar"),))))
    carmen = teams.client("carmen")
    await carmen.say("solicitudes")
    await carmen.press("Aprobar", times=10)
    assert len({heard["id"] for heard in teams_bot.heard[1:]}) == 10
    await carmen.press("aprobar", times=2, new_ids=False)
    assert len({heard["id"] for heard in teams_bot.heard[11:]}) == 1


async def test_what_teams_itself_refuses_is_named(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    with pytest.raises(Refusal, match="not_installed"):
        await teams.client("grace").say("hola")
    with pytest.raises(Refusal, match="not_member"):
        await teams.client("tom").say("@Saldo hola", where="groupChat")
    with pytest.raises(Refusal, match="no_button"):
        await teams.client("ana").press("Aprobar")
    with pytest.raises(Refusal, match="no_message"):
        await teams.client("ana").refresh("1")
    with pytest.raises(LookupError):
        teams.client("nadie")
    with pytest.raises(LookupError):
        _ = teams.client("ana").last
    assert teams_bot.heard == []


async def test_a_form_that_is_not_filled_in_stays_where_it_is(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    amount = {"type": "Input.Text", "id": "amount", "label": "Importe", "isRequired": True, "errorMessage": "Falta"}
    await _answers(teams_bot, message(card(amount, actions=(button("Enviar"),))))
    ana = teams.client("ana")
    await ana.say("recargar")
    with pytest.raises(Refusal) as refused:
        await ana.press("Enviar")
    assert refused.value.values == {"input": "amount", "message": "Falta"}
    assert len(teams_bot.heard) == 1


async def test_a_bot_that_wants_tokens_gets_them(teams_bot: TeamsBot) -> None:
    async with SandboxTeams(World(), token=lambda service_url: f"for {service_url}") as teams:
        await teams.start(f"{teams_bot.url}/api/messages")
        await teams.client("ana").say("hola")
        assert teams_bot.tokens == [f"Bearer for {teams.url}"]


async def _answers(bot: TeamsBot, sent: dict[str, Any]) -> None:
    async def answer(activity: dict[str, Any]) -> Any:
        if activity["type"] == "message" and "value" not in activity:
            await bot.reply(activity, sent)
        return {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": ""}

    bot.answer = answer


async def _bytes(url: str) -> tuple[int, bytes]:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, await response.read()


async def test_a_quick_reply_is_said_where_it_was_offered(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    quick = {"actions": [{"type": "imBack", "title": "Sí", "value": "sí"}]}
    await _answers(teams_bot, message(text="¿Seguro?", suggestedActions=quick))
    ana = teams.client("ana")
    shown = (await ana.say("recargar")).messages[0]
    assert shown.drawn == "¿Seguro?\n[1 sí]"
    await ana.press("sí", message=shown)
    assert [heard["text"] for heard in teams_bot.heard] == ["recargar", "sí"]


async def test_waiting_ends_when_the_sandbox_stops(teams: SandboxTeams) -> None:
    waiting = asyncio.ensure_future(teams.client("ana").wait_for(lambda seen: True))
    await asyncio.sleep(0)
    await teams.stop()
    with pytest.raises(TimeoutError, match="stopped"):
        await waiting
