"""First lines, word by word where they were agreed, and what a locked phone may show."""

import re
from dataclasses import replace
from datetime import date

import pytest
from babel.messages.pofile import read_po

from bot.domain.alerts import Level
from bot.domain.people import Role
from bot.domain.policy import Band
from bot.domain.requests import State
from bot.locale.catalogue import po_files
from bot.ports.turn import Card
from cards.approvers import Approvers
from cards.balance import BalanceValues, Wallet, balance_card, balance_line
from cards.balance_chart import MOST_POINTS, balance_chart
from cards.proposal import ProposalValues, proposal_line
from cards.request import request_card
from cards.request_values import RequestValues, Told, Viewer
from cards.state_word import StateWordValues, state_word_line
from cards.which_amount import Reading, WhichAmountValues, which_amount_card
from tests.cards.request_samples import APPROVED, CARMEN, LUIS, recharge, seen
from tests.cards.samples import BUTTONS, CARMEN_AND_LUIS, LOW, READERS, eur

ES, EN = READERS["es"], READERS["en"]
PROPOSAL = ProposalValues("r1", 1, eur("1500"), CARMEN_AND_LUIS, date(2027, 2, 9))


def told(text: str) -> str:
    """Babel's no-break spaces as ordinary ones."""
    return text.replace("\xa0", " ").replace("\u202f", " ")


def buttons_of(card: Card) -> list[str]:
    return [told(action["title"]) for action in card.get("actions", [])]


@pytest.mark.parametrize(
    ("wants", "english", "spanish"),
    [
        (Band(), "", ""),
        (Band(None, 2), "It takes 2 approvals.", "Hacen falta 2 aprobaciones."),
        (
            Band(None, 2, needs_finance=True),
            "It takes 2 approvals, one of them of finance.",
            "Hacen falta 2 aprobaciones, una de ellas de finanzas.",
        ),
        (
            Band(None, 1, needs_finance=True),
            "It takes the approval of somebody of finance.",
            "Hace falta la aprobación de alguien de finanzas.",
        ),
    ],
)
def test_a_proposal_says_what_its_band_asks_for_before_it_is_sent(wants: Band, english: str, spanish: str) -> None:
    plain, banded = proposal_line(PROPOSAL, EN), proposal_line(replace(PROPOSAL, wants=wants), EN)
    assert banded == f"{plain} {english}".strip()
    assert proposal_line(replace(PROPOSAL, wants=wants), ES).endswith(spanish)


def test_a_proposal_that_lasts_until_it_expires_names_the_year() -> None:
    until = date(2027, 11, 22)
    much = replace(PROPOSAL, lasts_until=until, forfeited=(eur("120"), until))
    assert "would last until Nov 22, 2027." in proposal_line(much, EN)
    assert "duraría hasta el 22 nov 2027." in proposal_line(much, ES)


def test_a_proposal_that_lacks_approvers_says_so_once() -> None:
    wants = Band(None, 2, needs_finance=True)
    short = replace(PROPOSAL, approvers=Approvers(("Luis",), needed=2), wants=wants)
    assert proposal_line(short, EN) == proposal_line(replace(short, wants=Band()), EN)
    no_finance = replace(PROPOSAL, approvers=Approvers(("Luis", "Eva"), finance_missing=True), wants=wants)
    assert proposal_line(no_finance, EN).endswith("and nobody is. It takes 2 approvals.")


def test_a_balance_says_as_of_when_how_late_and_when_it_was_checked() -> None:
    line = "Unos 212,40 € al 20 nov; las llamadas tardan hasta 48 h; comprobado hace 9 días."
    assert told(balance_line(LOW, ES)) == line
    assert told(balance_line(LOW, EN)) == (
        "About €212.40 on Nov 20; calls take up to 48 h to show; checked 9 days ago."
    )


def test_a_day_is_one_day() -> None:
    assert balance_line(replace(LOW, checked_days_ago=1), ES).endswith("comprobado hace 1 día.")
    assert balance_line(replace(LOW, checked_days_ago=1), EN).endswith("checked 1 day ago.")


def test_without_usage_a_balance_is_an_upper_bound_and_never_zero() -> None:
    line = told(balance_line(replace(LOW, usage_through=None, checked_days_ago=None), ES))
    assert line.startswith("Como mucho 212,40 € al 20 nov: no se ha importado ningún consumo")
    assert line.endswith("Nunca comprobado con el centro de administración.")


