"""What is read of Microsoft's mails as they are pasted: wrapped, quoted, with leftovers of markup, or hostile."""

import time
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.amounts import Ambiguous, Amount
from bot.domain.mail_text import LONGEST, sentences_of
from bot.domain.recharge_mail import MailKind, RechargeMail, is_recharge_mail, read_mail

TODAY = date(2026, 11, 22)
SUCCESS = """Subject: Your Communication Credits auto-recharge was successful
Hello,
We added €500.00 to your Communication Credits balance on November 20, 2026.
Invoice number: E0800ABCD
If the recharge fails next time, check your card.
"""
SPANISH = """Asunto: Recarga automática de Créditos de comunicaciones completada

Hola:
La recarga automática de 1.500,00 € se ha realizado correctamente el 20 de noviembre de 2026.
Su saldo es de 1.612,40 €.
"""
FAILURE = """Your Skype for Business PSTN Consumption auto-recharge failed.
We couldn't charge $50.00 to your card because it has expired. Microsoft
"""
ZERO = """<html><head><style>p { color: red }</style></head><body><p>Microsoft</p>
<p>Your Communications Credits balance has reached <b>$0.00</b>.</p><p>Calls will stop.</p></body></html>"""
SPANISH_FAILURE = """De: Microsoft <microsoft-noreply@microsoft.com>
Enviado: viernes, 20 de noviembre de 2026 8:02
Asunto: No se ha podido realizar la recarga automática de Créditos de comunicaciones

Hola, Luis:
No hemos podido cargar 500,00 € en la tarjeta terminada en 4242 porque ha caducado, y la recarga
automática de sus Créditos de comunicaciones no se ha realizado.
Para evitar que se interrumpan las llamadas, actualice su forma de pago en el Centro de administración de
Microsoft 365.
"""
SPANISH_ZERO = """Asunto: Su saldo de Créditos de comunicaciones es de 0,00 €

Estimado cliente:
El saldo de sus Créditos de comunicaciones ha llegado a 0,00 €. Los números gratuitos y las llamadas salientes
dejarán de funcionar hasta que agregue fondos.
Gracias,
El equipo de Microsoft 365
"""


def read(text: str, wallet: str = "EUR") -> RechargeMail:
    mail = read_mail(text, wallet, TODAY)
    assert mail is not None
    return mail


def eur(amount: str) -> Amount:
    return Amount(Decimal(amount), "EUR")


def test_a_success_is_read_with_its_sum_day_and_number() -> None:
    mail = read(SUCCESS)
    assert (mail.kind, mail.amount, mail.on) == (MailKind.SUCCEEDED, eur("500.00"), date(2026, 11, 20))
    assert (mail.order_number, mail.reason) == ("E0800ABCD", "")


def test_a_spanish_success_is_read_and_its_balance_is_not_its_sum() -> None:
    mail = read(SPANISH)
    assert (mail.kind, mail.amount, mail.on) == (MailKind.SUCCEEDED, eur("1500.00"), date(2026, 11, 20))


def test_a_failure_is_read_with_its_reason() -> None:
    mail = read(FAILURE, wallet="USD")
    assert (mail.kind, mail.amount, mail.reason) == (
        MailKind.FAILED,
        Amount(Decimal("50.00"), "USD"),
        "card_expired",
    )


def test_an_empty_wallet_is_read_and_has_no_sum() -> None:
    mail = read(ZERO)
    assert (mail.kind, mail.amount, mail.on) == (MailKind.ZERO, None, None)


@pytest.mark.parametrize(
    ("text", "kind", "reason"),
    [
        (
            "No se ha podido procesar la recarga automática de sus Créditos de comunicaciones. Límite superado.",
            MailKind.FAILED,
            "limit",
        ),
        (
            "Microsoft: la recarga automática ha fallado porque su tarjeta está caducada.",
            MailKind.FAILED,
            "card_expired",
        ),
        ("Dear customer, the payment for your Communication Credits was declined.", MailKind.FAILED, "other"),
        ("El saldo de sus Créditos de comunicaciones ha llegado a 0 €. Microsoft.", MailKind.ZERO, ""),
        ("Hello, you are out of Communications Credits: auto-recharge is off. Microsoft", MailKind.ZERO, ""),
        ("Thank you for your purchase of Communications Credits.\nAmount: 500 EUR", MailKind.SUCCEEDED, ""),
        ("Hola, hemos recibido su pago de 500 EUR por Créditos de comunicaciones. Microsoft", MailKind.SUCCEEDED, ""),
    ],
)
def test_other_words_mean_the_same(text: str, kind: MailKind, reason: str) -> None:
    mail = read(text)
    assert (mail.kind, mail.reason) == (kind, reason)


