"""What is said: every message waits here, in the transaction that caused it, until it has reached Slack.

A row belongs to a lane, the conversation it is for. Order holds within a lane and priority; `relay.py` sends.
"""
