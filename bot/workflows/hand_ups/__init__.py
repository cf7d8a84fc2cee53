"""Workflows of hand-ups: raise one, ask leaders in turn, check whether help has arrived, and end it."""
