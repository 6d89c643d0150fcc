"""One project of a run: who was found and why, and why another expert was not."""
