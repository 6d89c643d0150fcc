"""A list as a download. The sheet is finished before the answer begins: a mishap is a page that says so, not half a file."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Sequence
from typing import BinaryIO, Literal

from litestar.response import Stream

from kernel.files import rules
from kernel.files.serving import HEADERS
from kernel.sheets.columns import Column
from kernel.sheets.writing import CHUNK, CSV_TYPE, XLSX_TYPE, Rows, stream_csv, write_to

Form = Literal["xlsx", "csv"]
IN_MEMORY = 1024 * 1024


async def download(name: str, columns: Sequence[Column], rows: Rows, form: Form = "xlsx") -> Stream:
    """`name` without its extension, in any script. Whoever calls has already written the export into the access log."""
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed when the answer has been sent
    try:
        if form == "xlsx":
            await write_to(file, columns, rows)  # type: ignore[arg-type]
        else:
            async for chunk in stream_csv(columns, rows):
                file.write(chunk)
    except BaseException:
        file.close()
        raise
    size = file.tell() if form == "csv" else file.seek(0, 2)
    file.seek(0)
    called = rules.clean_name(f"{name}.{form}")
    headers = {**HEADERS, "content-disposition": rules.disposition(called, form), "content-length": str(size)}
    return Stream(_chunks(file), media_type=XLSX_TYPE if form == "xlsx" else CSV_TYPE, headers=headers)  # type: ignore[arg-type]


async def _chunks(file: BinaryIO) -> AsyncIterator[bytes]:
    with file:
        while chunk := file.read(CHUNK):
            yield chunk
