"""Helpers for listeners: parse button and form values, open forms, and answer button presses."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import ModalView
from sqlalchemy.ext.asyncio import AsyncSession

from bot.followups.models import Quoting
from bot.messages import callbacks, mentions
from bot.messages.followups.forms import QUOTING
from bot.messages.weekly import PLAN
from bot.org import channels as org_channels
from bot.org import people as org_people
from bot.org.availability import dates
from bot.org.people import Person
from bot.org.workspaces import Address
from bot.slack.dispatcher import Actor
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import CHANNEL, PERSON
from bot.slack.outbox import outbox
from bot.slack.post import Payload, Post, StoredPost, payload


class FormValues(dict[str, Any]):
    """A form's values by block id; the value of an unknown block is None."""

    def __missing__(self, name: str) -> None:
        return None


def form_values(view: Payload) -> FormValues:
    """Return each input block's value: text, option value, user id, date, a list of these, or None if empty."""
    values: Payload = view["state"]["values"]
    return FormValues(
        (block_id, _plain(element)) for block_id, elements in values.items() for element in elements.values()
    )


async def with_mentions(
    session: AsyncSession, workspace_id: str, filled: FormValues, *fields: str, longest: int
) -> FormValues:
    """Return the form's values; in `fields`, typed names that match exactly one person become mentions.

    A text that mentions would make longer than `longest` is left as typed.
    """
    words = {name: filled.get(name) or "" for name in fields}
    called = await org_people.match_typed_names(session, workspace_id, "\n".join(words.values()))
    said = {name: mentions.names_to_mentions(text, called) for name, text in words.items()}
    return FormValues({**filled, **{name: text for name, text in said.items() if len(text) <= longest}})


async def names_in(session: AsyncSession, workspace_id: str, *texts: str) -> dict[str, str]:
    """Return the names, by id, with which a text field shows the people and channels mentioned in `texts`."""
    text = " ".join(texts)
    people = await org_people.fetch_people(session, workspace_id, {found[1] for found in PERSON.finditer(text)})
    called = await org_people.match_typed_names(
        session, workspace_id, " , ".join(f"@{each.name}" for each in people.values())
    )
    channels = await org_channels.names_by_id(session, workspace_id, {found[1] for found in CHANNEL.finditer(text)})
    named = {id: mentions.name_for_field(person, called) for id, person in people.items()}
    return named | {id: f"#{name}" for id, name in channels.items()}


def parse_day(filled: dict[str, Any], name: str, zone: str, now: datetime) -> date | None:
    """Return the day picked in the block `name`, or None if it is empty.

    Raises a `Refusal` if the day is more than a year from now in the time zone `zone`.
    """
    picked = filled[name]
    if not picked:
        return None
    return dates.check_near(callbacks.day(picked), now.astimezone(ZoneInfo(zone)).date(), field=name)


def parse_quoting(filled: FormValues) -> Quoting:
    """Return whether the author of a new roadblock or idea agrees to be quoted."""
    return callbacks.parse_choice(Quoting, filled[QUOTING]) if filled[QUOTING] else Quoting.NO


def parse_instant(filled: dict[str, Any], person: Person, now: datetime) -> datetime:
    """Return the instant picked in the blocks `day` and `time`, which are in the person's time zone."""
    picked, at = parse_day(filled, "day", person.zone, now), callbacks.clock(filled["time"])
    assert picked  # noqa: S101
    return datetime.combine(picked, at, ZoneInfo(person.zone)).astimezone(UTC)


def _plain(element: Payload) -> Any:
    for kind in ("selected_option", "selected_options"):
        if kind in element:
            return _option(element[kind])
    return next((value for name, value in element.items() if name != "type"), None)


def _option(chosen: Payload | list[Payload] | None) -> Any:
    if isinstance(chosen, list):
        return [option["value"] for option in chosen]
    return chosen["value"] if chosen else None


def pressed_value(body: Payload) -> str:
    """Return the value of the pressed button, or of the chosen menu option."""
    action = body["actions"][0]
    return str(action.get("selected_option", action)["value"])


async def show_form(client: AsyncWebClient, body: Payload, view: ModalView) -> None:
    """Open a form; push it onto the current form if the pressed button is in one."""
    is_in_form = (body.get("view") or {}).get("type") == "modal"
    show = client.views_push if is_in_form else client.views_open
    await show(trigger_id=body["trigger_id"], view=payload(view))


FormBuilder = Callable[[AsyncSession, Actor, int], Awaitable[ModalView]]


def form_opener(build: FormBuilder) -> Callable[..., Awaitable[None]]:
    """Return a listener that opens the form that `build` makes for the id in the pressed button's value."""

    async def listen(ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
        async with sessions.reading() as session:
            view = await build(session, actor, callbacks.number(pressed_value(body)))
        await show_form(client, body, view)
        await ack()

    return listen


async def respond(session: AsyncSession, body: Payload, post: Post, now: datetime) -> None:
    """Answer a button press by replacing its message or, if it is not in a message, by a DM."""
    to = Address(body["team"]["id"], body["user"]["id"])
    if url := body.get("response_url"):
        await outbox.respond(session, post, url=url, to=to, now=now)
    else:
        await outbox.put(session, post, to=to, not_before=now)


async def respond_in_row(session: AsyncSession, body: Payload, post: Post, now: datetime) -> None:
    """Answer a button beside a row of a leader's week: the answer takes the button's place, and the other rows stay.

    A button anywhere else is answered as `respond` does.
    """
    message = body.get("message") or {}
    blocks, pressed = message.get("blocks", []), body["actions"][0].get("block_id")
    if any(each.get("block_id") == PLAN for each in blocks):
        rows = [_with_answer(each, post.text) if each.get("block_id") == pressed else each for each in blocks]
        post = StoredPost(message["text"], stored={"text": message["text"], "blocks": rows})
    await respond(session, body, post, now)


def _with_answer(block: Payload, said: str) -> Payload:
    """Return a section with an answer below its text instead of its button."""
    text = {**block["text"], "text": f"{block['text']['text']}\n{said}"}
    return {**{name: part for name, part in block.items() if name != "accessory"}, "text": text}


async def tell(session: AsyncSession, body: Payload, post: Post, now: datetime) -> None:
    """Answer a button press with an ephemeral message or, if it is not in a message, by a DM."""
    to = Address(body["team"]["id"], body["user"]["id"])
    if url := body.get("response_url"):
        await outbox.respond(session, post, url=url, to=to, now=now, replace=False)
    else:
        await outbox.put(session, post, to=to, not_before=now)


def is_on_home(body: Payload) -> bool:
    """Return whether the pressed button is on the Home tab."""
    return (body.get("view") or {}).get("type") == "home"
