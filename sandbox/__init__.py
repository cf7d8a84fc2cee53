"""A local Slack workspace: a server that speaks Slack's own protocols."""
