"""The three separated administrators: accounts and units; roles and locks; the log."""
