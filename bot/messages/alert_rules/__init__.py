"""Alert rules: the forms and lists that people see, and the parser of Slack messages."""
