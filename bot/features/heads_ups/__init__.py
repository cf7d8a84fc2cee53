"""Heads-ups: coming launches and price changes, with keener spike limits and hours that leaders cover."""
