"""Webhooks of the tools around a queue: one module per sender verifies and parses requests; `receiver` does the rest.

A sender's module has `verify`, which checks that a request comes from a holder of the secret; `parse`, which converts
the payload to the types of `bot.alerts`; and `sign`, which returns the headers to sign a request of our own.
`listeners` answers `/queue hooks`.
"""
