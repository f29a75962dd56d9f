"""`delegate to Luis until Friday`: somebody else decides in one's place for a time; with one's own voice, and never
their own requests. `stop delegating` shows how to end it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from bot.commands.context import Command, Context, Press, answer
from bot.commands.ids import minted_id
from bot.commands.until import handed_on, is_stop, name_in
from bot.commands.whom import one_person
from bot.domain.errors import Refusal
from bot.domain.people import Person
from bot.ports.turn import Reply
from bot.usecases.delegate import HANDED_ON, delegate, delegation_of, end_delegation
from bot.usecases.voice import delegations_to
from cards.actions import Verb
from cards.delegate import DelegateValues, delegate_card

ONE_DAY = timedelta(days=1)


async def say(context: Context, arguments: str) -> Reply:
    """What was typed is looked up and shown: a button hands it on, or ends it."""
    values = await _values(context)
    if not values.may or is_stop(arguments):
        return _drawn(context, replace(values, asks=False))
    values = replace(values, typed=name_in(arguments))
    try:
        told = handed_on(arguments, values.today)
        values = replace(values, until=told.until)
        if told.name:
            values = _with(values, _others(context, await _whom(context, "", told.name)))
    except Refusal as refusal:
        values = replace(values, error=context.reader.refusal(refusal))
    return _drawn(context, values)


async def start(context: Context, press: Press) -> Reply:
    """Until the end of the day that was chosen, where the person lives."""
    typed, until = press.input("typed", limit=200), press.input("until", limit=10)
    picked = press.input("who", limit=100) or press.input("people", limit=100)
    values = replace(await _values(context), typed=typed, until=_day(until))
    try:
        people = await _whom(context, picked, typed)
        if len(people) > 1:
            return _drawn(context, _with(values, people))
        by = (context.actor, context.turn.actor.name)
        ends_at = _end_of(until, context)
        form = press.input("form", limit=40)
        await delegate(context.outside, context.house.standings, context.tenant, by, people[0], ends_at, form=form)
    except Refusal as refusal:
        return _drawn(context, replace(values, error=context.reader.refusal(refusal)))
    return _drawn(context, await _values(context))


async def end(context: Context, press: Press) -> Reply:
    await end_delegation(context.outside, context.tenant, context.actor, since=press.input("since", limit=40))
    return _drawn(context, await _values(context))


COMMAND = Command(
    name="delegate",
    say=say,
    buttons={Verb.DELEGATE_START: start, Verb.DELEGATE_END: end},
    menu=False,
)


async def _whom(context: Context, picked: str, typed: str) -> tuple[Person, ...]:
    return await one_person(context.outside, context.tenant, picked, typed, missing="delegate_missing")


def _others(context: Context, people: tuple[Person, ...]) -> tuple[Person, ...]:
    """Nobody decides in their own place. Raises Refusal("delegate_self")."""
    others = tuple(person for person in people if person.id != context.actor)
    if not others:
        raise Refusal("delegate_self")
    return others


def _with(values: DelegateValues, people: tuple[Person, ...]) -> DelegateValues:
    """Somebody who is known, or several to choose from."""
    return replace(values, chosen=people[0]) if len(people) == 1 else replace(values, candidates=people)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _end_of(text: str, context: Context) -> datetime:
    day = _day(text)
    if day is None:
        raise Refusal("day_unknown", text=text)
    return datetime.combine(day + ONE_DAY, time(), context.reader.zone).astimezone(UTC)


async def _values(context: Context) -> DelegateValues:
    outside = context.outside
    standing = await context.standing()
    return DelegateValues(
        form=minted_id(),
        today=outside.clock.now().astimezone(context.reader.zone).date(),
        own=await delegation_of(outside, context.tenant, context.actor),
        to_them=tuple(await delegations_to(outside.store, outside.clock, context.tenant, context.actor)),
        may=any(standing.may(right) for right in HANDED_ON),
    )


def _drawn(context: Context, values: DelegateValues) -> Reply:
    return answer(delegate_card(values, context.reader, context.buttons))
