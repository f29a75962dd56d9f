"""Microsoft's mails about the wallet, as somebody pasted them: that a recharge succeeded, that it failed, or that the
balance is 0. No I/O here, and no clock: today is given.

Their wording is published nowhere and changes, so what counts is what each sentence is about, in English or Spanish.
Whatever is pasted is bounded, and what is read is shown before anything is done about it.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.amounts import Ambiguous, Amount
from bot.domain.mail_text import MailText, fold, sentences_of
from bot.domain.mail_values import amount_told, date_told, order_number_told
from bot.domain.money import Money
from bot.domain.settings import NamedPerson

LEAST_CHARACTERS = 60  # what is shorter was typed, and means a command
LEAST_OF_A_LINE = 40  # but for a line out of a mail, which says that a payment failed, and of how much or why


class MailKind(StrEnum):
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    ZERO = "zero"


@dataclass(frozen=True, slots=True)
class RechargeMail:
    """What a mail says. `amount` and `on` are None where it does not tell, or where they cannot be read for sure; an
    Ambiguous amount can be read in two ways. `reason`: why a payment failed, '' for other mails. `key` is the same
    for the same mail, however it was quoted or wrapped."""

    kind: MailKind
    key: str
    amount: Amount | Ambiguous | None = None
    on: date | None = None
    order_number: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MailTaken:
    """What came of a mail, once: it was booked, with what was `credited` and the day `on`, or reported, with the
    `amount` and the `reason` that it tells."""

    kind: MailKind
    by: NamedPerson
    at: datetime
    amount: Money | None = None
    reason: str = ""
    credited: Money | None = None
    on: date | None = None


def is_recharge_mail(text: str) -> bool:
    """Whether it reads like one of those mails, and not like a line that somebody typed."""
    return _recognized(text) is not None


def read_mail(text: str, wallet: str, today: date) -> RechargeMail | None:
    """What the mail says; None for any other text. `wallet`: the currency that a bare `$` stands for."""
    found = _recognized(text)
    if found is None:
        return None
    kind, place, sentences = found
    on = date_told(sentences, place, today)
    amount = None if kind is MailKind.ZERO else amount_told(sentences, place, wallet)
    order_number = order_number_told(sentences)
    return RechargeMail(
        kind=kind,
        key=_key(kind, sentences, (amount, on, order_number)),
        amount=amount,
        on=on,
        order_number=order_number,
        reason=_reason(sentences) if kind is MailKind.FAILED else "",
    )


def _recognized(text: str) -> tuple[MailKind, int, tuple[MailText, ...]] | None:
    """Its kind, and the place of the sentence that tells it."""
    if len(text) < LEAST_OF_A_LINE:
        return None
    sentences = sentences_of(text)
    return _kind(sentences) if _is_mail(text, sentences) else None


_PRODUCT = re.compile(
    r"communications? credits?|creditos? de comunicacion(?:es)?|pstn consumption|consumo (?:de )?(?:la )?(?:pstn|rtc)"
    r"|auto ?-? ?recharge|automatic(?:ally)? recharge|recarga automatica|auto ?-?recarga"
)
_MAIL_MARK = re.compile(
    r"microsoft|\b(?:subject|asunto|from|de|sent|enviado|date|fecha) ?:"
    r"|\b(?:dear|hello|hi|hola|estimad[oa]|regards|saludos)\b"
)
# What may happen some day, or should not, did not happen.
_CONDITION = re.compile(
    r"\b(?:if|unless|to avoid|in case|whenever|should your|next time"
    r"|when your balance (?:falls|drops|is|goes|reaches)"
    r"|si|para evitar|en caso|a menos que|cuando (?:el|su|tu) saldo (?:sea|este|caiga|baje|llegue|descienda))\b"
)
_ABOUT = (
    r"(?:recharg\w*|payments?|purchase|transaction|charge|funds|credits"
    r"|recarga\w*|pagos?|cargo|compra|fondos|creditos)"
)
_NOT = (
    r"(?:fail\w*|declined|unsuccessful\w*|rejected|(?:could|was|were|did|has|have)(?: not|n't)\b"
    r"|(?:unable|not able) to|problem with|no se (?:ha podido|pudo|ha realizado|realizo|proceso)"
    r"|no (?:hemos podido|pudimos)|no (?:ha sido|fue) posible|fall(?:o|ado|ida|ido)\b|rechazad[oa]|denegad[oa]|error)"
)
_DONE = (
    r"(?:succe\w+|completed?|processed|added|received|credited|confirm\w*|went through|thank you for your"
    r"|correctamente|con exito|completad[oa]s?|procesad[oa]s?|anadid[oa]s?|anadimos|agregad[oa]s?|agregamos"
    r"|realizad[oa]s?|recibid[oa]s?|abonad[oa]s?|recargad[oa]s?|gracias por su)"
)
_FAILED = re.compile(rf"{_ABOUT}.{{0,160}}?{_NOT}|{_NOT}.{{0,160}}?{_ABOUT}")
_SUCCEEDED = re.compile(rf"{_ABOUT}.{{0,160}}?{_DONE}|{_DONE}.{{0,160}}?{_ABOUT}")
_NIL = r"(?:[$€£] ?)?\b(?:0(?:[.,]0{1,2})?|zero|cero)(?![\d.,]*\d)"
_ZERO = re.compile(
    rf"(?:balance|saldo)\b.{{0,80}}?(?:{_NIL}|used up|depleted|exhausted|agotad[oa]|se agoto)"
    r"|(?:out of|no) (?:communications? )?credits?\b(?: left)?|(?:sin|agotado sus|agotado los) (?:creditos|saldo)"
)


def _is_mail(text: str, sentences: tuple[MailText, ...]) -> bool:
    folded = " ".join(sentence.folded for sentence in sentences)
    if not _PRODUCT.search(folded) or text.rstrip().endswith("?"):
        return False
    if len(sentences) == 1 and _tells_a_failure(folded):
        return True
    many = "\n" in text.strip() or len(sentences) > 1
    return len(text) >= LEAST_CHARACTERS and (many or bool(_MAIL_MARK.search(folded)))


_ASKS = re.compile(r"\W*(?:why|what|how|did|does|do|has|is|was|por que|que|como|ha)\b")
_MONEY = re.compile(
    r"(?:[$€£]|\b(?:eur|usd|gbp)) ?\d|\d ?(?:[$€£]|(?:eur|usd|gbp|euros?|dollars?|dolares|pounds?|libras?)\b)"
)


def _tells_a_failure(folded: str) -> bool:
    """One line, copied out of a mail without its head: told by the sum, or by the reason."""
    if _ASKS.match(folded) or not _FAILED.search(folded):
        return False
    return any(pattern.search(folded) for pattern in (_MONEY, _EXPIRED, _LIMIT))


def _kind(sentences: tuple[MailText, ...]) -> tuple[MailKind, int, tuple[MailText, ...]] | None:
    """By the first sentence that tells one: what may happen some day tells none."""
    for place, sentence in enumerate(sentences):
        if _CONDITION.search(sentence.folded):
            continue
        for kind, pattern in ((MailKind.FAILED, _FAILED), (MailKind.ZERO, _ZERO), (MailKind.SUCCEEDED, _SUCCEEDED)):
            if pattern.search(sentence.folded):
                return kind, place, sentences
    return None


_EXPIRED = re.compile(r"expir|caduc|vencid")
_LIMIT = re.compile(r"\blimit|insufficient|insuficiente")


def _reason(sentences: tuple[MailText, ...]) -> str:
    """The first that is told: the texts of a mail explain the others further down."""
    for sentence in sentences:
        if _EXPIRED.search(sentence.folded):
            return "card_expired"
        if _LIMIT.search(sentence.folded):
            return "limit"
    return "other"


def _key(
    kind: MailKind, sentences: tuple[MailText, ...], told: tuple[Amount | Ambiguous | None, date | None, str]
) -> str:
    """By what it says, where that names one recharge; else by its words."""
    amount, on, order_number = told
    if order_number or (on is not None and (amount is not None or kind is not MailKind.SUCCEEDED)):
        content = f"{amount}\n{on}\n{order_number}"
    else:
        content = re.sub(r"\W", "", fold(" ".join(sentence.raw for sentence in sentences)))
    return hashlib.sha256(f"{kind.value}\n{content}".encode()).hexdigest()[:24]
