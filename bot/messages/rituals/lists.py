"""`/funtank rituals`: a team's rituals with their schedules and next hosts, and the rituals that it can turn on."""

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
from bot.org.teams.models import Team
from bot.slack.mrkdwn import escape, mention, shortened
from bot.slack.post import Post, context
from bot.text.formats import on, wall


@dataclass(frozen=True)
class RitualEntry:
    """A ritual in a team's list, with its next time and its next run."""

    ritual: Ritual
    at: datetime | None = None
    run: RitualRun | None = None


@dataclass(frozen=True)
class RitualSummary:
    """A ritual as shown in the preview of a team's next two weeks."""

    title: str
    told: str


def summarize(ritual: Ritual) -> RitualSummary:
    return RitualSummary(escape(ritual.existing_template.name), escape(ritual.existing_template.about))


def ritual_list(
    team: Team, entries: Sequence[RitualEntry], packs: Sequence[PackEntry], today: date, *, leads: bool
) -> Post:
    """List rituals that are on, by next date, then their packs; below them, rituals that are off, then their packs."""
    kept = sorted((each for each in entries if each.ritual.is_on), key=lambda each: (each.at is None, each.at))
    others = [each for each in entries if not each.ritual.is_on]
    title = HeaderBlock(shortened(f"Rituals in #{team.name}", 150), block_id="title")
    blocks: list[Block] = [title, *errors.closed_warning(team, "I'm not posting any rituals right now")]
    for each in kept:
        blocks += _entry(team, each, today, leads=leads)
    for pack in (each for each in packs if each.pack.is_on):
        blocks += pack_entry(team, pack, leads=leads)
    if not kept and not any(each.pack.is_on for each in packs):
        blocks.append(SectionBlock("No rituals yet. One a week is a good start.", block_id="none"))
    if others or not all(each.pack.is_on for each in packs):
        blocks.append(HeaderBlock("More rituals", block_id="others"))
    for each in others:
        blocks += _entry(team, each, today, leads=leads)
    for pack in (each for each in packs if not each.pack.is_on):
        blocks += pack_entry(team, pack, leads=leads)
    note = f"{city(team.zone)} time. People take turns hosting and can say no. "
    note += "Rituals wait while a queue is over its limit."
    if leads:
        new = Button("Add your own", action_id=cards.NEW, value=f"{team.id}:")
        blocks.append(ActionsBlock([new], block_id="new"))
    return Post(f"Rituals in #{escape(team.name)}", [*blocks, context(note)])


def _entry(team: Team, entry: RitualEntry, today: date, *, leads: bool) -> list[Block]:
    ritual, id = entry.ritual, f"{team.id}:{entry.ritual.slug}"
    template = ritual.existing_template
    head = f"{template.emoji} *{escape(template.name)}*"
    lines = [f"{head}, {ritual.words}" if ritual.is_on else head, escape(template.about)]
    lines += [_next(team, entry, today)] if ritual.is_on else []
    text = "\n".join(each for each in lines if each)
    preview = Button("Preview", action_id=cards.PREVIEW, value=id)
    section = SectionBlock(text, block_id=f"ritual_{ritual.slug}", accessory=preview)
    if not leads:
        return [section]
    return [section, ActionsBlock(_buttons(ritual, id, today), block_id=f"buttons_{ritual.slug}")]


def _next(team: Team, entry: RitualEntry, today: date) -> str:
    ritual = entry.ritual
    if ritual.is_paused_on(today) and ritual.paused_until:
        return f"Paused until {on(ritual.paused_until)}."
    if entry.at is None:
        return "No dates in the coming weeks."
    host = entry.run.host_id if entry.run else None
    hosted = f", hosted by {mention(host)}" if host else ""
    return f"Next: {wall(entry.at.astimezone(ZoneInfo(team.zone)))}{hosted}"


def _buttons(ritual: Ritual, id: str, today: date) -> list[Element]:
    pause = ("Resume", cards.RESUME) if ritual.is_paused_on(today) else ("Pause", cards.PAUSE)
    found = [("Change", cards.CHANGE), pause, ("Turn off", cards.OFF)]
    if not ritual.is_on:
        own = [("Change", cards.CHANGE), ("Remove", cards.REMOVE)] if ritual.own else []
        found = [("Turn on", cards.ON), *own]
    return [Button(text, action_id=action, value=id) for text, action in found]
