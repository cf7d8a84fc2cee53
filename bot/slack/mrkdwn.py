"""Conversion between Slack's mrkdwn and plain text: unescape once on the way in, escape once on the way out.

Inside the bot, text is as the person typed it. Only mentions of people stay in Slack's form, `<@U…>`, and mentions of
channels whose name is unknown, `<#C…>`.
Source: Slack's "Formatting text for app surfaces" (escaping, mentions, special mentions).
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.personal_data import FORMER, STAND_IN
from bot.org import channels
from bot.text.safety import escape_all

DATE = re.compile(r"<!date\^\d+\^[^<|>]*\|([^<>]*)>")
PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|([^<>]*))?>")
CHANNEL = re.compile(r"<#([CG][A-Z0-9]+)(?:\|([^<>]*))?>")
GROUP = re.compile(r"<!subteam\^([A-Z0-9]+)(?:\|([^<>]*))?>")
LINK = re.compile(r"<((?:https?|mailto):[^|<>]+)(?:\|[^<>]*)?>")
BROADCAST = re.compile(r"<!(channel|here|everyone)(?:\|[^<>]*)?>")
SHOWN = re.compile(r"(<@[UW][A-Z0-9]+>|<#[CG][A-Z0-9]+(?:\|[\w-]+)?>)")
TOKEN = re.compile(r"<(?:[@#!]|https?:|mailto:)[^<>]*>")
"""A mention, date or link; every other `<` is what somebody typed."""
INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Cn"}
LONGEST_BLOCK = 3000
"""Slack's limit of characters in a section."""
JOINERS = {"\u200c", "\u200d"}
"""The zero-width non-joiner and joiner, which Persian words and many emoji need."""


def unescape(text: str, named: Mapping[str, str] = MappingProxyType({})) -> str:
    """Convert text from Slack to what the person typed: entities, links, channels, groups and broadcasts become plain.

    `named` maps ids of channels and groups to names, for mentions without a label. A channel of unknown name stays a
    mention, which Slack renders with its name. A group of unknown name becomes `@group`, because a mention would notify
    its members.
    """
    text = PERSON.sub(r"<@\1>", text)
    text = CHANNEL.sub(lambda match: _channel(match, named), text)
    text = GROUP.sub(lambda match: f"@{_handle(match, named)}", text)
    text = BROADCAST.sub(r"@\1", LINK.sub(r"\1", text))
    return unescape_entities(text)


def _channel(channel: re.Match[str], named: Mapping[str, str]) -> str:
    name = channel[2] or named.get(channel[1])
    return f"#{name}" if name else f"<#{channel[1]}>"


def _handle(group: re.Match[str], named: Mapping[str, str]) -> str:
    return (group[2] or named.get(group[1]) or "group").lstrip("@")


def clean(text: str) -> str:
    """Collapse text to one line and remove invisible characters: controls, direction overrides, zero-width spaces."""
    text = " ".join(text.split())
    seen = [mark for mark in text if unicodedata.category(mark) not in INVISIBLE or mark in JOINERS or _is_tag(mark)]
    return " ".join("".join(seen).split())


def clean_lines(text: str) -> str:
    """Remove invisible characters from each line as `clean` does, and keep the lines."""
    return "\n".join(map(clean, text.splitlines())).strip()


def _is_tag(mark: str) -> bool:
    """Return whether a character is an invisible tag letter, as in the flags of Scotland, Wales and England."""
    return "\U000e0020" <= mark <= "\U000e007f"


def escape(text: str) -> str:
    """Escape typed text for mrkdwn. Mentions of people and channels stay; everything else notifies nobody."""
    return "".join(part if SHOWN.fullmatch(part) else escape_all(part) for part in SHOWN.split(text))


