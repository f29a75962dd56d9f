"""The rules, pure: nothing here does I/O, reads a clock or knows a framework."""
