"""Every kind of document and stream that Saldo keeps: its name, its type, its schema number, what can be searched."""

from bot.domain.jobs import Job
from bot.ports.store import Collection

JOBS = Collection("jobs", Job, indexes=("due_at", "kind", "dead"))
