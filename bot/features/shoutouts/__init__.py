"""Shout-outs: thanks from one member to others, told to them and read out to the team."""
