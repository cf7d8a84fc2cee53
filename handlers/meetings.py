"""What the handlers of one-on-ones, shadowing and visits share: the number of a button, a form that asks for a time."""

from datetime import datetime

from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot.messages import callbacks, times
from bot.org import people
from bot.org.people import Person
from bot.slack.dispatcher import Actor
from bot.slack.post import Payload
from handlers.payloads import form_values, parse_instant, pressed_value, show_form


def pressed_number(body: Payload) -> int:
    """The id that a button carries."""
    return callbacks.number(pressed_value(body))


async def open_time_form(
    client: AsyncWebClient, body: Payload, reader: Person, now: datetime, form: str, asked: tuple[str, str],
    whom: str, remembered: str, *, title: str,
) -> None:  # fmt: skip
    """Ask for a time; `asked` is the question, about `whom`, and what its button says."""
    question, submit = asked
    view = times.at_form(form, submit, question.format(whom), reader, now, remembered, title=title)
    await show_form(client, body, view)


async def parse_time(session: AsyncSession, actor: Actor, view: Payload, now: datetime) -> datetime:
    """The time that somebody filled in, on their own clock."""
    return parse_instant(form_values(view), await people.fetch_person(session, *actor), now)
