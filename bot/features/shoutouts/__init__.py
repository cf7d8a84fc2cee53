"""Shout-outs: thanks from one member to others, told to them and read out to the team.

`giving` has thanks in one's own words, `hearing` those that stand in the channel, `credits` who is credited in the end.
"""
