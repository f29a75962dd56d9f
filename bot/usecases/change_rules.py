"""Add, change and remove the organization's own rules. Whoever changes one counts as the requester of what it
proposes."""

from dataclasses import replace

from bot.domain.audit import AuditRecord, changed
from bot.domain.errors import Refusal
from bot.domain.events import By
from bot.domain.jobs import Job
from bot.domain.people import PersonId, TenantId
from bot.domain.rules import MOST_RULES, Rule, check_rule
from bot.ports.clock import Clock
from bot.ports.collections import AUDIT, JOBS, RULES
from bot.ports.store import Append, Conflict, Delete, Document, Operation, Put, Store

ATTEMPTS = 8


async def read_rules(store: Store, tenant: TenantId) -> tuple[Document[Rule], ...]:
    """In the order in which they were made, which is the order in which they are looked at."""
    page = await store.find(RULES, tenant, order_by="made_at", limit=2 * MOST_RULES)
    return page.documents


async def keep_rule(store: Store, clock: Clock, tenant: TenantId, rule: Rule) -> Rule:
    """Add the rule, or put it in the place of the one with its id that has its `revision`. The same again changes
    nothing. Raises Refusal: rule_changed, rule_unknown, rule_same, too_many_rules, and as `check_rule` says."""
    check_rule(rule)
    key = RULES.key(tenant, rule.id)
    for _ in range(ATTEMPTS):
        known = await store.get(key)
        if known is not None and known.body.says_as(rule):
            return known.body
        after = await _kept_as(store, tenant, rule, known)
        version = known.version if known else 0
        rules = (known.body if known else None, after)
        follows = _follows(tenant, clock, rule.id, rules, (rule.edited_by.id, version + 1))
        try:
            await store.commit([Put(key, after, version), *follows])
        except Conflict:
            continue
        return after
    raise Conflict(key)


async def _kept_as(store: Store, tenant: TenantId, rule: Rule, known: Document[Rule] | None) -> Rule:
    if known is None:
        if await store.records_of(AUDIT.of_tenant(tenant), f"rule:{rule.id}:", limit=1):
            raise Refusal("rule_unknown")  # it was removed: an old form does not bring it back
        rules = [document.body for document in await read_rules(store, tenant)]
        if len(rules) >= MOST_RULES:
            raise Refusal("too_many_rules", limit=MOST_RULES)
        same = next((one for one in rules if replace(one, id=rule.id).says_as(rule)), None)
        if same is not None:
            raise Refusal("rule_same", name=same.edited_by.name)
        return replace(rule, revision=1, made_at=rule.edited_at)
    if known.body.revision != rule.revision:
        raise Refusal("rule_changed", name=known.body.edited_by.name)
    return replace(rule, revision=rule.revision + 1, made_at=known.body.made_at)


async def remove_rule(store: Store, clock: Clock, tenant: TenantId, rule_id: str, by: By) -> None:
    """One that is gone stays gone. What it proposed goes its way."""
    key = RULES.key(tenant, rule_id)
    for _ in range(ATTEMPTS):
        known = await store.get(key)
        if known is None:
            return
        follows = _follows(tenant, clock, rule_id, (known.body, None), (by.id, known.version + 1))
        try:
            await store.commit([Delete(key, known.version), *follows])
        except Conflict:
            continue
        return
    raise Conflict(key)


def _follows(
    tenant: TenantId, clock: Clock, rule_id: str, rules: tuple[Rule | None, Rule | None], change: tuple[PersonId, int]
) -> list[Operation]:
    """The audit, and a look at the wallet by the rules as they are now. `change`: who makes it, and which of the
    rule's it is."""
    (before, after), (actor, number), now = rules, change, clock.now()
    verb = "rule.edit" if before and after else "rule.add" if after else "rule.remove"
    was, becomes = changed(before, after)
    record = AuditRecord(now, actor, verb, rule_id, before=was, after=becomes)
    id_ = f"rule:{rule_id}:{number}:{now.isoformat()}"
    look = Put(JOBS.key(tenant, f"watch_balance:{id_}"), Job("watch_balance", now), 0)
    return [Append(AUDIT.of_tenant(tenant), id_, record), look]
