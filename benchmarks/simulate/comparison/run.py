"""Run many teams under every model, some at a time, each in a process of its own."""

import gc
import logging
import multiprocessing
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import NamedTuple

import structlog

from benchmarks.simulate.behaviour import MODELS
from benchmarks.simulate.comparison import figures, nudges
from benchmarks.simulate.comparison.controls import controls
from benchmarks.simulate.comparison.figures import FOLLOWUPS, Value
from benchmarks.simulate.comparison.life import live
from benchmarks.simulate.comparison.meetings import Share
from benchmarks.simulate.teams import team
from bot.cli.process import run_loop

HALF_A_YEAR = 182
STEWARD, REMINDED, ALONE, REMINDERS_OFF = "Steward", "a weekly reminder", "no bot", "reminders off"
WORLDS = (STEWARD, REMINDED, ALONE, REMINDERS_OFF)
"""With the bot, the two controls, and the bot without reminders of follow-ups."""


class Job(NamedTuple):
    model: str
    seed: int
    days: int
    reminds_followups: bool


class Result(NamedTuple):
    """The figures of one team under one model, in each world that the job has lived."""

    job: Job
    worlds: Mapping[str, Mapping[str, Value]]
    kinds: Mapping[str, Share]
    """How many nudges of each kind were acted on, of how many, with the bot."""
    seconds: float


Results = Mapping[str, Mapping[str, Sequence[Mapping[str, Value]]]]
"""For each model and world, the figures of each team, in the order of the seeds."""


def live_all(seeds: int, days: int, models: Sequence[str], processes: int) -> Iterator[Result]:
    """Yield the result of each job once it is done. The largest teams come first, so that no process idles."""
    jobs = [
        Job(model, seed, days, reminds)
        for seed in sorted(range(1, seeds + 1), key=lambda seed: -len(team(seed)))
        for model in models for reminds in (True, False)
    ]  # fmt: skip
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=fresh) as pool:
        for done in as_completed([pool.submit(run, job) for job in jobs]):
            yield done.result()


def run(job: Job) -> Result:
    """Simulate one team under one model, with the bot and, unless follow-ups are not reminded of, without it."""
    logging.disable()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    gc.collect()  # what the process's job before has left
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
    began, model = time.process_time(), MODELS[job.model]
    year, record = run_loop(live(job.seed, model, job.days, reminds_followups=job.reminds_followups))
    found = figures.count(record)
    kinds = nudges.acted_on_by_kind(record) if job.reminds_followups else {}
    if not job.reminds_followups:
        worlds = {REMINDERS_OFF: {name: found[name] for name in FOLLOWUPS}}
    else:
        reminded, alone = controls(job.seed, model, year.people.values(), record)
        worlds = {STEWARD: found, REMINDED: figures.count(reminded), ALONE: figures.count(alone)}
    return Result(job, worlds, kinds, time.process_time() - began)


def gather_kinds(results: Sequence[Result]) -> dict[str, dict[str, Share]]:
    """Return, by kind and model, how many nudges of all teams were acted on, and how many there were."""
    found: dict[str, dict[str, Share]] = {}
    for result in results:
        for kind, (acted, of) in result.kinds.items():
            before = found.setdefault(kind, {}).get(result.job.model, (0, 0))
            found[kind][result.job.model] = before[0] + acted, before[1] + of
    return found


def gather(results: Sequence[Result]) -> Results:
    """Return the figures by model and world."""
    ordered = sorted(results, key=lambda result: result.job.seed)
    models = [model for model in MODELS if any(result.job.model == model for result in results)]
    return {
        model: {
            world: [result.worlds[world] for result in ordered if result.job.model == model and world in result.worlds]
            for world in WORLDS
        }
        for model in models
    }
