"""Answers to failed requests: in the ack if Slack shows it for that kind of request, else through the outbox."""

import aiohttp
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import InterfaceError, OperationalError

from bot.errors import Refusal
from bot.messages import errors as messages
from bot.org.workspaces import Address
from bot.refusals import common
from bot.slack.dispatcher import Kind, Request
from bot.slack.inbox import Duplicate
from bot.slack.outbox import outbox
from bot.slack.post import payload
from bot.workflows import members

PASSING_ERRORS = {
    "internal_error", "fatal_error", "service_unavailable", "request_timeout", "ratelimited", "expired_trigger_id",
    "trigger_expired",
}  # fmt: skip
"""Slack's errors that are temporary, so that trying again may work."""
PASSING = (aiohttp.ClientError, OSError, OperationalError, InterfaceError)


class ErrorAnswers:
    """Answers to errors: in the ack for commands and forms, through the outbox for buttons and shortcuts."""

    async def refusal(self, request: Request, error: Refusal) -> BoltResponse:
        if error.sentence == common.NOT_MET and request.actor.person_id:
            await _meet_again(request)
        return await _answer(request, error.sentence, error.field)

    async def failure(self, request: Request, error: Exception) -> BoltResponse:
        if request.kind is Kind.EVENT:
            return BoltResponse(status=503)
        if isinstance(error, TimeoutError):
            return await _answer(request, messages.TOO_SLOW, None)
        passes = isinstance(error, PASSING) or (isinstance(error, SlackApiError) and _passes(error))
        return await _answer(request, messages.TRY_AGAIN if passes else messages.our_fault(request.log_id), None)


def _passes(error: SlackApiError) -> bool:
    return error.response.status_code >= 500 or error.response.get("error") in PASSING_ERRORS


async def _meet_again(request: Request) -> None:
    """Have somebody whose data was erased read from Slack again, so that their next try works."""
    sessions = request.sessions()
    try:
        async with sessions.begin() as session:
            await members.meet_again(session, *request.actor)
        await sessions.commit()
    except Duplicate:
        pass
    finally:
        await sessions.close()


async def _answer(request: Request, sentence: str, field: str | None) -> BoltResponse:
    request.ack.response = None
    match request.kind:
        case Kind.COMMAND:
            return await request.ack(text=messages.note(sentence).text)
        case Kind.VIEW:
            return await _answer_in_form(request, sentence, field)
        case Kind.OPTIONS:
            return await request.ack(options=[])
        case _:
            return await _answer_later(request, sentence)


async def _answer_in_form(request: Request, sentence: str, field: str | None) -> BoltResponse:
    """Show an error at its form field or, if the form has no such field, in a view of its own."""
    inputs = [block["block_id"] for block in request.body["view"]["blocks"] if block["type"] == "input"]
    if field in inputs:
        return await request.ack(response_action="errors", errors={str(field): messages.fit_to_field(sentence)})
    above = "push" if inputs else "update"
    return await request.ack(response_action=above, view=payload(messages.notice(sentence)))


async def _answer_later(request: Request, sentence: str) -> BoltResponse:
    """Send the error through the outbox, once per delivery id, so that a duplicate delivery does not repeat it."""
    if not request.actor.person_id:
        return await request.ack()
    sessions = request.sessions()
    try:
        async with sessions.begin() as session:
            to = Address(*request.actor)
            note = messages.note(sentence)
            if url := request.body.get("response_url"):
                await outbox.respond(session, note, url=url, to=to, now=request.now, replace=False)
            else:
                await outbox.put(session, note, to=to, not_before=request.now)
        await sessions.commit()
    except Duplicate:
        pass
    finally:
        await sessions.close()
    return await request.ack()
