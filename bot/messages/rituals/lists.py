"""`/funtank rituals`: what a team keeps, when, who hosts next, and what else there is to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from slackblocks import ActionsBlock, Block, Button, Element, HeaderBlock, SectionBlock

from bot.features.rituals.models import Ritual, RitualRun
from bot.messages import errors
from bot.messages.rituals import cards
from bot.messages.rituals.packs import PackEntry, pack_entry
from bot.messages.setup import city
from bot.messages.times import on, wall
from bot.org.teams.models import Team
from bot.slack.mrkdwn import escape, mention, shortened
from bot.slack.post import Post, context


@dataclass(frozen=True)
class RitualEntry:
    """A ritual of the list, and what is known of its next time."""

    ritual: Ritual
    at: datetime | None = None
    run: RitualRun | None = None


@dataclass(frozen=True)
class RitualSummary:
    """What a preview of a team's weeks says of a ritual."""

    title: str
    told: str


def summarize(ritual: Ritual) -> RitualSummary:
    return RitualSummary(escape(ritual.what.name), escape(ritual.what.about))


def ritual_list(
    team: Team, entries: Sequence[RitualEntry], packs: Sequence[PackEntry], today: date, *, leads: bool
) -> Post:
    """Those that are on first, by when they come, then the others; packs, which come seldom, are the last of each."""
    kept = sorted((each for each in entries if each.ritual.is_on), key=lambda each: (each.at is None, each.at))
    others = [each for each in entries if not each.ritual.is_on]
    title = HeaderBlock(shortened(f"Rituals of #{team.name}", 150), block_id="title")
    blocks: list[Block] = [title, *errors.closed_warning(team, "None of these come at the moment")]
    for each in kept:
        blocks += _entry(team, each, today, leads=leads)
    for pack in (each for each in packs if each.pack.is_on):
        blocks += pack_entry(team, pack, leads=leads)
    if not kept and not any(each.pack.is_on for each in packs):
        blocks.append(SectionBlock("None yet. One small one a week is plenty.", block_id="none"))
    if others or not all(each.pack.is_on for each in packs):
        blocks.append(HeaderBlock("Also there to choose from", block_id="others"))
    for each in others:
        blocks += _entry(team, each, today, leads=leads)
    for pack in (each for each in packs if not each.pack.is_on):
        blocks += pack_entry(team, pack, leads=leads)
    note = f"{city(team.zone)} time. People host in turn, and nobody has to. "
    note += "A ritual waits while a queue is over its limit."
    if leads:
        new = Button("Make one of your own", action_id=cards.NEW, value=f"{team.id}:")
        blocks.append(ActionsBlock([new], block_id="new"))
    return Post(f"Rituals of #{escape(team.name)}.", [*blocks, context(note)])


def _entry(team: Team, entry: RitualEntry, today: date, *, leads: bool) -> list[Block]:
    ritual, id = entry.ritual, f"{team.id}:{entry.ritual.slug}"
    template = ritual.what
    head = f"{template.emoji} *{escape(template.name)}*"
    lines = [f"{head}, {ritual.words}" if ritual.is_on else head, escape(template.about)]
    lines += [_next(team, entry, today)] if ritual.is_on else []
    section = SectionBlock("\n".join(each for each in lines if each), block_id=f"ritual_{ritual.slug}")
    return [section, ActionsBlock(_buttons(ritual, id, today, leads=leads), block_id=f"buttons_{ritual.slug}")]


def _next(team: Team, entry: RitualEntry, today: date) -> str:
    ritual = entry.ritual
    if ritual.is_paused_on(today) and ritual.paused_until:
        return f"Paused until {on(ritual.paused_until)}."
    if entry.at is None:
        return "Not in the next weeks."
    host = entry.run.host_id if entry.run else None
    hosted = f", hosted by {mention(host)}" if host else ""
    return f"Next: {wall(entry.at.astimezone(ZoneInfo(team.zone)))}{hosted}"


def _buttons(ritual: Ritual, id: str, today: date, *, leads: bool) -> list[Element]:
    preview = Button("Preview", action_id=cards.PREVIEW, value=id)
    if not leads:
        return [preview]
    if not ritual.is_on:
        turn_on = Button("Turn on", action_id=cards.ON, value=id)
        own = [("Change", cards.CHANGE), ("Remove", cards.REMOVE)] if ritual.own else []
        return [turn_on, preview, *(Button(text, action_id=action, value=id) for text, action in own)]
    pause = ("Go on", cards.RESUME) if ritual.is_paused_on(today) else ("Pause", cards.PAUSE)
    more = [("Change", cards.CHANGE), pause, ("Turn off", cards.OFF)]
    return [preview, *(Button(text, action_id=action, value=id) for text, action in more)]
