"""The record of a run: what it worked on, what came out, for whoever checks it."""
