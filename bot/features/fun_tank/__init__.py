"""The fun tank: a gauge of a team's joy, computed as the sum of a ledger that names nobody.

`rules` has the rates of each cause, `ledger` writes movements, `queries` reads the gauge, and `nudges` decides when a
leader is told that it is low.
"""
