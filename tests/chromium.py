"""Lookup of the installed Chromium, and its command-line options for tests."""

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
MISSING = (
    "The sandbox's page was not tested (tests/page, tests/sandbox/page): there is no Chromium here."
    " Install one, such as with `apt-get install chromium`, and run `make test` again."
)


def found() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)
