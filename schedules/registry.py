"""Registry of scheduled jobs: every public coroutine function in this package, called once per occurrence."""

import inspect
import pkgutil
from importlib import import_module

import schedules
from bot.scheduler.jobs import Job

OWN_NAME = __name__.rpartition(".")[2]
MODULES = [
    import_module(f"{schedules.__name__}.{each.name}")
    for each in pkgutil.iter_modules(schedules.__path__)
    if each.name != OWN_NAME
]
JOBS = [
    Job(function)
    for module in MODULES
    for name, function in inspect.getmembers(module, inspect.iscoroutinefunction)
    if function.__module__ == module.__name__ and not name.startswith("_")
]
