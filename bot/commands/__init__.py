"""What people can say and press, one command a file. A command asks who may, calls a use-case, and draws a card."""
