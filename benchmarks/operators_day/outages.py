"""Outages of the database: killed, read-only, and messages and jobs that fail."""

import json
from functools import partial

from benchmarks.operators_day.checks import expect, expect_mended, expect_success
from benchmarks.operators_day.scene import CHANNEL, Scene

READ_ONLY = "default_transaction_read_only"
FAIL_A_JOB = """UPDATE scheduled_jobs SET tries = 7, reason = 'KeyError', wake_at = now() + interval '1 hour'
    WHERE id = (SELECT min(id) FROM scheduled_jobs)"""
LET_IT_RUN = "UPDATE scheduled_jobs SET wake_at = now() WHERE reason = 'KeyError'"


async def kill_postgresql(scene: Scene) -> None:
    await scene.server.kill()
    await expect(scene, "database down")
    await scene.server.start()
    await expect_mended(scene, "database down", how="PostgreSQL started again")
    await _post(scene, "the database is back")


async def read_only(scene: Scene) -> None:
    """Make the database read-only, as a provider does when its disk is full; people are told, nothing is lost."""
    await _set_read_only(scene, "on")
    await _act_in_vain(scene)
    await expect(scene, "read-only database")
    await _set_read_only(scene, "off")
    await expect_mended(scene, "read-only database", how=f"{READ_ONLY} = off")
    await _post(scene, "the disk has space again")


async def standby(scene: Scene) -> None:
    """Let the address lead to a standby server, and make that one the primary."""
    await scene.server.become_standby()
    await _act_in_vain(scene)
    await expect(scene, "standby server")
    await scene.sql("SELECT pg_promote()")
    await expect_mended(scene, "standby server", how="the address leads to the primary")
    await _post(scene, "a primary again")


async def _act_in_vain(scene: Scene) -> None:
    """Act until the database that takes no writes shows: a person is told, and nothing is confirmed."""

    async def is_told() -> bool:
        return not await scene.thank("what cannot be stored")

    wrong = await scene.wait(is_told, "it was confirmed")
    scene.diary.note("an act while nothing is stored", scene.last_answer, wrong)


async def _set_read_only(scene: Scene, value: str) -> None:
    await scene.sql(f"ALTER SYSTEM SET {READ_ONLY} = {value}")
    await scene.sql("SELECT pg_reload_conf()")


async def _post(scene: Scene, words: str) -> None:
    async def is_posted() -> bool:
        return await scene.cards(words) == 1

    wrong = "" if await scene.thank(words) else "not confirmed"
    scene.diary.note("  an act afterwards", words, wrong or await scene.wait(is_posted, "no card"))


async def failed_messages(scene: Scene) -> None:
    """Let Slack refuse a message for good, and retry it as the doctor says."""
    await scene.slack.do("faults", method="chat.postMessage", error="is_archived", times=1)
    await scene.thank("a card that Slack refuses")
    wrong = await scene.wait(partial(_has_failed, scene), "no message failed")
    scene.diary.note("Slack refuses a message", f"is_archived in #{CHANNEL}", wrong)
    await expect(scene, "failed messages")
    lines = await expect_success(scene, "outbox", "list", "--state", "failed", "--json", says="is_archived")
    for line in lines:
        await expect_success(scene, "outbox", "retry", str(json.loads(line)["id"]), says="will be sent again")
    await expect_mended(scene, "failed messages", how="after steward outbox retry ID")


async def _has_failed(scene: Scene) -> bool:
    listed = await scene.steward("outbox", "list", "--state", "failed", "--json")
    return bool(listed.lines)


async def failing_job(scene: Scene) -> None:
    """Give a job the mark of seven failures; the version that mends it is the one that runs."""
    await scene.sql(FAIL_A_JOB)
    await expect(scene, "failing job")
    await scene.sql(LET_IT_RUN)

    async def has_run() -> bool:
        return await scene.sql("SELECT 1 FROM scheduled_jobs WHERE reason = 'KeyError'") == "SELECT 0"

    scene.diary.note("  the job is tried again", "it runs", await scene.wait(has_run, "it still fails"))
    await expect_mended(scene, "failing job", how="steward doctor")
