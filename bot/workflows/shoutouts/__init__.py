"""Shout-outs: give, change, postpone; thanks in the channel; digests."""
