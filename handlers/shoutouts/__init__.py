"""Handlers for shout-outs: command, form, shortcut, channel messages and reactions."""
