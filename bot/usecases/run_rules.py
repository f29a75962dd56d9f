"""Look at the wallet by each rule, and propose what closes a gap: one request a dip, in the commit that remembers it.

A proposal waits for approval like any other, unless the policy's standing approval holds it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.domain.advice import Wallet
from bot.domain.audit import AuditRecord, told
from bot.domain.balance import Balance
from bot.domain.consequences import Outcome
from bot.domain.decisions import decide
from bot.domain.errors import Refusal
from bot.domain.events import SALDO, StandingApproval, Submit
from bot.domain.people import TenantId
from bot.domain.policy import Policy
from bot.domain.requests import Recharge, State, draft_recharge
from bot.domain.rule_course import Held, RuleState, RuleStates, look_by
from bot.domain.rules import Gap, Look, Rule
from bot.domain.settings import Settings
from bot.ports.collections import AUDIT, AUTO_RECHARGE_DIPS, JOBS, LEDGER, REQUESTS, RULE_STATES
from bot.ports.outside import Outside
from bot.ports.store import Append, Check, CheckHead, Conflict, Operation, Put, Store
from bot.usecases.change_request import audit_of
from bot.usecases.change_rules import read_rules
from bot.usecases.guard_caps import guard_caps, ordered_by_rules
from bot.usecases.mirror_auto_recharge import ONE, read_dip
from bot.usecases.policy import load_policy, still_in_force
from bot.usecases.propose_recharge import check_recharge
from bot.usecases.read_balance import read_balance
from bot.usecases.settings import load_settings
from bot.usecases.under_way import is_under_way, none_sent_since

Reason = Callable[[Rule], str]


async def read_states(store: Store, tenant: TenantId) -> tuple[RuleStates, int]:
    """How far each rule is, and the document's version."""
    document = await store.get(RULE_STATES.key(tenant, ONE))
    return (document.body, document.version) if document else (RuleStates({}), 0)


async def run_rules(outside: Outside, tenant: TenantId, reason: Reason) -> None:
    """One look by all rules. `reason`: what a proposal says about why it was made. Where somebody else has just
    written what this look goes by, the next one does it."""
    rules = await read_rules(outside.store, tenant)
    settings = await load_settings(outside.store, tenant)
    balances = await read_balance(outside.store, outside.clock, tenant)
    balance = next((one for one in balances.each if one.statement.currency == settings.currency), None)
    if not rules or balance is None or not balance.is_known:
        return
    _, dip_version = await read_dip(outside.store, tenant)
    before, states_version = await read_states(outside.store, tenant)
    run = _Run(outside, tenant, settings, await load_policy(outside.store, tenant), reason)
    none_sent = await none_sent_since(outside.store, tenant)
    under_way = await is_under_way(outside.store, tenant)
    states, proposals = await run.looks(
        [one.body for one in rules], before, look_of(balance, balances.as_of), under_way=under_way
    )
    if states == before:
        return
    guards: list[Operation] = [
        *(Check(rule.key, rule.version) for rule in rules),
        Check(AUTO_RECHARGE_DIPS.key(tenant, ONE), dip_version),
        CheckHead(LEDGER.of_tenant(tenant), balances.seq),
        none_sent,
        still_in_force(tenant, run.policy),
    ]
    try:
        await outside.store.commit([*guards, Put(RULE_STATES.key(tenant, ONE), states, states_version), *proposals])
    except Conflict:
        return


def look_of(balance: Balance, today: date) -> Look:
    """What a rule sees of a balance that is known."""
    statement = balance.statement
    lots = tuple(lot for lot in statement.lots if lot.remaining)
    wallet = Wallet(balance.usage_through or today, today, lots, statement.overdrawn)
    return Look(statement.balance, wallet, balance.outlook)


@dataclass(frozen=True, slots=True)
class _Run:
    outside: Outside
    tenant: TenantId
    settings: Settings
    policy: Policy
    reason: Reason

    async def looks(
        self, rules: Sequence[Rule], before: RuleStates, look: Look, *, under_way: bool
    ) -> tuple[RuleStates, list[Operation]]:
        """The states after the look, and what proposes: one of the rules at most, for then a recharge is under way.
        States of rules that are gone are dropped."""
        after: dict[str, RuleState] = {}
        proposals: list[Operation] = []
        for rule in rules:
            state = before.by_rule.get(rule.id, RuleState())
            busy, arrived = under_way or bool(proposals), await self._has_arrived(rule, state)
            looked = look_by(rule, state, look, self.outside.clock.now(), under_way=busy, arrived=arrived)
            after[rule.id] = looked.state
            if looked.gap is not None and looked.fires:
                try:
                    proposals += await self._propose(rule, looked.state, looked.gap)
                except Refusal as refusal:
                    after[rule.id] = _refused(looked.state, state, refusal)
        return RuleStates(after), proposals

    async def _has_arrived(self, rule: Rule, state: RuleState) -> bool:
        """What it proposed last was credited."""
        if not state.fired:
            return False
        known = await self.outside.store.get(REQUESTS.key(self.tenant, request_id(rule, state)))
        return known is not None and known.body.state is State.DONE

    async def _propose(self, rule: Rule, state: RuleState, gap: Gap) -> list[Operation]:
        """Raises Refusal where the account or the policy does not allow it."""
        now = self.outside.clock.now()
        recharge = check_recharge(Recharge(gap.proposal, self.reason(rule), rule.po_number), self.settings)
        draft = draft_recharge(request_id(rule, state), SALDO.id, SALDO.name, recharge, now)
        draft = replace(draft, edited_by=rule.edited_by)
        sent = decide(draft, Submit(self.policy), SALDO, now)
        guards = await guard_caps(self.outside.store, self.tenant, draft, sent.request)
        stood, more = await self._standing(sent)
        details = {"request": draft.id, "short": told(gap.short), "amount": told(gap.proposal)}
        record = AuditRecord(now, SALDO.id, "rule.fire", rule.id, details)
        fired = Append(AUDIT.of_tenant(self.tenant), f"rule:{rule.id}:{state.dip}", record)
        return [fired, *guards, *more, *self._writes([sent, *stood])]

    async def _standing(self, sent: Outcome) -> tuple[list[Outcome], list[Operation]]:
        """What the policy has approved once and for all, and what guards that; else people are asked."""
        try:
            used = await ordered_by_rules(self.outside.store, self.tenant, sent.request)
            stood = decide(sent.request, StandingApproval(self.policy, used), SALDO, self.outside.clock.now())
            return [stood], [*await guard_caps(self.outside.store, self.tenant, sent.request, stood.request)]
        except Refusal:
            return [], []

    def _writes(self, outcomes: Sequence[Outcome]) -> list[Operation]:
        """The last of them is what is kept, and what follows from it is done; each has its audit."""
        last = outcomes[-1]
        return [
            Put(REQUESTS.key(self.tenant, last.request.id), last.request, 0),
            *(Put(JOBS.key(self.tenant, id_), job, 0) for id_, job in last.jobs),
            *(audit_of(self.tenant, outcome.request, outcome.audit) for outcome in outcomes),
        ]


def request_id(rule: Rule, state: RuleState) -> str:
    """Derived: a dip has one proposal."""
    return f"rule-{rule.id}-{state.dip}"


def _refused(after: RuleState, before: RuleState, refusal: Refusal) -> RuleState:
    """The same dip, as if it had not led to its proposal: it is tried again at the next look."""
    return replace(
        after,
        fired=False,
        fired_at=before.fired_at,
        month=before.month,
        proposed=before.proposed,
        covered=before.covered,
        held=Held.CAP if refusal.code.startswith("cap_") else Held.REFUSED,
    )
