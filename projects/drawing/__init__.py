"""The draw of a panel's experts, its record, the seats and standbys, and opening for scoring."""
