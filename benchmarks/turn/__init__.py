"""One turn, measured: bot, driver and connector are processes of their own, and the CPU told is the bot's alone.

A bot is a module that is run with the connector's address as its argument, prints its port as its first line, serves
`POST /api/messages` and `GET /cpu` (its CPU seconds so far, all threads), and ends on SIGTERM.
"""
