"""Heads-ups: announced, changed and called off by leaders, covered hour by hour, and looked back on."""
