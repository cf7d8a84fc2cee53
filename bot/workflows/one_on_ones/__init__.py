"""What happens when a pair plans, changes or holds a one-on-one."""
