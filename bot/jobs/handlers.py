"""Every kind of job and who does it; and those that come again on a clock."""

from bot.jobs import (
    anomalies,
    ask_approvers,
    carry_out,
    denials,
    dropped_files,
    month_end,
    refresh_cards,
    sync,
    tell_requester,
    transfer_file,
    watch,
)
from bot.jobs.job import Handlers

HANDLERS: Handlers = {
    "ask_approvers": ask_approvers.ask_approvers,
    "assign_licenses": carry_out.assign,
    "book_file": dropped_files.book,
    "book_reading": carry_out.reading,
    "follow_order": carry_out.follow,
    "month_end": month_end.month_end,
    "place_order": carry_out.place,
    "preview_file": dropped_files.preview,
    "raise_budget": carry_out.budget,
    "transfer_file": transfer_file.transfer_file,
    "record_denial": denials.record,
    "refresh_cards": refresh_cards.refresh_cards,
    "send_report": month_end.send_report,
    "sweep_draft": carry_out.sweep_draft,
    "sync_usage": sync.sync,
    "tell_anomalies": anomalies.tell_anomalies,
    "tell_budget": watch.tell_budget,
    "tell_low": watch.tell_low,
    "tell_requester": tell_requester.tell_requester,
    "watch_balance": watch.watch,
}
CLOCK_JOBS = ["sync_usage", "watch_balance", "month_end"]
