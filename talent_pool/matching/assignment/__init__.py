"""The best assignment under all rules, proven; fair ones; what to change when there is none."""
