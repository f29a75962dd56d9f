"""From what is known to what is shown: each view asks the use-cases and fills a card's values.

Commands draw a card because somebody asked for it, jobs because something happened: both come here, so that a request
or a balance looks the same either way. Nothing here decides or writes.
"""
