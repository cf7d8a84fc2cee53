"""Slack ids of the buttons about queue spikes."""

LENGTHS = (15, 30, 60)
JOIN = {minutes: f"spikes:join_{minutes}" for minutes in LENGTHS}
SHADOW = "spikes:shadow"
CLEAR = "spikes:clear"
CANNOT = "spikes:cannot"

LONGER = {minutes: f"spikes:longer_{minutes}" for minutes in (15, 30)}
DONE = "spikes:done"

COME = "spikes:come"
IS_CALM = "spikes:is_calm"
CSV = "spikes:csv"
