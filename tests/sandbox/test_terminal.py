"""The terminal chat, scripted: what a reader of its transcript sees."""

import io
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.ports.turn import Scope
from bot.sandbox.connector import SandboxTeams
from bot.sandbox.connector_chats import personal_id
from bot.sandbox.levers import Levers
from bot.sandbox.terminal import FINE, GONE, NOBODY, chat
from bot.sandbox.terminal_screen import PipeScreen
from bot.sandbox.world import SandboxPerson, World
from tests.sandbox.teams_bot import TeamsBot, button, card, message, shows

Talk = Callable[..., Awaitable[str]]
CARMEN = World().by_name("carmen")

FORM = card(
    {"type": "TextBlock", "text": "Recarga", "weight": "Bolder"},
    {
        "type": "Input.Text",
        "id": "amount",
        "label": "Importe",
        "value": "500",
        "isRequired": True,
        "errorMessage": "Escribe un importe.",
        "regex": r"\d+",
    },
    {"type": "Input.Text", "id": "reason", "label": "Motivo"},
    actions=(button("Enviar", "send"), button("Cancelar", "cancel", associatedInputs="none")),
)
DONE = card({"type": "TextBlock", "text": "Tu aprobación consta."})
NOTICE = message(card(actions=(button("Aprobar"),)), summary="Aprobación", text="Saldo: Ana te pide una aprobación")


@dataclass
class Machine:
    """What the levers moved."""

    moved: list[Any] = field(default_factory=list)
    settled: int = 0
    job: Callable[[], Awaitable[None]] | None = None

    def levers(self) -> Levers:
        return Levers(self.settle, self.clock, self.card, self.roles, self.installed)

    async def settle(self) -> None:
        self.settled += 1
        if self.job is not None:
            await self.job()

    async def clock(self, step: timedelta) -> datetime:
        self.moved.append(step)
        return datetime(2026, 11, 22, 9, tzinfo=UTC) + step

    async def card(self, expired: bool) -> None:
        self.moved.append(("card", expired))

    async def roles(self, person: SandboxPerson, active: bool) -> tuple[str, ...]:
        self.moved.append((person.name, active))
        return ("Global Administrator",)

    async def installed(self, person: SandboxPerson, installed: bool) -> None:
        self.moved.append((person.name, installed))


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def teams_levers(machine: Machine) -> Levers:
    return machine.levers()


async def said(teams: SandboxTeams, name: str, *lines: str, locale: str = "", where: Scope = Scope.PERSONAL) -> str:
    out = io.StringIO()
    screen = PipeScreen(io.StringIO("".join(f"{line}\n" for line in lines)), out)
    assert await chat(teams.url, name, screen, locale=locale, where=where) == FINE
    screen.close()
    return out.getvalue()


def answers(bot: TeamsBot, **sent: Any) -> None:
    """`recargar=FORM`: a text is answered with a card or a message; `send=…` a pressed verb with a card."""

    async def answer(activity: dict[str, Any]) -> Any:
        if activity["type"] == "invoke":
            told = sent.get(activity["value"]["action"]["verb"])
            return shows(told) if told else {"statusCode": 200, "type": "x/y", "value": 1}
        if activity["type"] == "message" and activity["text"].split(" ")[-1] in sent:
            told = sent[activity["text"].split(" ")[-1]]
            await bot.reply(activity, told if told["type"] == "message" else message(told))
        return None

    bot.answer = answer


