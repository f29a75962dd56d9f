"""From a turn to its reply: who reads, which command, and what a refusal looks like. Holds the list of commands."""

import logging
from dataclasses import replace
from functools import lru_cache

from bot.commands import (
    advice,
    anomalies,
    ask,
    assign,
    auto_recharge,
    balance,
    break_glass,
    budget,
    delegate,
    expiring,
    explain,
    help,  # noqa: A004 -- a command's name
    history,
    imports,
    lots,
    orders,
    partner,
    policy,
    rate,
    recharge,
    recharge_mail,
    reconcile,
    report,
    requests,
    rules,
    runway,
    setup,
    threshold,
    usage,
    what_if,
)
from bot.commands.context import Answer, Command, Context, Press, answer, line
from bot.commands.denied import note_denied
from bot.commands.lexicon import Lexicon, lexicon_of
from bot.commands.private import move_to_private
from bot.commands.understand import Greeting, SmallTalk, Understanding, Understood, Unsure, understand
from bot.commands.welcome import welcome
from bot.domain.contacts import Contact
from bot.domain.errors import Refusal
from bot.domain.settings import Settings
from bot.locale.language import choose_language
from bot.locale.reader import CatalogueReader, reader_for, zone_of
from bot.ports.collections import CONTACTS
from bot.ports.errors import MissingPermission, PortError
from bot.ports.store import Conflict
from bot.ports.turn import SILENCE, Installed, Message, OfferAnswered, Pressed, Removed, Reply, Said, Turn
from bot.usecases.meet import leave_place, lose, meet
from bot.usecases.settings import load_settings
from bot.views.house import House
from bot.views.looking import looking
from cards.actions import Button, Verb
from cards.bug import BugValues, bug_card
from cards.missing_permission import MissingPermissionValues, missing_permission_card
from cards.refusal import RefusalValues, refusal_card
from cards.suggestion import SuggestionValues, suggestion_card

log = logging.getLogger("saldo.turns")

COMMANDS: tuple[Command, ...] = (
    balance.COMMAND,
    recharge.COMMAND,
    assign.COMMAND,
    requests.COMMAND,
    ask.COMMAND,
    usage.COMMAND,
    runway.COMMAND,
    anomalies.COMMAND,
    threshold.COMMAND,
    setup.COMMAND,
    reconcile.COMMAND,
    advice.COMMAND,
    explain.COMMAND,
    lots.COMMAND,
    expiring.COMMAND,
    history.COMMAND,
    rate.COMMAND,
    what_if.COMMAND,
    budget.COMMAND,
    policy.COMMAND,
    delegate.COMMAND,
    break_glass.COMMAND,
    report.COMMAND,
    orders.COMMAND,
    partner.COMMAND,
    auto_recharge.COMMAND,
    recharge_mail.COMMAND,
    rules.COMMAND,
    help.COMMAND,
)
BY_NAME = {command.name: command for command in COMMANDS}
BUTTONS: dict[Verb, Answer] = {
    verb: act for command in COMMANDS for verb, act in command.buttons.items()
} | imports.BUTTONS
OF_A_REQUEST = "request."  # how the verbs of its card begin
MENU = tuple((command.name, command.right) for command in COMMANDS)


async def dispatch(house: House, turn: Turn) -> Reply:
    """The reply to a turn. What is no refusal and no port's error is a bug, and left to the edge's one handler."""
    meaning = _meaning(turn.event.text) if isinstance(turn.event, Said) else None
    context = await _context(house, turn, meaning.language if meaning else None)
    try:
        return await _answer(context, meaning)
    except MissingPermission as missing:
        return _missing(context, missing.permission)
    except PortError as error:
        log.warning("a port failed in a turn", extra={"error": type(error).__name__, "request": error.request_id})
        return _refused(context, Refusal("service_busy"))
    except Conflict:
        log.warning("others were always faster")
        return _refused(context, Refusal("too_busy"))
    except Refusal as refusal:
        await note_denied(context, refusal, meaning)
        return _refused(context, refusal)


def broken(house: House, turn: Turn, turn_id: str) -> Reply:
    """What the person gets when there is a bug: an id by which the operator finds it in the log. No I/O: that may be
    what is broken."""
    language = choose_language(turn.event.text if isinstance(turn.event, Said) else "", None, None, turn.locale, "")
    reader = reader_for(language, tenant_locale="", client_locale=turn.locale, zone=turn.zone)
    return answer(bug_card(BugValues(turn_id), reader, house.buttons(turn.tenant)))


async def _context(house: House, turn: Turn, language: str | None) -> Context:
    settings = await load_settings(house.outside.store, turn.tenant)
    known = await house.outside.store.get(CONTACTS.key(turn.tenant, turn.actor.id))
    reader = _reader(turn, settings, known.body if known else None, language)
    return Context(turn, house, reader, settings, MENU, known)


