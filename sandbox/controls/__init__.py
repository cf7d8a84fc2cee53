"""The sandbox's own controls: what a person does with mouse and keyboard, for tests, the page and scripts."""
