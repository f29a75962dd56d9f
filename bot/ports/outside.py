"""All that the core needs from the outside, in one hand. Filled in `bot/app`."""

from dataclasses import dataclass

from bot.ports.call_log import CallLog
from bot.ports.clock import Clock
from bot.ports.directory import Directory
from bot.ports.licenses import Licenses
from bot.ports.messenger import Messenger
from bot.ports.order_desk import OrderDesk
from bot.ports.store import Store


@dataclass(frozen=True, slots=True)
class Outside:
    store: Store
    clock: Clock
    directory: Directory
    licenses: Licenses
    call_log: CallLog
    messenger: Messenger
    desk: OrderDesk
