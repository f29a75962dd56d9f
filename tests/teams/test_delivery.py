"""How a reply goes back: through the connector, in the invoke's answer, or privately."""

import logging
from typing import Any

import pytest
from botbuilder.core import TurnContext
from botbuilder.schema import Activity, ConversationAccount, ConversationReference

from bot.ports.turn import Message, Reply
from bot.teams.adapter import Conversation, TeamsAdapter
from bot.teams.handler import TURN
from bot.teams.settings import TeamsSettings
from tests.teams.edge import Edge, edge
from tests.teams.fake_connector import Fails
from tests.teams.samples import ANA_TEAMS, TENANT, in_channel, pressed

CARD = {"type": "AdaptiveCard", "version": "1.5", "body": []}
CARD_TYPE = "application/vnd.microsoft.card.adaptive"
TEXT_TYPE = "application/vnd.microsoft.activity.message"


async def _press(teams: Edge, **changes: Any) -> tuple[int, Any]:
    return await teams.post(pressed(serviceUrl=teams.connector.url, **changes))


async def test_a_text_goes_to_the_conversation_as_plain_text(teams: Edge) -> None:
    await teams.post(teams.activity())
    call = teams.connector.calls[0]
    assert (call.method, call.path) == ("POST", "/v3/conversations/a%3Apersonal-ana/activities")
    assert call.body == {"type": "message", "text": "Hola", "textFormat": "plain", "replyToId": "1700000000001"}


async def test_a_card_within_a_turn_does_not_show_its_text_twice(teams: Edge) -> None:
    teams.speaker.reply = Reply((Message("Saldo: 1", CARD, summary="Tu saldo"),))
    await teams.post(teams.activity())
    assert teams.connector.sent() == [
        {
            "type": "message",
            "summary": "Tu saldo",
            "attachments": [{"contentType": CARD_TYPE, "content": CARD}],
            "replyToId": "1700000000001",
        }
    ]


async def test_quick_replies_are_offered_in_a_personal_chat_only(teams: Edge) -> None:
    teams.speaker.reply = Reply((Message("¿Cuál?", quick=("500", "1.500")),))
    await teams.post(teams.activity())
    await teams.post(in_channel("<at>Saldo</at> x", serviceUrl=teams.connector.url))
    personal, channel = teams.connector.sent()
    assert personal["suggestedActions"] == {
        "to": [ANA_TEAMS],
        "actions": [
            {"type": "imBack", "title": "500", "value": "500"},
            {"type": "imBack", "title": "1.500", "value": "1.500"},
        ],
    }
    assert "suggestedActions" not in channel


async def test_a_card_takes_the_place_of_the_pressed_one_in_the_http_answer(teams: Edge) -> None:
    teams.speaker.reply = Reply((Message("antes"), Message("x", CARD), Message("después")))
    assert await _press(teams) == (200, {"statusCode": 200, "type": CARD_TYPE, "value": CARD})
    assert [body["text"] for body in teams.connector.sent()] == ["antes", "después"]


async def test_a_text_answers_a_pressed_button_as_a_message(teams: Edge) -> None:
    assert await _press(teams) == (200, {"statusCode": 200, "type": TEXT_TYPE, "value": "Hola"})
    assert teams.connector.calls == []


async def test_silence_answers_a_pressed_button_with_an_empty_message(teams: Edge) -> None:
    teams.speaker.reply = Reply()
    assert await _press(teams) == (200, {"statusCode": 200, "type": TEXT_TYPE, "value": ""})


async def test_a_connector_that_is_down_does_not_spoil_an_invoke_answer(teams: Edge) -> None:
    teams.speaker.reply = Reply((Message("x", CARD), Message("después")))
    teams.connector.failures.append(Fails(403))
    assert (await _press(teams))[1]["value"] == CARD


async def test_a_submitted_card_is_replaced_in_place(teams: Edge) -> None:
    teams.speaker.reply = Reply((Message("x", CARD, summary="s"), Message("después")))
    status = await teams.post(teams.activity(text=None, value={"verb": "help"}, replyToId="card/1"))
    assert status == (200, None)
    put, post = teams.connector.calls
    assert (put.method, put.path) == ("PUT", "/v3/conversations/a%3Apersonal-ana/activities/card%2F1")
    assert put.body["attachments"][0]["content"] == CARD
    assert post.body["text"] == "después"


@pytest.mark.parametrize("status", [404, 403, 400])
async def test_a_submitted_card_that_cannot_be_replaced_is_answered_by_a_new_one(teams: Edge, status: int) -> None:
    teams.speaker.reply = Reply((Message("x", CARD),))
    teams.connector.failures.append(Fails(status))
    await teams.post(teams.activity(text=None, value={"verb": "help"}, replyToId="card1"))
    assert [call.method for call in teams.connector.calls] == ["PUT", "POST"]


async def test_a_submitted_card_without_an_id_is_answered_by_a_new_one(teams: Edge) -> None:
    teams.speaker.reply = Reply((Message("x", CARD),))
    await teams.post(teams.activity(text=None, value={"verb": "help"}))
    assert [call.method for call in teams.connector.calls] == ["POST"]


