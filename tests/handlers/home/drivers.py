"""Drivers for Home tabs: open a tab, read it, and press its buttons."""

from collections import Counter
from datetime import timedelta

from tests.harness import Json, Slack, eventually

SOON = timedelta(seconds=10)
MAYA, ANA = "U0MAYA0000", "U0ANA00000"


async def shown(slack: Slack, user: str) -> str:
    """Return the blocks of a person's current Home tab as text."""
    view = (await slack.look("home", user=user))["view"]
    return str(view["blocks"]) if view else ""


async def opens(slack: Slack, user: str) -> str:
    before = await published(slack)
    await slack.do("home/open", user=user)

    async def has_come() -> bool:
        return (await published(slack)).total() > before.total()

    await eventually(has_come)
    return await shown(slack, user)


async def published(slack: Slack) -> Counter[str]:
    """Count how often each person's Home tab was published."""
    return Counter(call["args"]["user_id"] for call in await slack.calls("views.publish"))


async def press(slack: Slack, user: str, action_id: str) -> Json:
    view = (await slack.look("home", user=user))["view"]
    return await slack.do("actions", user=user, view_id=view["id"], action_id=action_id)
