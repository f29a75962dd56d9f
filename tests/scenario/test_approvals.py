"""The approver's whole path in the terminal client, as plain text, in both languages: two approvers, a question and
its answer, an edit, approvals that are asked for once more, one taken back, and the order."""

import io

import pytest

from bot.domain.requests import Saying, State
from bot.domain.settings import NamedPerson
from bot.sandbox.connector_client import TeamsClient
from bot.sandbox.terminal import chat
from bot.sandbox.terminal_screen import PipeScreen
from tests.scenario.stage import Stage, first_line, flat

ENGLISH = """\
/locale en-US
requests
/as Carmen
/locale en-US
requests
/as Ana
/locale en-US
recharge 3000
(Send)
/as Luis
/locale en-US
(Ask for more)
What is it for?
/as Ana
/locale en-US
(Answer)
The campaign.
(Edit)
(Change it)
2,500.00
Q1 campaign

/as Luis
/locale en-US
(Approve)
fine
(Yes)
(Take back)
(Approve)

(Yes)
/as Carmen
/locale en-US
(Approve)

(Yes)
/as Ana
/locale en-US
requests
"""
ENGLISH_LINES = [
    "Ana: recharge 3000",
    "Saldo: Your request is waiting for 2 approvals: Carmen and Luis can give them.",
    "(Luis’s phone) Saldo: Ana asks for your approval",
    "> /as Luis",
    "  Ana Torres asks for your approval: recharge €3,000.00.",
    "  Amount:           €3,000.00",
    "  Balance after:    €3,212.40",
    "  Would run out on: Apr 22, 2027",
    "  Requested by:     Ana Torres",
    "  Approvals:        0 of 2",
    "  Also asked:       Carmen Soler",
    "  Comment or question: ____",
    "  Oct 24 – Nov 22",
    "  [1 Approve] [2 Reject] [3 Ask for more] [4 Comment] [5 Ask somebody else] [6 History]",
    "Saldo: Your question was sent; the request stays open.",
    "(Ana’s phone) Saldo: somebody wants to know more about your request",
    "> /as Ana",
    "  Somebody who decides wants to know more. Please answer.",
    "  Luis Vega asks: “What is it for?”",
    "  Your answer: ____",
    "  [1 Answer] [2 Edit] [3 Withdraw] [4 Remind] [5 Ask somebody else] [6 History]",
    "Saldo: Your answer was sent.",
    "(Luis’s phone) Saldo: Ana answered your question",
    "Saldo: What should be recharged instead?",
    "  It goes back to those who approve it: approvals given so far no longer count.",
    "  [1 Change it] [2 Back]",
    "Saldo: Your request was changed; it is approved anew.",
    "  Amount:           €2,500.00",
    "(Luis’s phone) Saldo: Ana asks for your approval",
    "> /as Luis",
    "  Changed:          Amount: €3,000.00 → €2,500.00; Reason: nothing → “Q1 campaign”",
    "  Ana Torres answers: “The campaign.”",
    "Luis: (Approve)",
    "Saldo: €2,500.00 is above what one approver decides alone. Do you approve it?",
    "  [1 Yes, approve €2,500.00] [2 Back]",
    "Saldo: Your approval is on record.",
    "  Approvals:        1 of 2",
    "  Decisions:        Luis Vega approved: “fine”",
    "  [1 Take back] [2 History]",
    "Saldo: Your approval was taken back.",
    "  Approvals:        0 of 2",
    "Luis: (Yes, approve €2,500.00)",
    "  Decisions:        Luis Vega approved",
    "> /as Carmen",
    "  Approvals:        1 of 2",
    "Carmen: (Yes, approve €2,500.00)",
    "  Decisions:    Luis Vega approved · Carmen Soler approved",
    "(Ana’s phone) Saldo: the recharge has arrived",
    "  Recharge of €2,500.00                [1 Open]",
]

SPANISH = """\
recargar 3000
(Enviar)
/as Luis
(Pedir más datos)
¿Para qué es?
/as Ana
(Responder)
La campaña.
(Editar)
(Cambiarla)
2.500,00
Campaña

/as Luis
(Aprobar)
Adelante
(Sí)
(Retirar mi aprobación)
(Aprobar)

(Sí)
/as Carmen
(Aprobar)

(Sí)
/as Ana
solicitudes
"""
SPANISH_LINES = [
    "Saldo: Tu solicitud espera 2 aprobaciones: pueden darlas Carmen y Luis.",
    "(Teléfono de Luis) Saldo: Ana te pide una aprobación",
    "> /as Luis",
    "  Ana Torres te pide una aprobación: recargar 3.000,00 €.",
    "  Importe:            3.000,00 €",
    "  Saldo después:      3.212,40 €",
    "  Se agotaría el:     22 abr 2027",
    "  Solicitante:        Ana Torres",
    "  Aprobaciones:       0 de 2",
    "  También lo deciden: Carmen Soler",
    "  Comentario o pregunta: ____",
    "  24 oct – 22 nov",
    "  [1 Aprobar] [2 Rechazar] [3 Pedir más datos] [4 Comentar] [5 Pedírselo a otra persona] [6 Historial]",
    "Saldo: Tu pregunta se ha enviado; la solicitud sigue abierta.",
    "(Teléfono de Ana) Saldo: alguien quiere saber más sobre tu solicitud",
    "> /as Ana",
    "  Quien decide quiere saber más. Responde, por favor.",
    "  Luis Vega pregunta: «¿Para qué es?»",
    "  Tu respuesta: ____",
    "  [1 Responder] [2 Editar] [3 Retirar] [4 Recordar] [5 Pedírselo a otra persona] [6 Historial]",
    "Saldo: Tu respuesta se ha enviado.",
    "(Teléfono de Luis) Saldo: Ana respondió a tu pregunta",
    "Saldo: ¿Qué hay que recargar en su lugar?",
    "  Vuelve a quienes la aprueban: las aprobaciones dadas hasta ahora dejan de contar.",
    "Saldo: Tu solicitud ha cambiado; se aprueba de nuevo.",
    "  Importe:        2.500,00 €",
    "> /as Luis",
    "  Cambiado:           Importe: 3.000,00 € → 2.500,00 €; Motivo: nada → «Campaña»",
    "  Ana Torres responde: «La campaña.»",
    "Saldo: 2.500,00 € supera lo que decide un solo aprobador. ¿Lo apruebas?",
    "  [1 Sí, aprobar 2.500,00 €] [2 Volver]",
    "Saldo: Tu aprobación consta.",
    "  Aprobaciones:       1 de 2",
    "  Decisiones:         Luis Vega aprobó: «Adelante»",
    "  [1 Retirar mi aprobación] [2 Historial]",
    "Saldo: Tu aprobación queda retirada.",
    "  Aprobaciones:       0 de 2",
    "Luis: (Sí, aprobar 2.500,00 €)",
    "> /as Carmen",
    "  Aprobaciones:   1 de 2",
    "Carmen: (Sí, aprobar 2.500,00 €)",
    "(Teléfono de Ana) Saldo: la recarga ha llegado",
    "  Recarga de 2.500,00 €               [1 Abrir]",
]


