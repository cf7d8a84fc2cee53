"""Handlers of shout-outs: command, form, shortcut, channel messages and reactions."""
