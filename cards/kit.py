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

        def set_data(self, key: str, value: object) -> None: ...

    class BaseProperty:
        def __init__(self, type: Any, key_name: str) -> None: ...  # noqa: A002 -- the library's own name
else:
    from adaptivecards.baseobject import Element as BaseElement
    from adaptivecards.baseobject import PropertyType as BaseProperty

VERSION: Literal["1.5"] = "1.5"
LIMIT_BYTES = 28 * 1024  # documented limits are 28, 40 and 100 KB in different places: the least holds everywhere
PRIMARY_ACTIONS = 6

Plain = Annotated[str, "plain"]  # rendered as written: no markdown, mention or link comes out of it
Check = Callable[[object], bool]

_MARKS = re.compile(r"([\\`*_\[\]~])")
_LIST_START = re.compile(r"(?m)^(\s*)([-+>#]|\d+(?=[.)]\s))(?=[\s.)#])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_ESCAPED = re.compile(r"\\([\\`*_\[\]~\-+>#.)])")


class CardRefused(ValueError):
    """A card that Teams would not show: too large, or with too many primary actions."""


def escape(text: str) -> str:
    """Text as it is, for a place where Teams reads markdown and `<at>`."""
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

    def __init__(self, key: str, check: Check, *, hint: object, escaped: bool) -> None:
        super().__init__(type=object, key_name=key)
        self.key = key
        self.check = check
        self.hint = hint
        self.escaped = escaped

    def __set__(self, instance: BaseElement, value: object) -> None:
        if not self.check(value):
            raise TypeError(f"{type(instance).__name__}.{self.key} takes {self.hint}, not {value!r}")
        instance.set_data(self.key, escape(str(value)) if self.escaped else value)


def _check_of(hint: Any) -> Check:
    origin, args = get_origin(hint), get_args(hint)
    if origin is Literal:
        return lambda value: isinstance(value, str) and value in args
    if origin in (Union, UnionType):
        checks = [_check_of(arg) for arg in args if arg is not NoneType]
        return lambda value: any(check(value) for check in checks)
    if origin is Sequence:
        item = _check_of(args[0])
        return lambda value: isinstance(value, list | tuple) and all(map(item, value))
    if origin is Mapping:
        return lambda value: isinstance(value, dict)
    if hint in (str, int, float, bool):
        return lambda value: type(value) is hint  # True is no number
    return lambda value: isinstance(value, hint)


def _is_plain(hint: Any) -> bool:
    return Plain in (hint, *get_args(hint))


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
        made = {name: cls._property(name, hints[name]) for name in own}
        cls.fields = {**cls.fields, **made}
        for name, made_property in made.items():
            setattr(cls, name, made_property)

    @classmethod
    def _property(cls, name: str, hint: Any) -> Property:
        key = cls.keys.get(name, _camel(name))
        return Property(key, _check_of(_bare(hint)), hint=hint, escaped=_is_plain(hint))

    def __init__(self, **values: Any) -> None:
        super().__init__()
        self._data = {"type": self.kind} if self.kind else {}
        for name, value in values.items():
            if name not in self.fields:
                raise TypeError(f"{type(self).__name__} has no {name!r}")
            if value is not None:
                self.fields[name].__set__(self, value)
        missing = [name for name in self.required if values.get(name) is None]
        if missing:
            raise TypeError(f"{type(self).__name__} needs {', '.join(sorted(missing))}")

    def render(self) -> dict[str, Any]:
        """The node and everything in it as JSON's own types."""
        return {key: _rendered(value) for key, value in self._data.items()}


def _bare(hint: Any) -> Any:
    """The hint without `Plain`'s mark, also inside a union."""
    if get_origin(hint) is Annotated:
        return get_args(hint)[0]
    if get_origin(hint) in (Union, UnionType):
        return Union[tuple(_bare(arg) for arg in get_args(hint))]  # noqa: UP007 -- built at run time
    return hint


def _rendered(value: Any) -> Any:
    if isinstance(value, Node):
        return value.render()
    if isinstance(value, list | tuple):
        return [_rendered(item) for item in value]
    return value


def finished(card: Node) -> Card:
    """The card as JSON. Raises CardRefused where Teams would not show it."""
    rendered = card.render()
    primary = [a for a in rendered.get("actions", ()) if a.get("mode") != "secondary"]
    if len(primary) > PRIMARY_ACTIONS:
        raise CardRefused(f"a card with {len(primary)} primary actions; {PRIMARY_ACTIONS} is the most")
    size = len(msgspec.json.encode(rendered))
    if size > LIMIT_BYTES:
        raise CardRefused(f"a card of {size / 1024:.1f} KB; {LIMIT_BYTES // 1024} KB is the most")
    return rendered
