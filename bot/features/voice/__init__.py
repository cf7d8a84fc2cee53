"""The voice of the frontline: a month of a team in one message to its sponsor, which leaders see before."""
