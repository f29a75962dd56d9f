"""Try the rules on the last 90 days: when each would have proposed a recharge, and how much. Writes nothing."""

from dataclasses import dataclass
from datetime import UTC, date, timedelta

from bot.domain.people import TenantId
from bot.domain.rule_course import Fired, rehearse
from bot.domain.rule_history import looks_back
from bot.domain.rules import Rule, check_rule
from bot.ports.clock import Clock
from bot.ports.store import Store
from bot.usecases.change_rules import read_rules
from bot.usecases.read_balance import read_ledger
from bot.usecases.settings import load_settings

DAYS = 90


@dataclass(frozen=True, slots=True)
class Tried:
    """`days`: how many of the last 90 are known."""

    first: date
    last: date
    days: int
    rules: tuple[tuple[Rule, tuple[Fired, ...]], ...]


async def try_rules(store: Store, clock: Clock, tenant: TenantId, *, draft: Rule | None = None) -> Tried:
    """Each rule alone, on the wallet as it was. `draft`: one that is not kept (yet), in the place of those that are.
    Raises Refusal as `check_rule` says of it."""
    rules = [check_rule(draft)] if draft else [document.body for document in await read_rules(store, tenant)]
    settings = await load_settings(store, tenant)
    entries = [record.body for record in await read_ledger(store, tenant)]
    today = clock.now().astimezone(UTC).date()
    days = (today - timedelta(days=DAYS - 1), today)
    looks = list(looks_back(entries, settings.currency, days))
    return Tried(*days, len(looks), tuple((rule, tuple(rehearse(rule, looks))) for rule in rules))
