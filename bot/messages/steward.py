"""What `/steward` says: what comes, what one can type, and what is kept about oneself."""

from collections.abc import Sequence
from datetime import datetime

from slackblocks import Block, HeaderBlock, SectionBlock

from bot import hours
from bot.directory import Person
from bot.messages import inputs
from bot.messages.post import Post
from bot.messages.settings import own_buttons
from bot.messages.setup import Coming, preview
from bot.messages.text import escape, mention, mentions
from bot.teams import Member, Role, Settings, Team

WORDS = {
    "setup": "makes this channel a team",
    "settings": "changes how a team of yours works",
    "me": "shows what I know about you, and your own choices",
    "away": "until Monday: I send you nothing of mine until then; `/steward back` ends it",
    "back": "ends being away",
    "help": "shows this",
}
EXAMPLE = "`/steward me`"


def usage() -> Post:
    words = "\n".join(f"• `/steward {word}` {what}" for word, what in WORDS.items())
    return Post(
        f"*What you can type*\n• `/shoutout` thanks somebody; `/shoutout help` tells how\n"
        f"• `/steward` shows what comes in the next two weeks\n{words}\n"
        "Should another app own a word of mine, put my name before it: `/steward shoutout @ana for staying calm`."
    )


def not_understood(word: str, near: str | None) -> str:
    known = f"Did you mean `/steward {near}`?" if near else f"I do not know the word “{escape(word[:30])}”."
    return f"{known} `/steward help` shows all of them; try {EXAMPLE}."


def no_team_here() -> Post:
    return Post(
        "This channel is no team of mine. `/steward setup` makes it one: one form, a minute. "
        "`/steward help` shows what else you can type."
    )


def overview(team: Team, members: Sequence[Member], coming: Coming, now: datetime) -> Post:
    """A team at a glance, and what comes by itself."""
    leaders = [member.user_id for member in members if member.role is Role.LEADER]
    agents = sum(member.role is Role.AGENT for member in members)
    sponsor = f" Its sponsor is {mention(team.sponsor_id)}." if team.sponsor_id else ""
    led = f"<#{team.channel_id}> is led by {mentions(leaders)}, for {agents} agents.{sponsor}"
    hint = "`/shoutout @ana for …` thanks somebody; `/steward me` is about you, `/steward help` shows all words."
    blocks: list[Block] = [SectionBlock(led, block_id="team"), *preview(team, coming, now)]
    return Post(led, [*blocks, SectionBlock(hint, block_id="hint")])


def me(person: Person, roles: Sequence[tuple[Team, Member | None]], own: Sequence[Settings], now: datetime) -> Post:
    """What is known about somebody, for their eyes alone."""
    lines = [
        *(f"• <#{team.channel_id}>: {_role(member)}, {_hours(person, team)}" for team, member in roles),
        f"• Your time zone, as Slack has it: {person.zone}",
        f"• {_away(person, now)}",
        f"• {_quiet(person)}",
    ]
    chosen = [f"*{each.title}*\n{inputs.summary(each)}" for each in own if not isinstance(each, hours.Own)]
    kept = (
        "I keep your name, time zone and quiet hours as Slack tells me, your choices here, and the thanks you gave and "
        "got: `/shoutout mine` shows them."
    )
    blocks: list[Block] = [
        HeaderBlock("About you", block_id="title"),
        SectionBlock("\n".join(lines), block_id="facts"),
        *(SectionBlock(text, block_id=f"own_{number}") for number, text in enumerate(chosen)),
        own_buttons(own),
        SectionBlock(kept, block_id="kept"),
    ]
    return Post("What I know about you.", blocks)


def away(person: Person, now: datetime) -> Post:
    """The answer to being away, and to asking whether one is."""
    if person.away_until is None or person.away_until <= now:
        return Post("You are not away. `/steward away until Monday` gives you peace until then.")
    return Post(
        f"{_away(person, now)}. Until then I send you nothing of mine; thanks from colleagues still reach you. "
        "`/steward back` ends it."
    )


def back() -> Post:
    return Post("Welcome back. What waited for you comes in your working hours.")


def _role(member: Member | None) -> str:
    if member is None:
        return "you are its sponsor"
    return (
        f"you are {'a deputy leader' if member.is_deputy else 'a leader' if member.role is Role.LEADER else 'an agent'}"
    )


def _hours(person: Person, team: Team) -> str:
    routine = hours.of_person(person, team)
    days = ", ".join(f"{day.name[:3].capitalize()}" for day in sorted(routine.days))
    return f"at work {days} from {routine.start:%H:%M} to {routine.end:%H:%M}"


def _away(person: Person, now: datetime) -> str:
    if person.away_until is None or person.away_until <= now:
        return "You are not away"
    until = person.local(person.away_until)
    at = "" if (until.hour, until.minute) == (0, 0) else f", {until:%H:%M}"
    return f"You are away until {until:%A} {until.day} {until:%B}{at}"


def _quiet(person: Person) -> str:
    if person.quiet_from is None or person.quiet_until is None:
        return "Slack shows me no Do Not Disturb of yours"
    start, end = person.local(person.quiet_from), person.local(person.quiet_until)
    return f"Do Not Disturb in Slack: {start:%H:%M} to {end:%H:%M}"
