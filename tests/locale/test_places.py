"""Countries by their names in both languages, as people and call records write them."""

import pytest

from bot.domain.minute_pool import ZONE_A
from bot.locale.places import place_in, place_name, place_of, told_name


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("Mexico", "MX"),
        ("México", "MX"),
        ("Spain Mobile", "ES"),
        ("Korea, Republic of", "KR"),
        ("Hong Kong SAR", "HK"),
        ("Slovak Republic", "SK"),
        ("Czech Republic", "CZ"),
        ("Estados Unidos", "US"),
        ("The Netherlands", "NL"),
        ("Côte d'Ivoire", "CI"),
        ("Bosnia and Herzegovina", "BA"),
        ("Guinea-Bissau", "GW"),
        ("US", "US"),
        ("us", "US"),
        ("ZZ", ""),
        ("Narnia", ""),
        ("", ""),
        ("Satellite", ""),
    ],
)
def test_what_a_call_record_begins_with_is_the_country(told: str, code: str) -> None:
    assert place_of(told) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("what if 20 people call Mexico 30 minutes a day", "MX"),
        ("tarifa de los Estados Unidos, por favor", "US"),
        ("rate to the UK", "GB"),
        ("papua new guinea", "PG"),
        ("¿y si llamamos a los Países Bajos?", "NL"),
        ("tell us the rate", ""),
        ("no", ""),
        ("rate", ""),
    ],
)
def test_a_country_is_found_in_a_sentence(text: str, code: str) -> None:
    assert place_in(text) == code


def test_a_country_is_named_in_the_readers_language() -> None:
    assert [place_name("MX", locale) for locale in ("en_US", "es_ES")] == ["Mexico", "México"]
    assert place_name("Satellite", "es_MX") == "Satellite"
    assert told_name("Spain Mobile", "es_ES") == "España"
    assert told_name("Satellite", "es_ES") == "Satellite"
    assert told_name("", "es_ES") == ""


def test_every_country_of_zone_a_is_known_by_its_name() -> None:
    for locale in ("en_US", "es_ES"):
        assert {place_of(place_name(code, locale)) for code in ZONE_A} == ZONE_A
