"""Build the answer to `/shadow visits` (offered times, bookings) and the post with a month's themes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from slackblocks import ActionsBlock, Block, Button, ContextBlock, HeaderBlock, SectionBlock, Text

from bot.features.visits.settings import Settings
from bot.features.visits.themes import theme_label
from bot.meetings.models import Meeting
from bot.meetings.settings import ShadowingPreferences
from bot.messages.meetings import on_the_way
from bot.messages.settings import own_buttons
from bot.messages.times import when
from bot.messages.visits.names import DEBRIEF
from bot.messages.visits.nudges import offer_text, time_buttons
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.mrkdwn import mention
from bot.slack.post import Post
from bot.text.formats import on

HINT = "`/shadow visits start` invites the sponsor, `pause` stops the offers, `resume` restarts them."
NO_TIMES = (
    "In the next three weeks, no host in <#{}> is free during your working hours. You can pick a time outside them, "
    "and I'll look for a host."
)


@dataclass
class Overview:
    """Everything about visits that one person sees."""

    reader: Person
    visits: Sequence[Meeting] = ()
    """The person's own visits, as sponsor or as host."""
    times: Sequence[tuple[Team, Sequence[datetime]]] = ()
    """When they could visit the teams they sponsor."""
    resting: Sequence[Team] = ()
    """The sponsored teams whose visits are paused."""
    to_write: Meeting | None = None
    led: Sequence[tuple[Team, datetime | None]] = ()
    """The teams they lead, and when each was visited last."""
    planned: Sequence[Meeting] = field(default_factory=list)
    """Planned visits to the teams they lead."""
    without_hosts: Sequence[Team] = ()
    """The sponsored teams in which nobody can be asked to host."""


def overview(shown: Overview) -> Post:
    reader = shown.reader
    blocks = [*_to_write(shown), *on_the_way(shown.visits, reader, "visits_planned")]
    for team, times in shown.times:
        blocks += _times(team, times, reader)
    nobody = "Nobody in <#{}> can host a visit at the moment. Please talk to the team's leaders."
    blocks += [
        SectionBlock(nobody.format(each.channel_id), block_id=f"nobody_{each.id}") for each in shown.without_hosts
    ]
    rests = "Visits to <#{}> are paused. Its leaders can resume them."
    blocks += [SectionBlock(rests.format(team.channel_id), block_id=f"rests_{team.id}") for team in shown.resting]
    for team, visited in shown.led:
        blocks.append(_of_team(team, visited, [each for each in shown.planned if each.team_id == team.id], reader))
    if shown.led:
        blocks.append(ContextBlock([Text(HINT)], block_id="note"))
    return Post("Sponsor visits", blocks) if blocks else for_agents(reader)


def home_section(visits: Sequence[Meeting], reader: Person) -> list[Block]:
    """Show a person's upcoming visits on the Home tab."""
    found = on_the_way(visits, reader, "visits_planned")
    return [HeaderBlock("Sponsor visits", block_id="visits"), *found] if found else []


def for_agents(reader: Person) -> Post:
    """Explain sponsor visits to an agent, with the button to opt out."""
    own = ShadowingPreferences.of(reader)
    text = (
        "From time to time, a team's sponsor sits with an agent to see what the work is like. It's not an appraisal. "
        "I ask agents in turn, and you can say no without giving a reason."
    )
    choice = "I ask you when it's your turn." if own.may_be_asked else "You've chosen not to be asked."
    return Post(
        text,
        [
            SectionBlock(text, block_id="told"),
            SectionBlock(f"{choice} You can change that here:", block_id="choice"),
            *own_buttons([own]),
        ],
    )


def _to_write(shown: Overview) -> list[Block]:
    if shown.to_write is None:
        return []
    day = on(shown.reader.local(shown.to_write.starts_at), shown.reader.locale)
    button = Button("Answer", action_id=DEBRIEF, value=str(shown.to_write.id))
    return [SectionBlock(f"How was your visit on {day}?", block_id="to_write", accessory=button)]


def _times(team: Team, times: Sequence[datetime], reader: Person) -> list[Block]:
    text = offer_text(team) if times else NO_TIMES.format(team.channel_id)
    shown = [(int(at.timestamp()), reader.local(at)) for at in times]
    buttons = ActionsBlock([*time_buttons(0, team, shown, reader.locale)], block_id=f"times_{team.id}")
    return [SectionBlock(text, block_id=f"offer_{team.id}"), buttons]


def _of_team(team: Team, visited: datetime | None, planned: Sequence[Meeting], reader: Person) -> Block:
    """Show a leader the visits to their team: only agreed ones, so that nobody sees who said no."""
    lines = [
        f"{mention(each.organizer_id)}'s visit is booked: *{when(each.starts_at, reader)}* "
        f"(host: {mention(each.attendee_id)})."
        for each in planned
    ] or ["No visit is booked."]
    if visited:
        lines.append(f"The last one was on {on(reader.local(visited), reader.locale)}.")
    if team.sponsor_id is None:
        lines = ["This team has no sponsor yet. Add one in `/steward settings`, *People and time zone*."]
    elif Settings.of(team).paused:
        lines.append("Visits are paused.")
    return SectionBlock(f"<#{team.channel_id}>: {' '.join(lines)}", block_id=f"visits_of_{team.id}")


def themes(team: Team, counted: Sequence[tuple[str, int]]) -> Post:
    """Show the sponsor and the leaders a month's themes with counts, without names or quotes."""
    lines = "\n".join(
        f"• {theme_label(theme)}: {'once' if times == 1 else f'{times} times'}" for theme, times in counted
    )
    text = f"*What got in the way in <#{team.channel_id}> last month*\n{lines}"
    note = "Counted after shadowing and visits, without names. Which one could you help with?"
    blocks: list[Block] = [SectionBlock(text, block_id="themes"), ContextBlock([Text(note)], block_id="note")]
    return Post(text, blocks)


def invitation_answer(team: Team) -> Post:
    return Post(f"I've invited {mention(team.sponsor_id or '')} and offered times to pick from.")


def paused_answer(team: Team, *, paused: bool) -> Post:
    if paused:
        return Post(
            f"Visits to <#{team.channel_id}> are paused. Visits already booked will go ahead. `/shadow visits resume` "
            "restarts them."
        )
    return Post(f"Visits to <#{team.channel_id}> are on again. I'll offer the sponsor one when it's due.")


def request_answer(visit: Meeting, reader: Person) -> Post:
    return Post(
        f"I'm asking an agent to host your visit: {when(visit.starts_at, reader)}. I'll tell you when someone says yes."
    )
