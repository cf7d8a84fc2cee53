"""Refusals about a sponsor's visits."""

SPONSOR_BUSY = "You have something else at that time. Please pick another."
NO_HOST = "No host is available at that time. Please pick another."
PAUSED = "Visits to this team are paused. Its leaders can resume them with `/shadow visits resume`."
NO_SPONSOR = "This team has no sponsor yet. Add one in `/steward settings`, *People and time zone*."
NOT_SPONSOR = "Only the team's sponsor can do that. Leaders shadow agents with `/shadow`."
ON_THE_WAY = "This team already has a visit booked or requested; see `/shadow visits`."
NOTHING_TO_WRITE = "You haven't made a visit in the last two weeks, so there's nothing to answer."
NO_TAG = "Please pick a theme for what gets in the way. I only count themes. Nobody else sees your text."
PROMISE_DAY_NOT_AHEAD = "Pick a date after today."


def no_times(channel_id: str) -> str:
    """Tell a leader that no host of a visit is at work when the sponsor is."""
    return (
        f"In the next three weeks, no host in <#{channel_id}> is free when the sponsor is at work, so I haven't sent "
        "the invitation. Please agree on a time with the sponsor."
    )
