"""Saldo: a Microsoft Teams bot that runs an organisation's Communications Credits."""

__version__ = "0.3.0"
