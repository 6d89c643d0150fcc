"""The cache of vectors, and the texts that still wait for theirs."""

from __future__ import annotations

from piccolo.columns import UUID, Bytea, Text, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from kernel import rows


class TextVector(Table):
    """What one model makes of one text, found by the text's hash: nothing here says whose text it was."""

    APPEND_ONLY = True

    id = UUID(primary_key=True, default=rows.new_id)
    digest = Varchar(length=64)
    model = Varchar(length=16)
    version = Varchar(length=24)
    """Of the package: another version may mean another vector."""
    vector = Bytea()
    """Little-endian float16, length 1."""
    made_at = Timestamptz()

    text_vector_once = Unique(["digest", "model", "version"])


class TextWaiting(Table):
    """A normalised text until its vectors are made; then the row goes. No reference: whose it is does not matter."""

    id = UUID(primary_key=True, default=rows.new_id)
    digest = Varchar(length=64, unique=True)
    text = Text()
    asked_at = Timestamptz()
