"""Visits, in words: the offer to a sponsor, the question to a host, the three questions afterwards, and the themes."""