def test_without_anything_a_balance_is_unknown_and_never_zero() -> None:
    card = balance_card(BalanceValues(date(2026, 11, 20), ()), ES, BUTTONS)
    assert "0" not in card["speak"]
    assert buttons_of(card) == ["Configurar"]


def test_a_channel_hears_the_state_word_alone() -> None:
    assert state_word_line(StateWordValues(Level.LOW), ES) == "Bajo. Te envié las cifras en privado."
    assert state_word_line(StateWordValues(Level.LOW), EN) == "Low. I sent you the figures in private."
    heard = " ".join(state_word_line(StateWordValues(level), EN) for level in Level)
    assert not any(character.isdigit() for character in heard)


def test_a_number_with_two_readings_is_asked_about() -> None:
    readings = (Reading(eur("1500"), "mil quinientos"), Reading(eur("1.5"), "uno y medio"))
    card = which_amount_card(WhichAmountValues("r1", readings), ES, BUTTONS)
    assert told(card["speak"]) == "¿Mil quinientos (1.500,00 €) o uno y medio (1,50 €)?"
    assert buttons_of(card) == ["1.500,00 €", "1,50 €"]
    assert [action["data"]["amount"] for action in card["actions"]] == ["1500.00", "1.50"]


def test_a_proposal_says_how_long_it_lasts_and_who_approves() -> None:
    assert told(proposal_line(PROPOSAL, ES)) == (
        "Con 1.500,00 € el saldo duraría hasta el 9 feb. Aprueban Carmen y Luis. Grace no tiene Saldo instalado."
    )
    assert told(proposal_line(PROPOSAL, EN)) == (
        "With €1,500.00 the balance would last until Feb 9. Carmen and Luis can approve. "
        "Grace does not have Saldo installed."
    )


@pytest.mark.parametrize(
    ("approvers", "spanish"),
    [
        (Approvers(("Luis",)), "Aprueba Luis."),
        (
            Approvers((), ("Grace", "Omar")),
            "Todavía no se puede avisar a nadie que pueda aprobar. Grace y Omar no tienen Saldo instalado.",
        ),
        (Approvers(), "Nadie más puede aprobarlo. Nombra aprobadores en la configuración."),
        (
            Approvers(missing_permission="RoleManagement.Read.Directory"),
            (
                "Microsoft Graph no me ha concedido RoleManagement.Read.Directory. "
                "Puede concederlo un administrador global o un administrador de roles con privilegios."
            ),
        ),
        (
            Approvers(unknown=True),
            "Ahora mismo no puedo consultar quién puede aprobar; se lo pediré de todos modos.",
        ),
        (
            Approvers(("Luis",), ("Grace",), dormant=("Omar", "Rosa")),
            "Aprueba Luis. Omar y Rosa pueden aprobar si antes activan sus roles. Grace no tiene Saldo instalado.",
        ),
    ],
)
def test_who_can_approve_is_said_for_one_for_several_and_for_nobody(approvers: Approvers, spanish: str) -> None:
    assert proposal_line(replace(PROPOSAL, approvers=approvers), ES).endswith(spanish)


def test_after_ones_own_approval_the_card_says_that_it_is_on_record() -> None:
    pending = replace(recharge(State.PENDING), decisions=(APPROVED,))
    values = RequestValues(pending, Viewer.APPROVER, CARMEN)
    card = request_card(values, ES, BUTTONS)
    assert card["speak"] == "Tu aprobación consta."
    assert buttons_of(card) == ["Retirar mi aprobación", "Historial"]
    assert request_card(values, EN, BUTTONS)["speak"] == "Your approval is on record."


def test_an_approval_by_one_leaves_the_buttons_of_another() -> None:
    pending = replace(recharge(State.PENDING), decisions=(APPROVED,))
    card = request_card(RequestValues(pending, Viewer.APPROVER, LUIS), ES, BUTTONS)
    assert buttons_of(card) == [
        "Aprobar",
        "Rechazar",
        "Pedir más datos",
        "Comentar",
        "Pedírselo a otra persona",
        "Historial",
    ]


