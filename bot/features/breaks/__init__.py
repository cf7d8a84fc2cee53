"""Breaks: an agent asks for some minutes off the queue, and the leaders at work are asked in turn."""
