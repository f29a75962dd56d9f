"""The strict nodes: nothing is dropped in silence, nothing that people wrote becomes markup, nothing is too large."""

import ast
from pathlib import Path
from typing import Any

import pytest

import cards
from cards.elements import (
    AdaptiveCard,
    Column,
    ColumnSet,
    Container,
    Execute,
    Fact,
    FactSet,
    InputText,
    OpenUrl,
    TeamsWidth,
    TextBlock,
)
from cards.kit import LIMIT_BYTES, CardRefused, Node, escape, finished, unescape
from cards.page import facts, line, page
from cards.teams_elements import Badge, Bar, LinePoint
from tests.cards.samples import READERS

READER = READERS["en"]


def made(kind: type[Node], **values: Any) -> Node:
    """As whoever does not check types would call it."""
    return kind(**values)


def test_an_unknown_keyword_raises() -> None:
    with pytest.raises(TypeError, match="TextBlock has no 'colour'"):
        made(TextBlock, text="a", colour="Good")


@pytest.mark.parametrize("values", [{}, {"text": None}])
def test_a_missing_required_field_raises(values: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="TextBlock needs text"):
        made(TextBlock, **values)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (TextBlock, {"text": "a", "size": "Huge"}),
        (TextBlock, {"text": "a", "size": ["Large"]}),
        (TextBlock, {"text": 5}),
        (InputText, {"id": "a", "label": "a", "max_length": True}),
        (TextBlock, {"text": "a", "wrap": 1}),
        (FactSet, {"facts": [TextBlock(text="a")]}),
        (FactSet, {"facts": Fact(title="a", value="b")}),
        (Execute, {"title": "a", "verb": "b", "data": "c"}),
        (Badge, {"text": "a", "fallback": "drop"}),
        (Bar, {"x": "a", "y": "5"}),
    ],
)
def test_a_value_that_the_field_does_not_take_raises(kind: type[Node], values: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="takes"):
        made(kind, **values)


def test_an_element_of_teams_needs_a_fallback() -> None:
    with pytest.raises(TypeError, match="Badge needs fallback"):
        made(Badge, text="Low")


def test_a_point_of_a_line_is_a_text_and_a_float() -> None:
    with pytest.raises(TypeError, match="a point is a text and a float"):
        made(LinePoint, x="2026-11-20", y=5)


def test_what_is_made_does_not_change() -> None:
    block = TextBlock(text="a")
    with pytest.raises(AttributeError, match="TextBlock is finished"):
        block.text = "b"
    with pytest.raises(AttributeError, match="TextBlock is finished"):
        setattr(block, "colour", "Good")  # noqa: B010 -- as whoever does not check types would write it


def test_a_card_is_rendered_to_its_depths() -> None:
    box = Container(items=[ColumnSet(columns=[Column(items=[TextBlock(text="deep", is_subtle=True)])])])
    assert box.render()["items"][0]["columns"][0]["items"] == [
        {"type": "TextBlock", "text": "deep", "isSubtle": True}
    ]


def test_none_means_absent() -> None:
    assert TextBlock(text="a", size=None).render() == {"type": "TextBlock", "text": "a"}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("<at>Ana</at>", "&lt;at>Ana&lt;/at>"),
        ("[free money](https://example.com)", "\\[free money\\](https://example.com)"),
        ("**bold** _it_ `code` ~~no~~ a\\b", "\\*\\*bold\\*\\* \\_it\\_ \\`code\\` \\~\\~no\\~\\~ a\\\\b"),
        ("- a\n+ b\n# c\n> d\n1. e\n12) f", "\\- a\n\\+ b\n\\# c\n\\> d\n1\\. e\n12\\) f"),
        ("&lt;at>", "&amp;lt;at>"),
        ("AT&T, 1.500,00 €, -12,00 €, 5 > 3", "AT&T, 1.500,00 €, -12,00 €, 5 > 3"),
        ("Ana", "Ana"),
    ],
)
def test_what_people_wrote_is_shown_as_they_wrote_it(written: str, kept: str) -> None:
    assert escape(written) == kept
    assert unescape(kept) == written
    assert TextBlock(text=written).render()["text"] == kept
    assert Fact(title=written, value=written).render() == {"title": kept, "value": kept}


def test_a_first_line_becomes_no_markup_wherever_it_is_used() -> None:
    card = page(READER, "<at>Ana</at> *asks*")
    assert card["body"][0]["text"] == card["fallbackText"] == "&lt;at>Ana&lt;/at> \\*asks\\*"
    assert card["speak"] == "‹at›Ana‹/at› *asks*"


def test_a_card_that_is_too_large_is_refused() -> None:
    with pytest.raises(CardRefused, match=r"a card of 28\.\d KB; 28 KB is the most"):
        page(READER, "Too much.", line("é" * (LIMIT_BYTES // 2)))


def test_a_card_with_more_than_six_primary_actions_is_refused() -> None:
    actions = [OpenUrl(title=str(number), url="https://example.com") for number in range(7)]
    with pytest.raises(CardRefused, match="7 primary actions; 6 is the most"):
        page(READER, "Too many.", actions=actions)


def test_secondary_actions_do_not_count() -> None:
    actions = [OpenUrl(title=str(number), url="https://example.com", mode="secondary") for number in range(7)]
    assert len(page(READER, "Many.", actions=actions)["actions"]) == 7


def test_facts_without_a_value_are_left_out() -> None:
    shown = facts([("a", "1"), ("b", "")])
    assert shown is not None
    assert shown.render()["facts"] == [{"title": "a", "value": "1"}]
    assert facts([("b", "")]) is None


def test_a_card_without_actions_or_refresh_has_neither_key() -> None:
    card = AdaptiveCard(
        version="1.5", lang="en", speak="a", fallback_text="a", body=[], msteams=TeamsWidth(width="full")
    )
    assert finished(card).keys() == {"type", "version", "lang", "speak", "fallbackText", "body", "msteams"}


def test_only_the_kit_imports_adaptivecards() -> None:
    importers = [path.name for path in _sources() if "adaptivecards" in _imports(path)]
    assert importers == ["kit.py"]


def _sources() -> list[Path]:
    return sorted(Path(str(cards.__file__)).parent.glob("*.py"))


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    return found
