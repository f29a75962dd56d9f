"""What the bot can do to the chats of the simulated Teams, and what it is refused."""

import asyncio
from typing import Any

import aiohttp
import pytest

from bot.sandbox.connector import SandboxTeams
from bot.sandbox.connector_chats import CHANNEL_ID, GROUP_ID, personal_id
from bot.sandbox.connector_failures import Verb
from bot.sandbox.world import TENANT, SandboxPerson, World
from tests.sandbox.teams_bot import TeamsBot, button, card, message, shows

WORLD = World()


def person(name: str) -> SandboxPerson:
    found = WORLD.by_name(name)
    assert found is not None
    return found


CARMEN, GRACE = person("carmen"), person("grace")
NOTICE = message(card(actions=(button("Aprobar"),)), summary="Aprobación", text="Saldo: Ana te pide una aprobación")


def chat_url(teams: SandboxTeams, chat: str, rest: str = "activities") -> str:
    return f"{teams.url}v3/conversations/{chat}/{rest}"


def opening(teams_id: str, **more: Any) -> dict[str, Any]:
    return {"isGroup": False, "members": [{"id": teams_id}], "tenantId": TENANT, **more}


async def test_a_personal_chat_is_opened_and_its_messages_reach_the_locked_phone(
    teams: SandboxTeams, teams_bot: TeamsBot
) -> None:
    status, opened = await teams_bot.call("POST", f"{teams.url}v3/conversations", opening(CARMEN.teams_id))
    assert (status, opened["id"]) == (201, personal_id(CARMEN))
    status, _ = await teams_bot.call("POST", chat_url(teams, opened["id"]), NOTICE)
    assert status == 201
    carmen = teams.client("carmen")
    assert carmen.lock_screen == ["Saldo: Ana te pide una aprobación"]
    assert carmen.last.buttons == ("Aprobar",)
    assert carmen.last.drawn == "Saldo: Ana te pide una aprobación\nHola\n[1 Aprobar]"
    assert teams.client("ana").inbox == []
    assert teams.faults == []


