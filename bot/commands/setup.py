"""`set up`: four steps, each skippable and resumable; and the one-time code where no role can be read."""

import asyncio
from datetime import UTC, date, timedelta
from decimal import Decimal

from bot.commands.context import Command, Context, Press, answer
from bot.commands.ids import minted_id
from bot.domain.amounts import Ambiguous, Amount, amount_in
from bot.domain.errors import Refusal
from bot.domain.money import Money
from bot.domain.people import GroupId, PersonId, Right, TenantId
from bot.domain.policy import PolicyChange, Who
from bot.domain.settings import Account, NamedGroup, NamedPerson, Progress, Settings, SetupStep
from bot.ports.clock import Clock
from bot.ports.errors import MissingPermission, PortError
from bot.ports.store import Store
from bot.ports.turn import Reply
from bot.usecases.change_policy import ask_to_change
from bot.usecases.keep_card import keep_pressed_card
from bot.usecases.plan_licenses import Match, check_how_many
from bot.usecases.policy import load_policy
from bot.usecases.prove_control import enter_code
from bot.usecases.read_usage import usage_through
from bot.usecases.set_up import find_approver_names, mark_step, set_account, set_approvers, set_opening_balance
from bot.usecases.sync_usage import ask_for_sync
from bot.views.request import draw_request
from bot.views.which_amount import which_amount
from cards.actions import Verb
from cards.setup import SetupCodeValues, SetupValues, setup_card, setup_code_card
from cards.which_amount import which_amount_card

PATIENCE_SECONDS = 5.0  # for Graph: a turn that takes longer than 15 is delivered again


async def say(context: Context, arguments: str) -> Reply:
    if not await _may_set_up(context):
        return await _ask_for_code(context)
    return await _step(context, context.settings, context.settings.next_step)


async def open_step(context: Context, press: Press) -> Reply:
    if not await _may_set_up(context):
        return await _ask_for_code(context)
    named = _named_step(press)
    return await _step(context, context.settings, named or context.settings.next_step)


async def skip(context: Context, press: Press) -> Reply:
    await context.require(Right.CHANGE_SETTINGS)
    step = _named_step(press)
    if step is None:
        raise Refusal("setup_step_unknown")
    settings = await mark_step(*_where(context), step, Progress.SKIPPED)
    return await _step(context, settings, settings.next_step)


async def account(context: Context, press: Press) -> Reply:
    await context.require(Right.CHANGE_SETTINGS)
    kind = press.input("kind", limit=20)
    if kind not in set(Account):
        return await _again(context, SetupStep.ACCOUNT, Refusal("account_missing"))
    settings = await set_account(*_where(context), Account(kind))
    return await _step(context, settings, settings.next_step)


async def balance(context: Context, press: Press) -> Reply:
    """The amount as typed; what can be read in two ways is asked about."""
    await context.require(Right.CHANGE_SETTINGS)
    currency = (press.input("currency", limit=3) or context.settings.currency).upper()
    read_on = press.input("read_on", limit=10)
    try:
        day = _day(read_on, context)
        parsed = _balance_in(press.input("amount", limit=200), currency)
        if isinstance(parsed, Ambiguous):
            args = {"read_on": read_on}
            values = which_amount(parsed, currency, context.reader, Verb.SETUP_BALANCE, args=args)
            return answer(which_amount_card(values, context.reader, context.buttons))
        portal = Money.of(parsed.value, currency)
        settings = await set_opening_balance(*_where(context), portal, day)
    except Refusal as refusal:
        return await _again(context, SetupStep.BALANCE, refusal)
    return await _step(context, settings, settings.next_step)


async def usage(context: Context, press: Press) -> Reply:
    """Try Graph: where it answers, a job fetches all that it keeps; where a permission is missing, it is named."""
    await context.require(Right.CHANGE_SETTINGS)
    day = context.outside.clock.now().astimezone(UTC).date() - timedelta(days=2)
    try:
        await _read_a_page(context, day)
    except MissingPermission as missing:
        return await _step(context, context.settings, SetupStep.USAGE, missing_permission=missing.permission)
    await ask_for_sync(context.outside.store, context.outside.clock, context.tenant)
    settings = await mark_step(*_where(context), SetupStep.USAGE, Progress.DONE)
    return await _step(context, settings, settings.next_step)


