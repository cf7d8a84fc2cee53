"""Resolve names to people: mentions, user groups, and names typed by hand."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.shoutouts import rules
from bot.messages import mentions
from bot.messages.mentions import names_to_mentions as with_mentions
from bot.messages.shoutouts import answers, parser
from bot.messages.shoutouts.parser import Thanks
from bot.org import channels, people
from bot.org.people import Person
from bot.text.normalization import normalize_name

MOST_OF_GROUP = 200
"""How many people of a group are looked up; more than this is beyond the limit of receivers in any case."""


class ResolvedNames(NamedTuple):
    """Names that were resolved, each with the people whom the name means."""

    people: dict[str, str]
    groups: dict[str, list[str]]
    shared: dict[str, list[Person]]
    """Names that mean more than one person."""

    def of(self, name: str) -> list[str]:
        return [self.people[name]] if name in self.people else self.groups.get(name, [])[:MOST_OF_GROUP]


def is_typed(name: str) -> bool:
    """Whether a name was typed by hand, and does not mean everybody."""
    return name.startswith("@") and not parser.means_everybody([name])


async def resolve_names(session: AsyncSession, workspace_id: str, names: Sequence[str]) -> ResolvedNames:
    """Resolve names as the parser returns them: ids of people and groups, or names typed by hand with their `@`."""
    typed = {name: name[1:] for name in names if is_typed(name)}
    called = await people.match_typed_names(session, workspace_id, " , ".join(typed)) if typed else {}
    shared = {name: called[key] for name, word in typed.items() if (key := normalize_name(word)) in called}
    ids = {name: name for name in names if name.startswith(("U", "W"))}
    ids |= {name: shared.pop(name)[0].id for name in [*shared] if len(shared[name]) == 1}
    refs = {name: typed.get(name, name) for name in names if name not in ids}
    groups = await channels.people_of_groups(session, workspace_id, [*refs.values()]) if refs else {}
    return ResolvedNames(ids, {name: groups[ref] for name, ref in refs.items() if ref in groups}, shared)


async def link_typed_names(session: AsyncSession, workspace_id: str, text: str) -> str:
    """Return a text with a mention in place of each typed name that matches exactly one person.

    Case is ignored; display names are matched first, then full names.
    """
    return with_mentions(text, await people.match_typed_names(session, workspace_id, text))


async def parse_thanks(session: AsyncSession, workspace_id: str, text: str, phrases: Sequence[str]) -> Thanks:
    """Find whom a message thanks, including names typed by hand."""
    thanks = parser.parse_message(text, phrases)
    if any(map(is_typed, [*thanks.whom, *thanks.perhaps])):
        thanks = parser.parse_message(await link_typed_names(session, workspace_id, text), phrases)
    return thanks


async def explain_unclear(session: AsyncSession, workspace_id: str, names: Sequence[str]) -> str:
    """Explain which typed names match more than one person, or nobody."""
    typed = [name for name in names if is_typed(name)]
    found = await resolve_names(session, workspace_id, typed)
    nobodys = [name for name in typed if not (name in found.shared or found.of(name))]
    said = [mentions.which_person(each) for each in found.shared.values()]
    return " ".join([*said, *([answers.unknown_names(nobodys)] if nobodys else [])])


async def find_people(session: AsyncSession, workspace_id: str, names: Sequence[str]) -> list[str]:
    """Return the people to whom the names refer; unknown names are ignored."""
    found = await resolve_names(session, workspace_id, names)
    return [each for name in names for each in found.of(name)]


async def find_thankable(session: AsyncSession, workspace_id: str, giver_id: str, names: Sequence[str]) -> list[str]:
    """Return the named people whom the giver can thank."""
    ids = await find_people(session, workspace_id, names)
    return rules.select_thankable(giver_id, ids, await people.fetch_people(session, workspace_id, ids))


async def require_people(
    session: AsyncSession, workspace_id: str, giver_id: str, names: Sequence[str], handles: Mapping[str, str]
) -> list[str]:
    """Return the people a command names.

    Raises a `Refusal` for an unknown or ambiguous name, or a group with nobody to thank. `handles` maps group ids to
    names.
    """
    names = [name for name in names if not parser.means_everybody([name])]
    found = await resolve_names(session, workspace_id, names)
    ids: list[str] = []
    for name in names:
        shown = handles.get(name, name.removeprefix("@"))
        if name in found.people:
            ids.append(found.people[name])
        elif name in found.groups:
            ids += await _require_group(session, workspace_id, giver_id, found.of(name), shown)
        elif name in found.shared:
            raise Refusal(mentions.which_person(found.shared[name]))
        else:
            raise Refusal(answers.unknown_name(shown))
    return ids


async def _require_group(
    session: AsyncSession, workspace_id: str, giver_id: str, ids: Sequence[str], handle: str
) -> list[str]:
    found = rules.select_thankable(giver_id, ids, await people.fetch_people(session, workspace_id, ids))
    if not found:
        raise Refusal(answers.empty_group(handle))
    return found
