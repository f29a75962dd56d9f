"""The set-up: four steps, each of which can be skipped and taken up again; and who may do it. Pure."""

from dataclasses import dataclass
from datetime import date

from bot.domain.settings import Progress, Settings, SetupStep
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.elements import Action, Element, FactSet, InputText, OpenUrl
from cards.missing_permission import missing_permission_line
from cards.page import facts, line, page, remark
from cards.setup_steps import account_inputs, approver_inputs, balance_inputs, usage_inputs

SEND = {
    SetupStep.ACCOUNT: Verb.SETUP_ACCOUNT,
    SetupStep.BALANCE: Verb.SETUP_BALANCE,
    SetupStep.APPROVERS: Verb.SETUP_APPROVERS,
}
PROGRESS = {Progress.DONE: "done", Progress.SKIPPED: "skipped_step", None: "open"}


@dataclass(frozen=True, slots=True)
class SetupValues:
    """`step` None: all is done or skipped. `error` says what was wrong with the last entry. For the balance: `today`
    bounds the day on which it was read. For usage: `usage_through` is the last day that is known;
    `missing_permission` and `consent_url` as Graph and the settings tell. For approvers: `groups` are (id, name) to
    choose from, and `request_id` is that of the request which others in the place of those named take."""

    settings: Settings
    step: SetupStep | None
    today: date
    error: str = ""
    usage_through: date | None = None
    missing_permission: str = ""
    consent_url: str = ""
    groups: tuple[tuple[str, str], ...] = ()
    request_id: str = ""


def setup_card(values: SetupValues, reader: Reader, buttons: Buttons) -> Card:
    if values.step is None:
        return _finished(values, reader, buttons)
    number = list(SetupStep).index(values.step) + 1
    question = reader.text(f"setup.{values.step.value}", number=number, of=len(SetupStep))
    return page(
        reader,
        values.error or question,
        line(question) if values.error else None,
        *_inputs(values, values.step, reader),
        _progress(values.settings, reader) if values.settings.steps else None,
        actions=_actions(values, values.step, reader, buttons),
    )


def _finished(values: SetupValues, reader: Reader, buttons: Buttons) -> Card:
    """What was skipped can be taken up from here."""
    skipped = [step for step in SetupStep if values.settings.progress(step) is not Progress.DONE]
    again: list[Action] = [
        buttons.press(reader.text(f"setup.name_{step.value}"), Verb.SETUP_OPEN, args={"step": step.value})
        for step in skipped or SetupStep
    ]
    first = reader.plural("setup.skipped", len(skipped)) if skipped else reader.text("setup.finished")
    show = buttons.press(reader.text("button.balance"), Verb.BALANCE_SHOW, style="positive")
    how = None if skipped else remark(reader.text("setup.again"))
    return page(reader, first, _progress(values.settings, reader), how, actions=[show, *again])


def _progress(settings: Settings, reader: Reader) -> FactSet | None:
    return facts((reader.text(f"setup.name_{step.value}"), _how_far(settings, step, reader)) for step in SetupStep)


def _how_far(settings: Settings, step: SetupStep, reader: Reader) -> str:
    return reader.text(f"setup.{PROGRESS[settings.progress(step)]}")


def _inputs(values: SetupValues, step: SetupStep, reader: Reader) -> list[Element | None]:
    return {
        SetupStep.ACCOUNT: lambda: account_inputs(values.settings, reader),
        SetupStep.BALANCE: lambda: balance_inputs(values.settings, values.today, reader),
        SetupStep.USAGE: lambda: usage_inputs(values.missing_permission, values.usage_through, reader),
        SetupStep.APPROVERS: lambda: approver_inputs(values.settings, values.groups, reader),
    }[step]()


def _actions(values: SetupValues, step: SetupStep, reader: Reader, buttons: Buttons) -> list[Action]:
    skip = buttons.press_only(reader.text("button.skip"), Verb.SETUP_SKIP, args={"step": step.value})
    if step in SEND:
        about = (values.request_id, 0)
        return [buttons.press(reader.text("button.continue"), SEND[step], about, style="positive"), skip]
    check = buttons.press(reader.text("button.check"), Verb.SETUP_USAGE, style="positive")
    if not values.consent_url:
        return [check, skip]
    return [OpenUrl(title=reader.text("button.grant"), url=values.consent_url), check, skip]


@dataclass(frozen=True, slots=True)
class SetupCodeValues:
    """`error` says what was wrong with the code that was typed. `missing_permission` is what keeps roles from being
    read; '' where they were read, and the installer holds none that would do."""

    error: str = ""
    missing_permission: str = ""


def setup_code_card(values: SetupCodeValues, reader: Reader, buttons: Buttons) -> Card:
    """Where no role tells who somebody is: a code from the operator's console proves control of the installation."""
    explained = reader.text("setup.code" if values.missing_permission else "setup.code_no_role")
    missing = values.missing_permission
    return page(
        reader,
        values.error or explained,
        line(explained) if values.error else None,
        line(missing_permission_line(missing, reader)) if missing else None,
        line(reader.text("permission.granted_by")) if missing else None,
        remark(reader.text("setup.code_how")),
        InputText(
            id="code",
            label=reader.text("setup.code_label"),
            is_required=True,
            error_message=reader.text("setup.code_missing"),
            max_length=40,
        ),
        actions=[buttons.press(reader.text("button.continue"), Verb.SETUP_CODE, style="positive")],
    )
