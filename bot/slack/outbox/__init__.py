"""The transactional outbox: messages are written in the transaction that causes them, and the relay sends them.

A row belongs to a lane, the queue of one conversation. Rows of one lane and priority are sent in order.
"""
