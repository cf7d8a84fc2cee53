"""Queue spikes: a queue over its limit, the leaders asked to help, and the time they spend there.

`rules` has the state machine and the order of leaders, `signals` applies alerts, `causes` stores what sources reported,
`stints` tracks who is helping, `queries` reads current queues and candidates, and `history` reads past spikes.
"""
