"""Finds the installed Chromium, and has the command-line options to start it with in tests."""

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