def test_a_role_that_is_only_eligible_is_named_and_the_buttons_stay() -> None:
    values = replace(seen(recharge(State.PENDING), Viewer.APPROVER), inactive_role=Role.GLOBAL_ADMINISTRATOR)
    card = request_card(values, EN, BUTTONS)
    assert card["speak"] == (
        "Nothing has changed: your role Global Administrator is eligible but not active. "
        "Activate your role, then press again."
    )
    assert buttons_of(card)[:2] == ["Approve", "Reject"]


def test_what_is_approved_is_what_a_phone_shows_first() -> None:
    card = request_card(seen(recharge(State.PENDING), Viewer.APPROVER), EN, BUTTONS)
    assert told(card["speak"]) == "Ana Torres asks for your approval: recharge €1,500.00."
    first = next(part for part in card["body"] if part["type"] == "FactSet")
    names = [fact["title"] for fact in first["facts"]]
    assert names[:5] == ["Amount", "Balance after", "Would run out on", "Requested by", "Reason"]


def test_on_a_phone_the_chart_comes_last_and_what_was_said_before_it() -> None:
    request = replace(recharge(State.PENDING), decisions=(APPROVED,))
    values = replace(seen(request, Viewer.APPROVER), wants=Band(None, 2), asked=("Eva Ruiz",), behalf="Omar Haddad")
    card = request_card(values, EN, BUTTONS)
    assert [part["type"] for part in card["body"]] == ["TextBlock", "FactSet", "Input.Text", "Chart.Line"]
    assert [fact["title"] for fact in card["body"][1]["facts"]][5:] == [
        "PO number",
        "Approvals",
        "Decisions",
        "Also asked",
        "You decide for",
        "Created",
    ]
    assert card["body"][1]["facts"][6]["value"] == "1 of 2"


def test_whoever_is_asked_once_more_reads_the_sum_on_the_button_and_can_go_back() -> None:
    values = replace(seen(recharge(State.PENDING), Viewer.APPROVER), confirm=True, typed="fine")
    card = request_card(values, ES, BUTTONS)
    assert told(card["speak"]).startswith("1.500,00 € supera lo que decide un solo aprobador")
    assert buttons_of(card) == ["Sí, aprobar 1.500,00 €", "Volver"]
    assert card["actions"][0]["data"]["comment"] == "fine"
    assert "Input." not in str(card)  # what they said already rides along
    assert "refresh" not in card  # a fresh one would take its place


def test_only_a_card_that_may_still_change_asks_for_a_fresh_one_unless_many_look_at_it() -> None:
    for viewer, ids in ((Viewer.ANYBODY, ["29:carmen", "29:luis"]), (Viewer.APPROVER, ["29:own"])):
        open_, closed = (seen(recharge(state), viewer) for state in (State.PENDING, State.DONE))
        assert request_card(open_, EN, BUTTONS)["refresh"]["userIds"] == ids
        assert ("refresh" in request_card(closed, EN, BUTTONS)) is (viewer is Viewer.ANYBODY)


@pytest.mark.parametrize("told", list(Told))
def test_what_was_just_done_is_not_replaced_by_a_fresh_card(told: Told) -> None:
    values = replace(seen(recharge(State.PENDING), Viewer.APPROVER), told=told)
    assert "refresh" not in request_card(values, EN, BUTTONS)


def test_a_line_needs_two_days_and_draws_no_more_than_a_phone_shows() -> None:
    history = Wallet(eur("1"), Level.OK).history
    assert balance_chart(history, EN) is None
    days = tuple((date(2026, 1, day), eur(str(100 - day))) for day in range(1, 32))
    chart = balance_chart(days, EN)
    assert chart is not None
    points = chart.render()["data"][0]["values"]
    assert len(points) <= MOST_POINTS
    assert points[-1] == {"x": "2026-01-31", "y": 69.0}


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_locked_phone_shows_one_line_and_never_a_sum(language: str) -> None:
    path = next(path for path in po_files(language) if path.stem == "cards")
    with path.open("rb") as file:
        texts = [str(message.string) for message in read_po(file) if str(message.id).startswith("lock.")]
    assert len(texts) >= 6
    for text in texts:
        assert text.startswith("Saldo")
        assert set(re.findall(r"\{(\w+)\}", text)) <= {"name"}
        assert "\n" not in text
    assert READERS[language].text("lock.approval", name="Ana") in {
        "Saldo: Ana te pide una aprobación",
        "Saldo: Ana asks for your approval",
    }