async def test_a_conversation_reads_as_a_transcript(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    quick = {"actions": [{"type": "imBack", "title": "Sí", "value": "sí"}]}
    answers(teams_bot, recargar=FORM, send=DONE, hola=message(text="**¡Hola!**", suggestedActions=quick))
    script = ("hola", "recargar", "1", "nada", "600", "viaje", "(cancelar)", "2")
    assert await said(teams, "ana", *script) == (
        "Ana: hola\n"
        "Saldo: ¡Hola!\n"
        "  [1 sí]\n"
        "Ana: recargar\n"
        "Saldo: Recarga\n"
        "  Importe*: 500\n"
        "  Motivo: ____\n"
        "  [1 Enviar] [2 Cancelar]\n"
        "Ana: (Enviar)\n"
        "  Importe* [500]: nada\n"
        "  Escribe un importe.\n"
        "  Importe* [500]: 600\n"
        "  Motivo: viaje\n"
        "Saldo: Tu aprobación consta.\n"
        "Ana: (Cancelar)\n"
        "Teams mostraría: «Algo ha ido mal. Inténtalo de nuevo». (type 'x/y' with a value that does not fit)\n"
        "Ana: (Cancelar)\n"
        "Teams mostraría: «Algo ha ido mal. Inténtalo de nuevo». (type 'x/y' with a value that does not fit)\n"
    )
    sent = teams_bot.heard[2]["value"]["action"]["data"]
    assert sent == {"amount": "600", "reason": "viaje"}


async def test_a_quick_reply_is_said_and_an_empty_line_keeps_the_default(
    teams: SandboxTeams, teams_bot: TeamsBot
) -> None:
    quick = {"actions": [{"type": "imBack", "title": "Sí", "value": "recargar"}]}
    answers(teams_bot, hola=message(text="¿Más?", suggestedActions=quick), recargar=FORM, send=DONE)
    await said(teams, "ana", "hola", "1", "1", "", "")
    assert teams_bot.heard[1]["text"] == "recargar"
    assert teams_bot.heard[2]["value"]["action"]["data"] == {"amount": "500", "reason": ""}


async def test_a_number_that_is_no_button_is_said(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    await said(teams, "ana", "1", "(nada)", "500")
    assert [heard["text"] for heard in teams_bot.heard] == ["1", "(nada)", "500"]


async def test_a_form_is_left_by_a_command_or_by_the_end(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    answers(teams_bot, recargar=FORM)
    text = await said(teams, "ana", "recargar", "1", "/in group", "1")
    assert "No se ha enviado nada.\n> /in group\nEscribes en Finanzas." in text
    assert text.endswith("No se ha enviado nada.\n")
    assert len(teams_bot.heard) == 1


async def test_messages_for_others_show_as_their_locked_phone_and_wait_for_them(
    teams: SandboxTeams, teams_bot: TeamsBot
) -> None:
    assert CARMEN is not None
    chat_url = f"{teams.url}v3/conversations/{personal_id(CARMEN)}/activities"

    async def answer(activity: dict[str, Any]) -> Any:
        if activity["type"] == "invoke":
            return shows(DONE)
        await teams_bot.call("POST", chat_url, NOTICE)
        await teams_bot.reply(activity, message(text="Enviado."))
        return None

    teams_bot.answer = answer
    text = await said(teams, "ana", "recargar 500", "/as carmen", "1", "1", "/as Ana", "/as carmen", locale="en-US")
    assert text == (
        "Ana: recargar 500\n"
        "(Carmen’s phone) Saldo: Ana te pide una aprobación\n"
        "Saldo: Enviado.\n"
        "> /as carmen\n"
        "Saldo: Ana te pide una aprobación\n"
        "  Hola\n"
        "  [1 Aprobar]\n"
        "Carmen: (Aprobar)\n"
        "Saldo: Tu aprobación consta.\n"
        "Carmen: (Aprobar)\n"
        "Saldo: Tu aprobación consta.\n"
        "> /as Ana\n"
        "> /as carmen\n"
    )


async def test_what_others_asked_for_rings_no_phone(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    async def answer(activity: dict[str, Any]) -> None:
        if activity["text"] == "hola":
            await teams.client("carmen").say("saldo")
        await teams_bot.reply(activity, message(text="Bien."))

    teams_bot.answer = answer
    assert await said(teams, "ana", "hola") == "Ana: hola\nSaldo: Bien.\n"


async def test_somebody_arrives_at_what_they_have_not_seen_or_at_their_last_message(
    teams: SandboxTeams, teams_bot: TeamsBot
) -> None:
    assert CARMEN is not None
    url = f"{teams.url}v3/conversations/{personal_id(CARMEN)}/activities"
    await teams_bot.call("POST", url, NOTICE)
    await teams_bot.call("POST", url, message(text="Y otra cosa."))
    assert (
        await said(teams, "carmen")
        == "Saldo: Ana te pide una aprobación\n  Hola\n  [1 Aprobar]\nSaldo: Y otra cosa.\n"
    )
    assert await said(teams, "carmen") == "Saldo: Y otra cosa.\n"
    assert await said(teams, "eva") == ""


async def test_in_a_channel_people_read_each_other_and_the_bot_wants_to_be_mentioned(
    teams: SandboxTeams, teams_bot: TeamsBot
) -> None:
    answers(teams_bot, saldo=message(text="Bajo. Te envié las cifras en privado."))
    text = await said(teams, "luis", "/in channel", "hola", "@Saldo saldo", "/as ana", "/in personal", "/in luna")
    assert text == (
        "> /in channel\n"
        "Escribes en General. Empieza con @Saldo para que te oiga.\n"
        "Luis (General): hola\n"
        "Saldo no lo ha oído: en canales y grupos, empieza con @Saldo.\n"
        "Luis (General): @Saldo saldo\n"
        "Saldo (General): Bajo. Te envié las cifras en privado.\n"
        "> /as ana\n"
        "Saldo (General): Bajo. Te envié las cifras en privado.\n"
        "> /in personal\n"
        "Escribes en tu chat personal con Saldo.\n"
        "> /in luna\n"
        "Di /in channel, /in group o /in personal.\n"
    )


async def test_what_others_write_in_a_shared_chat_is_seen(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    ana = teams.client("ana")

    async def answer(activity: dict[str, Any]) -> None:
        if activity["conversation"]["conversationType"] == "personal":
            await ana.say("¿alguien?", where="groupChat")

    teams_bot.answer = answer
    assert "Ana (Finanzas): ¿alguien?\n" in await said(teams, "luis", "hola")


async def test_a_card_opens_its_inner_card_and_links_and_toggles_stay_here(
    teams: SandboxTeams, teams_bot: TeamsBot
) -> None:
    comment = {"type": "Input.Text", "id": "comment", "label": "Comentario"}
    inner = {"type": "AdaptiveCard", "body": [comment], "actions": [button("Rechazar", "reject")]}
    hidden = {"type": "TextBlock", "text": "Detalles", "id": "more", "isVisible": False}
    shown = card(
        {"type": "TextBlock", "text": "Petición"},
        hidden,
        actions=(
            {"type": "Action.ShowCard", "title": "Rechazar…", "card": inner},
            {"type": "Action.OpenUrl", "title": "Portal", "url": "https://admin.example/"},
            {"type": "Action.ToggleVisibility", "title": "Más", "targetElements": ["more"]},
        ),
    )
    answers(teams_bot, ver=shown, reject=DONE)
    text = await said(teams, "ana", "ver", "2", "3", "(rechazar…)", "(rechazar)", "no hace falta")
    assert text == (
        "Ana: ver\n"
        "Saldo: Petición\n"
        "  [1 Rechazar…] [2 Portal] [3 Más]\n"
        "Ana: (Portal)\n"
        "https://admin.example/\n"
        "Ana: (Más)\n"
        "Saldo: Petición\n"
        "  Detalles\n"
        "  [1 Rechazar…] [2 Portal] [3 Más]\n"
        "Ana: (Rechazar…)\n"
        "Saldo: Comentario: ____\n"
        "  [1 Rechazar]\n"
        "Ana: (Rechazar)\n"
        "  Comentario: no hace falta\n"
        "Saldo: Tu aprobación consta.\n"
    )
    assert teams_bot.heard[1]["value"]["action"]["data"] == {"comment": "no hace falta"}


async def test_a_form_understands_choices_people_and_switches(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    query = {"type": "Data.Query", "dataset": "graph.microsoft.com/users"}
    plans = [{"title": "Nacional", "value": "dom"}, {"title": "Internacional", "value": "int"}]
    form = card(
        {"type": "Input.ChoiceSet", "id": "plan", "label": "Plan", "choices": plans},
        {"type": "Input.ChoiceSet", "id": "plans", "label": "Planes", "choices": plans, "isMultiSelect": True},
        {"type": "Input.ChoiceSet", "id": "who", "label": "Quién", "choices": [], "choices.data": query},
        {"type": "Input.ChoiceSet", "id": "other", "label": "Otra", "choices": [], "choices.data": query},
        {"type": "Input.Toggle", "id": "now", "label": "Ya", "title": "Ahora mismo", "value": "true"},
        {"type": "Input.Toggle", "id": "later", "label": "Luego", "title": "Más tarde"},
        actions=(button("Enviar", "send"),),
    )
    answers(teams_bot, licencia=form, send=DONE)
    script = ("licencia", "1", "9", "2", "dom, Internacional", "eva", "eva@fabrikam.example", "no", "sí")
    text = await said(teams, "ana", *script)
    assert "  Plan: 9\n  Eso no vale aquí." in text
    assert "    1. Nacional\n    2. Internacional\n" in text
    assert "  Ya [x]: no\n" in text
    eva = World().by_name("eva")
    assert eva is not None
    assert teams_bot.heard[1]["value"]["action"]["data"] == {
        "plan": "int",
        "plans": "dom,int",
        "who": eva.id,
        "other": "eva@fabrikam.example",
        "now": "false",
        "later": "true",
    }


async def test_files_go_to_the_personal_chat(teams: SandboxTeams, teams_bot: TeamsBot, tmp_path: Path) -> None:
    file = tmp_path / "PSTN.calls.csv"
    file.write_bytes(b"UsageId\n")
    text = await said(teams, "ana", f"/attach {file}", "/attach nada.csv", "/in group", f"/attach {file}")
    assert teams_bot.heard[0]["attachments"][-1]["name"] == "PSTN.calls.csv"
    assert "No hay ningún archivo «nada.csv»" in text
    assert "solo entrega archivos a Saldo en el chat personal" in text
    assert len(teams_bot.heard) == 1


async def test_the_sandbox_is_moved_from_the_chat(teams: SandboxTeams, teams_bot: TeamsBot, machine: Machine) -> None:
    text = await said(
        teams,
        "grace",
        "/clock +3d",
        "/clock mañana",
        "/card expired",
        "/card ok",
        "/card",
        "/role on",
        "/role off",
        "/role",
        "/install",
        "hola",
        "/uninstall",
        "hola",
        "/as ana",
        "/role on",
        locale="en-US",
    )
    assert machine.moved == [
        timedelta(days=3),
        ("card", True),
        ("card", False),
        ("Grace Kim", True),
        ("Grace Kim", False),
        ("Grace Kim", True),
        ("Grace Kim", False),
    ]
    assert machine.settled == 8
    assert "It is now" in text
    assert "Say how far: /clock" in text
    assert "The order desk’s card has expired" in text
    assert "Active for Grace: Global Administrator.\n" in text
    assert "Grace has Saldo now.\n" in text
    assert "Grace has no Saldo. /install adds it.\n" in text
    assert text.endswith("Ana no es apto para ningún rol.\n")
    assert sorted({heard["type"] for heard in teams_bot.heard}) == [
        "conversationUpdate",
        "installationUpdate",
        "message",
    ]


async def test_the_chat_tells_who_is_there_and_what_can_be_typed(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    text = await said(teams, "ana", "/who", "/help", "/locale en-US", "/help", "/locale klingon", "/quit", "saldo")
    assert "  Carmen Soler (Finance, es-ES) – tiene Saldo\n" in text
    assert "  Grace Kim (IT, en-US)\n" in text
    assert "personas más sin rol" in text
    assert "/attach ARCHIVO" in text
    assert "Your Teams is now in en-US." in text
    assert "/attach FILE" in text
    assert "Say a language like en-US" in text
    assert teams_bot.heard == []


async def test_names_and_commands_that_nobody_knows_get_the_nearest(teams: SandboxTeams) -> None:
    text = await said(
        teams, "ana", "/as Carmne", "/as Xzqw", "/klock +3d", "/as carmen.soler@contoso-iberica.example"
    )
    assert "Aquí nadie se llama «Carmne». ¿Quizá Carmen Soler" in text
    assert "Aquí nadie se llama «Xzqw». Con /who ves quién hay.\n" in text
    assert "¿Querías decir /clock?\n" in text
    assert text.endswith("> /as carmen.soler@contoso-iberica.example\n")


async def test_a_chat_for_nobody_or_with_no_sandbox_ends_at_once(teams: SandboxTeams) -> None:
    out = io.StringIO()
    assert await chat(teams.url, "nadie", PipeScreen(io.StringIO(), out), locale="es-ES") == NOBODY
    await teams.stop()
    assert await chat(teams.url, "ana", PipeScreen(io.StringIO(), out)) == GONE
    assert "Aquí nadie se llama «nadie»" in out.getvalue()
    assert "No sandbox answers." in out.getvalue()


async def test_nothing_that_moves_the_cursor_reaches_the_screen(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    answers(teams_bot, hola=message(text="a\x1b[2Jb\u202ec"))
    assert await said(teams, "ana", "hola") == "Ana: hola\nSaldo: a[2Jbc\n"


async def test_the_answer_to_a_click_is_read_before_what_a_job_makes_of_the_card(
    teams: SandboxTeams, teams_bot: TeamsBot, machine: Machine
) -> None:
    assert CARMEN is not None
    url = f"{teams.url}v3/conversations/{personal_id(CARMEN)}/activities"
    _, sent = await teams_bot.call("POST", url, NOTICE)
    answers(teams_bot, aprobar=DONE)
    funded = message(
        card({"type": "TextBlock", "text": "La recarga llegó."}), text="Saldo: Ana te pide una aprobación"
    )

    async def job() -> None:
        await teams_bot.call("PUT", f"{url}/{sent['id']}", funded)

    machine.job = job
    text = await said(teams, "carmen", "(Aprobar)", "/as luis", "/as carmen")
    assert text.endswith(
        "Carmen: (Aprobar)\n"
        "Saldo: Tu aprobación consta.\n"
        "Saldo (actualizado): La recarga llegó.\n"
        "> /as luis\n"
        "> /as carmen\n"
    )


async def test_of_several_copies_of_a_card_that_change_alike_one_is_drawn(
    teams: SandboxTeams, teams_bot: TeamsBot, machine: Machine
) -> None:
    assert CARMEN is not None
    url = f"{teams.url}v3/conversations/{personal_id(CARMEN)}/activities"
    copies = [(await teams_bot.call("POST", url, NOTICE))[1]["id"] for _ in range(3)]
    arrived = message(card({"type": "TextBlock", "text": "La recarga llegó."}), text="Saldo: una solicitud")

    async def job() -> None:
        for copy in copies:
            await teams_bot.call("PUT", f"{url}/{copy}", arrived)

    assert (await said(teams, "carmen")).count("Hola") == 3
    machine.job = job
    text = await said(teams, "carmen", "/as luis", "/clock +1h")
    assert text.count("La recarga llegó.") == 0
    copies = [(await teams_bot.call("POST", url, NOTICE))[1]["id"] for _ in range(3)]
    text = await said(teams, "carmen", "/clock +1h")
    assert text.count("(actualizado)") == text.count("La recarga llegó.") == 1


async def test_a_phone_has_shown_what_was_posted_whatever_became_of_it_since(
    teams: SandboxTeams, teams_bot: TeamsBot
) -> None:
    assert CARMEN is not None
    url = f"{teams.url}v3/conversations/{personal_id(CARMEN)}/activities"

    async def answer(activity: dict[str, Any]) -> Any:
        _, sent = await teams_bot.call("POST", url, NOTICE)
        await teams_bot.call("PUT", f"{url}/{sent['id']}", message(text="Saldo: otra cosa"))
        await teams_bot.reply(activity, message(text="Enviado."))

    teams_bot.answer = answer
    text = await said(teams, "ana", "recargar 500", "/as carmen")
    assert "(Teléfono de Carmen) Saldo: Ana te pide una aprobación\n" in text
    assert text.endswith("> /as carmen\nSaldo: otra cosa\n")


async def test_a_command_where_nothing_is_required_sends_the_form_first(
    teams: SandboxTeams, teams_bot: TeamsBot
) -> None:
    comment = {"type": "Input.Text", "id": "comment", "label": "Comentario"}
    ask = {
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": [comment],
        "actions": [{"type": "Action.Execute", "title": "Aprobar", "verb": "approve", "data": {}}],
    }
    answers(teams_bot, solicitudes=ask)
    text = await said(teams, "ana", "solicitudes", "1", "/in group")
    assert "Escribes en Finanzas." in text
    assert "No se ha enviado nada." not in text
    (press,) = [activity for activity in teams_bot.heard if activity["type"] == "invoke"]
    assert press["value"]["action"]["data"]["comment"] == ""
