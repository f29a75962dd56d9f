"""`usage last month`: what was spent, by country, department, kind of call or month."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date

from bot.commands.context import Command, Context, Press, answer
from bot.commands.months import days_of
from bot.domain.money import Money
from bot.domain.people import Person, PersonId, Right
from bot.domain.usage import DetailLine
from bot.locale.places import told_name
from bot.ports.errors import PortError
from bot.ports.turn import Reply
from bot.usecases.read_usage import Group, UsageSummary, read_usage
from cards.actions import Verb
from cards.usage import By, UsageGroup, UsageValues, usage_card

DEFAULT_PERIOD = "last_30_days"
PERIOD_BY_MONTH = "last_365_days"  # one month alone has nothing to be compared with
LOOKED_UP = 300  # people whose department is asked for: more would be a report, not an answer
AT_ONCE = 16  # of them
PATIENCE_SECONDS = 5.0  # in all: a turn that takes longer than 15 is delivered again

NameOf = Callable[[date, DetailLine], str]


async def say(context: Context, arguments: str) -> Reply:
    """`arguments`: a code of `month_in`, a grouping, both or neither."""
    named = [By(word) for word in arguments.split() if word in set(By)]
    periods = [word for word in arguments.split() if word not in set(By)]
    return await _usage(context, " ".join(periods), named[0] if named else By.COUNTRY)


async def show(context: Context, press: Press) -> Reply:
    by = press.input("by", limit=20)
    return await _usage(context, press.input("period", limit=40), By(by) if by in set(By) else By.COUNTRY)


COMMAND = Command(name="usage", say=say, right=Right.VIEW, buttons={Verb.USAGE_SHOW: show})


async def _usage(context: Context, period: str, by: By) -> Reply:
    standing = await context.require(Right.VIEW)
    may_see_people = standing.may(Right.SEE_NAMES)
    withheld = by is By.PERSON and not may_see_people
    by = By.DEPARTMENT if withheld else by
    days, period = _days(period, by, context.outside.clock.now().date())
    summary = await read_usage(context.outside.store, context.tenant, days, _name_of(context, by))
    if by in {By.DEPARTMENT, By.PERSON}:
        await _name_people(context, summary, by)
    values = UsageValues(
        first=summary.first,
        last=summary.last,
        by=by,
        groups=_groups(summary, by),
        totals=_sums(summary.wallet),
        outside=_sums(summary.outside),
        usage_through=summary.through,
        unknown_rows=summary.unknown_calls,
        has_conferences=summary.has_conferences,
        period=period,
        may_see_people=may_see_people,
        withheld=withheld,
    )
    return answer(usage_card(values, context.reader, context.buttons))


def _days(period: str, by: By, today: date) -> tuple[tuple[date, date], str]:
    """With the code that the buttons keep: '' where none was told that makes sense, so that the default fits what
    they show."""
    with suppress(ValueError):
        return days_of(period, today), period
    return days_of(PERIOD_BY_MONTH if by is By.MONTH else DEFAULT_PERIOD, today), ""


def _name_of(context: Context, by: By) -> NameOf:
    match by:
        case By.COUNTRY:
            return lambda day, line: told_name(line.destination, context.reader.locale)
        case By.TYPE:
            return lambda day, line: line.call_type
        case By.MONTH:
            return lambda day, line: context.reader.month(day)
        case _:  # a department's sum is that of its people
            return lambda day, line: line.user or ""


async def _name_people(context: Context, summary: UsageSummary, by: By) -> None:
    """From ids to departments or names. Whom the directory does not know counts as unknown."""
    by_person, summary.groups = summary.groups, {}
    ranked = sorted(by_person.items(), key=lambda item: -sum(item[1].micros.values()))
    known = await _known(context, [person for person, _ in ranked[:LOOKED_UP] if person])
    for id_, group in ranked:
        person = known.get(id_)
        name = "" if person is None else person.name if by is By.PERSON else person.department or ""
        summary.groups.setdefault(name, Group()).take_in(group)


async def _known(context: Context, people: Sequence[str]) -> dict[str, Person]:
    """Who they are, as far as the directory tells in time: a sum without a name beats no answer."""
    directory, found = context.outside.directory, dict[str, Person]()
    with suppress(PortError, TimeoutError):
        async with asyncio.timeout(PATIENCE_SECONDS):
            for start in range(0, len(people), AT_ONCE):
                asked = people[start : start + AT_ONCE]
                told = await asyncio.gather(*(directory.person(context.tenant, PersonId(id_)) for id_ in asked))
                found |= {id_: person for id_, person in zip(asked, told, strict=True) if person}
    return found


def _groups(summary: UsageSummary, by: By) -> tuple[UsageGroup, ...]:
    """Dearest first; months newest first. The summary holds them in the order of their first call."""
    groups = [
        UsageGroup(name, Money(micros, currency), group.calls, group.seconds)
        for name, group in summary.groups.items()
        for currency, micros in group.micros.items()
    ]
    if by is By.MONTH:
        groups.reverse()
        return tuple(sorted(groups, key=lambda group: group.spent.currency))
    return tuple(sorted(groups, key=lambda group: (group.spent.currency, -group.spent.micros, group.name)))


def _sums(micros: dict[str, int]) -> tuple[Money, ...]:
    return tuple(Money(sum_, currency) for currency, sum_ in sorted(micros.items()) if sum_)
