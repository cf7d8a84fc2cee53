"""What the operator looks at while there is a trouble, and again once the remedy was taken."""

import json
import time

from benchmarks.operators_day.processes import Settings
from benchmarks.operators_day.scene import Scene
from benchmarks.operators_day.table import ROWS, Row, matches, mismatches

NO_PROBLEMS = "No problems found."


async def expect(scene: Scene, *names: str, settings: Settings | None = None, ahead: float = 0.0) -> None:
    """Run the doctor, and expect exactly the problems of these rows, their alerts, and what `/readyz` says.

    With `settings`, the ones that the doctor's process has unlike the replicas, only the doctor is asked.
    """
    began = time.monotonic()
    lines = await scene.doctor(settings, ahead)
    shown = [line for line in lines if ROWS[names[0]].is_shown_by(line)] or lines[-1:] or [""]
    scene.diary.note(names[0], shown[0], mismatches(names, lines))
    for row in [] if settings is not None or ahead else [ROWS[name] for name in names]:
        if row.readyz:
            await _expect_readyz(scene, row)
        if row.alert:
            scene.diary.note("  Prometheus", row.alert, await scene.fires(row.alert, since=began))


async def _expect_readyz(scene: Scene, row: Row) -> None:
    """Expect these words of one replica; another may not have noticed, because it had nothing to write."""
    shown = ""

    async def says_so() -> bool:
        nonlocal shown
        answers = [await scene.readyz(number) for number in range(len(scene.replicas))]
        said = [f"{each.status} {each.body}" for each in answers if each]
        shown = next((each for each in said if matches(row.readyz, each)), "")
        return bool(shown)

    wrong = await scene.wait(says_so, f"expected {row.readyz}")
    scene.diary.note("  /readyz", shown or "something else", wrong)


async def expect_mended(scene: Scene, *names: str, how: str, settings: Settings | None = None) -> None:
    """Expect that the doctor finds no problem, every replica is ready, and the alerts of these rows are silent."""
    lines = await scene.doctor(settings)
    wrong = mismatches([], lines)
    if not settings and any(each.is_alive for each in scene.replicas):
        wrong.append(await scene.wait(scene.is_ready, "a replica is not ready"))
    wrong += [await scene.falls_silent(ROWS[name].alert) for name in names if ROWS[name].alert]
    scene.diary.note(f"  {how}", (lines or [""])[-1], [each for each in wrong if each])


async def expect_refusal(scene: Scene, *words: str, says: str, settings: Settings | None = None) -> None:
    """Run a command and expect that it ends with status 2 and one line with these words, without a traceback."""
    ended = await scene.steward(*words, settings=settings)
    said = _reason(ended.says)
    as_expected = ended.status == 2 and len(ended.lines) == 1 and says in said
    wrong = "" if as_expected else f"status {ended.status}, {len(ended.lines)} lines: {said[:300]}"
    scene.diary.note(f"  steward {words[0]}", said, wrong)


def _reason(line: str) -> str:
    """Return the sentence in a log line of `steward run`, or a line of another command as it is."""
    try:
        return str(json.loads(line)["reason"])
    except (ValueError, LookupError):
        return line


async def expect_success(
    scene: Scene, *words: str, says: str = "", step: str = "", settings: Settings | None = None
) -> list[str]:
    """Run a command, expect status 0 and these words, and return its lines."""
    ended = await scene.steward(*words, settings=settings)
    wrong = "" if ended.status == 0 and says in ended.says else f"status {ended.status}: {ended.says[-300:]}"
    scene.diary.note(step or f"  steward {' '.join(words[:2])}", ended.says, wrong)
    return ended.lines
