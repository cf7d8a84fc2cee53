"""The voice of the frontline: the message to the sponsor, its draft for leaders, and the same as tables."""