@pytest.mark.parametrize("status", [400, 403, 404, 500])
async def test_a_reply_that_cannot_be_delivered_is_logged_and_the_delivery_is_taken(
    teams: Edge, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    teams.connector.failures.append(Fails(status, {"x-ms-request-id": "r1"}))
    with caplog.at_level(logging.WARNING, "saldo"):
        assert (await teams.post(teams.activity()))[0] == 200
    assert [record.getMessage() for record in caplog.records] == ["reply not delivered"]


async def test_an_installation_may_be_answered(teams: Edge) -> None:
    await teams.post(teams.activity(type="installationUpdate", action="add"))
    await teams.post(
        teams.activity(type="conversationUpdate", membersAdded=[{"id": teams.activity()["recipient"]["id"]}])
    )
    assert [body["text"] for body in teams.connector.sent()] == ["Hola", "Hola"]


@pytest.mark.parametrize(
    ("changes", "status", "kind"),
    [
        ({"name": "application/search", "value": {"queryText": "ana"}}, 200, "searchResponse"),
        ({"name": "fileConsent/invoke", "value": {"action": "decline"}}, 200, ""),
        ({"name": "composeExtension/query", "value": {}}, 501, ""),
    ],
)
async def test_invokes_that_need_no_turn_are_answered_over_http(
    teams: Edge, changes: dict[str, Any], status: int, kind: str
) -> None:
    answered, body = await _press(teams, **changes)
    assert (answered, body is not None and body["type"].endswith(kind)) == (status, bool(kind))
    assert teams.speaker.turns == []


async def test_a_reaction_is_taken_without_an_answer(teams: Edge, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "saldo"):
        assert await teams.post(teams.activity(type="messageReaction")) == (200, None)
    assert [record.getMessage() for record in caplog.records] == ["ignored"]
    assert (teams.speaker.turns, teams.connector.calls) == ([], [])


async def test_a_turns_line_carries_the_head_of_its_tenants_audit(
    teams: Edge, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "saldo.turn"):
        assert (await teams.post(teams.activity()))[0] == 200
    (record,) = [record for record in caplog.records if record.getMessage() == "turn"]
    assert record.__dict__["head"] == f"3:{TENANT}"


async def test_a_bug_is_logged_with_the_turn_id_that_the_user_is_told(
    teams: Edge, caplog: pytest.LogCaptureFixture
) -> None:
    teams.speaker.reply = KeyError("secret of the user")
    with caplog.at_level(logging.ERROR, "saldo"):
        assert (await teams.post(teams.activity()))[0] == 200
    (record,) = caplog.records
    assert teams.connector.sent()[0]["text"] == f"Sorry {record.__dict__['turn_id']}"
    assert record.exc_info is not None


async def test_a_bug_behind_a_button_is_told_in_its_answer(teams: Edge) -> None:
    teams.speaker.reply = ZeroDivisionError()
    status, answer = await _press(teams)
    assert (status, answer["value"][:5]) == (200, "Sorry")


async def test_one_line_tells_of_each_turn_without_names(teams: Edge, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "saldo"):
        await teams.post(teams.activity())
    (record,) = caplog.records
    told = {name: record.__dict__[name] for name in ("message", "kind", "scope")}
    assert told == {"message": "turn", "kind": "said", "scope": "personal"}
    assert "Ana" not in str(record.__dict__)


async def test_an_edge_with_an_app_id_cannot_be_built_without_token_checks(teams: Edge) -> None:
    async with edge(app_id="") as other:
        talk = Conversation(other.speaker.answer, other.speaker.on_bug)
        with pytest.raises(ValueError, match="checks tokens"):
            TeamsAdapter(TeamsSettings(app_id="x"), other.adapter._connector, None, talk)


async def test_the_sdks_own_ways_to_send_go_through_our_connector(teams: Edge) -> None:
    async def talk(context: TurnContext) -> None:
        sent = await context.send_activity("uno")
        await context.update_activity(Activity(type="message", id=sent.id, text="dos"))
        await context.delete_activity(sent.id)
        await context.send_trace_activity("x")

    reference = ConversationReference(
        service_url=teams.connector.url,
        channel_id="msteams",
        conversation=ConversationAccount(id="a:x"),
        activity_id="a1",
    )
    await teams.adapter.continue_conversation(reference, talk)
    methods = [(call.method, call.path.rsplit("/", 1)[1]) for call in teams.connector.calls]
    assert methods == [("POST", "activities"), ("PUT", "m1"), ("DELETE", "m1")]
    assert [call.body and call.body["text"] for call in teams.connector.calls] == ["uno", "dos", None]


async def test_middleware_of_the_sdk_sees_each_turn_and_may_answer_an_invoke(teams: Edge) -> None:
    seen: list[str] = []

    class Watch:
        async def on_turn(self, context: TurnContext, logic: Any) -> None:
            seen.append(context.turn_state[TURN].activity_id)
            await logic()
            await context.send_activity(Activity(type="invokeResponse", value=_InvokeBody({"by": "middleware"})))

    teams.adapter.use(Watch())
    assert await _press(teams, id="i1") == (200, {"by": "middleware"})
    assert seen == ["i1"]


class _InvokeBody:
    def __init__(self, body: dict[str, str]) -> None:
        self.body = body
