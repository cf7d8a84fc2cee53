"""Permission tests: people who lack permission try every button, form, command and event."""