def _reader(turn: Turn, settings: Settings, contact: Contact | None, language: str | None) -> CatalogueReader:
    """The language of this line, as it was understood; else the one last used, else the client's."""
    last_used = language or (contact.language if contact else None)
    language = choose_language("", last_used, None, turn.locale, settings.locale)
    zone = zone_of(turn.zone, contact.zone if contact else "", settings.zone)
    return reader_for(language, tenant_locale=settings.locale, client_locale=turn.locale, zone=zone)


async def _answer(context: Context, meaning: Understanding | None) -> Reply:
    turn, store = context.turn, context.outside.store
    match turn.event:
        case Removed():
            if context.personal:
                await lose(store, turn.tenant, turn.actor.id)
            else:
                await leave_place(store, turn)
            return SILENCE
        case Installed() if context.personal and not turn.actor.id:
            return SILENCE  # Teams did not say whose chat it is: nobody is met, and nobody becomes the installer
        case Installed():
            await meet(store, turn, context.contact)
            return await welcome(context)
        case Pressed(automatic=automatic):
            if not automatic:  # a card's own refresh never writes
                await meet(store, turn, context.contact)
            return await _pressed(context, turn.event)
        case OfferAnswered():
            await meet(store, turn, context.contact)
            return await report.accepted(context, turn.event)
        case Said():
            assert meaning is not None
            await meet(store, turn, context.contact, language=meaning.language or "")
            return await _said(context, turn.event, meaning)


async def _said(context: Context, said: Said, meaning: Understanding) -> Reply:
    if said.files and context.personal:
        return await imports.receive(context, said.files)
    if not said.text.strip():
        return SILENCE if said.files else await _run(context, help.COMMAND, "")
    return await _understood(context, meaning)


async def _understood(context: Context, meaning: Understanding) -> Reply:
    match meaning:
        case Understood(command, arguments):
            return await _run(context, BY_NAME[command], arguments)
        case Greeting():
            return await _run(context, help.COMMAND, "")
        case SmallTalk(kind):
            return line(context.reader.text(f"smalltalk.{kind}"))
        case Unsure(suggestion):
            example = context.reader.text(f"command.{suggestion}.example")
            values = SuggestionValues(example, is_help=suggestion == help.COMMAND.name)
            return answer(suggestion_card(values, context.reader, context.buttons))


@lru_cache(maxsize=256)
def _meaning(text: str) -> Understanding:
    """Most of what is typed are the same few words."""
    return understand(text, _lexicon())


@lru_cache(maxsize=1)
def _lexicon() -> Lexicon:
    return lexicon_of(tuple(BY_NAME))


async def _run(context: Context, command: Command, arguments: str) -> Reply:
    reply = await command.say(context, arguments)
    if context.personal:
        return reply
    return await move_to_private(context, reply, command.said_here)


async def _pressed(context: Context, pressed: Pressed) -> Reply:
    button = context.house.signer.read(pressed.verb, pressed.data, context.tenant)
    if button is None:
        raise Refusal("button_unknown")
    if pressed.automatic:  # whatever verb it carries, a card's own refresh looks, and never writes
        onlooker = replace(context, house=looking(context.house))
        return await requests.show(onlooker, Press(button, pressed.data, pressed))
    if button.verb == Verb.SAY:
        typed = Press(button, pressed.data, pressed).input("text", limit=500)
        return await _understood(context, _meaning(typed))
    act = BUTTONS.get(Verb(button.verb)) if button.verb in set(Verb) else None
    if act is None:
        raise Refusal("button_unknown")
    return await _act(context, act, button, pressed)


async def _act(context: Context, act: Answer, button: Button, pressed: Pressed) -> Reply:
    """Where others read along, a card of a request may still change in its place: for its presser's eyes alone."""
    reply = await act(context, Press(button, pressed.data, pressed))
    own_view = pressed.alone and button.verb.startswith(OF_A_REQUEST) and len(reply.here) == 1
    if context.personal or own_view:
        return reply
    return await move_to_private(context, reply)


def _refused(context: Context, refusal: Refusal) -> Reply:
    """A button that was refused leaves its card as it is, so that it can be pressed again; a line gets a card."""
    if refusal.code == "missing_permission":
        return _missing(context, str(refusal.values["permission"]))
    if isinstance(context.turn.event, Pressed) or not context.personal:
        return Reply(here=(Message(text=context.reader.refusal(refusal)),))
    return answer(refusal_card(RefusalValues(refusal), context.reader, context.buttons))


def _missing(context: Context, permission: str) -> Reply:
    values = MissingPermissionValues(permission, context.house.consent_url)
    return answer(missing_permission_card(values, context.reader, context.buttons))
