"""The machinery under every card: strict nodes over `adaptivecards`, escaping, and Teams' limits. No text here.

The only module that imports `adaptivecards`, whose own classes drop an unknown keyword in silence, take any string
for an enumeration and render one level deep. A `Node` declares its fields as annotations, as a dataclass does: a
field without a default is required, `None` means absent, a `Literal` is an enumeration, `Plain` is text that shows
as it was written.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from inspect import get_annotations
from types import NoneType, UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Literal,
    Union,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

import msgspec

from bot.ports.turn import Card

if TYPE_CHECKING:
    # adaptivecards ships no types; taken as Any it would switch off the checks of every constructor below.
    class BaseElement:
        _data: dict[str, Any]

    class BaseProperty:
        def __init__(self, type: Any, key_name: str) -> None: ...  # noqa: A002 -- the library's own name
else:
    from adaptivecards.baseobject import Element as BaseElement
    from adaptivecards.baseobject import PropertyType as BaseProperty

VERSION: Literal["1.5"] = "1.5"
LIMIT_BYTES = 28 * 1024  # documented limits are 28, 40 and 100 KB in different places: the least holds everywhere
PRIMARY_ACTIONS = 6

Plain = Annotated[str, "plain"]  # shows as it was written: no markdown, mention or link comes out of it
Accept = Callable[[Any], Any]  # gives a value as JSON, or raises Unfit

_SPECIAL = re.compile(r"[\\`*_\[\]~<&]|(?m:^)\s*(?:[-+>#]|\d+[.)]\s)")
_MARKS = re.compile(r"([\\`*_\[\]~])")
_LIST_START = re.compile(r"(?m)^(\s*)([-+>#]|\d+(?=[.)]\s))(?=[\s.)#])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_ESCAPED = re.compile(r"\\([\\`*_\[\]~\-+>#.)])")


class Unfit(TypeError):
    """A value that is none of what a field takes."""


class CardRefused(ValueError):
    """A card that Teams would not show: too large, or with too many primary actions."""


def escape(text: str) -> str:
    """Text as it is, for a place where Teams reads markdown and `<at>`."""
    if not _SPECIAL.search(text):
        return text
    text = _ENTITY.sub("&amp;", text).replace("<", "&lt;")
    return _LIST_START.sub(_unlist, _MARKS.sub(r"\\\1", text))


def _unlist(start: re.Match[str]) -> str:
    mark = start[2]
    return f"{start[1]}{mark}\\" if mark.isdigit() else f"{start[1]}\\{mark}"


def unescape(text: str) -> str:
    """What somebody reads of escaped text: for a terminal, a notification, a log of a conversation."""
    return _ESCAPED.sub(r"\1", text).replace("&lt;", "<").replace("&amp;", "&")


class Property(BaseProperty):
    """A field that takes only what it declares: the right type, and one of its values where it has a list."""

    def __init__(self, key: str, hint: Any) -> None:
        super().__init__(type=object, key_name=key)
        self.key = key
        self.hint = hint
        self.accept = _accept(hint)


def _accept(hint: Any) -> Accept:
    """How a field of this annotation takes a value."""
    origin, args = get_origin(hint), get_args(hint)
    if hint == Plain:
        return _plain
    if origin is Literal:
        return _one_of(frozenset(args))
    if origin in (Union, UnionType):
        (kind,) = (arg for arg in args if arg is not NoneType)  # `| None` says that it may be absent, and no more
        return _accept(kind)
    if origin is Sequence:
        return _each(_accept(args[0]))
    if origin is Mapping:
        return _exactly(dict)
    return _node(hint) if issubclass(hint, Node) else _exactly(hint)


def _plain(value: Any) -> str:
    if type(value) is not str:
        raise Unfit
    return escape(value)


def _one_of(values: frozenset[str]) -> Accept:
    def accept(value: Any) -> Any:
        if type(value) is not str or value not in values:
            raise Unfit
        return value

    return accept


def _each(item: Accept) -> Accept:
    def accept(value: Any) -> Any:
        if not isinstance(value, list | tuple):
            raise Unfit
        return [item(one) for one in value]

    return accept


def _exactly(kind: type) -> Accept:
    def accept(value: Any) -> Any:
        if type(value) is not kind:  # True is no number
            raise Unfit
        return value

    return accept


def _node(kind: "type[Node]") -> Accept:
    def accept(value: Any) -> Any:
        if not isinstance(value, kind):
            raise Unfit
        return value.render()

    return accept


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


@dataclass_transform(kw_only_default=True)
class Node(BaseElement):
    """A part of a card. Raises TypeError for a field that is unknown, missing, or holds what it may not hold."""

    kind: ClassVar[str] = ""  # Adaptive Cards' `type`; '' for the few objects that have none
    keys: ClassVar[dict[str, str]] = {}  # fields whose JSON name is not their own in camel case
    fields: ClassVar[dict[str, Property]] = {}
    required: ClassVar[frozenset[str]] = frozenset()

    def __init_subclass__(cls) -> None:
        hints = get_type_hints(cls, include_extras=True)
        own = {name for name in get_annotations(cls) if get_origin(hints[name]) is not ClassVar}
        cls.required = cls.required | {name for name in own if name not in cls.__dict__}
        made = {name: Property(cls.keys.get(name, _camel(name)), hints[name]) for name in own}
        cls.fields = {**cls.fields, **made}
        for name, made_property in made.items():
            setattr(cls, name, made_property)

    def __init__(self, **values: Any) -> None:
        # The library's own __init__ would take what it does not know in silence.
        data: dict[str, Any] = {"type": self.kind} if self.kind else {}
        object.__setattr__(self, "_data", data)
        for name, value in values.items():
            field = self.fields.get(name)
            if field is None:
                raise TypeError(f"{type(self).__name__} has no {name!r}")
            if value is not None:
                data[field.key] = self._json(field, value)
        for name in self.required:
            if values.get(name) is None:
                raise TypeError(f"{type(self).__name__} needs {name}")

    def _json(self, field: Property, value: Any) -> Any:
        try:
            return field.accept(value)
        except Unfit:
            raise TypeError(f"{type(self).__name__}.{field.key} takes {field.hint}, not {value!r}") from None

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is finished: {name} cannot become {value!r}")

    def render(self) -> dict[str, Any]:
        """The node and everything in it as JSON's own types."""
        return self._data


def finished(card: Node) -> Card:
    """The card as JSON, which shares parts with other cards: it is for sending, never for changing.

    Raises CardRefused where Teams would not show it.
    """
    rendered = card.render()
    primary = [a for a in rendered.get("actions", ()) if a.get("mode") != "secondary"]
    if len(primary) > PRIMARY_ACTIONS:
        raise CardRefused(f"a card with {len(primary)} primary actions; {PRIMARY_ACTIONS} is the most")
    size = len(msgspec.json.encode(rendered))
    if size > LIMIT_BYTES:
        raise CardRefused(f"a card of {size / 1024:.1f} KB; {LIMIT_BYTES // 1024} KB is the most")
    return rendered
