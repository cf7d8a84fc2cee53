"""The sandbox's control API: what a person does with mouse and keyboard, for tests, the page and scripts."""
