"""Queue spikes: a queue is over its limit, leaders are asked to help, and their time there is kept.

`rules` is the state machine and who is asked next, `signals` what comes of an alert, `causes` what sources told before,
`stints` who is there, `queries` how a team's queues are now and who was asked, `history` how they were.
"""
