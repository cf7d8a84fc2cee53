"""Run the operator's day: `python -m benchmarks.operators_day [PART …]`."""

import argparse
import asyncio
import sys
import traceback
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from benchmarks.operators_day import alone, copies, morning, outages, rotation, servers, settings
from benchmarks.operators_day.diary import Diary
from benchmarks.operators_day.scene import Scene, scene

SECRETS = ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "STEWARD_KEYS")
Part = Callable[[Scene], Coroutine[Any, Any, None]]


async def last_look(scene: Scene) -> None:
    """Stop both replicas, as on the last evening of an installation, and look for secrets in every log."""
    await scene.stop_replicas()
    scene.diary.note("both replicas stopped", "StewardGone", await scene.fires("StewardGone"))
    secrets = {value for name, value in scene.settings.items() if name in SECRETS}
    logs = [*scene.folder.glob("*.log"), *scene.folder.glob("nginx/*.log"), *scene.folder.glob("prometheus/*.log")]
    told = [f"a secret in {log.name}" for log in logs if any(each in _read(log) for each in secrets)]
    scene.diary.note("secrets in logs", f"none in {len(logs)} logs", told)


ALWAYS: tuple[Part, ...] = (morning.install, morning.first_posts)
PARTS: dict[str, tuple[Part, ...]] = {
    "restarts": (morning.rolling_restart, morning.kill_replica),
    "outages": (outages.kill_postgresql, outages.read_only, outages.standby),
    "work": (outages.failed_messages, outages.failing_job),
    "copies": (copies.back_up_and_restore, copies.scrub, copies.other_versions),
    "keys": (rotation.rotate, rotation.lose_keys),
    "settings": (copies.make_spare, settings.make_mistakes, settings.revoke_token),
    "alone": (alone.sqlite,),
}


def _read(file: Path) -> str:
    return file.read_text(errors="replace")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.operators_day", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"any of {', '.join(PARTS)}; all by default")
    parts = parser.parse_args().parts or list(PARTS)
    if unknown := set(parts) - PARTS.keys():
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    if missing := servers.missing_packages():
        print(f"Not installed: {', '.join(missing)}. Install with: apt-get install -y {' '.join(missing)}")
        sys.exit(2)
    diary = Diary()
    asyncio.run(spend(diary, [each for part in parts for each in PARTS[part]]))
    print(diary.summary())
    sys.exit(1 if diary.mismatches else 0)


async def spend(diary: Diary, parts: list[Part]) -> None:
    async with scene(diary) as here:
        for part in (*ALWAYS, *parts, last_look):
            try:
                await part(here)
            except Exception as error:
                traceback.print_exc()
                diary.note(part.__name__, "it could not go on", f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
