"""Another policy, to be filled in: three bands, caps, clauses, and whom it names for finance. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.policy import MOST_APPROVALS
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.elements import Choice, Element, InputChoiceSet, InputText
from cards.page import page, remark, title

BANDS = 3
LIMITS = tuple(f"limit_{number}" for number in range(1, BANDS))  # the last band has none
APPROVALS = tuple(f"approvals_{number}" for number in range(1, BANDS + 1))
CAPS = ("cap_operation", "cap_day", "cap_month", "cap_fiscal_year", "cap_po")
SUMS = (*CAPS, "standing", "break_glass")
NUMBERS = ("fiscal_year_month", "expires_after_days", "quiet_from", "quiet_until")
_LABELS = {name: f"form_{name}" for name in ("standing", "break_glass", "finance")}  # these tell what empty means
FINANCE_FROM = ("1", "2", "3", "never")  # from which band on


@dataclass(frozen=True, slots=True)
class PolicyFormValues:
    """`fields` are the inputs by id, as texts of the reader's. `version` is that of the policy they were made of.
    `error` is in the reader's language."""

    request_id: str
    version: int
    currency: str
    fields: Mapping[str, str] = field(default_factory=dict)
    error: str = ""


def policy_form_card(values: PolicyFormValues, reader: Reader, buttons: Buttons) -> Card:
    about = (values.request_id, 0)
    return page(
        reader,
        values.error or reader.text("policy.form", currency=values.currency),
        *_bands(values, reader),
        title(reader.text("policy.form_caps")),
        *(_sum(name, values, reader) for name in CAPS),
        title(reader.text("policy.clauses")),
        *(_sum(name, values, reader) for name in ("standing", "break_glass")),
        title(reader.text("policy.rest")),
        _text("finance", values, reader, most=1_000),
        _number_choice("license_approvals", values, reader),
        *(_text(name, values, reader, most=4) for name in NUMBERS),
        remark(reader.text("policy.needs_approval")),
        actions=[
            buttons.press(
                reader.text("button.policy_ask"),
                Verb.POLICY_ASK,
                about,
                args={"version": str(values.version)},
                style="positive",
            ),
            buttons.press_only(reader.text("button.policy"), Verb.POLICY_SHOW),
        ],
    )


def _bands(values: PolicyFormValues, reader: Reader) -> list[Element]:
    parts: list[Element] = []
    for number, approvals in enumerate(APPROVALS):
        if number < len(LIMITS):
            parts.append(_sum(LIMITS[number], values, reader))
        parts.append(_number_choice(approvals, values, reader))
    choices = [Choice(title=reader.text(f"policy.finance_{at}"), value=at) for at in FINANCE_FROM]
    told = InputChoiceSet(
        id="finance_from",
        label=reader.text("policy.finance_from"),
        choices=choices,
        style="compact",
        value=values.fields.get("finance_from", "never"),
    )
    return [*parts, told]


def _sum(name: str, values: PolicyFormValues, reader: Reader) -> Element:
    return InputText(
        id=name,
        label=reader.text(f"policy.{_LABELS.get(name, name)}", currency=values.currency),
        value=values.fields.get(name) or None,
        max_length=40,
    )


def _text(name: str, values: PolicyFormValues, reader: Reader, *, most: int) -> Element:
    return InputText(
        id=name,
        label=reader.text(f"policy.{_LABELS.get(name, name)}"),
        value=values.fields.get(name) or None,
        max_length=most,
    )


def _number_choice(name: str, values: PolicyFormValues, reader: Reader) -> Element:
    numbers = range(1, MOST_APPROVALS + 1)
    return InputChoiceSet(
        id=name,
        label=reader.text(f"policy.{name}"),
        choices=[Choice(title=reader.plural("policy.approvals", one), value=str(one)) for one in numbers],
        style="compact",
        value=values.fields.get(name, "1"),
    )
