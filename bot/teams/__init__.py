"""The Teams edge: everything that knows the Bot Framework. Nothing outside this room imports botbuilder."""
