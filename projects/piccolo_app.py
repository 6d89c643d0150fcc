"""Tells Piccolo's command line which tables this package has."""

from kernel.schema import app_config

APP_CONFIG = app_config("projects")
