"""Whether a workbook is safe to open: the reader allocates the whole rectangle of a sheet, so we measure it first."""

from __future__ import annotations

import re
import zipfile
from typing import BinaryIO
from xml.parsers import expat

from kernel.errors import Refused
from kernel.sheets.columns import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, MAX_UNPACKED, Reason

CELL = re.compile(r"([A-Za-z]{1,3})(\d{1,7})\Z")
CHUNK = 256 * 1024


def check_workbook(file: BinaryIO) -> None:
    """Raise Refused unless this is a real XLSX within our limits. Two cells, A1 and XFD1048576, are enough to
    make a dense reader ask for hundreds of gigabytes; nothing is trusted that the file says about its own size."""
    size = file.seek(0, 2)
    if size > MAX_BYTES:
        raise Refused(Reason.TOO_BIG, size=-(-size // 1024**2), limit=MAX_BYTES // 1024**2)
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            if not {"[Content_Types].xml", "xl/workbook.xml"} <= {member.filename for member in members}:
                raise Refused(Reason.NOT_XLSX)
            unpacked = sum(member.file_size for member in members)
            if unpacked > MAX_UNPACKED:
                raise Refused(Reason.TOO_BIG, size=unpacked // 1024**2, limit=MAX_UNPACKED // 1024**2)
            for member in members:
                if member.filename.endswith((".xml", ".rels")):
                    with archive.open(member) as part:
                        _measure(part, cells="worksheets/" in member.filename)
    except (zipfile.BadZipFile, expat.ExpatError, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise Refused(Reason.NOT_XLSX) from error
    file.seek(0)


def _measure(part: object, *, cells: bool) -> None:
    parser = expat.ParserCreate()

    def refuse_doctype(*_: object) -> None:
        raise Refused(Reason.NOT_XLSX)

    def look(name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "row":
            _check_row(int(attributes.get("r", "1")))
        elif name == "c" and (found := CELL.match(attributes.get("r", ""))):
            _check_row(int(found[2]))
            if (columns := _number(found[1].upper())) > MAX_COLUMNS:
                raise Refused(Reason.TOO_MANY_COLUMNS, columns=columns, limit=MAX_COLUMNS)

    parser.StartDoctypeDeclHandler = refuse_doctype
    if cells:
        parser.StartElementHandler = look
    while chunk := part.read(CHUNK):  # type: ignore[attr-defined]
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


def _check_row(row: int) -> None:
    if row > MAX_ROWS + 1:
        raise Refused(Reason.TOO_MANY_ROWS, rows=row, limit=MAX_ROWS)


def _number(name: str) -> int:
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number
