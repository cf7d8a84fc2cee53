"""Tests of the pulse's workflows that need no Slack."""
