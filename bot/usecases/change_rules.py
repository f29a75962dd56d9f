"""Add, change and remove the organization's own rules. Whoever changes one counts as the requester of what it
proposes."""

from collections.abc import Callable
from dataclasses import replace

from bot.domain.audit import AuditRecord, changed
from bot.domain.errors import Refusal
from bot.domain.events import By
from bot.domain.jobs import Job
from bot.domain.people import TenantId
from bot.domain.rules import MOST_RULES, Rule, RuleBook, check_rule
from bot.ports.clock import Clock
from bot.ports.collections import AUDIT, JOBS, RULES
from bot.ports.store import Append, Conflict, Operation, Put, Store

ATTEMPTS = 8
ONE = "wallet"  # the id: the rules of a tenant are one document
Change = Callable[[RuleBook], RuleBook]


async def read_rules(store: Store, tenant: TenantId) -> tuple[RuleBook, int]:
    """The rules, and their document's version."""
    document = await store.get(RULES.key(tenant, ONE))
    return (document.body, document.version) if document else (RuleBook(), 0)


async def keep_rule(store: Store, clock: Clock, tenant: TenantId, rule: Rule) -> RuleBook:
    """Add the rule, or put it in the place of the one with its id that has its `revision`. The same again changes
    nothing. Raises Refusal: rule_changed, too_many_rules, and as `check_rule` says."""
    check_rule(rule)

    def change(book: RuleBook) -> RuleBook:
        known = book.rule(rule.id)
        if known is None:
            return _added(book, rule)
        if known.says_as(rule):
            return book
        if known.revision != rule.revision:
            raise Refusal("rule_changed", name=known.edited_by.name)
        newer = replace(rule, revision=known.revision + 1)
        return RuleBook(tuple(newer if one.id == rule.id else one for one in book.rules))

    return await _change(store, clock, tenant, (rule.id, By(rule.edited_by.id, rule.edited_by.name)), change)


def _added(book: RuleBook, rule: Rule) -> RuleBook:
    if len(book.rules) >= MOST_RULES:
        raise Refusal("too_many_rules", limit=MOST_RULES)
    return RuleBook((*book.rules, replace(rule, revision=1)))


async def remove_rule(store: Store, clock: Clock, tenant: TenantId, rule_id: str, by: By) -> RuleBook:
    """One that is gone stays gone. What it proposed goes its way."""

    def change(book: RuleBook) -> RuleBook:
        return RuleBook(tuple(rule for rule in book.rules if rule.id != rule_id))

    return await _change(store, clock, tenant, (rule_id, by), change)


async def _change(store: Store, clock: Clock, tenant: TenantId, whose: tuple[str, By], change: Change) -> RuleBook:
    for _ in range(ATTEMPTS):
        before, version = await read_rules(store, tenant)
        after = change(before)
        if after == before:
            return before
        audit = _audit(clock, tenant, whose, (before, after), version + 1)
        look = Put(JOBS.key(tenant, f"watch_balance:rules:{version + 1}"), Job("watch_balance", clock.now()), 0)
        try:
            await store.commit([Put(RULES.key(tenant, ONE), after, version), audit, look])
        except Conflict:
            continue
        return after
    raise Conflict(RULES.key(tenant, ONE))


def _audit(
    clock: Clock, tenant: TenantId, whose: tuple[str, By], books: tuple[RuleBook, RuleBook], version: int
) -> Operation:
    rule_id, by = whose
    before, after = (book.rule(rule_id) for book in books)
    old, new = changed(before, after)
    verb = "rule.edit" if before and after else "rule.add" if after else "rule.remove"
    record = AuditRecord(clock.now(), by.id, verb, rule_id, before=old, after=new)
    return Append(AUDIT.of_tenant(tenant), f"rules:{version}", record)
