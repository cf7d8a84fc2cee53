"""Tests that the deployment files agree with the code and with each other."""

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from bot import settings
from bot.slack import oauth
from bot.web import HOOKS, REQUESTS

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
ON, OFF = ("org_deploy_enabled", "token_rotation_enabled"), ("socket_mode_enabled",)
"""The switches of the manifest for many workspaces that are on and off there."""
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())


def pinned(lock: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9.\-]+)==(\S+)", lock.read_text(), re.MULTILINE))


def wanted(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[>=<,]", each)[0].lower() for each in requirements}


def test_container_image_installs_dependencies_in_tested_versions() -> None:
    image, tested = pinned(DEPLOY / "requirements.lock"), pinned(ROOT / "requirements.lock")
    assert wanted(PROJECT["dependencies"]) <= image.keys()
    assert image.items() <= tested.items()
    assert not wanted(PROJECT["optional-dependencies"]["dev"]) & image.keys()


def test_every_setting_in_deployment_files_is_known_to_steward() -> None:
    unit, image = (DEPLOY / "steward.service").read_text(), (DEPLOY / "Containerfile").read_text()
    others = (ROOT / "compose.yaml").read_text() + (DEPLOY / "kubernetes.yaml").read_text()
    named = set(re.findall(r"\b(?:STEWARD|SLACK)_[A-Z_]+", unit + image + others))
    in_files = {f"{name}{settings.IN_FILE}" for name in settings.SECRETS}
    assert named
    assert named <= settings.names().keys() | in_files


def test_proxy_and_ingress_publish_only_what_others_need() -> None:
    kinds = {each["kind"]: each for each in yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text())}
    (rule,) = kinds["Ingress"]["spec"]["rules"]
    proxy = re.findall(r"location =? ?(\S+) \{", (DEPLOY / "nginx.conf").read_text())
    public = {REQUESTS, oauth.INSTALL, oauth.REDIRECT, HOOKS.partition("{")[0]}

    assert {each["path"] for each in rule["http"]["paths"]} == public
    assert set(proxy) == public | {"/"}
    assert "location / { return 404; }" in (DEPLOY / "nginx.conf").read_text()


def test_kubernetes_mounts_every_secret_file_that_it_names() -> None:
    kinds = {each["kind"]: each for each in yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text())}
    files = {Path(value).name for name, value in kinds["ConfigMap"]["data"].items() if name.endswith(settings.IN_FILE)}
    pod = kinds["Deployment"]["spec"]["template"]["spec"]

    assert files == kinds["Secret"]["stringData"].keys()
    assert pod["terminationGracePeriodSeconds"] > 20
    assert pod["containers"][0]["readinessProbe"]["httpGet"]["path"] == "/readyz"


def test_container_image_contains_every_package_except_sandbox_tests_and_benchmarks() -> None:
    image = (DEPLOY / "Containerfile").read_text()
    kept = set(re.findall(r"^COPY (\w+) \1$", image, re.MULTILINE))
    packages = {init.parent.name for init in ROOT.glob("*/__init__.py")} - {"sandbox", "tests", "benchmarks"}
    assert kept == packages
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {f"!{name}" for name in kept} <= set(ignored)


def test_manifest_for_many_workspaces_differs_from_app_yaml_only_where_it_must() -> None:
    one = yaml.safe_load((ROOT / "app.yaml").read_text())
    many = yaml.safe_load((DEPLOY / "app-distributed.yaml").read_text())
    urls = [many["oauth_config"].pop("redirect_urls")[0].removesuffix(oauth.REDIRECT) + REQUESTS]
    urls += [command.pop("url") for command in many["features"]["slash_commands"]]
    urls += [many["settings"][part].pop("request_url") for part in ("event_subscriptions", "interactivity")]
    urls += [many["settings"]["interactivity"].pop("message_menu_options_url")]
    events = many["settings"]["event_subscriptions"]["bot_events"]
    for event in ("team_access_granted", "team_access_revoked"):
        events.remove(event)
    switches = {name: many["settings"].pop(name) for name in (*ON, *OFF)}

    assert set(urls) == {f"https://steward.example.com{REQUESTS}"}
    assert switches == dict.fromkeys(ON, True) | dict.fromkeys(OFF, False)
    assert many == one | {"settings": {k: v for k, v in one["settings"].items() if k not in switches}}


def expressions() -> list[str]:
    """Return the PromQL expressions of the alert rules and of the dashboard."""
    rules = yaml.safe_load((DEPLOY / "alerts.yaml").read_text())["groups"][0]["rules"]
    panels = json.loads((DEPLOY / "grafana.json").read_text())["panels"]
    return [each["expr"] for each in [*rules, *(target for panel in panels for target in panel["targets"])]]


def test_alerts_and_dashboard_use_only_metrics_and_labels_that_exist() -> None:
    page = (ROOT / "docs" / "operations.md").read_text()
    rows = re.findall(r"^\| `((?:steward|process)_\w+)` \| (\w+) \|(.*?)\|", page, re.MULTILINE)
    known = {f"{name}_bucket" if kind == "histogram" else name: labels for name, kind, labels in rows}
    for expression in expressions():
        names = re.findall(r"\b(?:steward|process)_\w+", expression)
        assert names or expression.startswith("up{"), expression
        assert set(names) <= known.keys()
        labels = {label for name in names for label in re.findall(r"`(\w+)`", known[name])}
        used = re.findall(r"(\w+)(?:=~?\")", expression)
        used += re.split(r", ", ", ".join(re.findall(r"by \(([\w, ]+)\)", expression)))
        assert set(used) <= labels | {"le", "instance", "job", ""}, expression


def test_guide_says_what_each_alert_means() -> None:
    names = re.findall(r"alert: (\w+)", (DEPLOY / "alerts.yaml").read_text())
    page = (ROOT / "docs" / "operations.md").read_text()
    assert [name for name in names if f"| `{name}` |" not in page] == []


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
def test_promtool_accepts_the_alert_rules() -> None:
    checked = subprocess.run(["promtool", "check", "rules", DEPLOY / "alerts.yaml"], capture_output=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_systemd_and_compose_give_steward_time_to_finish_work_on_stop() -> None:
    from bot.app import DRAIN_SECONDS

    assert int(COMPOSE["services"]["steward"]["stop_grace_period"].removesuffix("s")) > 2 * DRAIN_SECONDS
    (unit,) = re.findall(r"^TimeoutStopSec=(\d+)$", (DEPLOY / "steward.service").read_text(), re.MULTILINE)
    assert int(unit) > 2 * DRAIN_SECONDS
