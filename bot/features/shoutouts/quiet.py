"""Quiet channels, and thanks in passing: when a team gets a kind question, and a writer a private offer."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.candidates import Candidate, Seat, Urgency
from bot.features.shoutouts.settings import Settings
from bot.features.shoutouts.tables import Place
from bot.places import Channel
from bot.teams.tables import Team

LISTEN = "shoutouts.listen"
IN_PASSING = ("thanks", "thank you", "thank you so much", "many thanks", "thx", "cheers")
"""How people thank when they mean no shout-out."""
AT_ONCE = timedelta(0)


def is_quiet(team: Team, channel: Channel, now: datetime) -> bool:
    """Whether people have been silent for as long as the team finds long, and were not asked since."""
    days = Settings.of(team).quiet
    if not days or channel.said_at is None:
        return False
    since = max(channel.said_at, team.created_at)
    was_asked = channel.asked_at is not None and channel.asked_at > since
    return now - since >= timedelta(days=days) and not was_asked


def offer(seat: Seat, place: Place, receivers: Sequence[str]) -> Candidate:
    """Thanks in passing could become a shout-out, if their writer likes."""
    facts = {"people": list(receivers), "place": str(place)}
    return Candidate(seat, LISTEN, about=str(place), urgency=Urgency.TODAY, facts=facts, every=AT_ONCE)
