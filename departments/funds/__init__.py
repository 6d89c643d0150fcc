"""Sources of money, pledges and the ledger."""
