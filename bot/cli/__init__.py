"""The command line: one module for a command, or for a few that belong together."""
