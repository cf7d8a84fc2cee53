"""Refusals about erasing one's data."""

IS_RUNNING = "I'm already erasing your data. You'll get a message when that's done."
OTHER_WORD = "Type “erase” to confirm, or close this form to keep everything."
