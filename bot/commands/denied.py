"""What was tried by somebody who may not: noted for the audit, whatever they get to see."""

from bot.commands.context import Context
from bot.commands.understand import Understanding, Understood
from bot.domain.denials import Denial, is_denial
from bot.domain.errors import Refusal
from bot.ports.turn import OfferAnswered, Pressed, Said
from cards.actions import Verb

UNKNOWN_BUTTON = "button"  # a verb that no card of ours ever held
DROPPED = "drop"  # a file


async def note_denied(context: Context, refusal: Refusal, meaning: Understanding | None = None) -> None:
    """`meaning` is that of a typed line. A card's own refresh is nobody's attempt, and never writes."""
    event = context.turn.event
    if not is_denial(refusal.code) or (isinstance(event, Pressed) and event.automatic):
        return
    now = context.outside.clock.now()
    verb, subjects = _attempted(context, meaning), _subjects(context)
    denial = Denial(context.actor, verb, now, now, codes=(refusal.code,), subjects=subjects)
    await context.house.denials.note(context.outside.store, context.tenant, denial)


def _attempted(context: Context, meaning: Understanding | None) -> str:
    """One of few words, whatever was sent: each of them can become a record a minute."""
    match context.turn.event:
        case Pressed(verb=verb):
            return verb if verb in set(Verb) else UNKNOWN_BUTTON
        case OfferAnswered():
            return Verb.REPORT_ACCEPT.value
        case Said(files=files) if files:
            return DROPPED
        case Said() if isinstance(meaning, Understood):
            return f"{Verb.SAY.value}.{meaning.command}"
        case _:
            return Verb.SAY.value


def _subjects(context: Context) -> tuple[str, ...]:
    """The request that the button is about, if it is a button of ours."""
    event = context.turn.event
    if not isinstance(event, Pressed):
        return ()
    button = context.house.signer.read(event.verb, event.data, context.tenant)
    return (button.request_id,) if button and button.request_id else ()
