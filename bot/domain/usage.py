"""Usage of the wallet: what calls cost, summed by UTC day. No phone number is ever kept."""

from dataclasses import dataclass
from datetime import date

WALLET_CAPABILITY = "MCOPSTNPP"  # rows with this licence capability are paid from the wallet


@dataclass(frozen=True, slots=True)
class CallRow:
    """One call as Graph or the export tells it, without numbers. Charges are millionths of `currency`."""

    id: str  # the export's UsageId, Graph's `id`
    day: date  # UTC day on which it starts
    started_at: str  # as told, to the second: part of the row's fingerprint
    user: str | None  # Entra object id, else address; None for `ucap_*` rows
    call_type: str  # `conf_out`, `user_out`, …; unknown ones pass as they are
    destination: str  # country or place as told; '' if not told
    capability: str
    duration_seconds: int
    charge_micros: int
    connection_micros: int
    currency: str
