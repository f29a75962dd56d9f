"""What an activity means: words, buttons, installations, and all that gets no answer."""

from typing import Any

import pytest

from bot.ports.turn import Actor, Address, File, Installed, Mention, Pressed, Removed, Said, Scope, Turn
from bot.teams.activities import Answered, Ignored, Meaning, meaning_of
from bot.teams.rejections import MalformedActivity
from bot.teams.wire import parse
from tests.teams.samples import ANA, ANA_TEAMS, BOT, TENANT, activity, in_channel, pressed, raw


def meaning(body: dict[str, Any]) -> Meaning:
    return meaning_of(parse(raw(body)))


def turn(body: dict[str, Any]) -> Turn:
    found = meaning(body)
    assert isinstance(found, Turn), found
    return found


def said(body: dict[str, Any]) -> Said:
    event = turn(body).event
    assert isinstance(event, Said)
    return event


def test_a_message_is_a_turn_with_all_that_the_core_needs() -> None:
    assert turn(activity()) == Turn(
        tenant=TENANT,  # type: ignore[arg-type]  # a NewType of str
        actor=Actor(ANA, ANA_TEAMS, "Ana Torres"),  # type: ignore[arg-type]
        address=Address("a:personal-ana", "https://smba.trafficmanager.net/emea/"),
        scope=Scope.PERSONAL,
        activity_id="1700000000001",
        locale="es-ES",
        zone="Europe/Madrid",
        event=Said("saldo"),
    )


def test_a_redelivered_message_is_the_same_turn() -> None:
    assert turn(activity()) == turn(activity(timestamp="2026-11-22T09:00:20.000Z"))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("  saldo  ", "saldo"),
        ("recargar&nbsp;500", "recargar 500"),
        ("recargar\u00a0500", "recargar 500"),
        ("R&amp;D &lt;b&gt;", "R&D <b>"),
        ("cr\u00e9dito", "crédito"),
        ("cre\u0301dito", "crédito"),
        ("sal\u200bdo\x07\u202e", "saldo"),
        ("saldo\x00", "saldo"),
        ("uno\r\n\r\n  dos\u2028tres", "uno\ndos\ntres"),
        ("<at>Luis Vega</at> hola", "Luis Vega hola"),
        ("x" * 5000, "x" * 4000),
        ("&#8203;saldo", "saldo"),
    ],
)
def test_text_is_read_as_it_looks(text: str, read: str) -> None:
    assert said(activity(text=text)).text == read


@pytest.mark.parametrize("text", ["<at>Saldo</at> saldo", "<at>Saldo</at>&nbsp;saldo", "saldo <at>Saldo</at>"])
def test_the_bots_own_mention_is_taken_out(text: str) -> None:
    assert said(in_channel(text)) == Said("saldo")


def test_a_mention_with_an_index_is_taken_out() -> None:
    entity = {"type": "mention", "mentioned": {"id": BOT, "name": "Saldo"}, "text": '<at id="0">Saldo</at>'}
    assert said(in_channel('<at id="0">Saldo</at> saldo', entities=[entity])).text == "saldo"


def test_a_mention_that_says_no_text_is_known_by_the_name() -> None:
    entity = {"type": "mention", "mentioned": {"id": BOT, "name": "Saldo"}}
    assert said(in_channel("<at>Saldo</at> saldo", entities=[entity])).text == "saldo"


def test_a_mention_whose_text_is_no_mention_takes_nothing_out() -> None:
    entity = {"type": "mention", "mentioned": {"id": BOT, "name": "Saldo"}, "text": "a"}
    assert said(in_channel("saldo", entities=[entity])).text == "saldo"


