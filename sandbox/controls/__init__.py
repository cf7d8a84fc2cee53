"""The sandbox's control API: everything that people do in Slack, for tests, scripts and the sandbox's page."""
