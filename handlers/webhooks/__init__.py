"""Webhooks for alert and ticket tools. One module per sender verifies and parses requests; `receiver` processes them.

A sender's module has `verify`, which checks that a request was signed with the secret or contains it; `parse`, which
converts the payload to the types of `bot.alerts`; and `sign`, which returns the headers to sign a test request.
`listeners` answers `/queue hooks`.
"""