def test_other_people_who_are_mentioned_are_collected_once() -> None:
    def entity(id_: str, name: str) -> dict[str, Any]:
        return {"type": "mention", "mentioned": {"id": id_, "name": name}, "text": f"<at>{name}</at>"}

    entities = [
        entity(BOT, "Saldo"),
        entity("29:luis", "Luis Vega"),
        entity("29:eva", "Eva"),
        entity("29:eva", "Eva"),
    ]
    found = said(
        in_channel("<at>Saldo</at> licencia a <at>Luis Vega</at>, <at>Eva</at> y <at>Eva</at>", entities=entities)
    )
    assert found.text == "licencia a Luis Vega, Eva y Eva"
    assert found.mentions == (Mention("29:luis", "Luis Vega"), Mention("29:eva", "Eva"))


def test_only_the_bots_name_in_a_channel_is_a_turn_without_words() -> None:
    assert said(in_channel("<at>Saldo</at>")) == Said("")


def test_an_attached_file_is_told_with_its_address() -> None:
    content = {"downloadUrl": "https://x.sharepoint.com/f?tempauth=1", "uniqueId": "1", "fileType": "zip"}
    info = "application/vnd.microsoft.teams.file.download.info"
    attachments = [
        {"contentType": info, "content": content, "name": "export.zip"},
        {"contentType": "text/html", "content": "<p>x</p>"},
        {"contentType": "image/*", "contentUrl": "https://x"},
    ]
    found = said(activity(text="", attachments=attachments))
    assert found == Said("", files=(File("export.zip", "https://x.sharepoint.com/f?tempauth=1"),))
    many = said(activity(attachments=attachments[:1] * 30))
    assert len(many.files) == 10


@pytest.mark.parametrize(
    ("value", "verb", "data"),
    [
        ({"verb": "help", "x": "1"}, "help", {"verb": "help", "x": "1"}),
        ({"action": {"verb": "help", "data": {"x": "1"}}}, "help", {"x": "1"}),
        ({"action": {"verb": "help"}}, "help", {}),
        ({"verb": "help", "action": "x"}, "help", {"verb": "help", "action": "x"}),
    ],
)
def test_a_value_without_text_is_a_pressed_button(value: Any, verb: str, data: dict[str, Any]) -> None:
    for text in (None, ""):
        found = turn(activity(text=text, value=value, replyToId="card1")).event
        assert found == Pressed(verb, data, automatic=False, card_id="card1")


def test_a_pressed_button_in_a_channel_needs_no_mention() -> None:
    assert isinstance(turn(in_channel("", addressed=False, value={"verb": "help"})).event, Pressed)


def test_a_text_with_a_value_is_text() -> None:
    assert said(activity(value={"verb": "help"})) == Said("saldo")


def test_an_executed_action_is_a_pressed_button() -> None:
    found = turn(pressed())
    assert found.event == Pressed("approve", {"comment": "ok"}, automatic=False, card_id="card1", alone=True)


def test_a_refresh_is_told_as_automatic() -> None:
    value = {"action": {"verb": "refresh", "data": None}, "trigger": "automatic"}
    assert turn(pressed(value=value)).event == Pressed("refresh", {}, automatic=True, card_id="card1", alone=True)


def test_the_same_click_with_a_new_id_presses_the_same() -> None:
    assert turn(pressed(id="1")).event == turn(pressed(id="2")).event


@pytest.mark.parametrize(
    ("body", "event"),
    [
        (activity(type="installationUpdate", action="add"), Installed()),
        (activity(type="installationUpdate", action="remove"), Removed()),
        (activity(type="conversationUpdate", membersAdded=[{"id": "29:x"}, {"id": BOT}]), Installed()),
        (activity(type="conversationUpdate", membersRemoved=[{"id": BOT}]), Removed()),
    ],
)
def test_the_bot_comes_and_goes_with_the_name_of_who_did_it(body: dict[str, Any], event: object) -> None:
    found = turn(body)
    assert (found.event, found.actor.name) == (event, "Ana Torres")


