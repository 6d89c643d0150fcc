"""Expert advice during delivery: a need, who is invited, what was said, whether it helped."""
