"""Shout-outs: thanks from one member to others, sent to them and posted to the team."""
