"""Runs one check so that, whatever becomes of it, the others have their turn."""

import asyncio
from collections.abc import Awaitable

from bot.doctor.findings import Finding, NotLookedAt, Silence, note, trouble

LONGEST_SECONDS = 10.0
NETWORK = "Look at this machine's way to Slack: its network, its DNS, HTTPS_PROXY, SLACK_API_URL; then try again."
SLOW = "Try again; if it stays so, look at the network and at the load of this machine."
OURS = "That is a mistake of Steward's own: please tell its authors the check and this name."


async def guarded(about: str, check: Awaitable[list[Finding]]) -> list[Finding]:
    """What a check found. Of an unforeseen error only its name is told: its text might hold a secret."""
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            return await check
    except NotLookedAt as reason:
        return [note(about, str(reason))]
    except Silence as silence:
        return [trouble(about, str(silence), NETWORK)]
    except TimeoutError:
        return [trouble(about, f"This was not done within {LONGEST_SECONDS:.0f} seconds.", SLOW)]
    except Exception as error:
        return [trouble(about, f"This could not be looked at: {type(error).__name__}.", OURS)]
