"""The organisation's record of PSTN calls. Implemented by `bot/graph` (and read from files in `bot/usecases`)."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Protocol

from bot.domain.people import TenantId
from bot.domain.usage_batch import Columns


class CallLog(Protocol):
    def pstn_calls(self, tenant: TenantId, first: date, last: date) -> AsyncIterator[Columns]:
        """Rows of the UTC days first..last, both included (at most 90 days), a page at a time, none of them empty."""
        ...
