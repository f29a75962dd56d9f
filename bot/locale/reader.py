"""The reader of a turn: their language, number format and time zone. Implements `bot.ports.reader.Reader`."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.support import Translations

from bot.domain.errors import Refusal
from bot.domain.money import Money
from bot.locale.catalogue import LANGUAGES, catalogue
from bot.locale.formats import Formats, formats_of

UTC = ZoneInfo("UTC")
PLAIN_LOCALE = {"en": "en_US", "es": "es_ES"}


@lru_cache(maxsize=1024)
def reader_for(language: str, *, tenant_locale: str, client_locale: str, zone: ZoneInfo | str) -> "CatalogueReader":
    """The reader for `en` or `es`. Locales are BCP 47 or Babel names, `zone` a ZoneInfo or its IANA name; all may be
    '' or nonsense (they come from clients), which counts as not told. Costs a dictionary lookup when seen before."""
    if language not in LANGUAGES:
        raise ValueError(f"Saldo does not speak {language!r}")
    formats = formats_of(locale_for(language, tenant_locale, client_locale))
    zone = zone if isinstance(zone, ZoneInfo) else zone_of(zone)
    return CatalogueReader(language, formats, zone, catalogue(language))


@dataclass(frozen=True, slots=True)
class CatalogueReader:
    language: str
    formats: Formats
    zone: ZoneInfo
    texts: Translations

    @property
    def locale(self) -> str:
        return self.formats.name

    def text(self, key: str, **values: object) -> str:
        template: str = self.texts.gettext(key)
        return template.format_map({name: self._shown(value) for name, value in values.items()})

    def plural(self, key: str, count: int, **values: object) -> str:
        template: str = self.texts.ngettext(key, key, count)
        shown = {name: self._shown(value) for name, value in values.items()}
        return template.format_map({**shown, "count": self.number(count)})

    def money(self, money: Money) -> str:
        return self.formats.money(money)

    def day(self, day: date) -> str:
        return self.formats.day(day)

    def full_day(self, day: date) -> str:
        return self.formats.full_day(day)

    def month(self, day: date) -> str:
        return self.formats.month(day)

    def month_name(self, number: int) -> str:
        return self.formats.month_name(number)

    def hour(self, hour: int) -> str:
        return self.formats.hour(hour)

    def moment(self, moment: datetime) -> str:
        return self.formats.moment(moment.astimezone(self.zone))

    def number(self, number: int | Decimal) -> str:
        return self.formats.number(number)

    def names(self, names: Sequence[str]) -> str:
        return self.formats.names(names)

    def refusal(self, refusal: Refusal) -> str:
        """With the year: what is refused about a day is often about its year."""
        values = {
            name: self.full_day(value) if type(value) is date else value for name, value in refusal.values.items()
        }
        return self.text(f"refusal.{refusal.code}", **values)

    def _shown(self, value: object) -> str:
        match value:
            case str():
                return value
            case Money():
                return self.money(value)
            case datetime():
                return self.moment(value)
            case date():
                return self.day(value)
            case int() | Decimal() if not isinstance(value, bool):
                return self.number(value)
            case list() | tuple():
                return self.names([self._shown(item) for item in value])
            case _:
                raise TypeError(f"no text is made from {type(value).__name__}")


def locale_for(language: str, tenant_locale: str, client_locale: str) -> str:
    """Whose number format a reader of `language` gets (docs/adr/0002-one-number-format.md): the tenant's where it
    is in that language, so that colleagues see one figure; else the client's; else the plain one."""
    for name in (tenant_locale, client_locale):
        locale = known_locale(name)
        if locale is not None and locale.language == language:
            return str(locale)
    return PLAIN_LOCALE[language]


@lru_cache(maxsize=1024)
def known_locale(name: str) -> Locale | None:
    """Babel's locale for `es-MX` or `es_MX`; None for '' and for what it does not know."""
    try:
        return Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError, TypeError):
        return None


@lru_cache(maxsize=1024)
def zone_of(*told: str) -> ZoneInfo:
    """The first of these IANA names that is one, else UTC: a person's, then their organization's. They come from
    clients, and may be '' or nonsense."""
    for name in told:
        with suppress(KeyError, ValueError, OSError):  # unknown, not a relative path, a folder such as `America`
            return ZoneInfo(name)
    return UTC
