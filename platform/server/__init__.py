"""The composition root: what starts, wires and watches the platform."""
