"""The fun tank: how much joy a team has in store, as the sum of a ledger that names nobody.

`causes` is the table of what moves it, `moving` the ledger, `reading` the gauge, `helping` what would help.
"""
