"""Who buys for an organisation whose account is a partner's: shown, and a form to change it. Pure."""

from dataclasses import dataclass

from bot.domain.settings import Partner
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.elements import InputText
from cards.page import line, page, remark


@dataclass(frozen=True, slots=True)
class PartnerValues:
    """`typed` is (name, mail) as they were typed last, where `error` says what was wrong with them."""

    partner: Partner | None
    may_change: bool
    typed: tuple[str, str] = ("", "")
    error: str = ""


def partner_card(values: PartnerValues, reader: Reader, buttons: Buttons) -> Card:
    stands = _line(values, reader)
    save = buttons.press(reader.text("button.save"), Verb.PARTNER_SET, style="positive")
    return page(
        reader,
        values.error or stands,
        line(stands) if values.error else None,
        *(_inputs(values, reader) if values.may_change else []),
        remark(reader.text("partner.what_for")),
        actions=[save] if values.may_change else [],
    )


def _line(values: PartnerValues, reader: Reader) -> str:
    if values.partner is None:
        return reader.text("partner.none")
    return reader.text("partner.line", name=values.partner.name, mail=values.partner.mail)


def _inputs(values: PartnerValues, reader: Reader) -> list[InputText]:
    known = values.partner
    name, mail = values.typed if values.error else (known.name, known.mail) if known else ("", "")
    return [
        InputText(
            id="name",
            label=reader.text("partner.name"),
            value=name or None,
            max_length=100,
            is_required=True,
            error_message=reader.text("partner.name_missing"),
        ),
        InputText(
            id="mail",
            label=reader.text("partner.mail"),
            value=mail or None,
            max_length=254,
            is_required=True,
            error_message=reader.text("partner.mail_missing"),
        ),
    ]
