"""Permission tests: every button, form, command and event, tried by everybody who is not allowed to use it."""
