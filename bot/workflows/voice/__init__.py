"""The voice of the frontline: collect a month, show leaders the draft, and send it to the sponsor."""
