"""What the tests of several phases need."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from litestar.datastructures import UploadFile


@pytest.fixture
def upload() -> Iterator[Callable[..., Any]]:
    """A small, sound PDF as a browser would send it."""
    made: list[UploadFile] = []

    def make(name: str, content: bytes | None = None) -> UploadFile:
        body = content if content is not None else PDF
        made.append(UploadFile(content_type="application/octet-stream", filename=name, file_data=body))
        return made[-1]

    yield make
    for file in made:
        file.file.close()


def _pdf() -> bytes:
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
    ]
    out, offsets = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, part in enumerate(parts, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, part))
    start = out.tell()
    out.write(b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % at for at in offsets))
    out.write(b"trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


PDF = _pdf()
