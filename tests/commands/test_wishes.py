"""What a sentence about more calls wishes."""

import pytest

from bot.commands.wishes import wish_in
from bot.domain.what_if import Every, Wish


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("20 people call Mexico 30 minutes a day", Wish("MX", 20, 30)),
        ("20 personas llaman a México 30 minutos al día", Wish("MX", 20, 30)),
        ("5 of our users call the United States for 2 hours a week", Wish("US", 5, 120, Every.WEEK)),
        ("1 usuario llama a Perú 90min al mes", Wish("PE", 1, 90, Every.MONTH)),
        ("we call France 10 minutes daily", Wish("FR", 1, 10)),
        ("30 minutes to Spain for 20 agents", Wish("ES", 20, 30)),
        ("llamar a Reino Unido 45 minutos, 3 empleados", Wish("GB", 3, 45)),
    ],
)
def test_people_minutes_place_and_how_often_are_found(text: str, wish: Wish) -> None:
    assert wish_in(text) == wish


@pytest.mark.parametrize(
    "text",
    [
        "",
        "20 people call Mexico",
        "20 people call 30 minutes a day",
        "20 people call Narnia 30 minutes a day",
        "20 people call Mexico 0 minutes",
        "2000000 people call Mexico 30 minutes",
        "20 people call Mexico 50000 minutes",
        "12345678 people",
    ],
)
def test_without_a_country_or_a_time_there_is_no_wish(text: str) -> None:
    assert wish_in(text) is None