def test_an_installation_by_nobody_in_particular_counts_all_the_same() -> None:
    found = turn(activity(type="installationUpdate", action="add", **{"from": {"id": "29:x"}}))
    assert found.actor == Actor("", "29:x", "")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "body",
    [
        activity(type="messageReaction", reactionsAdded=[{"type": "like"}]),
        activity(type="messageUpdate", channelData={"eventType": "editMessage", "tenant": {"id": TENANT}}),
        activity(type="messageDelete"),
        activity(type="typing", text=None),
        activity(type="event", name="application/vnd.microsoft.meetingStart"),
        activity(type="endOfConversation"),
        activity(type="somethingNew"),
        activity(type="installationUpdate", action="add-upgrade"),
        activity(type="conversationUpdate", membersAdded=[{"id": "29:luis"}]),
        activity(type="conversationUpdate", channelData={"eventType": "channelCreated", "tenant": {"id": TENANT}}),
        activity(text=""),
        activity(text=None),
        activity(text=None, value={"x": 1}),
        activity(text=None, value={}),
        activity(text="", attachments=[{"contentType": "image/png", "contentUrl": "https://x"}]),
        activity(**{"from": {"id": "28:another-bot", "name": "Bot"}}),
        activity(**{"from": {"id": "29:x", "aadObjectId": "x", "tenantId": "other"}}),
        pressed(**{"from": {"id": "29:x"}}),
        in_channel("hola", addressed=False),
        in_channel("hola", entities=[{"type": "mention", "mentioned": {"id": "29:luis"}, "text": "<at>L</at>"}]),
    ],
    ids=lambda body: str(body["type"]),
)
def test_what_asks_for_nothing_is_ignored(body: dict[str, Any]) -> None:
    assert isinstance(meaning(body), Ignored)


@pytest.mark.parametrize(
    ("name", "value", "answer"),
    [
        ("fileConsent/invoke", {"action": "decline", "type": "fileUpload"}, 200),
        ("application/search", {"kind": "search", "queryText": "ana", "dataset": "people"}, 200),
        ("composeExtension/query", {"commandId": "x"}, 501),
        ("task/fetch", None, 501),
        ("signin/verifyState", {"state": "x"}, 501),
    ],
)
def test_other_invokes_are_answered_without_a_turn(name: str, value: Any, answer: int) -> None:
    found = meaning(pressed(name=name, value=value))
    assert isinstance(found, Answered)
    assert found.status == answer


@pytest.mark.parametrize(
    ("conversation", "scope"),
    [
        ({"conversationType": "personal"}, Scope.PERSONAL),
        ({"conversationType": "groupChat"}, Scope.GROUP),
        ({"conversationType": "channel"}, Scope.CHANNEL),
        ({"conversationType": "meeting"}, Scope.GROUP),
        ({"isGroup": True}, Scope.GROUP),
        ({}, Scope.PERSONAL),
    ],
)
def test_a_kind_of_conversation_that_nobody_knows_counts_as_a_group(conversation: Any, scope: Scope) -> None:
    assert turn(in_channel("<at>Saldo</at> x", conversation={"id": "c", **conversation})).scope is scope


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"locale": None, "localTimezone": None}, ("es-ES", "Europe/Madrid")),
        ({"locale": None, "localTimezone": None, "entities": None}, ("", "")),
        ({"locale": "../../etc", "localTimezone": "../../etc/passwd"}, ("", "")),
        ({"locale": "x" * 100, "localTimezone": "A/" * 60 + "B"}, ("", "")),
        ({"locale": None, "entities": [{"type": "clientInfo", "locale": 3}]}, ("", "Europe/Madrid")),
    ],
)
def test_locale_and_zone_are_told_or_empty(changes: dict[str, Any], told: tuple[str, str]) -> None:
    found = turn(activity(**changes))
    assert (found.locale, found.zone) == told


def test_ids_of_people_are_lower_case_and_never_an_operator() -> None:
    assert turn(activity(**{"from": {"id": "29:x", "aadObjectId": ANA.upper()}})).actor.id == ANA
    with pytest.raises(MalformedActivity, match=r"aadObjectId"):
        meaning(activity(**{"from": {"id": "29:x", "aadObjectId": "operator:root"}}))
