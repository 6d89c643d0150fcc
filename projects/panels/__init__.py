"""Review panels: which proposals, which experts, the draw, the seats."""
