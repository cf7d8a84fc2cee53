"""Load the app manifest, `app.yaml`: the commands, scopes and events of the Slack app."""

from pathlib import Path
from typing import Any

import yaml

YAML_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Loads plain data. The one in C, which nearly every installation of PyYAML has, takes a tenth of the time."""
FILE = Path(__file__).parent.parent / "app.yaml"


def load_manifest(file: Path = FILE) -> dict[str, Any]:
    manifest: dict[str, Any] = yaml.load(file.read_text(), Loader=YAML_LOADER)  # noqa: S506
    return manifest
