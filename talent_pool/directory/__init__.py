"""Finding experts: the list with its search, the public page of what they agreed to show, what the pool can offer."""
