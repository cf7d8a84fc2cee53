"""Named kill points for fault injection: each function patches the bot to call `die` at one point."""

from collections.abc import Callable
from typing import Any

from slack_bolt.adapter.socket_mode import aiohttp as socket_mode
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from benchmarks.crashes.install_kill_points import INSTALLS
from benchmarks.crashes.patches import Die, patch_after, patch_before
from bot.features.pulse import queries
from bot.scheduler.worker import SchedulerWorker
from bot.slack.dispatcher import Dispatcher, Kind, Request
from bot.slack.outbox import sender
from bot.slack.outbox.attempts import Outcome, SendAttempt, Sent
from bot.slack.outbox.lane_updates import LANES
from bot.slack.outbox.models import Method
from bot.slack.outbox.relay import Relay
from bot.slack.sync import SlackSync
from bot.workflows.pulse.cleaner import PulseCleaner
from handlers.webhooks.receiver import Receiver

CLEAN_UPS = ("_truncate_log", "_rewrite_tables")


def before_commit(die: Die) -> None:
    @event.listens_for(Session, "before_commit", insert=True)
    def _before(session: Session) -> None:
        if session.info.get(LANES):
            session.flush()
            die()


def between_commit_and_ack(die: Die) -> None:
    def if_somebody_waits(answered: Any, self: Dispatcher, request: Request, client: Any) -> None:
        if request.kind is not Kind.EVENT:
            die()

    patch_after(Dispatcher, "_answer", if_somebody_waits)


def after_ack(die: Die) -> None:
    patch_after(socket_mode, "send_async_response", lambda *passed: die())


def mid_claim(die: Die) -> None:
    """Patch the relay to die when it has locked a lane and its workspace's rate limit, before it commits."""
    patch_after(Relay, "_take", lambda *passed: die())


def between_claim_and_post(die: Die) -> None:
    patch_before(sender, "send", die)


def between_post_and_mark(die: Die) -> None:
    def if_sent(outcome: Outcome, *passed: Any) -> None:
        if isinstance(outcome, Sent):
            die()

    patch_after(sender, "send", if_sent)


def between_share_and_mark(die: Die) -> None:
    """Patch the relay to die between sending a file and recording that; Slack shows the file a moment later."""

    def if_shared(outcome: Outcome, client: Any, attempt: SendAttempt) -> None:
        if isinstance(outcome, Sent) and attempt.method is Method.FILE:
            die()

    patch_after(sender, "send", if_shared)


def mid_tick(die: Die, of: tuple[str, ...] = ("",)) -> None:
    """Patch the scheduler to die when a job has run and flushed its rows, before its transaction commits."""
    run = SchedulerWorker._run

    async def then_die(self: SchedulerWorker, session: Any, scheduled: Any) -> bool:
        ran = await run(self, session, scheduled)
        await session.flush()
        if scheduled.job.startswith(of):
            die()
        return ran

    SchedulerWorker._run = then_die  # type: ignore[method-assign]


def mid_tick_of_a_spike(die: Die) -> None:
    mid_tick(die, of=("spikes.", "escalation."))


def mid_tick_of_a_meeting(die: Die) -> None:
    """Patch the scheduler to die in a job of a single meeting, not in the daily jobs of a team."""
    mid_tick(die, of=("meetings.remind", "meetings.ask", "meetings.pass_on"))


def mid_tick_of_a_followup(die: Die) -> None:
    """Patch the scheduler to die in the job that sends reminders."""
    mid_tick(die, of=("nudges.check_due",))


def mid_tick_of_a_hand_up(die: Die) -> None:
    mid_tick(die, of=("hand_ups.", "escalation."))


def mid_tick_of_a_pulse(die: Die) -> None:
    mid_tick(die, of=("pulse.",))


def mid_tick_of_a_notice(die: Die) -> None:
    mid_tick(die, of=("notices.",))


def mid_tick_of_a_report(die: Die) -> None:
    """Patch the scheduler to die in the job that sends a leader's week, or a draft or message of the voice."""
    mid_tick(die, of=("weekly.", "voice."))