async def test_a_conversation_can_be_opened_with_its_first_message(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    body = opening(CARMEN.teams_id, activity=NOTICE)
    _, opened = await teams_bot.call("POST", f"{teams.url}v3/conversations", body)
    assert teams.client("carmen").last.id == opened["activityId"]


async def test_waiting_for_a_message_ends_as_soon_as_it_is_there(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    carmen = teams.client("carmen")
    waiting = asyncio.ensure_future(carmen.wait_for(lambda seen: "Aprobar" in seen.buttons))
    await asyncio.sleep(0)
    await teams_bot.call("POST", chat_url(teams, personal_id(CARMEN)), {"type": "typing"})
    await teams_bot.call("POST", chat_url(teams, personal_id(CARMEN)), NOTICE)
    assert (await waiting).proactive
    with pytest.raises(TimeoutError):
        await carmen.wait_for(lambda seen: seen.text == "nunca", timeout_seconds=0.05)


async def test_a_message_changes_in_place_and_goes_away(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    url = chat_url(teams, personal_id(CARMEN))
    _, sent = await teams_bot.call("POST", url, NOTICE)
    carmen = teams.client("carmen")
    status, _ = await teams_bot.call(
        "PUT", f"{url}/{sent['id']}", message(card({"type": "TextBlock", "text": "Hecho"}))
    )
    assert status == 200
    assert (carmen.last.drawn, carmen.last.edits) == ("Hecho", 1)
    status, _ = await teams_bot.call("DELETE", f"{url}/{sent['id']}")
    assert (status, carmen.inbox) == (200, [])


async def test_an_invokes_card_replaces_the_pressed_one_for_that_viewer_until_the_next_edit(
    teams: SandboxTeams, teams_bot: TeamsBot
) -> None:
    async def answer(activity: dict[str, Any]) -> Any:
        return shows(card({"type": "TextBlock", "text": "Tu aprobación consta."}))

    teams_bot.answer = answer
    _, sent = await teams_bot.call("POST", chat_url(teams, GROUP_ID), NOTICE)
    carmen, luis = teams.client("carmen"), teams.client("luis")
    turned = await carmen.press("Aprobar")
    assert [each.drawn.splitlines()[-1] for each in turned.messages] == ["Tu aprobación consta."]
    assert luis.last.buttons == ("Aprobar",)
    await teams_bot.call("PUT", f"{chat_url(teams, GROUP_ID)}/{sent['id']}", message(text="Hecho"))
    assert carmen.last.drawn == luis.last.drawn == "Hecho"


async def test_a_card_that_was_drawn_before_an_edit_is_pressed_as_it_was(
    teams: SandboxTeams, teams_bot: TeamsBot
) -> None:
    url = chat_url(teams, personal_id(CARMEN))
    _, sent = await teams_bot.call("POST", url, NOTICE)
    carmen = teams.client("carmen")
    old = carmen.last
    await teams_bot.call("PUT", f"{url}/{sent['id']}", message(text="Hecho"))
    teams_bot.answer = _silent
    await carmen.press("Aprobar", message=old)
    assert teams_bot.heard[0]["value"]["action"]["verb"] == "aprobar"


async def test_a_card_refreshes_for_those_it_names_once_an_edit(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    async def answer(activity: dict[str, Any]) -> Any:
        return shows(card({"type": "TextBlock", "text": f"Para {activity['from']['name']}"}))

    teams_bot.answer = answer
    refresh = {"action": {"type": "Action.Execute", "verb": "look"}, "userIds": [CARMEN.teams_id]}
    shown = message(card(refresh=refresh), summary="Aprobación", text="Ana te pide una aprobación")
    _, sent = await teams_bot.call("POST", chat_url(teams, GROUP_ID), shown)
    carmen, luis = teams.client("carmen"), teams.client("luis")
    assert "Para Carmen Soler" in (await carmen.refresh(sent["id"])).drawn
    assert "Para" not in (await luis.refresh(sent["id"])).drawn
    await carmen.refresh(sent["id"])
    assert [heard["value"]["trigger"] for heard in teams_bot.heard] == ["automatic"]


async def test_members_carry_their_object_ids(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    _, members = await teams_bot.call("GET", chat_url(teams, CHANNEL_ID + ";messageid=1", "members"))
    assert len(members) == 7
    carmen = next(each for each in members if each["name"] == "Carmen Soler")
    assert (carmen["id"], carmen["aadObjectId"], carmen["tenantId"]) == (CARMEN.teams_id, CARMEN.id, TENANT)
    for wanted in (CARMEN.teams_id, CARMEN.id):
        assert (await teams_bot.call("GET", chat_url(teams, GROUP_ID, f"members/{wanted}")))[1] == carmen
    _, first = await teams_bot.call("GET", chat_url(teams, GROUP_ID, "pagedmembers?pageSize=3"))
    _, rest = await teams_bot.call(
        "GET", chat_url(teams, GROUP_ID, f"pagedmembers?pageSize=3&continuationToken={first['continuationToken']}")
    )
    assert (len(first["members"]), len(rest["members"]), "continuationToken" in rest) == (3, 1, False)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (f"{personal_id(GRACE)}/members", 403, "BotNotInConversationRoster"),
        ("19:gone@thread.v2/members", 404, "ConversationNotFound"),
        (f"{GROUP_ID}/members/29:nobody", 404, "MemberNotFoundInConversation"),
    ],
)
async def test_what_is_closed_or_unknown_is_refused(
    teams: SandboxTeams, teams_bot: TeamsBot, path: str, status: int, code: str
) -> None:
    got, told = await teams_bot.call("GET", f"{teams.url}v3/conversations/{path}")
    assert (got, told["error"]["code"]) == (status, code)


async def test_nobody_is_written_to_who_has_no_saldo_or_blocked_it(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    status, _ = await teams_bot.call("POST", f"{teams.url}v3/conversations", opening(GRACE.teams_id))
    assert status == 403
    teams.set_installed(GRACE, installed=True)
    status, _ = await teams_bot.call("POST", f"{teams.url}v3/conversations", opening(GRACE.teams_id))
    assert status == 201
    teams.client("carmen").block()
    status, told = await teams_bot.call("POST", chat_url(teams, personal_id(CARMEN)), NOTICE)
    assert (status, told["error"]["code"]) == (403, "MessageWritesBlocked")


async def test_a_conversation_is_opened_with_one_known_person_of_this_tenant(
    teams: SandboxTeams, teams_bot: TeamsBot
) -> None:
    url = f"{teams.url}v3/conversations"
    assert (await teams_bot.call("POST", url, opening("29:nobody")))[0] == 404
    assert (await teams_bot.call("POST", url, opening(CARMEN.teams_id, tenantId="another")))[0] == 403
    assert (await teams_bot.call("POST", url, {**opening(CARMEN.teams_id), "members": []}))[0] == 400


async def test_a_bot_changes_its_own_messages_only(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    await teams.client("carmen").say("hola")
    url = chat_url(teams, personal_id(CARMEN))
    status, told = await teams_bot.call("PUT", f"{url}/{teams_bot.heard[0]['id']}", message(text="otra cosa"))
    assert (status, told["error"]["code"]) == (403, "BotCannotEditUserMessage")
    status, told = await teams_bot.call("DELETE", f"{url}/1")
    assert (status, told["error"]["code"]) == (404, "ActivityNotFoundInConversation")


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (message(), "the message is empty"),
        (message(text=3), "text: must be a text"),
        (message(text="a", textFormat="html"), "textFormat"),
        (message(text="a", channelData=[]), "channelData"),
        (message(text="a", colour="red"), "colour: no property of an activity"),
        ({"type": "event", "text": "a"}, "neither message nor typing"),
        (message(text="a", suggestedActions=[]), "suggestedActions.actions"),
        (message(text="a", suggestedActions={"actions": [{"type": "imBack"}]}), "an imBack with title and value"),
        (message(text="a", attachments={}), "attachments: must be a list"),
        (message(text="a", attachments=[{"contentType": "image/png"}]), "image/png"),
        (message(text="a", attachments=[*message(card())["attachments"]] * 2), "one card a message"),
        (message(card({"type": "TextBlock"}), text="a", summary="b"), "body[0].text"),
        (message(card(), text="a"), "summary"),
        (message(card(), summary="a"), "one line of text"),
        (message(card(), summary="a", text="one\ntwo"), "one line of text"),
    ],
)
async def test_a_malformed_message_is_refused_with_its_reason_and_kept_in_mind(
    teams: SandboxTeams, teams_bot: TeamsBot, sent: dict[str, Any], told: str
) -> None:
    status, answer = await teams_bot.call("POST", chat_url(teams, personal_id(CARMEN)), sent)
    assert (status, answer["error"]["code"]) == (400, "BadSyntax")
    assert told in answer["error"]["message"]
    assert teams.faults == [answer["error"]["message"]]
    assert teams.client("carmen").inbox == []


@pytest.mark.parametrize("raw", [b"{", b"[]", b"\xff"])
async def test_a_body_that_is_no_json_object_is_refused(teams: SandboxTeams, raw: bytes) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(chat_url(teams, personal_id(CARMEN)), data=raw) as answer,
    ):
        assert answer.status == 400


async def test_within_a_turn_a_card_needs_no_line_for_the_lock_screen(
    teams: SandboxTeams, teams_bot: TeamsBot
) -> None:
    async def answer(activity: dict[str, Any]) -> None:
        await teams_bot.reply(activity, message(card()))
        await teams_bot.call("POST", chat_url(teams, activity["conversation"]["id"]), message(card()))

    teams_bot.answer = answer
    turned = await teams.client("ana").say("saldo")
    assert [each.proactive for each in turned.messages] == [False, False]
    assert teams.client("ana").lock_screen == []


async def test_an_update_cannot_become_a_typing_sign(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    url = chat_url(teams, personal_id(CARMEN))
    _, sent = await teams_bot.call("POST", url, NOTICE)
    assert (await teams_bot.call("PUT", f"{url}/{sent['id']}", {"type": "typing"}))[0] == 400


async def test_throttling_and_failures_come_on_demand(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    url = chat_url(teams, personal_id(CARMEN))
    teams.failures.next(Verb.SEND, 429, retry_after="1", times=2)
    for _ in range(2):
        async with aiohttp.ClientSession() as session, session.post(url, json=NOTICE) as refused:
            assert (refused.status, refused.headers["Retry-After"]) == (429, "1")
    assert teams.client("carmen").inbox == []
    assert (await teams_bot.call("POST", url, NOTICE))[0] == 201
    teams.failures.next(Verb.SEND, 502)
    teams.failures.clear()
    assert (await teams_bot.call("POST", url, NOTICE))[0] == 201
    assert [failure.status for _, failure in teams.failures.met] == [429, 429]


async def test_a_message_may_have_arrived_though_its_answer_was_lost(
    teams: SandboxTeams, teams_bot: TeamsBot
) -> None:
    url = chat_url(teams, personal_id(CARMEN))
    teams.failures.next(Verb.SEND, 502, arrived=True)
    assert (await teams_bot.call("POST", url, NOTICE))[0] == 502
    teams.failures.next(Verb.SEND, 0, arrived=True)
    with pytest.raises(aiohttp.ClientError):
        await teams_bot.call("POST", url, NOTICE)
    assert len(teams.client("carmen").inbox) == 2


async def test_a_file_can_fail_to_download(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    teams.failures.next(Verb.DOWNLOAD, 503)
    assert (await teams_bot.call("GET", f"{teams.url}files/key/name"))[0] == 503


@pytest.mark.parametrize(
    "answer", [500, {"no": "status"}, {"statusCode": 200, "type": "unknown"}, shows({"type": "X"})]
)
async def test_an_invoke_answer_that_teams_would_not_take_is_a_fault(
    teams: SandboxTeams, teams_bot: TeamsBot, answer: Any
) -> None:
    async def answered(_: dict[str, Any]) -> Any:
        return answer

    teams_bot.answer = answered
    await teams_bot.call("POST", chat_url(teams, personal_id(CARMEN)), NOTICE)
    turned = await teams.client("carmen").press("Aprobar")
    assert turned.answers[0].fault
    assert teams.faults == [f"invoke answer: {turned.answers[0].fault}"]
    assert teams.client("carmen").last.buttons == ("Aprobar",)


async def test_an_invoke_may_be_answered_with_an_error_text(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    async def answered(_: dict[str, Any]) -> Any:
        return {"statusCode": 400, "type": "application/vnd.microsoft.error", "value": {"message": "No."}}

    teams_bot.answer = answered
    await teams_bot.call("POST", chat_url(teams, personal_id(CARMEN)), NOTICE)
    turned = await teams.client("carmen").press("Aprobar")
    assert (turned.answers[0].status, turned.answers[0].text) == (400, "No.")


async def test_a_bot_that_is_down_is_a_fault_of_the_delivery(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    await teams_bot.stop()
    turned = await teams.client("ana").say("hola")
    assert (turned.status, turned.answers[0].fault) == (0, "the bot did not answer: ClientConnectorError")


async def test_other_machines_and_web_pages_stay_outside(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    for headers in ({"Host": "saldo.example"}, {"Origin": "https://evil.example"}):
        status, _ = await teams_bot.call("GET", f"{teams.url}sandbox/people", headers=headers)
        assert status == 403
    for host in ("localhost", "[::1]"):
        status, _ = await teams_bot.call("GET", f"{teams.url}sandbox/people", headers={"Host": f"{host}:1"})
        assert status == 200
    with pytest.raises(ValueError, match="loopback only"):
        await SandboxTeams(WORLD).start("http://127.0.0.1:1", host="0.0.0.0")


async def _silent(_: dict[str, Any]) -> Any:
    return {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": ""}
