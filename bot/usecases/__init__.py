"""One verb a file: load, decide by the domain, commit. The only writers. No I/O library here."""