def unescape_entities(text: str) -> str:
    """Unescape Slack's three entities, for text that is not rendered as mrkdwn, such as form labels."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def mention(user_id: str) -> str:
    """Return a mention of a person, or words for somebody whose data was erased."""
    return FORMER if user_id.startswith(STAND_IN) else f"<@{user_id}>"


def opening_mention(user_id: str) -> str:
    """Return the same as `mention` for the start of a sentence."""
    found = mention(user_id)
    return found[0].upper() + found[1:]


def mentions(user_ids: list[str], last: str = "and") -> str:
    """Return mentions of these people as a list, `<@U1>, <@U2> and <@U3>`; an empty string for no ids."""
    return comma_joined(map(mention, user_ids), last)


def first_mentions(user_ids: Sequence[str], most: int) -> str:
    """Return up to `most` mentions as a list, and the number of the others: `<@U1>, <@U2> and 3 others`."""
    others = len(user_ids) - most
    return comma_joined([*map(mention, user_ids[:most]), *([count_noun(others, "other")] if others > 0 else [])])


def mentioned_ids(text: str) -> set[str]:
    """Return the ids of the people that a text mentions."""
    return {found[1] for found in PERSON.finditer(text)}


def comma_joined(words: Iterable[str], last: str = "and") -> str:
    """Join words as `a, b and c`; an empty string for no words."""
    *others, end = [*words] or [""]
    return f"{', '.join(others)} {last} {end}" if others else end


def capitalize_first(words: str) -> str:
    """Capitalize the first letter only: `Every first Monday`."""
    return words[:1].upper() + words[1:]


def count_noun(number: int, thing: str) -> str:
    """Return a number with its noun in the singular or plural: `1 day`, `3 days`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def one_line(text: str) -> str:
    """Return mrkdwn as one line for a notification, with block quotes turned into quotation marks."""
    parts = []
    for is_quote, lines in groupby(text.splitlines(), key=lambda line: line.startswith(">")):
        words = " ".join(line.removeprefix(">").strip() for line in lines).strip()
        parts.append(f"“{words}”" if is_quote else words)
    return " ".join(parts)


def link(url: str, words: str) -> str:
    """Return a link to an address that a tool has sent. `words` are mrkdwn."""
    address = url.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")
    return f"<{address}|{words}>"


def permalink(url: str, channel_id: str, ts: str) -> str:
    """Return the permalink of a message in the workspace at `url`."""
    return f"{url.rstrip('/')}/archives/{channel_id}/p{ts.replace('.', '')}"


def shortened(text: str, length: int) -> str:
    """Truncate text to at most `length` characters, without cutting a mention or an entity in half."""
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    if (start := cut.rfind("<")) > cut.rfind(">") and TOKEN.match(text, start):
        cut = cut[:start]
    if cut.rfind("&") > max(cut.rfind(";"), length - 7):
        cut = cut[: cut.rfind("&")]
    return cut.rstrip() + "…"


def split_into_parts(text: str) -> list[str]:
    """Split mrkdwn into parts that fit into a block each, at the ends of lines or words if possible."""
    parts = []
    while len(text) > LONGEST_BLOCK:
        at = max(text.rfind("\n", 0, LONGEST_BLOCK), 0) or max(text.rfind(" ", 0, LONGEST_BLOCK), 0)
        part = text[:at] if at else shortened(text, LONGEST_BLOCK).removesuffix("…")
        parts.append(part)
        text = text[len(part) :].strip()
    return [*parts, text] if text.strip() else parts


UNLABELLED = re.compile(r"<(#|!subteam\^)([CGS][A-Z0-9]+)\|?>")


def has_unlabeled_mention(text: str) -> bool:
    return bool(UNLABELLED.search(text))


async def add_labels(session: AsyncSession, workspace_id: str, text: str) -> str:
    """Add labels to mentions of channels and groups, like `<#C1|phones>`. Mentions of unknown ids stay as they are."""
    names = await channels.names_by_id(session, workspace_id, {found[2] for found in UNLABELLED.finditer(text)})
    return UNLABELLED.sub(lambda found: _labeled(found, names), text)


def _labeled(found: re.Match[str], names: dict[str, str]) -> str:
    name, sign = names.get(found[2]), "" if found[1] == "#" else "@"
    return f"<{found[1]}{found[2]}|{sign}{name}>" if name else found[0]


BAR_LENGTH = 10


def bar(value: float, full: float = 100) -> str:
    """Return a text progress bar of `value` out of `full`: `▰▰▰▱▱▱▱▱▱▱`."""
    filled = max(0, min(BAR_LENGTH, int(value / full * BAR_LENGTH + 0.5)))
    return "▰" * filled + "▱" * (BAR_LENGTH - filled)