def test_a_spanish_failure_is_read_with_its_sum_and_its_reason() -> None:
    mail = read(SPANISH_FAILURE)
    assert (mail.kind, mail.amount, mail.reason) == (MailKind.FAILED, eur("500.00"), "card_expired")


def test_a_spanish_mail_of_an_empty_wallet_is_read_and_has_no_sum() -> None:
    mail = read(SPANISH_ZERO)
    assert (mail.kind, mail.amount, mail.on) == (MailKind.ZERO, None, None)


@pytest.mark.parametrize("text", [SUCCESS, SPANISH, FAILURE, ZERO, SPANISH_FAILURE, SPANISH_ZERO])
def test_quoted_wrapped_and_marked_up_it_is_the_same_mail(text: str) -> None:
    plain = read(text)
    forms = [
        "\n".join(f"> > {line}" for line in text.splitlines()),
        "\r\n".join(text.splitlines()),
        text.replace(" ", "\xa0"),
        "<div>" + text.replace("\n", "<br/>") + "</div>",
        text.replace("recharge", "rech=\narge").replace("recarga", "reca\u00adrga"),
    ]
    assert {read(form) for form in forms} == {plain}


def test_a_wrapped_line_is_one_sentence() -> None:
    wrapped = SUCCESS.replace("Communication Credits balance", "Communication\nCredits balance")
    assert read(wrapped) == read(SUCCESS)


def test_an_order_number_holds_figures() -> None:
    assert (
        read(SUCCESS.replace("Invoice number: E0800ABCD", "Invoice attached. Order 12345678")).order_number
        == "12345678"
    )
    assert read(SUCCESS.replace("Invoice number: E0800ABCD", "Invoice attached.")).order_number == ""


def test_two_recharges_have_two_keys() -> None:
    keys = {
        read(text).key
        for text in (
            SUCCESS,
            SUCCESS.replace("500", "400"),
            SUCCESS.replace("November 20", "November 19"),
            SUCCESS.replace("E0800ABCD", "E0800ABCE"),
            FAILURE,
            ZERO,
        )
    }
    assert len(keys) == 6


def test_what_could_be_two_sums_is_not_guessed() -> None:
    mail = read("Communication Credits auto-recharge confirmed\nAmount: $1,500\nTrigger amount: $100", wallet="USD")
    assert mail.amount == Ambiguous((Decimal(1500), Decimal("1.500")), "USD")


@pytest.mark.parametrize(
    "text",
    [
        "Communication Credits auto-recharge completed. Microsoft\nYour balance is 612.40 EUR.",
        "Communication Credits auto-recharge completed. Microsoft\nOrder of 500 units, tax 12.10 EUR",
        "Communication Credits auto-recharge completed. Microsoft\nAmount: 500.123.4 EUR",
    ],
)
def test_a_sum_that_is_not_told_is_none(text: str) -> None:
    assert read(text).amount is None


@pytest.mark.parametrize(
    ("told", "day"),
    [
        ("2026-11-20", date(2026, 11, 20)),
        ("20/11/2026", date(2026, 11, 20)),
        ("11/20/2026", date(2026, 11, 20)),
        ("11/11/2026", date(2026, 11, 11)),
        ("3/4/2026", None),
        ("31/31/2026", None),
        ("31 February 2026", None),
        ("20 Nov 2026", date(2026, 11, 20)),
        ("Nov. 20th, 2026", date(2026, 11, 20)),
        ("20 de nov", date(2026, 11, 20)),
        ("24 December", date(2025, 12, 24)),
        ("29 February", None),
        ("24 December 2026", None),
    ],
)
def test_a_day_is_read_where_it_is_one_and_has_come(told: str, day: date | None) -> None:
    assert read(f"Microsoft: the auto-recharge of 500 EUR has been completed on {told}, thank you.").on == day


