"""Matching experts to the projects of a call: runs in a process of their own, locks and exclusions, approval, panels from a run."""
