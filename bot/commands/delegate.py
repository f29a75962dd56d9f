"""`delegate`: somebody else decides in one's place for a time; with one's own voice, and never their own requests."""

from datetime import UTC, date, datetime, time, timedelta

from bot.commands.context import Command, Context, Press, answer
from bot.domain.errors import Refusal
from bot.domain.people import Person, PersonId
from bot.ports.turn import Reply
from bot.usecases.delegate import HANDED_ON, delegate, delegation_of, end_delegation
from bot.usecases.plan_licenses import find_people
from bot.usecases.voice import delegations_to
from cards.actions import Verb
from cards.delegate import DelegateValues, delegate_card

ONE_DAY = timedelta(days=1)


async def say(context: Context, arguments: str) -> Reply:
    return await _show(context)


async def start(context: Context, press: Press) -> Reply:
    """Until the end of the day that was chosen, where the person lives."""
    try:
        to = await _picked(context, press)
        ends_at = _end_of(press.input("until", limit=10), context)
        by = (context.actor, context.turn.actor.name)
        await delegate(context.outside, context.house.standings, context.tenant, by, to, ends_at)
    except Refusal as refusal:
        return await _show(context, error=context.reader.refusal(refusal))
    return await _show(context)


async def end(context: Context, press: Press) -> Reply:
    await end_delegation(context.outside, context.tenant, context.actor)
    return await _show(context)


COMMAND = Command(
    name="delegate",
    say=say,
    buttons={Verb.DELEGATE_START: start, Verb.DELEGATE_END: end},
    menu=False,
)


async def _picked(context: Context, press: Press) -> Person:
    """Raises Refusal: delegate_missing, person_unknown, person_ambiguous."""
    picked, typed = press.input("people", limit=100), press.input("typed", limit=200)
    if picked:
        person = await context.outside.directory.person(context.tenant, PersonId(picked))
        if person is None:
            raise Refusal("person_unknown", name=picked)
        return person
    if not typed:
        raise Refusal("delegate_missing")
    (match,) = await find_people(context.outside, context.tenant, [typed])
    if not match.people:
        raise Refusal("person_unknown", name=typed)
    if len(match.people) > 1:
        raise Refusal("person_ambiguous", name=typed, people=[person.address for person in match.people])
    return match.people[0]


def _end_of(text: str, context: Context) -> datetime:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refusal("day_malformed", text=text) from None
    return datetime.combine(day + ONE_DAY, time(), context.reader.zone).astimezone(UTC)


async def _show(context: Context, *, error: str = "") -> Reply:
    outside = context.outside
    standing = await context.standing()
    values = DelegateValues(
        today=outside.clock.now().astimezone(context.reader.zone).date(),
        own=await delegation_of(outside, context.tenant, context.actor),
        to_them=tuple(await delegations_to(outside.store, outside.clock, context.tenant, context.actor)),
        may=any(standing.may(right) for right in HANDED_ON),
        error=error,
    )
    return answer(delegate_card(values, context.reader, context.buttons))
