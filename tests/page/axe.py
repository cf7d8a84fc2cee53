"""Runner for axe-core, an accessibility checker that is downloaded once with npm."""

import asyncio
import os
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import Page

VERSION = "4.14.1"
MISSING = (
    "The sandbox's page was not looked at with axe-core (tests/page/test_accessibility.py): it is fetched with npm."
    " Install that, such as with `apt-get install npm`, and run `make test` again."
)
GRAVE = ("serious", "critical")
WAIT = "() => Promise.all(document.getAnimations().map((each) => each.finished.catch(() => null)))"


def source(cache: Path) -> str:
    """Return the axe-core script, downloaded into `cache` if needed.

    If two tests download it at once, the second replaces the file with the same content.
    """
    kept = cache / f"axe-{VERSION}.js"
    if not kept.exists():
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            _download(Path(folder))
            with tarfile.open(next(Path(folder).glob("*.tgz"))) as package:
                package.extract("package/axe.min.js", folder, filter="data")
            os.replace(Path(folder) / "package/axe.min.js", kept)
    return kept.read_text(encoding="utf-8")


def _download(folder: Path) -> None:
    """Download the package; try again if the registry does not answer."""
    command = ["npm", "pack", "--silent", f"axe-core@{VERSION}"]
    for is_last in (False, False, True):
        if not subprocess.run(command, cwd=folder, check=is_last, capture_output=True).returncode:
            return


async def violations(page: Page, script: str) -> list[str]:
    """Return a page's serious and critical accessibility violations: each rule, and elements that break it."""
    await page.evaluate(WAIT)
    await page.evaluate(script + "\n;undefined")
    async with asyncio.timeout(120):
        found: dict[str, Any] = await page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    grave = [each for each in found["violations"] if each["impact"] in GRAVE]
    return [f"{each['id']}: {[node['html'][:200] for node in each['nodes'][:3]]}" for each in grave]
