"""What a reader sees: one number format for colleagues, texts with their values, plurals and lists."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.errors import Refusal
from bot.domain.money import Money
from bot.locale.catalogue import CataloguesNotCompiledError, catalogue, keys, mo_files
from bot.locale.formats import formats_of
from bot.locale.reader import CatalogueReader, known_locale, locale_for, reader_for, zone_of
from bot.ports.reader import Reader
from tests.locale.folders import compile_room, write_room


def spanish(client: str = "es-MX") -> CatalogueReader:
    return reader_for("es", tenant_locale="es-ES", client_locale=client, zone="Europe/Madrid")


def english(client: str = "en-US") -> CatalogueReader:
    return reader_for("en", tenant_locale="es-ES", client_locale=client, zone="America/New_York")


def plain(text: str) -> str:
    """With ordinary spaces for those that do not break."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_it_is_the_reader_that_the_house_asks_for() -> None:
    reader: Reader = spanish()
    assert (reader.language, reader.locale, reader.zone) == ("es", "es_ES", ZoneInfo("Europe/Madrid"))


@pytest.mark.parametrize(
    ("language", "tenant", "client", "locale"),
    [
        ("es", "es-ES", "es-MX", "es_ES"),  # colleagues see one figure
        ("es", "es-ES", "en-US", "es_ES"),  # a Spanish sentence from an English client
        ("en", "es-ES", "en-GB", "en_GB"),
        ("en", "es-ES", "es-ES", "en_US"),
        ("es", "en-US", "es-MX", "es_MX"),
        ("es", "en-US", "en-US", "es_ES"),
        ("en", "", "", "en_US"),
        ("es", "nonsense", "xx-YY", "es_ES"),
        ("es", "es-419", "", "es_419"),
    ],
)
def test_the_number_format_is_the_tenants_in_its_language_else_the_clients(
    language: str, tenant: str, client: str, locale: str
) -> None:
    assert locale_for(language, tenant, client) == locale


@pytest.mark.parametrize("name", ["", "x", "../../etc", "es-XX-YY-ZZ", "e" * 300, "es\0ES", "c"])
def test_a_locale_that_nobody_knows_counts_as_not_told(name: str) -> None:
    assert known_locale(name) is None


def test_a_sum_in_spain_and_in_the_united_states() -> None:
    sum_ = Money.of("1500", "EUR")
    assert plain(spanish().money(sum_)) == "1.500,00 €"
    assert plain(english().money(sum_)) == "€1,500.00"
    assert plain(spanish().money(Money.of("-3.5", "EUR"))) == "-3,50 €"


def test_a_sum_has_its_currencys_decimals() -> None:
    assert english().money(Money.of("1500", "JPY")) == "¥1,500"
    assert english().money(Money.of("212.403217", "USD")) == "$212.40"


def test_a_rate_has_the_decimals_that_it_needs() -> None:
    assert english().money(Money.of("0.0125", "USD")) == "$0.0125"
    assert english().money(Money.of("0.000001", "USD")) == "$0.000001"
    assert english().money(Money.zero("USD")) == "$0.00"


def test_days_and_moments() -> None:
    moment = datetime(2026, 11, 20, 13, 5, tzinfo=UTC)
    assert spanish().day(date(2026, 2, 9)) == "9 feb"
    assert english().day(date(2026, 2, 9)) == "Feb 9"
    assert spanish().full_day(date(2026, 11, 20)) == "20 nov 2026"
    assert english().full_day(date(2026, 11, 20)) == "Nov 20, 2026"
    assert spanish().month(date(2026, 11, 1)) == "noviembre de 2026"
    assert (spanish().month_name(4), english().month_name(4)) == ("abril", "April")
    assert (spanish().hour(20), plain(english().hour(20))) == ("20:00", "8:00 PM")
    assert spanish().moment(moment) == "20 nov 2026, 14:05"
    assert plain(english().moment(moment)) == "Nov 20, 2026, 8:05 AM"


def test_numbers() -> None:
    assert spanish().number(12345) == "12.345"
    assert english().number(Decimal("1234.5670")) == "1,234.567"


