"""What else people do in Teams: reactions, edits, old cards, attachments, mentions, and words that nobody knows."""

import pytest

from bot.sandbox.connector_client import TeamsClient
from tests.scenario.stage import Stage, first_line, read


async def test_a_message_with_a_value_and_no_text_is_left_alone(stage: Stage, ana: TeamsClient) -> None:
    turned = await ana.send_value({"choice": "1"})
    assert (turned.status, turned.messages) == (200, ())


async def test_a_submit_of_our_own_button_works_as_the_button(stage: Stage, ana: TeamsClient) -> None:
    await stage.say(ana, "hola")
    action = (ana.last.card or {})["actions"][0]
    turned = await ana.send_value(action["data"])
    assert turned.status == 200
    assert first_line(turned.messages[0]).startswith("Unos 212,40 €")


async def test_a_forged_value_is_answered_in_words(stage: Stage, ana: TeamsClient) -> None:
    turned = await ana.send_value({"verb": "request.approve", "r": "1"})
    assert turned.status == 200
    assert [read(message) for message in turned.messages] == [
        "That button does not work any more. Type “help” to see what I can do."
    ]


@pytest.mark.parametrize("added", [True, False])
async def test_a_reaction_is_no_question(stage: Stage, ana: TeamsClient, added: bool) -> None:
    await stage.say(ana, "hola")
    turned = await ana.react(ana.last, added=added)
    assert (turned.status, turned.messages) == (200, ())


async def test_an_edited_or_deleted_message_does_nothing_again(stage: Stage, ana: TeamsClient) -> None:
    await stage.say(ana, "recargar 500")
    own = next(id_ for id_, post in stage.sandbox.teams._deliveries.chats.posts.items() if not post.is_from_bot)
    edited = await ana.edit(own, "recargar 5000")
    assert (edited.status, edited.messages) == (200, ())
    deleted = await ana.withdraw(own)
    assert (deleted.status, deleted.messages) == (200, ())
    assert [str(request.asked.amount) for request in await stage.requests()] == ["500.00"]


async def test_a_picture_is_no_usage_export_and_the_answer_says_what_is(stage: Stage, ana: TeamsClient) -> None:
    turned = await ana.attach("foto.png", b"\x89PNG")
    assert read(turned.messages[0]).startswith("Estoy leyendo foto.png.") or read(turned.messages[0]).startswith(
        "I am reading foto.png."
    )
    await stage.quiet()
    assert "exportación de consumo" in ana.last.text or "usage export" in ana.last.text


async def test_somebody_without_the_right_cannot_drop_files(stage: Stage, eva: TeamsClient) -> None:
    turned = await eva.attach("PSTN.calls.zip", b"PK")
    assert first_line(turned.messages[0]).startswith("No puedes cambiar la configuración de Saldo.")


async def test_a_mention_alone_is_answered_in_private(stage: Stage, luis: TeamsClient) -> None:
    turned = await stage.say(luis, "@Saldo", where="groupChat")
    assert [message.text for message in turned.messages if message.scope != "personal"] == ["Te respondí en privado."]


async def test_a_mention_of_somebody_else_beside_ours_is_theirs(stage: Stage, ana: TeamsClient) -> None:
    turned = await stage.say(ana, "@Saldo asignar licencia a @Eva Ruiz", where="channel")
    (private,) = [message for message in turned.messages if message.scope == "personal"]
    assert first_line(private).startswith("Eva Ruiz puede recibir la licencia.")


@pytest.mark.parametrize(
    ("said", "nearest"),
    [
        ("blabla foo", "help"),
        ("xyzzy", "help"),
        ("🤷", "help"),
    ],
)
async def test_what_nobody_understands_gets_the_nearest_suggestion(
    stage: Stage, ana: TeamsClient, said: str, nearest: str
) -> None:
    drawn = await stage.ask(ana, said)
    assert f"“{nearest}”" in drawn or f"«{nearest}»" in drawn
    assert ana.last.buttons[0] == nearest


async def test_a_typing_mistake_is_mended(stage: Stage, ana: TeamsClient) -> None:
    assert (await stage.ask(ana, "slado por favr")).startswith("Unos 212,40 €")


async def test_a_suggestion_can_be_pressed(stage: Stage, ana: TeamsClient) -> None:
    await stage.say(ana, "blabla foo")
    pressed = await stage.press(ana, ana.last.buttons[0])
    assert pressed.messages


async def test_a_very_long_message_is_answered(stage: Stage, ana: TeamsClient) -> None:
    turned = await stage.say(ana, "saldo " * 3_000)
    assert turned.status == 200
    assert len(turned.messages) == 1


@pytest.mark.parametrize("said", ["gracias", "thanks!", "no", "ok", "hola", "hello"])
async def test_small_talk_gets_a_short_answer(stage: Stage, ana: TeamsClient, said: str) -> None:
    turned = await stage.say(ana, said)
    assert len(turned.messages) == 1
    assert await stage.requests() == []


async def test_help_offers_everybody_what_they_may_do(
    stage: Stage, ana: TeamsClient, eva: TeamsClient, carmen: TeamsClient
) -> None:
    assert "recargar 500" in await stage.ask(ana, "ayuda")
    for person in (eva, carmen):
        said = await stage.ask(person, "ayuda")
        assert "recargar 500" not in said
        assert "necesito una licencia: " in said
        assert "asignar licencia a Ana" not in said
    assert "saldo:" in await stage.ask(carmen, "ayuda")


async def test_markup_in_what_people_write_stays_text(stage: Stage, ana: TeamsClient, carmen: TeamsClient) -> None:
    await stage.say(ana, "recargar")
    await stage.press(
        ana, "Continuar", inputs={"amount": "500", "reason": "<at>Luis</at> [pulsa](https://x.example)"}
    )
    await stage.press(ana, "Enviar")
    texts = str(carmen.last.card)
    assert "<at>" not in texts
    assert "](https" not in texts.replace("\\\\](", "").replace("\\](", "")
