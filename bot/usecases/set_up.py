"""The four steps of the first contact. Each is a change of settings with its audit, and can be skipped and redone."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

from bot.domain.amounts import CURRENCIES
from bot.domain.errors import Refusal
from bot.domain.money import Money
from bot.domain.people import PersonId, TenantId
from bot.domain.settings import Account, NamedGroup, NamedPerson, Progress, Settings, SetupStep
from bot.ports.clock import Clock
from bot.ports.outside import Outside
from bot.ports.store import Store
from bot.usecases.plan_licenses import Match, check_how_many, find_people
from bot.usecases.read_balance import read_balance
from bot.usecases.reconcile import first_or_small
from bot.usecases.reconcile_opening import Reading, reconcile
from bot.usecases.settings import change_settings, load_settings

NOON = time(12, tzinfo=UTC)


async def keep_installer(
    store: Store, clock: Clock, tenant: TenantId, person: NamedPerson, locale: str, zone: str
) -> Settings:
    """The first installer, whose client's language and zone become the organisation's where the operator set none."""

    def first(settings: Settings) -> Settings:
        if settings.installer is not None:
            return settings
        return replace(settings, installer=person, locale=settings.locale or locale, zone=settings.zone or zone)

    return await change_settings(store, clock, tenant, person.id, "installer", first)


async def keep_place(
    store: Store, clock: Clock, tenant: TenantId, operator: PersonId, place: tuple[str, str]
) -> Settings:
    """The organisation's locale and time zone as the operator set them; '' leaves what is there."""
    locale, zone = place
    return await change_settings(
        store,
        clock,
        tenant,
        operator,
        "place",
        lambda settings: replace(settings, locale=locale or settings.locale, zone=zone or settings.zone),
    )


async def set_account(store: Store, clock: Clock, tenant: TenantId, actor: PersonId, account: Account) -> Settings:
    return await change_settings(
        store,
        clock,
        tenant,
        actor,
        "account",
        lambda settings: replace(settings, account=account).with_progress(SetupStep.ACCOUNT, Progress.DONE),
    )


async def set_opening_balance(
    store: Store, clock: Clock, tenant: TenantId, actor: PersonId, portal: Money, read_on: date
) -> Settings:
    """Book what the admin center shows; its currency is the wallet's. Raises Refusal("currency_unknown"), as
    `reconcile` does, and drift_too_large where it was told before: what the books begin with cannot be told anew by
    one person alone; nor can a wallet that holds something give way to one of another currency (currency_other)."""
    if portal.currency not in CURRENCIES:
        raise Refusal("currency_unknown", currency=portal.currency)
    await _check_currency(store, clock, tenant, portal.currency)
    now = clock.now()
    read_at = now if read_on == now.astimezone(UTC).date() else datetime.combine(read_on, NOON)
    await reconcile(store, clock, tenant, Reading(portal, read_at), actor, rule=first_or_small)
    return await change_settings(
        store,
        clock,
        tenant,
        actor,
        "balance",
        lambda settings: replace(settings, currency=portal.currency).with_progress(SetupStep.BALANCE, Progress.DONE),
    )


async def _check_currency(store: Store, clock: Clock, tenant: TenantId, currency: str) -> None:
    wallet = (await load_settings(store, tenant)).currency
    for balance in (await read_balance(store, clock, tenant)).each:
        held = balance.statement
        if wallet != currency and held.currency == wallet and balance.is_known and held.balance:
            raise Refusal("currency_other", currency=currency, wallet=wallet)


async def set_approvers(
    store: Store,
    clock: Clock,
    tenant: TenantId,
    actor: PersonId,
    group: NamedGroup | None,
    people: tuple[NamedPerson, ...],
) -> Settings:
    """The first ones are whom the set-up names. Raises Refusal("approvers_need_approval") for others in their place:
    who approves is part of the policy, which nobody changes alone."""

    def name(settings: Settings) -> Settings:
        if has_approvers(settings) and (settings.approver_group, settings.approvers) != (group, people):
            raise Refusal("approvers_need_approval")
        named = replace(settings, approver_group=group, approvers=people)
        return named.with_progress(SetupStep.APPROVERS, Progress.DONE)

    return await change_settings(store, clock, tenant, actor, "approvers", name)


def has_approvers(settings: Settings) -> bool:
    return settings.approver_group is not None or bool(settings.approvers)


async def mark_step(
    store: Store, clock: Clock, tenant: TenantId, actor: PersonId, step: SetupStep, progress: Progress
) -> Settings:
    """Done or skipped. A step that is done stays done."""

    def change(settings: Settings) -> Settings:
        if settings.progress(step) is Progress.DONE:
            return settings
        return settings.with_progress(step, progress)

    return await change_settings(store, clock, tenant, actor, f"step_{step.value}", change)


async def find_approver_names(
    outside: Outside, tenant: TenantId, names: list[str]
) -> tuple[list[NamedGroup], list[Match]]:
    """What typed names mean: groups by their exact name first, else people.

    Raises Refusal("too_many_people") for more than twenty, and the directory's errors.
    """
    check_how_many(names)
    groups: list[NamedGroup] = []
    matches: list[Match] = []
    for name in names:
        found = await outside.directory.groups(tenant, name, limit=10)
        exact = [group for group in found if group.name.casefold() == name.casefold()]
        if len(exact) == 1:
            groups.append(NamedGroup(exact[0].id, exact[0].name))
        else:
            matches += await find_people(outside, tenant, [name])
    return groups, matches
