"""The command line, one file a command. What people read comes from the catalogues, what machines read is `--json`."""
