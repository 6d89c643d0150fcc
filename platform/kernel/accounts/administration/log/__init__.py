"""The audit log as the audit administrator reads and exports it."""
