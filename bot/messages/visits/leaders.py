"""What a team's leaders read of their sponsor's visits: when one comes, what came of it, and what was promised."""

from slackblocks import SectionBlock

from bot.directory import Person
from bot.features.visits.debriefing import Promise
from bot.features.visits.parties import Party
from bot.features.visits.tables import State, Visit
from bot.messages.post import Post
from bot.messages.text import escape, mention, shortened
from bot.messages.times import on, when
from bot.teams.tables import Team

LEADERS_CARDS = ("visit:%:leader", "promise:%")
"""The names of all the cards here, as patterns of SQL."""


def for_leader(party: Party, visit: Visit, leader: Person) -> Post:
    """One card for each of them, edited as things change."""
    text = f"{_visits(party, visit)} {_time(visit, leader)}"
    return Post(text, [SectionBlock(text, block_id="visit")], card=f"visit:{visit.id}:{leader.id}:leader")


def _visits(party: Party, visit: Visit) -> str:
    sponsor, channel = mention(party.sponsor.id), f"<#{party.team.channel_id}>"
    match visit.state:
        case State.PLANNED:
            return f":busts_in_silhouette: {sponsor} visits {channel}, beside {mention(party.host.id)}:"
        case State.DONE:
            return f":white_check_mark: {sponsor} visited {channel} on"
        case State.MISSED:
            return f"As far as I know, the visit of {sponsor} to {channel} didn't happen:"
        case _:
            return f"The visit of {sponsor} to {channel} is called off:"


def _time(visit: Visit, leader: Person) -> str:
    if visit.state == State.PLANNED:
        return f"*{when(visit.starts_at, leader)}*, {visit.minutes} minutes."
    return f"{on(leader.local(visit.starts_at).date())}."


def promised(team: Team, promise: Promise, sponsor_id: str, leader: Person, *, is_kept: bool = False) -> Post:
    """The promise in the sponsor's words."""
    by = f" by {on(promise.due_on)}" if promise.due_on and not is_kept else ""
    verb = "kept a promise to" if is_kept else "promised"
    text = f"{mention(sponsor_id)} {verb} <#{team.channel_id}>{by}:\n>{shortened(escape(promise.words), 2800)}"
    sign = ":white_check_mark: " if is_kept else ""
    blocks = [SectionBlock(f"{sign}{text}", block_id="promise")]
    return Post(f"{sign}{text}", blocks, card=f"promise:{promise.id}:{leader.id}")