@pytest.mark.parametrize(
    ("names", "joined"),
    [
        ([], ""),
        (["Carmen"], "Carmen"),
        (["Carmen", "Luis"], "Carmen y Luis"),
        (["Ana", "Carmen", "Luis"], "Ana, Carmen y Luis"),
        (["Luis", "Inés"], "Luis e Inés"),
        (["Ana", "Luis", "Íñigo"], "Ana, Luis e Íñigo"),
        (["Ana", "Hilario"], "Ana e Hilario"),
        (["agua", "hielo"], "agua y hielo"),
        (["Ana", "Iago"], "Ana y Iago"),
        (["Ana", "Yolanda"], "Ana y Yolanda"),
        (["Ana", "H"], "Ana y H"),
    ],
)
def test_spanish_says_e_before_the_sound_of_i(names: list[str], joined: str) -> None:
    assert spanish().names(names) == joined


def test_english_lists() -> None:
    assert english().names(("Luis", "Inés")) == "Luis and Inés"


def test_a_text_is_filled_with_values_in_the_readers_format() -> None:
    reader = spanish()
    assert reader.text("refusal.amount_malformed", text="{x}").startswith("No entiendo «{x}»")
    quoted = reader.refusal(Refusal("amount_malformed", text=Money.of(5, "EUR")))
    assert "«5,00" in quoted


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("as it is", "as it is"),
        (1500, "1.500"),
        (Decimal("1.5"), "1,5"),
        (Money.of("1", "EUR"), "1,00 €"),
        (date(2026, 2, 9), "9 feb"),
        (datetime(2026, 2, 9, 8, 0, tzinfo=UTC), "9 feb 2026, 9:00"),
        (["Ana", "Luis"], "Ana y Luis"),
        ((), ""),
    ],
)
def test_each_kind_of_value_has_its_format(value: object, shown: str) -> None:
    text = spanish().text("refusal.currency_unknown", currency=value)
    assert plain(text).startswith(f"No conozco la moneda «{shown}»")


@pytest.mark.parametrize("value", [1.5, None, True, object()])
def test_a_float_or_a_missing_value_is_a_bug(value: object) -> None:
    with pytest.raises(TypeError):
        spanish().text("refusal.currency_unknown", currency=value)


def test_a_key_that_no_catalogue_has_is_a_bug() -> None:
    with pytest.raises(KeyError):
        spanish().text("no.such_text")
    with pytest.raises(KeyError):
        spanish().plural("no.such_text", 2)


def test_a_language_that_nobody_wrote_is_a_bug() -> None:
    with pytest.raises(ValueError, match="fr"):
        reader_for("fr", tenant_locale="", client_locale="", zone="")


@pytest.mark.parametrize("zone", ["", "Nowhere/Else", "America", "../../etc/passwd", "Europe/Madrid\0", "a" * 300])
def test_a_zone_that_nobody_knows_is_utc(zone: str) -> None:
    reader = reader_for("en", tenant_locale="", client_locale="", zone=zone)
    assert reader.zone == ZoneInfo("UTC")


def test_of_several_zones_the_first_that_there_is_counts() -> None:
    assert zone_of("", "Nowhere/Else", "America/Lima", "Europe/Madrid").key == "America/Lima"
    assert zone_of("", "Nowhere/Else").key == zone_of().key == "UTC"


def test_a_reader_seen_before_is_the_same_one() -> None:
    assert spanish() is spanish()
    zone = ZoneInfo("Europe/Madrid")
    assert reader_for("es", tenant_locale="", client_locale="", zone=zone).zone is zone


def test_plurals_follow_the_count_and_show_it(tmp_path: Path) -> None:
    texts = 'msgid "day"\nmsgid_plural "day"\nmsgstr[0] "un día"\nmsgstr[1] "{count} días, {x}"'
    compiled = compile_room(write_room(tmp_path, "es", "room", texts))
    reader = CatalogueReader("es", formats_of("es_ES"), ZoneInfo("UTC"), compiled)
    assert reader.plural("day", 1) == "un día"
    assert reader.plural("day", 1500, x="sí") == "1.500 días, sí"


def test_every_language_has_the_same_keys() -> None:
    assert keys("en") == keys("es")
    assert "refusal.amount_zero" in keys("en")
    assert catalogue("en").gettext("refusal.amount_zero")


def test_catalogues_that_are_not_compiled_are_named_with_what_to_do(tmp_path: Path) -> None:
    write_room(tmp_path, "es", "room", 'msgid "a"\nmsgstr "b"')
    with pytest.raises(CataloguesNotCompiledError, match=r"room\.mo .*make"):
        mo_files("es", tmp_path)
    with pytest.raises(CataloguesNotCompiledError, match=r"every catalogue .*make"):
        mo_files("en", tmp_path)
