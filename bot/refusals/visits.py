"""Refusals about a sponsor's visits."""

PROMISE_GONE = "That promise is not there any more."
SPONSOR_BUSY = "You have something else then. Pick another time, please."
NO_HOST = "Nobody who likes to be asked is free then. Pick another time, please."
PAUSED = "Visits to this team rest at the moment; its leaders let them go on with `/shadow visits resume`."
NO_SPONSOR = "This team has no sponsor yet. `/steward settings`, *People*, names one."
NOT_SPONSOR = "Visits are for the team's sponsor. Sitting beside somebody as a leader is `/shadow`."
ON_THE_WAY = "A visit to this team is on the way already; `/shadow visits` shows it."
NOTHING_TO_WRITE = "I know of no visit of yours in the last two weeks that waits for its three questions."
NO_TAG = "Which of these does it belong to? Only that is counted, never your words."
PROMISE_DAY_NOT_AHEAD = "Pick a day after today, by which you want it done."


def no_times(channel_id: str) -> str:
    """Say that no host is at work when the sponsor is."""
    return (
        f"Nobody in <#{channel_id}> who likes to be asked is at work when you are in the next three weeks. Talk to the "
        "team's leaders; they know a way."
    )
