"""Heads-ups: coming launches and price changes, with tighter spike limits and hours that leaders cover."""
