"""Which sum, which day and which order number a mail is about. What cannot be told for sure is None. No I/O here."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from bot.domain.amounts import Ambiguous, Amount, is_currency, parse_amount
from bot.domain.errors import Refusal
from bot.domain.mail_text import MailText, fold

BEFORE = 48  # characters before a sum that say what it is
_FIGURE = r"\d{1,3}(?:[., ']\d{3}){1,4}(?:[.,]\d{1,2})?|\d{1,12}(?:[.,]\d{1,6})?"
_SIGN = r"US\$|CA\$|A\$|AU\$|NZ\$|MX\$|R\$|[$€£¥]|[A-Z]{3}|euros?|dollars?|d[oó]lares|pesos|pounds?|libras"
_SUM = re.compile(
    rf"(?<![\w.,])(?:(?P<before>{_SIGN}) ?)?(?P<figure>{_FIGURE})(?:[ ]?(?P<after>{_SIGN})(?![\w]))?(?![\d])"
)
_OTHER = re.compile(
    r"balance|saldo|trigger|threshold|umbral|activacion|below|menor|inferior|tax|vat|impuesto|\biva\b|minimum|minimo"
)
_MEANT = re.compile(
    r"amount|importe|recharg|recarga|added|anadi|agrega|credited|abona|charge|cargo|payment|pago|funds"
)


def amount_told(sentences: Sequence[MailText], place: int, wallet: str) -> Amount | Ambiguous | None:
    """The sum of the recharge: one that carries a currency, and is no balance, trigger or tax. The sentence at
    `place` tells what the mail is about."""
    best: tuple[int, Amount | Ambiguous] | None = None
    for number, sentence in enumerate(sentences):
        for score, amount in _sums(sentence.raw, wallet):
            score += 3 * (number == place) + (number == place + 1)
            if best is None or score > best[0]:
                best = score, amount
    return best[1] if best is not None and best[0] > 0 else None


def _sums(raw: str, wallet: str) -> Iterator[tuple[int, Amount | Ambiguous]]:
    for found in _SUM.finditer(raw):
        signs = [sign for sign in (found["before"], found["after"]) if sign and is_currency(sign)]
        amount = _parsed(" ".join([*signs[:1], found["figure"]]), wallet) if signs else None
        if amount is None:
            continue
        before = fold(raw[max(0, found.start() - BEFORE) : found.start()])
        yield 1 + 2 * bool(_MEANT.search(before)) - 4 * _is_other(before), amount


def _is_other(before: str) -> bool:
    """The nearest word says what a sum is: "balance" before "recharge amount" is about another one."""
    others, meant = list(_OTHER.finditer(before)), list(_MEANT.finditer(before))
    return bool(others) and (not meant or meant[-1].start() < others[-1].start())


def _parsed(text: str, wallet: str) -> Amount | Ambiguous | None:
    try:
        return parse_amount(text, wallet=wallet)
    except Refusal:
        return None


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan enero ene", "february feb febrero", "march mar marzo", "april apr abril abr",
            "may mayo", "june jun junio", "july jul julio", "august aug agosto ago",
            "september sep sept septiembre setiembre set", "october oct octubre", "november nov noviembre",
            "december dec diciembre dic",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_NAME = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATE = re.compile(
    r"\b(?P<iso>20\d\d-\d\d-\d\d)"
    rf"|\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|º)? (?:de |of )?(?P<month>{_NAME})\b\.?"
    r"(?:,? (?:de |del )?(?P<year>20\d\d))?"
    rf"|\b(?P<month2>{_NAME})\b\.? (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (?P<year2>20\d\d))?"
    r"|\b(?P<one>\d{1,2})[/.](?P<two>\d{1,2})[/.](?P<year3>20\d\d)\b"
)
_DATED = re.compile(r"date|fecha|sent|enviado|\bon\b|\bel\b")


def date_told(sentences: Sequence[MailText], place: int, today: date) -> date | None:
    """The day on which it happened: told where the mail says what it is about, else at the first date of the mail. A
    day without a year is the latest that has come; 3/4 is no day that could be told for sure."""
    best: tuple[int, date] | None = None
    for number, sentence in enumerate(sentences):
        for found in _DATE.finditer(sentence.folded):
            day = _day(found, today)
            if day is None or day > today + timedelta(days=1):
                continue
            dated = bool(_DATED.search(sentence.folded[max(0, found.start() - 24) : found.start()]))
            score = 3 * (number == place) + 2 * dated
            if best is None or score > best[0]:
                best = score, day
    return best[1] if best else None


def _day(found: re.Match[str], today: date) -> date | None:
    if found["iso"]:
        return _date(*(int(part) for part in found["iso"].split("-")))
    if found["one"]:
        return _numeric(int(found["one"]), int(found["two"]), int(found["year3"]))
    day, month = int(found["day"] or found["day2"]), _MONTHS[found["month"] or found["month2"]]
    year = found["year"] or found["year2"]
    if year:
        return _date(int(year), month, day)
    this_year = _date(today.year, month, day)
    return this_year if this_year and this_year <= today else _date(today.year - 1, month, day)


def _numeric(one: int, two: int, year: int) -> date | None:
    """Day first or month first, where only one of the two makes a date."""
    if one == two or two > 12:
        return _date(year, one, two)
    return _date(year, two, one) if one > 12 else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


_ORDER = re.compile(
    r"\b(?:order|invoice|transaction|reference|pedido|orden|factura|transacci[oó]n|referencia)\b"
    r"(?: (?:number|no|id|n[uú]mero|n[º°]|de|del|confirmation)){0,3}[ .:#º°]{0,4}"
    r"(?P<number>[A-Z0-9](?:[A-Z0-9]|-(?=\w)){4,39})\b",
    re.IGNORECASE,
)


def order_number_told(sentences: Sequence[MailText]) -> str:
    """The first order's or invoice's number: letters and figures of which some are figures; '' for none."""
    for sentence in sentences:
        for found in _ORDER.finditer(sentence.raw):
            if any(character.isdigit() for character in found["number"]):
                return found["number"]
    return ""
