"""Answers to `/steward`: what is planned, what people can type, and what is stored about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from slackblocks import Block, HeaderBlock, SectionBlock

from bot.messages import absences, erasures, inputs
from bot.messages.errors import which_team
from bot.messages.settings import own_buttons
from bot.messages.setup import Coming, city, count, describe_leaders, preview_text
from bot.org.availability import working_hours
from bot.org.availability.working_hours import WorkingHoursPreferences
from bot.org.people import Person
from bot.org.teams.models import Member, Role, Team
from bot.org.teams.settings import Settings
from bot.slack.mrkdwn import count_noun, mention
from bot.slack.post import Post, context
from bot.text.formats import clock

MOST_BLOCKS = 50
"""How many blocks a message may have in Slack."""
WORDS = {
    "setup": "makes this channel a team",
    "settings": "changes how your team works",
    "me": "shows what I know about you, and your preferences",
    "away next week": "pauses my reminders (or `away from 28 Dec to 4 Jan`, `away until Monday`)",
    "back": "ends your absence; later ones stay planned",
    "notice": "shows the team's change notices; leaders post them there",
    "pulse": "shows the team's monthly pulse; leaders turn it on and off there",
    "export": "sends leaders and workspace admins the team's data as CSV files",
    "audit": "shows leaders and workspace admins who changed which setting",
    "week": "shows each leader their own week so far",
    "voice": "shows leaders and the sponsor the past monthly messages",
    "help": "shows this list",
}


def usage() -> Post:
    words = "\n".join(f"• `/steward {word}` {what}" for word, what in WORDS.items())
    return Post(
        f"*What you can type*\n• `/shoutout @ana for staying calm` thanks someone\n"
        "• `/1on1` shows your one-on-ones\n"
        "• `/balance` shows leaders how they spend their time\n"
        "• `/funtank` shows the fun tank, `/funtank rituals` the team's rituals\n"
        "• `/funtank celebrate the backlog is at zero` posts a win in the channel\n"
        "• `/handup customer wants a refund over the limit` asks a leader to come to you (agents)\n"
        "• `/queue break 15` asks for 15 minutes off the queue (agents)\n"
        "• `/queue spike phones 42 waiting` asks for help when a queue is over its limit\n"
        "• `/shadow` shows who to sit with next, `/shadow visits` the sponsor's visits\n"
        "• `/roadblock the voucher tool logs us out` says what's in the way; `/roadblock` lists the open ones\n"
        "• `/idea a macro for small refunds` suggests something better; `/idea` lists the open ones\n"
        "• `/promise @ana ask IT about the vouchers by Friday` lets leaders and sponsors make a promise; `/promise` "
        "lists yours\n"
        f"• `/steward` shows what's planned for the next two weeks\n{words}\n"
        "Add `help` to any of them for more, like `/queue help`. If another app already uses `/shoutout`, type "
        "`/steward shoutout @ana for staying calm`."
    )


def no_team_here() -> Post:
    return Post(
        "This channel isn't a team yet. A workspace admin or a leader of another team can set it up with "
        "`/steward setup`. It takes a minute. `/steward help` lists everything else."
    )


def several_teams(teams: Sequence[Team]) -> Post:
    return Post(which_team(teams))


def not_yours(team: Team, members: Sequence[Member]) -> Post:
    """Answer somebody who asks about a team to which they do not belong."""
    return Post(
        f"<#{team.channel_id}> {describe_leaders(members)}. You're not in that team. To join it, join its channel."
    )


def overview(team: Team, members: Sequence[Member], coming: Coming, now: datetime) -> Post:
    """Show a team at a glance, and what will be posted in the next two weeks."""
    led = at_a_glance(team, members, sum(member.role is Role.AGENT for member in members))
    hint = (
        "`/shoutout @ana for …` thanks someone. `/steward me` shows what I know about you. `/steward help` lists "
        "all commands."
    )
    blocks: list[Block] = [SectionBlock(led, block_id="team"), *preview_text(team, coming, now)]
    return Post(led, [*blocks, SectionBlock(hint, block_id="hint")])


def at_a_glance(team: Team, leaders: Sequence[Member], agents: int) -> str:
    """Say who leads a team, how many agents it has and who sponsors it."""
    sponsor = f" Its sponsor is {mention(team.sponsor_id)}." if team.sponsor_id else ""
    led = f"{describe_leaders(leaders)}. It has {count(agents, 'agent')}"
    if not agents and not any(each.role is Role.LEADER for each in leaders):
        led = "has no leaders and no agents yet"
    return f"<#{team.channel_id}> {led}.{sponsor}{closed_note(team)}"


def closed_note(team: Team) -> str:
    """Return a sentence about a team whose channel the bot cannot post in; empty if it can."""
    return " I can't post there: the channel is archived, or I'm not in it." if team.is_closed else ""


@dataclass(frozen=True)
class Added:
    """What features add to what somebody sees about themselves."""

    thanks: Sequence[Block] = ()
    """Thanks that they have scheduled."""
    reminders: Sequence[Block] = ()
    quotes: Sequence[Block] = ()
    """A block for each of their words that may be quoted."""
    own_data: Sequence[Block] = ()
    """What they have agreed to, and the export."""


class Section(NamedTuple):
    """A part of what somebody sees about themselves. With `rest`, each block is one of a list that can be cut short."""

    blocks: Sequence[Block]
    rest: str = ""
    """What one entry of the list is, such as "absence"."""


def personal_overview(
    person: Person,
    roles: Sequence[tuple[Team, Member | None]],
    own: Sequence[Settings],
    added: Added,
    now: datetime,
) -> Post:
    """Show somebody what the bot stores about them."""
    lines = [
        *(f"• <#{team.channel_id}>: {_role(member)}, {_hours(person, team)}" for team, member in roles),
        f"• Your time zone in Slack: {city(person.zone)}",
        f"• {_quiet(person)}",
    ]
    chosen = [
        f"*{each.title}*\n{inputs.summary(each, person.locale)}"
        for each in own
        if not isinstance(each, WorkingHoursPreferences)
    ]
    kept = (
        "*What I keep about you*\n"
        "• Your name, time zone, language and Do Not Disturb hours from Slack, and your preferences\n"
        "• For 7 days: when you last opened my Home tab\n"
        "• For 7 days: when you asked for a break and, if you lead a team, when you said OK to someone else's\n"
        "• For 15 days: which of your team's messages you reacted to\n"
        "• For 30 days: hand-ups you raised or helped with; their text is encrypted\n"
        "• For 30 days, if you lead a team: tickets you asked me to watch, encrypted\n"
        "• For 90 days: what I reminded you about, and your answers\n"
        "• While *Send my reminders at the hour when I usually answer* is on: how often you answered in each hour of "
        "the day\n"
        "• For 90 days, if you lead a team: when you helped with a queue, and how you spent your time "
        "(`/balance`; only you can see it)\n"
        "• For 400 days: shout-outs you gave and got (`/shoutout mine`), what you celebrated, and rituals you hosted "
        "or took part in\n"
        "• For 400 days after they end, if you lead a team: launches you announced, with encrypted text, and hours you "
        "covered\n"
        "• For 400 days after they end: roadblocks and ideas you raised or took on and whether I may quote them, "
        "promises you made or received, "
        "your votes and *Me too* (`/roadblock mine`, `/idea mine`, `/promise`); their text is encrypted\n"
        "• For 400 days, if you lead a team: when I asked you about a queue, a hand-up or a break (only 30 days if "
        "you said no)\n"
        "• For 400 days after they end, if you lead a team: change notices you posted; their text is encrypted\n"
        "• Until a change notice ends: whether you pressed *Got it* or *Unclear to me*, and your questions, encrypted\n"
        "• While you have one-on-ones with somebody, and for 400 days after: topics and notes, encrypted\n"
        "• Until the second check-in after a hard contact, or for 3 working days, whichever comes first: who was "
        "involved, encrypted\n"
        "• Until a round of the pulse closes: that I asked you, and your answers, encrypted; after that, nothing shows "
        "which are yours\n"
        "Only you and the other person can read your one-on-one notes. Only you can read your shadowing notes. If you "
        "hid your name on something, nobody in Slack can see it; whoever runs Steward could look it up."
    )
    sections = [
        Section([HeaderBlock("About you", block_id="title"), SectionBlock("\n".join(lines), block_id="facts")]),
        Section(absences.rows(person, now, [working_hours.person_hours(person, team) for team, _ in roles]), "absence"),
        Section([SectionBlock(text, block_id=f"chosen_{number}") for number, text in enumerate(chosen)]),
        Section(own_buttons(own)),
        Section(added.thanks),
        Section(added.reminders),
        Section([SectionBlock(kept, block_id="kept")]),
        Section(added.quotes, "quote"),
        Section(added.own_data),
        Section(erasures.offer()),
    ]
    return Post("What I know about you.", _fit(sections))


def _fit(sections: Sequence[Section]) -> list[Block]:
    """Join sections to at most `MOST_BLOCKS` blocks. The longest lists are cut short and say how many are left."""
    shown = [len(each.blocks) for each in sections]
    lists = [number for number, each in enumerate(sections) if each.rest]
    while sum(shown) + sum(shown[each] < len(sections[each].blocks) for each in lists) > MOST_BLOCKS:
        shown[max(lists, key=lambda each: shown[each])] -= 1
    blocks: list[Block] = []
    for number, (section, most) in enumerate(zip(sections, shown, strict=True)):
        blocks += section.blocks[:most]
        if left := len(section.blocks) - most:
            are = "isn't" if left == 1 else "aren't"
            blocks.append(context(f"{count_noun(left, f'more {section.rest}')} {are} shown.", f"rest_{number}"))
    return blocks


def _role(member: Member | None) -> str:
    if member is None:
        return "you're the sponsor"
    return (
        f"you're {'a deputy leader' if member.is_deputy else 'a leader' if member.role is Role.LEADER else 'an agent'}"
    )


def _hours(person: Person, team: Team) -> str:
    routine = working_hours.person_hours(person, team)
    days = sorted(routine.days)
    names = [day.name[:3].capitalize() for day in days]
    is_run = len(days) > 2 and days[-1] - days[0] == len(days) - 1
    return (
        f"working {f'{names[0]}–{names[-1]}' if is_run else ', '.join(names)} from "
        f"{clock(routine.start, person.locale)} to {clock(routine.end, person.locale)}"
    )


def _quiet(person: Person) -> str:
    if person.quiet_from is None or person.quiet_until is None:
        return "Do Not Disturb in Slack: off"
    start, end = (clock(person.local(at), person.locale) for at in (person.quiet_from, person.quiet_until))
    return f"Do Not Disturb in Slack: {start} to {end}"
