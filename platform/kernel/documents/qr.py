"""QR codes: as SVG for the typesetter, PNG for Word, and as a path for the page macro ui.qr."""

from __future__ import annotations

import io

import segno


def _code(text: str) -> segno.QRCode:
    return segno.make_qr(text, error="m")


def svg(text: str) -> str:
    file = io.BytesIO()
    _code(text).save(file, kind="svg", border=2, xmldecl=False, svgns=True, scale=4)
    return file.getvalue().decode()


def png(text: str) -> bytes:
    file = io.BytesIO()
    _code(text).save(file, kind="png", border=2, scale=8)
    return file.getvalue()


def path(text: str) -> tuple[str, int]:
    """(d, size): the dark modules as path data on a size × size grid."""
    code = _code(text)
    parts = [f"M{x} {y}h1v1h-1z" for y, line in enumerate(code.matrix) for x, dark in enumerate(line) if dark]
    return "".join(parts), len(code.matrix)
