"""The Teams app package: `manifest.json` is its template, `build.py` makes the zip, `icons.py` draws the icons.

Texts come from the catalogues and commands from the bot's own list, so that the package says what the bot does.
"""
