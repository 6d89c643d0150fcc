"""What a file really holds: opens PDF, images and zip containers and refuses what is broken, hidden or dangerous."""

from __future__ import annotations

import io
import stat
import tarfile
import threading
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

import pypdfium2
from PIL import Image, ImageOps

from kernel.errors import Refused
from kernel.files import rules
from kernel.files.rules import ALLOWED, ARCHIVE, IMAGES, OFFICE, FileKind, Reason

CHUNK = 256 * 1024
EOCD = 22  # bytes of the last record of a zip that has no comment
LONGEST_SIDE = 4_096
FORMATS = {"png": "PNG", "jpg": "JPEG"}
UNIX = 3
XML = (".xml", ".rels")
BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, expat.ExpatError)
_pdfium = threading.Lock()  # PDFium may be used by one thread at a time


def check(path: Path, name: str, kind: FileKind) -> None:
    """Raise Refused unless the file is what its name says and harmless by itself."""
    with path.open("rb") as file:
        check_stream(file, name, kind)


def check_stream(file: BinaryIO, name: str, kind: FileKind) -> None:
    head = file.read(rules.HEAD)
    rules.check_head(name, head, kind)
    if tarfile.is_tarfile(io.BytesIO(head)):
        raise Refused(Reason.TWO_IN_ONE, name=name)
    file.seek(0)
    if kind in IMAGES or kind is rules.PDF:
        if zipfile.is_zipfile(file):
            raise Refused(Reason.TWO_IN_ONE, name=name)
        file.seek(0)
        (_check_pdf if kind is rules.PDF else _check_image)(file, name, kind)
    else:
        _check_zip(file, name, kind)


def _check_pdf(file: BinaryIO, name: str, kind: FileKind) -> None:
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - 2_048))
    if b"%%EOF" not in file.read():
        raise Refused(Reason.DAMAGED, name=name)
    file.seek(0)
    with _pdfium:
        try:
            document = pypdfium2.PdfDocument(file.read())
        except pypdfium2.PdfiumError as error:
            hidden = "password" in str(error).lower() or "security" in str(error).lower()
            raise Refused(Reason.ENCRYPTED if hidden else Reason.DAMAGED, name=name) from error
        try:
            pages = len(document)
        finally:
            document.close()
    if pages == 0:
        raise Refused(Reason.DAMAGED, name=name)