def mid_tick_of_a_heads_up(die: Die) -> None:
    mid_tick(die, of=("heads_ups.", "nudges.check_due"))


def before_answer_of_a_pulse(die: Die) -> None:
    """Die when somebody has sent the form, before anything of it is stored."""
    patch_before(queries, "add_answers", die)


def mid_answer_of_a_pulse(die: Die) -> None:
    """Die after the answers are inserted, before their transaction commits. `before_commit` is for messages only."""
    patch_after(queries, "add_answers", lambda *passed: die())


def before_clean_up(die: Die) -> None:
    """Die when a closed round is found whose deleted bytes are still in the files."""
    for name in CLEAN_UPS:
        patch_before(PulseCleaner, name, die)


def mid_clean_up(die: Die) -> None:
    """Die after the first table was rewritten; on SQLite, after the log was truncated."""

    @event.listens_for(Engine, "after_cursor_execute")
    def _after_each(connection: Any, cursor: Any, statement: str, *passed: Any) -> None:
        if "VACUUM FULL" in statement:
            die()

    patch_after(PulseCleaner, "_truncate_log", lambda *passed: die())


def between_clean_up_and_mark(die: Die) -> None:
    for name in CLEAN_UPS:
        patch_after(PulseCleaner, name, lambda *passed: die())


def between_hearing_and_answer(die: Die) -> None:
    """Patch the webhook receiver to die when a delivery is committed, before the sender gets its response."""
    patch_after(Receiver, "_record_and_process", lambda *passed: die())


def mid_look(die: Die) -> None:
    """Patch the Slack sync to die when it has read all people, before it reads any user group."""
    patch_before(SlackSync, "_gather_groups", die)


def starting(die: Die) -> None:
    """Patch the bot to die at startup, when it has registered itself in the database, before it listens."""
    patch_before(Relay, "free_leases", die)


def stopping(die: Die) -> None:
    """Patch the bot to die at shutdown, after the listeners have finished."""
    patch_after(Dispatcher, "drain", lambda *passed: die())


def migrating(die: Die) -> None:
    """Patch the database engine to die after a migration has created a table."""

    @event.listens_for(Engine, "after_cursor_execute")
    def _after_each(connection: Any, cursor: Any, statement: str, *passed: Any) -> None:
        if "CREATE TABLE" in statement:
            die()


def at_a_random_moment(die: Die) -> None:
    """Patch nothing: the process that started the replica kills it at a random moment."""


UNDER_LOAD: dict[str, Callable[[Die], None]] = {
    "before_commit": before_commit,
    "between_commit_and_ack": between_commit_and_ack,
    "after_ack": after_ack,
    "mid_claim": mid_claim,
    "between_claim_and_post": between_claim_and_post,
    "between_post_and_mark": between_post_and_mark,
    "mid_tick": mid_tick,
    "mid_look": mid_look,
    "starting": starting,
    "stopping": stopping,
    "at_a_random_moment": at_a_random_moment,
}
FOR_STEPWISE_TESTS: dict[str, Callable[[Die], None]] = {
    "between_share_and_mark": between_share_and_mark,
    "mid_tick_of_a_spike": mid_tick_of_a_spike,
    "mid_tick_of_a_meeting": mid_tick_of_a_meeting,
    "mid_tick_of_a_followup": mid_tick_of_a_followup,
    "mid_tick_of_a_hand_up": mid_tick_of_a_hand_up,
    "mid_tick_of_a_pulse": mid_tick_of_a_pulse,
    "mid_tick_of_a_notice": mid_tick_of_a_notice,
    "mid_tick_of_a_report": mid_tick_of_a_report,
    "mid_tick_of_a_heads_up": mid_tick_of_a_heads_up,
    "before_answer_of_a_pulse": before_answer_of_a_pulse,
    "mid_answer_of_a_pulse": mid_answer_of_a_pulse,
    "before_clean_up": before_clean_up,
    "mid_clean_up": mid_clean_up,
    "between_clean_up_and_mark": between_clean_up_and_mark,
    "between_hearing_and_answer": between_hearing_and_answer,
}
POINTS = UNDER_LOAD | FOR_STEPWISE_TESTS | INSTALLS | {"migrating": migrating}
