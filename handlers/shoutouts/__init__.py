"""Shout-outs as people give them: by command, form and shortcut, by a plain message, by a reaction."""
