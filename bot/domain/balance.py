"""What there is to say about the wallet: a statement per currency, how fast it is spent, when it runs out. No I/O."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from bot.domain.auto_recharge import Expected
from bot.domain.forecast import Outlook, outlook_of
from bot.domain.ledger import Adjustment, Arrival, Entry, Purchase, Statement, UsageChange, burn_down
from bot.domain.money import Money

SERIES_DAYS = 30


@dataclass(frozen=True, slots=True)
class Balance:
    """One currency at the end of a UTC day. It is an estimate: usage is known through `usage_through` only.

    `cautious` is the balance (negative: overdrawn) if connection fees come on top of the charges; warnings use it.
    `last_purchase`: the newest lot that was bought, else what the last reconciliation showed.
    """

    statement: Statement
    cautious: Money
    outlook: Outlook
    usage_through: date | None = None
    last_purchase: Money | None = None
    reconciled: Adjustment | None = None

    @property
    def is_known(self) -> bool:
        """Something was bought or read in the portal. Usage alone tells what was spent, and not what is left."""
        return self.last_purchase is not None


@dataclass(frozen=True, slots=True)
class Balances:
    """All currencies of a tenant, by their code. `seq`: the last ledger entry that went into them."""

    as_of: date
    seq: int
    each: tuple[Balance, ...]


def balances_of(entries: Iterable[Entry], as_of: date, seq: int) -> Balances:
    """`entries` in the order of recording, the last of them being number `seq`.

    A currency counts from the first sum that came into the wallet or left it.
    """
    wallets: dict[str, _Wallet] = defaultdict(_Wallet)
    imported: set[date] = set()
    for entry in entries:
        if isinstance(entry, UsageChange):
            imported.add(entry.day)
            for change in entry.sums:
                if change.charge_micros or change.connection_micros:
                    wallets[change.currency].spend(entry.day, change.charge_micros, change.connection_micros)
        else:
            amount = entry.amount if isinstance(entry, Purchase) else entry.portal
            wallets[amount.currency].arrivals.append(entry)
    known = sorted(day for day in imported if day <= as_of)
    each = (_balance(currency, wallets[currency], known, as_of) for currency in sorted(wallets))
    return Balances(as_of, seq, tuple(each))


def balance_json(
    balances: Balances, pending: Mapping[str, Money], expected: Expected | None = None
) -> dict[str, Any] | list[dict[str, Any]]:
    """What `balance --json` prints: one object, a list of them for several currencies, `[]` with no entries.

    `pending`: what is approved and not funded yet, by currency; `expected`: what the admin center should have
    recharged by itself. Neither is a part of what is available.
    """
    each = [statement_json(one, pending.get(one.statement.currency), expected) for one in balances.each]
    return each[0] if len(each) == 1 else each


def statement_json(balance: Balance, pending: Money | None, expected: Expected | None = None) -> dict[str, Any]:
    """Amounts as decimal text, days as ISO text."""
    statement = balance.statement
    return {
        "currency": statement.currency,
        "as_of": statement.as_of.isoformat(),
        "available": str(statement.available),
        "overdrawn": str(statement.overdrawn),
        "forfeited": str(statement.forfeited),
        "pending": str(pending or Money.zero(statement.currency)),
        "usage_through": balance.usage_through.isoformat() if balance.usage_through else None,
        "lots": [
            {
                "purchased_on": lot.purchased_on.isoformat(),
                "amount": str(lot.amount),
                "remaining": str(lot.remaining),
                "forfeited": str(lot.forfeited),
                "expires_on": lot.expires_on.isoformat(),
            }
            for lot in statement.lots
        ],
        **_reconciled_json(balance.reconciled),
        **_expected_json(statement.currency, expected),
    }


def _expected_json(currency: str, expected: Expected | None) -> dict[str, Any]:
    """A recharge that somebody has yet to say about whether it arrived; nothing where none is expected."""
    if expected is None or expected.amount.currency != currency:
        return {}
    told = {"amount": str(expected.amount), "trigger": str(expected.trigger)}
    return {"expected": told | {"since": expected.opened_at.isoformat()}}


def _reconciled_json(last: Adjustment | None) -> dict[str, Any]:
    """When the balance was last held against the portal; nothing where it never was."""
    if last is None:
        return {}
    told = {"read_at": last.read_at.isoformat(), "portal": str(last.portal), "drift": str(last.amount)}
    return {"reconciled": told}


@dataclass(slots=True)
class _Wallet:
    """The entries of one currency, folded."""

    arrivals: list[Arrival] = field(default_factory=list)
    charged: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    with_fees: dict[date, int] = field(default_factory=lambda: defaultdict(int))

    def spend(self, day: date, charge_micros: int, connection_micros: int) -> None:
        self.charged[day] += charge_micros
        self.with_fees[day] += charge_micros + connection_micros


def _balance(currency: str, wallet: _Wallet, imported: Sequence[date], as_of: date) -> Balance:
    series_from = as_of - min(timedelta(days=SERIES_DAYS - 1), as_of - date.min)
    statement = burn_down(currency, wallet.arrivals, wallet.charged, as_of, series_from=series_from)
    arrived = sorted((a for a in wallet.arrivals if a.on <= as_of), key=lambda arrival: arrival.on)
    bought = [arrival.amount for arrival in arrived if isinstance(arrival, Purchase)]
    seen = [arrival for arrival in arrived if isinstance(arrival, Adjustment)]
    return Balance(
        statement=statement,
        cautious=burn_down(currency, wallet.arrivals, wallet.with_fees, as_of).balance,
        outlook=outlook_of(currency, wallet.charged, imported),
        usage_through=imported[-1] if imported else None,
        last_purchase=bought[-1] if bought else seen[-1].portal if seen else None,
        reconciled=seen[-1] if seen else None,
    )
