"""The mirror of the admin center's auto-recharge: what it is set to, who verified it, and a form to say so. Pure."""

from dataclasses import dataclass

from bot.domain.admin_center import Path
from bot.domain.auto_recharge import Expected, Mirror
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.elements import Action, Choice, Element, InputChoiceSet, InputText, OpenUrl
from cards.expected import expected_line
from cards.page import line, page, remark
from cards.paths import where

ON, OFF = "on", "off"


@dataclass(frozen=True, slots=True)
class AutoRechargeValues:
    """`mirror` None: nobody has told yet. `stale_days`: so long ago it was verified, where that is too long; else 0.
    `expected`: the recharge that is waited for. `must_be_off`: the account is post-paid. `on`, `amount` and `trigger`
    are as they were typed last, and `error` says what was wrong with it, in the reader's language."""

    currency: str
    path: Path
    mirror: Mirror | None = None
    stale_days: int = 0
    expected: Expected | None = None
    may_change: bool = False
    must_be_off: bool = False
    on: str = ""
    amount: str = ""
    trigger: str = ""
    error: str = ""


def auto_recharge_card(values: AutoRechargeValues, reader: Reader, buttons: Buttons) -> Card:
    stands = auto_recharge_line(values.mirror, reader)
    must_be_off = values.must_be_off and (values.mirror is None or values.mirror.on)
    return page(
        reader,
        values.error or stands,
        line(stands) if values.error else None,
        line(reader.plural("auto_recharge.stale", values.stale_days), color="Warning") if values.stale_days else None,
        line(reader.text("auto_recharge.must_be_off"), color="Warning") if must_be_off else None,
        line(expected_line(values.expected, reader)) if values.expected else None,
        *(_inputs(values, reader) if values.may_change else []),
        remark(where(values.path, reader)),
        remark(reader.text("auto_recharge.mirror")),
        actions=_actions(values, reader, buttons),
    )


def auto_recharge_line(mirror: Mirror | None, reader: Reader) -> str:
    """`Auto-recharge is on: €500.00 when the balance is below €100.00, as Ana Torres verified on Nov 20, 2026.`"""
    if mirror is None:
        return reader.text("auto_recharge.unknown")
    day = reader.full_day(mirror.verified_at.astimezone(reader.zone).date())
    name = mirror.verified_by.name
    if not mirror.on or mirror.amount is None or mirror.trigger is None:
        return reader.text("auto_recharge.off", name=name, day=day)
    return reader.text("auto_recharge.on", amount=mirror.amount, trigger=mirror.trigger, name=name, day=day)


def _inputs(values: AutoRechargeValues, reader: Reader) -> list[Element | None]:
    mirror = values.mirror
    amount = reader.money(mirror.amount) if mirror and mirror.amount else ""
    trigger = reader.money(mirror.trigger) if mirror and mirror.trigger else ""
    stands = OFF if mirror and not mirror.on else ON
    return [
        InputChoiceSet(
            id="on",
            label=reader.text("auto_recharge.switch"),
            choices=[Choice(title=reader.text(f"auto_recharge.switch_{one}"), value=one) for one in (ON, OFF)],
            value=values.on or stands,
            style="expanded",
        ),
        _sum("amount", values.amount or amount, values.currency, reader),
        _sum("trigger", values.trigger or trigger, values.currency, reader),
    ]


def _sum(name: str, value: str, currency: str, reader: Reader) -> InputText:
    label = reader.text(f"auto_recharge.{name}", currency=currency)
    return InputText(id=name, label=label, value=value or None, max_length=40)


def _actions(values: AutoRechargeValues, reader: Reader, buttons: Buttons) -> list[Action]:
    found: list[Action] = []
    if values.may_change:
        found.append(buttons.press(reader.text("button.save"), Verb.AUTO_RECHARGE_SAVE, style="positive"))
    if values.may_change and values.mirror is not None:
        found.append(buttons.press_only(reader.text("button.still_so"), Verb.AUTO_RECHARGE_SAME))
    if values.expected is not None:
        about = (values.expected.id, values.expected.step)
        found.append(buttons.press(reader.text("button.expected"), Verb.EXPECTED_SHOW, about))
    return [*found, OpenUrl(title=reader.text("button.admin_center"), url=values.path.link)]
