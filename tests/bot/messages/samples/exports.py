"""Samples of exports: the answer, the line above the archive, and the audit log."""

from bot.features.shoutouts.settings import Settings
from bot.messages import exports, settings
from bot.org.teams.settings import SettingsChange
from tests.bot.messages.samples.people import MAYA, NOW, TEAM, show

FILES = ["shout-outs.csv", "spikes.csv", "follow-ups.csv", "rituals.csv", "changes.csv"]
ENTRY = "<@UMAYA>, Tuesday, 17 November: Thank-you limit per person per day changed from 5 to 3"
CHANGE = SettingsChange("T1", TEAM.id, MAYA.id, NOW, "shoutouts.daily", 5, 3)

SAMPLES = [
    show("", exports.on_its_way, TEAM),
    show("for a leader", exports.describe_files, TEAM, FILES, leads=True),
    show("for an admin", exports.describe_files, TEAM, ["settings.csv", "counts.csv", "changes.csv"], leads=False),
    show("", settings.describe_entry, TEAM, CHANGE, {"shoutouts": Settings}),
    show("", exports.audit_log, TEAM, [ENTRY] * 2),
    show("many", exports.audit_log, TEAM, [ENTRY] * 60),
    show("empty", exports.audit_log, TEAM, []),
    show("", exports.format_setting, ["phones", True, None, 5]),
]
