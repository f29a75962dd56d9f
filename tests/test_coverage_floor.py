"""The floor under the coverage: complete where money and rights are decided."""

from tests.coverage_floor import Figure, figures, unreached


def file(covered: int, total: int) -> dict[str, object]:
    """As in coverage's report: a third of the figures are branches."""
    branches, covered_branches = total // 3, covered // 3
    return {
        "summary": {
            "covered_lines": covered - covered_branches,
            "num_statements": total - branches,
            "covered_branches": covered_branches,
            "num_branches": branches,
        },
        "missing_lines": [7] if covered < total else [],
        "missing_branches": [],
    }


COMPLETE = {"bot/domain/money.py": file(30, 30), "bot/usecases/decide.py": file(30, 30), "cards/kit.py": file(30, 30)}


def holding(files: dict[str, dict[str, object]]) -> dict[str, bool]:
    return {figure.place: figure.holds for figure in figures(files)}


def test_complete_rooms_and_nine_tenths_of_the_house_hold() -> None:
    files = {**COMPLETE, "bot/teams/adapter.py": file(774, 870)}
    assert holding(files) == {"bot/domain": True, "bot/usecases": True, "cards": True, "everything": True}
    assert unreached(files) == []


def test_one_missing_branch_in_the_domain_fails() -> None:
    files = {**COMPLETE, "bot/domain/ledger.py": file(99_998, 99_999)}
    assert holding(files) == {"bot/domain": False, "bot/usecases": True, "cards": True, "everything": True}
    assert unreached(files) == ["bot/domain/ledger.py: lines [7], branches []"]


def test_under_nine_tenths_of_the_house_fails() -> None:
    assert holding({**COMPLETE, "bot/teams/adapter.py": file(773, 870)})["everything"] is False


def test_a_room_that_was_not_measured_fails() -> None:
    assert holding({})["cards"] is False


def test_a_figure_prints_what_it_needs_and_what_is_missing() -> None:
    assert " ".join(str(Figure("cards", 9, 10, 100)).split()) == "cards 90.00 % of 10 needs 100 % 1 missing"
    assert "missing" not in str(Figure("cards", 10, 10, 100))
    assert str(Figure("cards", 0, 0, 100)).startswith("cards")
