"""Patches that let a replica die before or after one of the bot's coroutines."""

import os
import signal
from collections.abc import Awaitable, Callable
from typing import Any

Die = Callable[[], None]
Step = Callable[..., Awaitable[Any]]


def kill_this_process() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def pause_this_process() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def on_nth_call(times: int, die: Die) -> Die:
    """Return a function that calls `die` on its nth call only; `times` is n."""
    left = times

    def count() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            die()

    return count


def patch_before(owner: Any, name: str, die: Die) -> None:
    """Call `die` before each call of the coroutine function `name` of a class or module."""
    step: Step = getattr(owner, name)

    async def die_first(*passed: Any, **named: Any) -> Any:
        die()
        return await step(*passed, **named)

    setattr(owner, name, die_first)


def patch_after(owner: Any, name: str, look: Callable[..., None]) -> None:
    """Call `look` with the result and the arguments after each call of the coroutine function `name`."""
    step: Step = getattr(owner, name)

    async def then_look(*passed: Any, **named: Any) -> Any:
        result = await step(*passed, **named)
        look(result, *passed)
        return result

    setattr(owner, name, then_look)