def _check_image(file: BinaryIO, name: str, kind: FileKind) -> None:
    with _opened(file, name, kind) as image:
        pixels = image.width * image.height
        if pixels > rules.MAX_PIXELS:
            raise Refused(Reason.TOO_MANY_PIXELS, name=name, pixels=pixels // 10_000, limit=rules.MAX_PIXELS // 10_000)


def _opened(file: BinaryIO | Path, name: str, kind: FileKind) -> Image.Image:
    try:
        return Image.open(file, formats=[FORMATS[kind.extension]])
    except Image.DecompressionBombError as error:
        raise Refused(Reason.TOO_MANY_PIXELS, name=name, pixels="…", limit=rules.MAX_PIXELS // 10_000) from error
    except (OSError, ValueError, SyntaxError) as error:
        raise Refused(Reason.DAMAGED, name=name) from error


def redraw(path: Path, name: str, kind: FileKind) -> None:
    """Paint the picture anew in place: place and time of the photograph, thumbnails and anything appended stay behind."""
    try:
        with _opened(path, name, kind) as sent:
            sent.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # JPEG decodes straight to a smaller picture
            image = ImageOps.exif_transpose(sent)
    except (OSError, ValueError, SyntaxError, MemoryError) as error:
        raise Refused(Reason.DAMAGED, name=name) from error
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    seen_through = kind is rules.PNG and (image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info)
    image = image.convert("RGBA" if seen_through else "L" if image.mode in {"1", "L"} else "RGB")
    # A fresh canvas: `convert` may hand on the notes (EXIF, XMP, profiles) that `save` would write again.
    clean = Image.new(image.mode, image.size)
    clean.paste(image)
    clean.save(path, FORMATS[kind.extension], quality=88)


def _check_zip(file: BinaryIO, name: str, kind: FileKind) -> None:
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            _check_framing(file, archive, entries, name, size)
            _check_listing(entries, name, kind, size)
            for entry in entries:
                _check_member(archive, entry, name, kind)
    except BROKEN as error:
        raise Refused(Reason.DAMAGED, name=name) from error


def _check_framing(file: BinaryIO, archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], name: str, size: int) -> None:
    """Nothing before the first member and nothing behind the directory: no room for a second file to hide in."""
    file.seek(size - EOCD)
    tail = file.read(EOCD)
    first = min((entry.header_offset for entry in entries), default=0)
    if archive.comment or not tail.startswith(b"PK\x05\x06") or first != 0:
        raise Refused(Reason.TWO_IN_ONE, name=name)
    if not entries:
        raise Refused(Reason.EMPTY, name=name)


def _check_listing(entries: list[zipfile.ZipInfo], name: str, kind: FileKind, size: int) -> None:
    """What the directory admits to, before anything is unpacked."""
    if len(entries) > rules.MAX_ENTRIES:
        raise Refused(Reason.TOO_MANY_ENTRIES, name=name, entries=len(entries), limit=rules.MAX_ENTRIES)
    rules.check_unpacked(name, sum(entry.file_size for entry in entries), size)
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names):
        raise Refused(Reason.TWO_IN_ONE, name=name)
    for entry in entries:
        rules.check_entry(name, entry.filename)
        mode = entry.external_attr >> 16
        if entry.create_system == UNIX and stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
            raise Refused(Reason.UNSAFE_ENTRY, name=name, entry=entry.filename[:60])
        if entry.flag_bits & 0x1:
            raise Refused(Reason.ENCRYPTED, name=name)
        if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise Refused(Reason.UNSAFE_ENTRY, name=name, entry=entry.filename[:60])
    if kind.proof and not {kind.proof} <= set(names):
        raise Refused(Reason.WRONG_CONTENT, name=name, extension=kind.extension)
    if kind in OFFICE and "[Content_Types].xml" not in names:
        raise Refused(Reason.WRONG_CONTENT, name=name, extension=kind.extension)


def _check_member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, kind: FileKind) -> None:
    """Unpack one member to nowhere: its checksum must hold and its content be allowed."""
    if entry.is_dir():
        return
    with archive.open(entry) as member:
        if kind is ARCHIVE:
            rules.check_size(entry.filename, entry.file_size)
            _check_packed(member.read(), entry, name)
            return
        lower = entry.filename.lower()
        if lower.endswith(("vbaproject.bin", "vbadata.xml")) or "/activex/" in f"/{lower}":
            raise Refused(Reason.MACROS, name=name)
        content = b""
        parser = _xml(name) if lower.endswith(XML) else None
        while chunk := member.read(CHUNK):
            if parser is not None:
                parser.Parse(chunk, False)
            if entry.filename == "[Content_Types].xml":
                content += chunk
        if parser is not None:
            parser.Parse(b"", True)
        if b"macroenabled" in content.lower():
            raise Refused(Reason.MACROS, name=name)


def _xml(name: str) -> expat.XMLParserType:
    """Office files never declare a document type; one that does wants its entities expanded a billion times."""
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise Refused(Reason.WRONG_CONTENT, name=name, extension="XML")

    parser.StartDoctypeDeclHandler = refuse
    return parser


def _check_packed(data: bytes, entry: zipfile.ZipInfo, name: str) -> None:
    """A file inside an archive meets the same rules as one sent alone; an archive inside an archive is not taken."""
    try:
        shown = rules.clean_name(entry.filename)
        kind = rules.check_name(shown)
    except Refused as refused:
        raise Refused(Reason.UNSAFE_ENTRY, name=name, entry=entry.filename[:60]) from refused
    if kind is ALLOWED["zip"]:
        raise Refused(Reason.UNSAFE_ENTRY, name=name, entry=shown)
    check_stream(io.BytesIO(data), shown, kind)
