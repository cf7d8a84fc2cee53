"""Queue spikes: a queue is over its limit, leaders are asked to help, and their time there is kept.

`life` is the state machine, `hearing` what comes of a signal, `causes` what sources told before, `asking` who is asked
next, `stints` who is there, `queues` how a team's queues are now, `history` how they were.
"""
