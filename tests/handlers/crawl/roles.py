"""Roles in the crawl, and the steps that give them to people."""

from benchmarks.simulate.harness import Harness
from tests.handlers.crawl.crawler import TEAMS_CHANNEL

ADMIN, NEIGHBOUR, DEMOTED, GUEST = "ada", "nils", "nora", "gus"
ROLES = ["ana", "maya", "tom", "grace", ADMIN, NEIGHBOUR, DEMOTED, GUEST]
"""In this order: agent, leader, deputy, sponsor, admin without a team, member of another team, former leader, guest."""
DESK = "night-desk"
FIRST_CHANGE = 2
"""The index of the crawl before which the leader is demoted; earlier cards remain."""


async def take_roles(world: Harness, roles: list[str]) -> None:
    """Add the people who are not in the sandbox by default, and give them their roles."""
    if ADMIN not in roles:
        return
    await world.do("users", user=ADMIN, real_name="Ada Holm", is_admin=True)
    await world.do("users", user=NEIGHBOUR, real_name="Nils Berg")
    await world.do("users", user=DEMOTED, real_name="Nora Vidal")
    await world.do("users", user=GUEST, real_name="Gus Wolf", is_restricted=True)
    await world.do("channels", channel=TEAMS_CHANNEL, add=[DEMOTED, GUEST])
    await world.do("channels", channel=DESK, user=NEIGHBOUR, add=[ADMIN, "steward"])
    await world.steward.sync.sync_due()
    await _set_up(world, ADMIN, DESK, leaders=[NEIGHBOUR])
    await _lead(world, ["maya", "tom", DEMOTED])


async def change_roles(world: Harness, roles: list[str], moment: int) -> None:
    if DEMOTED in roles and moment == FIRST_CHANGE:
        await _lead(world, ["maya", "tom"])


async def _lead(world: Harness, leaders: list[str]) -> None:
    await world.do("commands", user="maya", channel=TEAMS_CHANNEL, command="/steward", text="settings")
    view = (await world.slack.look("views", user="maya"))["views"][-1]
    said = {"user": "maya", "view_id": view["id"], "action_id": "settings:open", "block_id": "people"}
    assert (await world.do("actions", **said))["ok"]
    await _fill_in(world, "maya", leaders=leaders)


async def _set_up(world: Harness, who: str, channel: str, **values: object) -> None:
    """Submit the setup form and its preview."""
    said = await world.do("commands", user=who, channel=channel, command="/steward", text="setup")
    assert said["ok"], said
    await _send(world, who, "push", **values)
    await _fill_in(world, who)


async def _fill_in(world: Harness, who: str, **values: object) -> None:
    view_id = await _send(world, who, "update", **values)
    await world.do("views/close", user=who, view_id=view_id, all=True)
    await world.steward.sync.sync_due()


async def _send(world: Harness, who: str, answered_by: str, **values: object) -> str:
    """Submit the topmost form, and return its view ID."""
    view = (await world.slack.look("views", user=who))["views"][-1]
    answer = await world.do("views/submit", user=who, view_id=view["id"], values=values)
    assert answer.get("response_action") == answered_by, answer
    return str(view["id"])
