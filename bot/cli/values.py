"""Values as an operator types them: sums, currencies and days. What can be read in two ways is refused. No I/O."""

import re
from datetime import date
from typing import Annotated

import typer
from babel.numbers import is_currency

from bot.cli.troubles import Misuse
from bot.domain.amounts import Ambiguous, parse_amount
from bot.domain.errors import Refusal
from bot.domain.money import Money

Json = Annotated[bool, typer.Option("--json", help="cli.help.json", metavar="")]
Tenant = Annotated[str, typer.Option("--tenant", metavar="ID", help="cli.help.tenant", show_default=False)]

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def money_of(amount: str, currency: str, *, zero: bool = False) -> Money:
    """`500`, `1500.50`, `1.500,50`; nothing at all where `zero` is fine. Raises Misuse: the codes of `parse_amount`,
    and cli_amount_ambiguous, cli_currency_differs."""
    code = currency_of(currency)
    try:
        parsed = parse_amount(amount, wallet=code)
    except Refusal as refusal:
        if zero and refusal.code == "amount_zero":
            return Money.zero(code)
        raise Misuse(refusal.code, **refusal.values) from None
    if parsed.currency not in {None, code}:
        raise Misuse("cli_currency_differs", currency=code, other=parsed.currency)
    if isinstance(parsed, Ambiguous):
        large, small = parsed.readings
        raise Misuse("cli_amount_ambiguous", text=amount.strip(), large=f"{large:f}", small=f"{small.normalize():f}")
    return Money.of(parsed.value, code)


def currency_of(text: str) -> str:
    """Any ISO 4217 code that there is. Raises Misuse("currency_unknown")."""
    code = text.strip().upper()
    if not re.fullmatch("[A-Z]{3}", code) or not is_currency(code):
        raise Misuse("currency_unknown", currency=text.strip()[:20])
    return code


def day_of(text: str) -> date:
    """`2026-01-10` and nothing else: 10/01/2026 is two days. Raises Misuse("cli_day_malformed")."""
    plain = text.strip()
    try:
        if _DAY.fullmatch(plain):
            return date.fromisoformat(plain)
    except ValueError:
        pass
    raise Misuse("cli_day_malformed", text=plain[:20])
