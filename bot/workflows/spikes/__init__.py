"""Queue spikes: what follows when an alert comes, a leader is asked, helps or is done, and when it is over.

Every step is a transaction of its own that leaves a scheduled job for what follows. A job that comes when it is not
wanted any more does nothing, so none has to be cancelled.
"""