async def _read_a_page(context: Context, day: date) -> None:
    """Whether Graph lets us, told in time. Raises the port's errors, and Refusal("service_busy")."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await anext(context.outside.call_log.pstn_calls(context.tenant, day, day), None)
    except TimeoutError:
        raise Refusal("service_busy") from None


async def approvers(context: Context, press: Press) -> Reply:
    await context.require(Right.CHANGE_SETTINGS)
    typed = [name.strip() for name in press.input("typed").split(",") if name.strip()]
    groups, matches = await find_approver_names(context.outside, context.tenant, typed)
    picked = [PersonId(id_.strip()) for id_ in press.input("people").split(",") if id_.strip()]
    check_how_many(picked)
    group = await _picked_group(context, press) or (groups[0] if groups else None)
    people = await _people(context, picked, matches)
    try:
        _check_approvers(matches, group, groups, people)
    except Refusal as refusal:
        return await _again(context, SetupStep.APPROVERS, refusal)
    try:
        settings = await set_approvers(*_where(context), group, people)
    except Refusal as refusal:
        if refusal.code != "approvers_need_approval":
            raise
        return await _ask_for_others(context, press, Who(group, people))
    context.house.standings.forget(context.tenant)
    return await _step(context, settings, settings.next_step)


async def _ask_for_others(context: Context, press: Press, who: Who) -> Reply:
    """Other approvers in the place of those named: a change of the policy, which those named decide."""
    policy = await load_policy(context.outside.store, context.tenant)
    change = PolicyChange(policy, policy, who)
    request = await ask_to_change(context.outside, context.tenant, press.request_id, context.by, change)
    await keep_pressed_card(context.outside.store, context.turn, press.pressed, request)
    return answer(await draw_request(context.house, context.tenant, request, context.actor, context.reader))


async def code(context: Context, press: Press) -> Reply:
    person = NamedPerson(context.actor, context.turn.actor.name)
    try:
        await enter_code(
            context.outside.store, context.outside.clock, context.tenant, person, press.input("code", limit=40)
        )
    except Refusal as refusal:
        return await _ask_for_code(context, context.reader.refusal(refusal))
    context.house.standings.forget(context.tenant)
    return await _step(context, context.settings, context.settings.next_step)


COMMAND = Command(
    name="setup",
    say=say,
    right=Right.CHANGE_SETTINGS,
    buttons={
        Verb.SETUP_OPEN: open_step,
        Verb.SETUP_SKIP: skip,
        Verb.SETUP_ACCOUNT: account,
        Verb.SETUP_BALANCE: balance,
        Verb.SETUP_USAGE: usage,
        Verb.SETUP_APPROVERS: approvers,
        Verb.SETUP_CODE: code,
    },
)


async def _ask_for_code(context: Context, error: str = "") -> Reply:
    missing = (await context.standing()).missing_permission
    return answer(setup_code_card(SetupCodeValues(error, missing), context.reader, context.buttons))


async def _may_set_up(context: Context) -> bool:
    """False: the actor may prove control with a code. Raises Refusal for who has no part in the set-up."""
    standing = await context.standing()
    installer = context.settings.installer
    is_installer = installer is not None and installer.id == context.actor
    if (standing.missing_permission or is_installer) and not standing.may(Right.CHANGE_SETTINGS):
        return False
    await context.require(Right.CHANGE_SETTINGS)
    return True


def _named_step(press: Press) -> SetupStep | None:
    step = press.input("step", limit=20)
    return SetupStep(step) if step in set(SetupStep) else None


def _where(context: Context) -> tuple[Store, Clock, TenantId, PersonId]:
    return context.outside.store, context.outside.clock, context.tenant, context.actor


def _day(text: str, context: Context) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal("day_malformed", text=text) from None


def _balance_in(text: str, currency: str) -> Amount | Ambiguous:
    """As `amount_in`; but an empty wallet is a balance too."""
    try:
        return amount_in(text, currency)
    except Refusal as refusal:
        if refusal.code != "amount_zero":
            raise
        return Amount(Decimal(0), currency)


async def _picked_group(context: Context, press: Press) -> NamedGroup | None:
    """A group that was picked from the card, if the directory still knows it."""
    id_ = press.input("group", limit=100)
    if not id_:
        return None
    for group in await context.outside.directory.groups(context.tenant, "Saldo", limit=5):
        if group.id == GroupId(id_):
            return NamedGroup(group.id, group.name)
    raise Refusal("group_unknown")


async def _people(context: Context, picked: list[PersonId], matches: list[Match]) -> tuple[NamedPerson, ...]:
    found = [await context.outside.directory.person(context.tenant, id_) for id_ in picked]
    found += [match.people[0] for match in matches if len(match.people) == 1]
    return tuple(dict.fromkeys(NamedPerson(person.id, person.name) for person in found if person))


def _check_approvers(
    matches: list[Match], group: NamedGroup | None, groups: list[NamedGroup], people: tuple[NamedPerson, ...]
) -> None:
    for match in matches:
        if not match.people:
            raise Refusal("person_unknown", name=match.text)
        if len(match.people) > 1:
            raise Refusal("person_ambiguous", name=match.text, people=[person.address for person in match.people])
    if len(groups) > 1:
        raise Refusal("one_group_only")
    if group is None and not people:
        raise Refusal("approvers_missing")


async def _again(context: Context, step: SetupStep, refusal: Refusal) -> Reply:
    return await _step(context, context.settings, step, error=context.reader.refusal(refusal))


async def _step(
    context: Context,
    settings: Settings,
    step: SetupStep | None,
    *,
    error: str = "",
    missing_permission: str = "",
) -> Reply:
    today = context.outside.clock.now().astimezone(UTC).date()
    values = SetupValues(
        settings=settings,
        step=step,
        today=today,
        error=error,
        usage_through=await usage_through(context.outside.store, context.tenant, today),
        missing_permission=missing_permission,
        consent_url=context.house.consent_url,
        groups=await _groups(context) if step is SetupStep.APPROVERS else (),
        request_id=minted_id() if step is SetupStep.APPROVERS else "",
    )
    return answer(setup_card(values, context.reader, context.buttons))


async def _groups(context: Context) -> tuple[tuple[str, str], ...]:
    """A few groups whose names speak of approving; none where the directory does not answer: a name can be typed."""
    try:
        groups = await context.outside.directory.groups(context.tenant, "Saldo", limit=5)
    except PortError:
        return ()
    return tuple((group.id, group.name) for group in groups)
