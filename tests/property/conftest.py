"""Random walks go without the coverage tracer, which takes two thirds of their time: a line that only they reach is a
line whose rule no test states."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == HERE:
            item.add_marker(pytest.mark.no_cover)
