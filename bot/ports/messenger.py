"""How Saldo writes to people on its own account. Implemented by `bot/teams`."""

from dataclasses import dataclass
from typing import Protocol

from bot.domain.people import PersonId, TenantId
from bot.ports.turn import Address, File, Message


@dataclass(frozen=True, slots=True)
class MessageRef:
    """A message that was sent, so that it can be changed in place."""

    address: Address
    activity_id: str


class Messenger(Protocol):
    """Raises the errors of `bot.ports.errors`: Unknown for a create whose answer was lost, NotFound for a
    conversation that is gone, Final(code="blocked") where the person removed or blocked the bot."""

    async def send(self, address: Address, message: Message) -> MessageRef: ...

    async def update(self, ref: MessageRef, message: Message) -> None: ...

    async def open_chat(self, tenant: TenantId, service_url: str, teams_id: str) -> Address:
        """The personal chat with somebody who has the bot installed."""
        ...

    async def person_of(self, tenant: TenantId, address: Address, teams_id: str) -> PersonId | None:
        """The Entra object id behind a mention, from the conversation's members."""
        ...

    async def download(self, file: File, *, limit_bytes: int) -> bytes:
        """Raises Refusal("file_host"|"file_too_large") besides the port's errors."""
        ...

    async def upload(self, url: str, content: bytes) -> None:
        """Put an accepted file where Teams wants it. Raises Refusal("file_host") besides the port's errors: NotFound
        for an address that is gone, Unknown where the answer was lost."""
        ...
