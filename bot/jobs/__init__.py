"""What happens later or on a clock, one kind a file. Work goes port first, then use-case, then one commit."""
