"""One person, two records: finding such pairs, making them one with its history, taking that back."""
