"""Workflows of hand-ups: raise one, ask leaders in turn, follow whether help arrived, and end it."""
