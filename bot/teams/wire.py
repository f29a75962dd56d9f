"""The teams room: the fields of an activity that Saldo reads, and how long each may be. Pure: no I/O here.

Source of the names: the Bot Framework activity schema,
https://github.com/microsoft/Agents/blob/main/specs/activity/protocol-activity.md
"""

from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from bot.teams.rejections import MalformedActivity

T = TypeVar("T")
Id = Annotated[str, Meta(min_length=1, max_length=512)]
Word = Annotated[str, Meta(min_length=1, max_length=128)]
Address = Annotated[str, Meta(min_length=1, max_length=2048)]
EntraId = Annotated[str, Meta(pattern=r"^[0-9A-Za-z-]{1,64}\Z")]  # a GUID, and never `operator:…`


class _Wire(msgspec.Struct, frozen=True, rename="camel"):
    pass


class WireAccount(_Wire, frozen=True):
    id: Id
    name: str | None = None
    aad_object_id: EntraId | None = None
    tenant_id: EntraId | None = None


class WireConversation(_Wire, frozen=True):
    id: Id
    conversation_type: str | None = None
    is_group: bool | None = None
    tenant_id: EntraId | None = None


class WireTenant(_Wire, frozen=True):
    id: EntraId | None = None


class WireChannelData(_Wire, frozen=True):
    tenant: WireTenant | None = None


class WireEntity(_Wire, frozen=True):
    """Many kinds of entity share these names with other types, so they are checked where a kind is read."""

    type: str | None = None
    mentioned: Any = None
    text: Any = None
    locale: Any = None
    timezone: Any = None


class WireAttachment(_Wire, frozen=True):
    content_type: str | None = None
    content: msgspec.Raw = msgspec.Raw()
    name: str | None = None


class WireActivity(_Wire, frozen=True):
    type: Word
    service_url: Address
    channel_id: Word
    id: Id | None = None
    conversation: WireConversation | None = None
    from_: WireAccount | None = msgspec.field(default=None, name="from")
    recipient: WireAccount | None = None
    name: str | None = None
    text: str | None = None
    value: msgspec.Raw = msgspec.Raw()
    attachments: list[WireAttachment] | None = None
    entities: list[WireEntity] | None = None
    channel_data: WireChannelData | None = None
    members_added: list[WireAccount] | None = None
    members_removed: list[WireAccount] | None = None
    action: str | None = None
    locale: str | None = None
    local_timezone: str | None = None
    reply_to_id: Id | None = None


class WireAction(_Wire, frozen=True):
    verb: Word
    data: dict[str, Any] | None = None


class WireCardAction(_Wire, frozen=True):
    """The value of an `adaptiveCard/action` invoke. The SDK drops `trigger`."""

    action: WireAction
    trigger: str | None = None


class WireUpload(_Wire, frozen=True):
    upload_url: Address
    content_url: Address
    name: str
    unique_id: Id
    file_type: Word


class WireFileConsent(_Wire, frozen=True):
    """The value of a `fileConsent/invoke`. `upload_info` comes with `accept` alone."""

    action: Word
    context: dict[str, Any] | None = None
    upload_info: WireUpload | None = None


class WireSearch(_Wire, frozen=True):
    query_text: str
    kind: str | None = None
    dataset: str | None = None


class WireDownload(_Wire, frozen=True):
    download_url: Address


_ACTIVITY = msgspec.json.Decoder(WireActivity)
_VALUES: dict[Any, msgspec.json.Decoder[Any]] = {
    kind: msgspec.json.Decoder(kind)
    for kind in (WireCardAction, WireFileConsent, WireSearch, WireDownload, dict[str, Any])
}


def parse(body: bytes) -> WireActivity:
    """The activity in a request's body. Raises MalformedActivity, which names the field."""
    return _decoded(_ACTIVITY, body, "activity")


def parse_value(raw: msgspec.Raw, kind: type[T], field: str) -> T:
    """A part of an activity whose shape depends on the rest of it. Raises MalformedActivity."""
    return _decoded(_VALUES[kind], raw, field)


def check_account(value: object, field: str) -> WireAccount:
    try:
        return msgspec.convert(value, WireAccount)
    except msgspec.ValidationError as error:
        raise MalformedActivity(f"{field}: {error}") from None


def _decoded(decoder: msgspec.json.Decoder[Any], body: bytes | msgspec.Raw, field: str) -> Any:
    try:
        return decoder.decode(body)
    except msgspec.DecodeError as error:
        raise MalformedActivity(f"{field}: {error}") from None
    except UnicodeDecodeError:
        raise MalformedActivity(f"{field}: not UTF-8") from None
    except RecursionError:
        raise MalformedActivity(f"{field}: nested too deep") from None
