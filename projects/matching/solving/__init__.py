"""The process that matches: reads a puzzle, answers it. The only modules of this package that know arrays; nothing here knows a database."""
