"""The fun tank: how much joy a team has in store, as the sum of a ledger that names nobody.

`rules` is the table of what moves it, `ledger` what moved it, `queries` the gauge, `nudges` when
a leader hears that it is low.
"""
