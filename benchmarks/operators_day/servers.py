"""nginx and Prometheus from the distribution's packages, each in a folder of its own, on loopback, unprivileged."""

import asyncio
import os
import re
import shutil
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import yaml

from benchmarks.crashes.processes import eventually

ROOT = Path(__file__).parents[2]
ALERTS = ROOT / "deploy" / "alerts.yaml"
SAMPLE = ROOT / "deploy" / "nginx.conf"
NOT_FIRED = {
    "StewardSocketDown": "Slack's socket: the day is in HTTP mode",
    "StewardSocketRestarts": "Slack's socket: the day is in HTTP mode",
    "StewardAcksSlow": "depends on the machine's load",
    "StewardLoopLags": "depends on the machine's load",
    "StewardMemory": "would take hours",
    "StewardMessagesLate": "takes more than five minutes",
    "StewardJobsLate": "takes more than five minutes",
    "StewardHooksRefused": "no alert tool is connected",
    "StewardVersionsDiffer": "there is one version",
}
"""The alerts that do not fire in the day, and why not."""
PACKAGES = {"nginx": "nginx", "prometheus": "prometheus", "promtool": "prometheus"}
SBIN = "/usr/sbin:/sbin"
UNPRIVILEGED = "nobody"
START_SECONDS = 60.0
LOOK_BACK, SHORT_LOOK = re.compile(r"\[\d+[mh]\]"), "[15s]"
MAIN = """daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log info;
worker_processes 1;
events {{ worker_connections 256; }}
http {{
    access_log {folder}/access.log;
{temporary}
{sample}
}}
"""
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def find(program: str) -> str | None:
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:{SBIN}")


def missing_packages() -> list[str]:
    """Return the packages to install before the day can begin."""
    return sorted({package for program, package in PACKAGES.items() if find(program) is None})


def nginx_configuration(folder: Path, port: int, replicas: Sequence[int]) -> str:
    """Return deploy/nginx.conf with loopback's ports instead of TLS and of its own addresses."""
    sample = SAMPLE.read_text()
    sample = re.sub(r"^.*ssl_certificate.*\n", "", sample, flags=re.MULTILINE)
    sample = re.sub(r"^(\s*)listen .*$", rf"\1listen 127.0.0.1:{port};", sample, flags=re.MULTILINE)
    (server,) = re.findall(r"^    server 127\.0\.0\.1:3000.*$", sample, flags=re.MULTILINE)
    sample = sample.replace(server, "\n".join(server.replace("3000", str(each)) for each in replicas))
    sample = sample.replace("server_name steward.example.com", "server_name 127.0.0.1")
    temporary = "\n".join(f"    {name}_temp_path {folder}/{name};" for name in TEMPORARY)
    return MAIN.format(folder=folder, temporary=temporary, sample=sample)


def hurried_rules() -> dict[str, Any]:
    """Return deploy/alerts.yaml without its waiting times, and with seconds for the minutes that it looks back."""
    rules: dict[str, Any] = yaml.safe_load(ALERTS.read_text())
    for group in rules["groups"]:
        for rule in group["rules"]:
            rule["for"] = "0s"
            rule["expr"] = LOOK_BACK.sub(SHORT_LOOK, rule["expr"])
    return rules


def prometheus_configuration(rules: Path, replicas: Sequence[int]) -> dict[str, Any]:
    targets = [f"127.0.0.1:{port}" for port in replicas]
    return {
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(rules)],
        "scrape_configs": [{"job_name": "steward", "static_configs": [{"targets": targets}]}],
    }


async def check_rules(file: Path = ALERTS) -> str:
    """Return what `promtool check rules` says against a file; empty if it finds nothing wrong."""
    pipe = asyncio.subprocess.PIPE
    checked = await asyncio.create_subprocess_exec(
        find("promtool") or "promtool", "check", "rules", str(file), stdout=pipe, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await checked.communicate()
    return said.decode() if checked.returncode else ""


@asynccontextmanager
async def nginx(folder: Path, port: int, replicas: Sequence[int]) -> AsyncIterator[None]:
    make_open(folder)
    file = folder / "nginx.conf"
    file.write_text(nginx_configuration(folder, port, replicas))
    errors = str(folder / "error.log")
    async with _running(folder, "nginx", "-p", str(folder), "-e", errors, "-c", str(file)):
        yield


class Prometheus:
    def __init__(self, port: int, http: aiohttp.ClientSession) -> None:
        self._url, self._http = f"http://127.0.0.1:{port}", http

    async def firing(self) -> set[str]:
        """Return the names of the alerts that fire now."""
        return {each["labels"]["alertname"] for each in (await self._ask("alerts"))["alerts"]}

    async def has_fired(self, alert: str, seconds: float) -> bool:
        """Return whether an alert has fired within the last seconds, even if it does not fire any more."""
        query = f'count_over_time(ALERTS{{alertname="{alert}",alertstate="firing"}}[{round(seconds)}s])'
        return bool((await self._ask("query", query=query))["result"])

    async def up(self) -> int:
        """Return how many replicas the newest scrapes have reached."""
        targets = (await self._ask("targets"))["activeTargets"]
        return sum(each["health"] == "up" for each in targets)

    async def is_ready(self) -> bool:
        try:
            async with self._http.get(f"{self._url}/-/ready") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    async def _ask(self, what: str, **query: str) -> dict[str, Any]:
        async with self._http.get(f"{self._url}/api/v1/{what}", params=query) as answer:
            found: dict[str, Any] = (await answer.json())["data"]
            return found


@asynccontextmanager
async def prometheus(
    folder: Path, port: int, replicas: Sequence[int], http: aiohttp.ClientSession
) -> AsyncIterator[Prometheus]:
    make_open(folder)
    rules, file = folder / "alerts.yaml", folder / "prometheus.yaml"
    rules.write_text(yaml.safe_dump(hurried_rules()))
    file.write_text(yaml.safe_dump(prometheus_configuration(rules, replicas)))
    options = (f"--config.file={file}", f"--storage.tsdb.path={folder / 'data'}", "--log.level=warn")
    async with _running(folder, "prometheus", *options, f"--web.listen-address=127.0.0.1:{port}"):
        server = Prometheus(port, http)
        if not await eventually(server.is_ready, START_SECONDS):
            raise RuntimeError(f"Prometheus does not answer: {(folder / 'prometheus.log').read_text()}")
        yield server


@asynccontextmanager
async def _running(folder: Path, program: str, *arguments: str) -> AsyncIterator[None]:
    """Run a server with its output in the folder, as another user if this one is root, and stop it in the end."""
    other: dict[str, Any] = {"user": UNPRIVILEGED, "extra_groups": []} if os.geteuid() == 0 else {}
    with (folder / f"{program}.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            find(program) or program, *arguments, cwd=folder, stdout=log, stderr=log, **other
        )
        try:
            yield
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
            await process.wait()


def make_open(folder: Path) -> None:
    """Create a folder that an unprivileged user may write to."""
    folder.mkdir()
    folder.chmod(0o777)
