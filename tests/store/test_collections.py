"""Every kind of document and stream that the house declares can be kept and searched."""

from collections import Counter
from typing import Any

import pytest

from bot.domain.people import TenantId
from bot.ports import collections
from bot.ports.store import Collection, StreamKind
from bot.store.documents import shape_of
from bot.store.search import count_sql

KINDS: list[Any] = [kind for kind in vars(collections).values() if isinstance(kind, Collection | StreamKind)]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.name))
def test_a_declared_kind_can_be_kept(kind: Any) -> None:
    assert shape_of(kind.of).types


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if isinstance(kind, Collection)], ids=lambda kind: str(kind.name)
)
def test_a_declared_collection_can_be_searched_by_each_of_its_indexes(kind: Collection[Any]) -> None:
    count_sql(kind, TenantId("t"), dict.fromkeys(kind.indexes))


def test_no_two_kinds_share_a_name() -> None:
    names = Counter(kind.name for kind in KINDS)
    assert [name for name, times in names.items() if times > 1] == []