async def played(stage: Stage, name: str, script: str) -> list[str]:
    out = io.StringIO()
    screen = PipeScreen(io.StringIO(script), out)
    await chat(stage.sandbox.teams.url, name, screen)
    screen.close()
    return flat(out.getvalue()).splitlines()


def first_missing(wanted: list[str], lines: list[str]) -> tuple[str, list[str]] | None:
    """The first of `wanted` that does not follow in `lines`, and what stands there instead."""
    rest = list(lines)
    for line in wanted:
        if line not in rest:
            return line, rest
        rest = rest[rest.index(line) + 1 :]
    return None


@pytest.mark.parametrize(
    ("name", "script", "wanted"), [("luis", ENGLISH, ENGLISH_LINES), ("ana", SPANISH, SPANISH_LINES)]
)
async def test_the_approvers_whole_path_reads_as_plain_text(
    stage: Stage, name: str, script: str, wanted: list[str]
) -> None:
    assert first_missing(wanted, await played(stage, name, script)) is None
    request = await stage.request()
    assert (request.state, request.revision) == (State.DONE, 2)
    assert [remark.saying for remark in request.remarks] == [Saying.QUESTION, Saying.ANSWER]
    assert [(voice.name, voice.void) for voice in request.decisions] == [
        ("Luis Vega", True),
        ("Luis Vega", False),
        ("Carmen Soler", False),
    ]
    assert len(await stage.orders()) == 1
    assert await stage.available() == "2712.40"


async def test_where_many_see_a_request_each_sees_their_own_card_in_their_language(
    stage: Stage, ana: TeamsClient, carmen: TeamsClient, luis: TeamsClient, tom: TeamsClient
) -> None:
    await stage.say(luis, "requests")
    await stage.say(ana, "recargar 500")
    await stage.press(ana, "Enviar")
    turned = await stage.say(ana, "@Saldo solicitudes", where="channel")
    shared = next(message for message in turned.messages if message.scope == "channel" and message.card)
    assert first_line(shared) == "Una solicitud de Ana Torres espera aprobación."
    assert "500" not in shared.drawn

    seen = {who.person.person.short_name: await who.refresh(shared.id) for who in (ana, carmen, luis, tom)}
    assert seen["Ana"].buttons[:2] == ("Editar", "Retirar")
    assert seen["Carmen"].buttons[:2] == ("Aprobar", "Rechazar")
    assert seen["Luis"].buttons[:2] == ("Approve", "Reject")
    assert "500" not in seen["Tom"].drawn
    assert seen["Tom"].buttons == ()

    pressed = await stage.press(luis, "Approve", message=seen["Luis"])
    assert pressed.answers[0].card is not None
    assert first_line(await luis.refresh(shared.id)) == "The recharge arrived: €500.00 credited."
    assert first_line(await tom.refresh(shared.id)) == "Una solicitud de Ana Torres está hecha."
    assert first_line(await carmen.refresh(shared.id)) == "La recarga llegó: 500,00 € abonados."
    assert len(await stage.orders()) == 1


async def test_a_voice_is_handed_on_for_a_time_and_both_are_named(
    stage: Stage, luis: TeamsClient, eva: TeamsClient, ana: TeamsClient
) -> None:
    await eva.install()
    await stage.say(luis, "delegar en Eva hasta el viernes")
    assert first_line(luis.last) == "Eva Ruiz decidiría en tu lugar hasta el final del 27 nov 2026."
    await stage.press(luis, "Delegar")
    await stage.say(ana, "recargar 500")
    await stage.press(ana, "Enviar")
    assert "Decides por:" in eva.last.drawn
    await stage.press(eva, "Aprobar")
    (voice,) = (await stage.request()).approvals
    assert (voice.name, voice.behalf) == ("Eva Ruiz", NamedPerson(luis.person.id, "Luis Vega"))
    assert "Eva Ruiz por Luis Vega aprobó" in flat(ana.last.drawn)
