"""Alert rules: the forms and lists people see, and how Slack messages are parsed."""
