"""Queue spikes: alerts, asking a leader, helping, and the end of a spike.

Each step is its own transaction and schedules a job for the next step. A job that is no longer wanted does nothing when
it runs, so no job has to be canceled.
"""
