"""The names of channels and groups in what Slack sent, where it gives their ids alone."""

import re

from sqlalchemy.ext.asyncio import AsyncSession

from bot import places

BARE = re.compile(r"<(#|!subteam\^)([CGS][A-Z0-9]+)\|?>")


def are_missing(text: str) -> bool:
    return bool(BARE.search(text))


async def put_in(session: AsyncSession, workspace_id: str, text: str) -> str:
    """The text with a label for each, like `<#C1|phones>`; those that nobody told us of stay as they are."""
    names = await places.names(session, workspace_id, {found[2] for found in BARE.finditer(text)})
    return BARE.sub(lambda found: _labelled(found, names), text)


def _labelled(found: re.Match[str], names: dict[str, str]) -> str:
    name, sign = names.get(found[2]), "" if found[1] == "#" else "@"
    return f"<{found[1]}{found[2]}|{sign}{name}>" if name else found[0]
