"""What the core needs from the outside, one Protocol a file. No implementation here."""