def test_the_day_of_the_recharge_is_not_the_day_of_the_mail() -> None:
    text = "Sent: November 22, 2026\nSubject: news\nThe auto-recharge of 500 EUR was completed on November 20, 2026."
    assert read(text).on == date(2026, 11, 20)
    assert read(f"{text}\nDate: November 22, 2026").on == date(2026, 11, 20)
    assert read("Date: November 21, 2026\nThe auto-recharge of 500 EUR was completed. Bye").on == date(2026, 11, 21)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "the auto-recharge of 500 failed",
        "did the auto-recharge of 500 euros that we expect for Communications Credits arrive already?",
        "what if 20 people call Mexico 30 minutes a day and then another one hundred call France?",
        "assign the Communications Credits licence to Ana Torres and to Luis Vega and to Carmen Soler",
        "Microsoft: if the auto-recharge fails, enter a new card for your Communications Credits.",
        "recharge failed, so please recharge five hundred euros on another card before the weekend begins",
    ],
)
def test_what_is_no_mail_is_none(text: str) -> None:
    assert read_mail(text, "EUR", TODAY) is None


@pytest.mark.parametrize(
    ("text", "amount", "reason"),
    [
        (
            "La recarga automática de 500,00 € no se ha podido realizar: la tarjeta ha caducado.",
            eur("500.00"),
            "card_expired",
        ),
        ("The auto-recharge of €500.00 failed: your card has expired.", eur("500.00"), "card_expired"),
        ("Your auto-recharge payment of EUR 500.00 was declined.", eur("500.00"), "other"),
        ("Su recarga automática no se ha podido realizar por fondos insuficientes.", None, "limit"),
    ],
)
def test_one_line_out_of_a_failures_mail_is_that_failure(text: str, amount: Amount | None, reason: str) -> None:
    mail = read(text)
    assert (mail.kind, mail.amount, mail.reason) == (MailKind.FAILED, amount, reason)


@pytest.mark.parametrize(
    "text",
    [
        "why did the auto-recharge of 500 € of last week fail",
        "por qué ha fallado la recarga automática de 500 €",
        "if the auto-recharge of 500 € fails, warn me at once",
        "the auto-recharge that we expected has failed",
    ],
)
def test_a_question_or_a_mere_mention_of_a_failure_is_no_mail(text: str) -> None:
    assert read_mail(text, "EUR", TODAY) is None


def test_only_the_beginning_of_a_long_text_is_looked_at() -> None:
    assert is_recharge_mail(SUCCESS + "x" * 10 * LONGEST)
    assert not is_recharge_mail("x" * LONGEST + SUCCESS)


HOSTILE = [
    "Communications Credits balance 0 " + "<" * 40_000,
    "auto-recharge " + "recharge " * 8_000,
    "auto-recharge failed " + "1,1" * 9_000 + " EUR",
    "Communications Credits\n" + "> " * 15_000,
    "Communications Credits\n" + "A: " * 9_000,
    "auto-recharge succeeded on " + "20 de " * 6_000,
    "auto-recharge order number " * 2_000,
    "<style>" * 5_000 + "auto-recharge failed",
    "auto-recharge completed\x00\x00 EUR 500 " + "\n" * 20_000,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_read_in_time(text: str) -> None:
    began = time.process_time()
    read_mail(text, "EUR", TODAY)
    assert time.process_time() - began < 1.0


WORDS = ["auto-recharge", "Communications Credits", " failed", " succeeded ", "Microsoft", "balance ", "saldo", "If "]
SIGNS = ["$", "1.500,00 €", "0", "\n", "> ", "<p>", ". ", "20/11/2026", "=\n", "&lt;", "&#0;", "order number: A1234"]
PIECES = st.sampled_from([*WORDS, *SIGNS])


@given(st.lists(PIECES | st.text(max_size=12), max_size=30).map("".join))
def test_whatever_is_pasted_is_read_or_is_no_mail(text: str) -> None:
    mail = read_mail(text, "EUR", TODAY)
    assert (mail is not None) == is_recharge_mail(text)
    if mail is not None:
        assert mail == read_mail(text, "EUR", TODAY)
        assert (mail.amount is None) or mail.kind is not MailKind.ZERO
        assert mail.on is None or mail.on <= date(2026, 11, 23)


def test_sentences_end_at_stops_paragraphs_and_names() -> None:
    found = [one.raw for one in sentences_of("One. Two\n\nThree\nAmount: 5\nFour, 5.00 and more")]
    assert found == ["One.", "Two", "Three", "Amount: 5 Four, 5.00 and more"]
