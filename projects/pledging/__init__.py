"""出资认领: each department checks and consents to its own lines, on screen or by a registered paper."""
