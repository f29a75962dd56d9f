"""`policy`: who must approve what. Changing it is itself a request, which others decide under the policy in force."""

from dataclasses import replace

from bot.commands.context import Command, Context, Press, answer
from bot.commands.ids import minted_id
from bot.commands.policy_form import INPUTS, fields_of, policy_in
from bot.domain.errors import Refusal
from bot.domain.people import Right
from bot.domain.policy import Policy, PolicyChange, Who, fallback
from bot.domain.settings import NamedPerson
from bot.ports.turn import Reply
from bot.usecases.change_policy import ask_to_change, proposed_scale
from bot.usecases.keep_card import keep_pressed_card
from bot.usecases.policy import load_policy
from bot.usecases.set_up import find_approver_names
from bot.views.request import draw_request
from cards.actions import Verb
from cards.policy import PolicyValues, names_of, policy_card, shown_currencies
from cards.policy_form import PolicyFormValues, policy_form_card


async def say(context: Context, arguments: str) -> Reply:
    return await _show(context)


async def show(context: Context, press: Press) -> Reply:
    return await _show(context)


async def open_form(context: Context, press: Press) -> Reply:
    """Filled in as the policy stands, or as the organization's purchases speak for."""
    await context.require(Right.CHANGE_SETTINGS)
    policy = await load_policy(context.outside.store, context.tenant)
    currency = context.settings.currency
    scale = policy.scale(currency)
    if press.input("from", limit=20) == "purchases":
        outside = context.outside
        bands = (await proposed_scale(outside.store, outside.clock, context.tenant, currency)).bands
        scale = replace(scale, bands=bands)
    return _form(context, minted_id(), policy, fields_of(policy, scale, context.reader))


async def ask(context: Context, press: Press) -> Reply:
    """The form was filled in. What was made of a policy that is no longer in force is looked at again first."""
    await context.require(Right.CHANGE_SETTINGS)
    before = await load_policy(context.outside.store, context.tenant)
    fields = {name: press.input(name, limit=1_000) for name in INPUTS}
    try:
        _check_version(press, before)
        to = await _with_finance(context, policy_in(fields, before, context.settings.currency), fields["finance"])
        request = await ask_to_change(
            context.outside, context.tenant, press.request_id, context.by, PolicyChange(to, before)
        )
    except Refusal as refusal:
        return _form(context, press.request_id, before, fields, error=context.reader.refusal(refusal))
    await keep_pressed_card(context.outside.store, context.turn, press.pressed, request)
    return answer(await draw_request(context.house, context.tenant, request, context.actor, context.reader))


def _check_version(press: Press, policy: Policy) -> None:
    if press.input("version", limit=10) != str(policy.version):
        raise Refusal("policy_outdated")


COMMAND = Command(
    name="policy",
    say=say,
    right=Right.VIEW,
    buttons={Verb.POLICY_SHOW: show, Verb.POLICY_OPEN: open_form, Verb.POLICY_ASK: ask},
    menu=False,
)


async def _show(context: Context) -> Reply:
    """Its figures are for those who may see the wallet."""
    standing = await context.require(Right.VIEW)
    outside, currency = context.outside, context.settings.currency
    policy = await load_policy(outside.store, context.tenant)
    proposed = await proposed_scale(outside.store, outside.clock, context.tenant, currency)
    values = PolicyValues(
        policy,
        tuple(shown_currencies(policy, currency)),
        Who(context.settings.approver_group, context.settings.approvers),
        may_change=standing.may(Right.CHANGE_SETTINGS),
        own_purchases=proposed not in (fallback(currency), policy.scale(currency)),
    )
    return answer(policy_card(values, context.reader, context.buttons))


def _form(context: Context, request_id: str, policy: Policy, fields: dict[str, str], *, error: str = "") -> Reply:
    values = PolicyFormValues(request_id, policy.version, context.settings.currency, fields, error)
    return answer(policy_form_card(values, context.reader, context.buttons))


async def _with_finance(context: Context, policy: Policy, typed: str) -> Policy:
    """Those whom it names for finance: a group by its name, people by theirs. Unchanged, nobody is looked up."""
    if typed == names_of(Who(policy.finance_group, policy.finance)):
        return policy
    names = [name.strip() for name in typed.split(",") if name.strip()]
    groups, matches = await find_approver_names(context.outside, context.tenant, names)
    if len(groups) > 1:
        raise Refusal("one_group_only")
    for match in matches:
        if len(match.people) != 1:
            addresses = [person.address for person in match.people]
            code = "person_ambiguous" if match.people else "person_unknown"
            raise Refusal(code, name=match.text, people=addresses)
    people = tuple(NamedPerson(match.people[0].id, match.people[0].name) for match in matches)
    return replace(policy, finance_group=groups[0] if groups else None, finance=people)
