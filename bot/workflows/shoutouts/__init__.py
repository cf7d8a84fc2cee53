"""Shout-outs: give, change, postpone; thanks that are said in the channel; what is read of them later."""
