"""The teams room: how Saldo writes to people on its own account. Implements `bot.ports.messenger.Messenger`."""

import aiohttp

from bot.domain.people import PersonId, TenantId
from bot.ports.errors import NotFound, Unknown
from bot.ports.messenger import MessageRef
from bot.ports.turn import Address, File, Message
from bot.teams.connector import Connector
from bot.teams.downloads import download
from bot.teams.hosts import file_hosts
from bot.teams.messages import encode_notice, encode_reply
from bot.teams.settings import TeamsSettings
from bot.teams.uploads import upload


class TeamsMessenger:
    def __init__(self, session: aiohttp.ClientSession, settings: TeamsSettings, connector: Connector) -> None:
        self._session = session
        self._settings = settings
        self._connector = connector
        self._file_hosts = file_hosts(settings)

    async def send(self, address: Address, message: Message) -> MessageRef:
        body = encode_notice(message)
        return MessageRef(address, await self._connector.send(address.service_url, address.conversation_id, body))

    async def update(self, ref: MessageRef, message: Message) -> None:
        # An update notifies nobody, so the line for a locked phone would only stand above the card.
        await self._connector.update(ref, encode_reply(message, reply_to="", quick_for=None))

    async def open_chat(self, tenant: TenantId, service_url: str, teams_id: str) -> Address:
        body = {
            "isGroup": False,
            "bot": {"id": self._settings.bot_id},
            "members": [{"id": teams_id}],
            "tenantId": tenant,
            "channelData": {"tenant": {"id": tenant}},
        }
        conversation = await self._connector.create_conversation(service_url, body)
        if not conversation:
            raise Unknown("the connector named no conversation")
        return Address(conversation, service_url)

    async def person_of(self, tenant: TenantId, address: Address, teams_id: str) -> PersonId | None:
        try:
            member = await self._connector.member(address, teams_id)
        except NotFound:
            return None
        home = member.get("tenantId")
        if isinstance(home, str) and home.lower() != tenant:
            return None
        id_ = member.get("aadObjectId") or member.get("objectId")
        return PersonId(id_.lower()) if isinstance(id_, str) and id_ else None

    async def download(self, file: File, *, limit_bytes: int) -> bytes:
        return await download(self._session, self._file_hosts, file.url, limit_bytes=limit_bytes)

    async def upload(self, url: str, content: bytes) -> None:
        await upload(self._session, self._file_hosts, url, content)
