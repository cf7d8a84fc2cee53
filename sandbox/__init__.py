"""A local Slack workspace: a server that implements Slack's protocols."""
