"""The pulse: agents answer a few questions once a month, and nobody can tell afterwards who said what."""
