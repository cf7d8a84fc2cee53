"""What `/steward` says: what comes, what one can type, and what is kept about oneself."""

from collections.abc import Sequence
from datetime import datetime

from slackblocks import Block, HeaderBlock, SectionBlock

from bot.messages import absences, inputs
from bot.messages.errors import which_team
from bot.messages.settings import own_buttons
from bot.messages.setup import Coming, city, count, leaders_of, preview
from bot.org.availability import working_hours
from bot.org.availability.working_hours import WorkingHoursPreferences
from bot.org.people import Person
from bot.org.teams.models import Member, Role, Team
from bot.org.teams.settings import Settings
from bot.slack.mrkdwn import mention
from bot.slack.post import Post

WORDS = {
    "setup": "makes this channel a team",
    "settings": "changes how a team of yours works",
    "me": "shows what I know about you, and your own choices",
    "away next week": "holds my reminders while you are away; `away from 28 Dec to 4 Jan`, `away until Monday`",
    "back": "ends being away now; what is planned stays",
    "help": "shows this",
}


def usage() -> Post:
    words = "\n".join(f"• `/steward {word}` {what}" for word, what in WORDS.items())
    return Post(
        f"*What you can type*\n• `/shoutout` thanks somebody; `/shoutout help` tells how\n"
        "• `/1on1` shows your one-on-ones; `/1on1 help` tells how\n"
        "• `/balance` shows people who lead how their own time splits; `/balance help` tells how\n"
        "• `/funtank` shows how much joy the team has in store, `/funtank rituals` what it celebrates and when\n"
        "• `/funtank celebrate the backlog is at zero` tells your team what there is to be glad about\n"
        "• `/queue spike phones 42 waiting` calls for help when a queue is over its limit; `/queue help` tells how\n"
        "• `/shadow` shows whom to sit beside next, `/shadow visits` the sponsor's visits; `/shadow help` tells how\n"
        f"• `/steward` shows what comes in the next two weeks\n{words}\n"
        "If another app already uses `/shoutout`, type `/steward shoutout @ana for staying calm`."
    )


def no_team_here() -> Post:
    return Post(
        "This channel is not a team yet. A workspace admin can change that with `/steward setup`: one form, a minute. "
        "`/steward help` lists what else I understand."
    )


def several_teams(teams: Sequence[Team]) -> Post:
    return Post(which_team(teams))


def not_yours(team: Team, members: Sequence[Member]) -> Post:
    """For somebody who looks at a team they are not in."""
    return Post(
        f"<#{team.channel_id}> is a team that you are not in, led by {leaders_of(members)}. Whoever joins its channel "
        "joins the team."
    )


def overview(team: Team, members: Sequence[Member], coming: Coming, now: datetime) -> Post:
    """A team at a glance, and what comes by itself."""
    led = at_a_glance(team, members, sum(member.role is Role.AGENT for member in members))
    hint = "`/shoutout @ana for …` thanks somebody; `/steward me` is about you, `/steward help` shows all words."
    blocks: list[Block] = [SectionBlock(led, block_id="team"), *preview(team, coming, now)]
    return Post(led, [*blocks, SectionBlock(hint, block_id="hint")])


def at_a_glance(team: Team, leaders: Sequence[Member], agents: int) -> str:
    """Who leads a team, for how many."""
    sponsor = f" Its sponsor is {mention(team.sponsor_id)}." if team.sponsor_id else ""
    closed = " Its channel is archived, or I was taken out of it, so nothing comes." if team.is_closed else ""
    return f"<#{team.channel_id}> is led by {leaders_of(leaders)}, for {count(agents, 'agent')}.{sponsor}{closed}"


def me(
    person: Person,
    roles: Sequence[tuple[Team, Member | None]],
    own: Sequence[Settings],
    reminders: Sequence[Block],
    now: datetime,
) -> Post:
    """What is known about somebody, for their eyes alone."""
    lines = [
        *(f"• <#{team.channel_id}>: {_role(member)}, {_hours(person, team)}" for team, member in roles),
        f"• Your time zone in Slack: {city(person.zone)}",
        f"• {_quiet(person)}",
    ]
    chosen = [
        f"*{each.title}*\n{inputs.summary(each)}" for each in own if not isinstance(each, WorkingHoursPreferences)
    ]
    kept = (
        "I keep your name, time zone and quiet hours as Slack tells me, your choices here, the thanks you gave and "
        "got (`/shoutout mine` shows them), what you celebrated, for 15 days to which messages of your team you "
        "reacted, for 90 days of what I reminded you and what you answered, for a week when you last opened my Home, "
        "and for 400 days which rituals you hosted or took part in. When you lead a team: for 400 days, when you were "
        "asked to help a queue and when you did, and how long you spent on what, which `/balance` shows you and "
        "nobody else. What you keep for a one-on-one only the two of you can read; what you write down after sitting "
        "beside an agent, only you."
    )
    blocks: list[Block] = [
        HeaderBlock("About you", block_id="title"),
        SectionBlock("\n".join(lines), block_id="facts"),
        *absences.rows(person, now, [working_hours.person_hours(person, team) for team, _ in roles]),
        *(SectionBlock(text, block_id=f"own_{number}") for number, text in enumerate(chosen)),
        own_buttons(own),
        *reminders,
        SectionBlock(kept, block_id="kept"),
    ]
    return Post("What I know about you.", blocks)


def _role(member: Member | None) -> str:
    if member is None:
        return "you are its sponsor"
    return (
        f"you are {'a deputy leader' if member.is_deputy else 'a leader' if member.role is Role.LEADER else 'an agent'}"
    )


def _hours(person: Person, team: Team) -> str:
    routine = working_hours.person_hours(person, team)
    days = ", ".join(f"{day.name[:3].capitalize()}" for day in sorted(routine.days))
    return f"at work {days} from {routine.start:%H:%M} to {routine.end:%H:%M}"


def _quiet(person: Person) -> str:
    if person.quiet_from is None or person.quiet_until is None:
        return "Slack shows no Do Not Disturb for you"
    start, end = person.local(person.quiet_from), person.local(person.quiet_until)
    return f"Do Not Disturb in Slack: {start:%H:%M} to {end:%H:%M}"
