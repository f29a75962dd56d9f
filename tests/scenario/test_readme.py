from tests.scenario.transcript import shown, transcript


async def test_the_readme_shows_what_the_terminal_says() -> None:
    assert shown() == await transcript()
