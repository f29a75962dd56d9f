"""Saldo: a Microsoft Teams bot that runs an organisation's Communications Credits."""
