"""Microsoft Graph: implements Directory, Licenses and CallLog over plain aiohttp. No rule of Saldo is made here."""
