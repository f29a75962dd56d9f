"""Every text that the house asks for is there, in both languages, and compiled; and the check that says so works."""

from pathlib import Path

import pytest

from bot.locale.catalogue_check import problems_in_catalogues, problems_with_code, stale_files
from bot.locale.extract import CODE, main, report
from bot.locale.keys_in_code import keys_in
from tests.locale.folders import compile_room, write_room

SAME = 'msgid "a.title"\nmsgstr "{x} y {y}"'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Catalogues of one room, in order."""
    for language in ("en", "es"):
        write_room(tmp_path, language, "room", SAME)
    return tmp_path


def code_in(folder: Path, source: str) -> Path:
    (folder / "code").mkdir()
    (folder / "code" / "asks.py").write_text(source, encoding="utf-8")
    return folder / "code"


def test_both_languages_say_the_same() -> None:
    assert problems_in_catalogues() == []


def test_the_code_and_the_catalogues_agree() -> None:
    assert problems_with_code(keys_in(CODE)) == []


def test_the_compiled_catalogues_are_fresh() -> None:
    assert stale_files() == []


def test_catalogues_in_order_have_no_problems(folder: Path) -> None:
    assert problems_in_catalogues(folder) == []


@pytest.mark.parametrize(
    ("spanish", "problem"),
    [
        ('msgid "b"\nmsgstr "{x} {y}"', "room.po: 'a.title' is in one language only"),
        ('msgid "a.title"\nmsgstr "{x}"', "room.po: 'a.title' has other placeholders in the other language"),
        ('msgid "a.title"\nmsgstr ""', "es: room.po: 'a.title' is empty"),
        ('#, fuzzy\nmsgid "a.title"\nmsgstr "{x} {y}"', "es: room.po: 'a.title' is fuzzy"),
        (
            'msgid "a.title"\nmsgid_plural "a.title"\nmsgstr[0] "{x} {y}"\nmsgstr[1] "{x} {y}"',
            "room.po: 'a.title' has a plural in one language only",
        ),
        (
            'msgid "a.title"\nmsgid_plural "other"\nmsgstr[0] "{x} {y}"\nmsgstr[1] "{x} {y}"',
            "es: room.po: 'a.title' has another msgid_plural",
        ),
        (
            'msgid "a.title"\nmsgid_plural "a.title"\nmsgstr[0] "{x} {y}"\nmsgstr[1] ""',
            "es: room.po: 'a.title' is empty",
        ),
    ],
)
def test_what_differs_between_the_languages_is_named(folder: Path, spanish: str, problem: str) -> None:
    write_room(folder, "es", "room", spanish)
    assert problem in problems_in_catalogues(folder)


def test_a_room_in_one_language_and_a_key_in_two_rooms_are_named(folder: Path) -> None:
    write_room(folder, "en", "second", SAME)
    assert problems_in_catalogues(folder) == [
        "second.po is in one language only",
        "en: 'a.title' is in room.po and in second.po",
    ]


def test_a_plural_may_leave_out_its_count_in_one_form(folder: Path) -> None:
    for language, one in (("en", "one"), ("es", "{count}")):
        texts = f'msgid "a"\nmsgid_plural "a"\nmsgstr[0] "{one}"\nmsgstr[1] "{{count}}"'
        write_room(folder, language, "room", texts)
    assert problems_in_catalogues(folder) == []


def test_a_compiled_file_that_is_missing_or_old_is_named(folder: Path) -> None:
    path = compile_room_path(folder)
    assert stale_files(folder) == ["es/room.mo is not what room.po compiles to: run `make`"]
    write_room(folder, "en", "room", 'msgid "b"\nmsgstr "c"')
    assert len(stale_files(folder)) == 2
    compile_room(path)
    assert len(stale_files(folder)) == 1


def compile_room_path(folder: Path) -> Path:
    path = folder / "en" / "LC_MESSAGES" / "room.po"
    compile_room(path)
    return path


def test_a_key_that_is_asked_for_and_missing_is_named_with_its_place(folder: Path) -> None:
    code = code_in(
        folder,
        'reader.text("a.title")\nreader.text("b.one" if x else "b.two")\nreader.plural("b.many", 2)\n'
        'raise Refusal("no_way")\nreader.text(f"state.{x}")\nawait response.text()\nx.text("not a key")\n',
    )
    assert problems_with_code(keys_in([code]), folder) == [
        "asks.py:2 asks for 'b.one', which no catalogue has",
        "asks.py:2 asks for 'b.two', which no catalogue has",
        "asks.py:3 asks for 'b.many', which no catalogue has",
        "asks.py:4 asks for 'refusal.no_way', which no catalogue has",
        "asks.py:5 asks for 'state.…', which no catalogue has",
    ]


def test_a_key_that_nothing_asks_for_is_named(folder: Path) -> None:
    code = code_in(folder, "reader.text(key)\n")
    assert problems_with_code(keys_in([code]), folder) == ["nothing asks for 'a.title'"]


def test_a_refusal_that_nothing_raises_is_named(tmp_path: Path) -> None:
    for language in ("en", "es"):
        write_room(tmp_path, language, "room", 'msgid "refusal.gone"\nmsgstr "text"')
    code = code_in(tmp_path, 'reader.text(f"refusal.{refusal.code}")\n')
    assert problems_with_code(keys_in([code]), tmp_path) == ["nothing asks for 'refusal.gone'"]


@pytest.mark.parametrize(
    ("key", "source"),
    [
        ("a.title", 'KEYS = {"a": "a.title"}\n'),
        ("refusal.own", 'codes = ["own"]\n'),
        ("state.done", 'reader.text(f"state.{x}")\n'),
        ("refusal.may_see", 'Refusal(f"may_{x}")\n'),
        ("command.help.title", ""),
    ],
)
def test_a_key_that_is_kept_or_put_together_is_alive(tmp_path: Path, key: str, source: str) -> None:
    for language in ("en", "es"):
        write_room(tmp_path, language, "room", f'msgid "{key}"\nmsgstr "text"')
    assert report([code_in(tmp_path, source)], tmp_path) == []


def test_the_report_says_what_is_wrong_or_that_nothing_is(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = code_in(folder, 'reader.text("a.title")')
    assert main([code], folder) == 0
    assert capsys.readouterr().out.startswith("The catalogues have every text")
    write_room(folder, "en", "room", 'msgid "b.title"\nmsgstr "text"')
    assert main([code], folder) == 1
    assert "asks.py:1 asks for 'a.title', which no catalogue has" in capsys.readouterr().out.splitlines()
