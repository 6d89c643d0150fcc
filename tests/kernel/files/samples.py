"""Honest and hostile files, made on the spot."""

from __future__ import annotations

import io
import stat
import struct
import tarfile
import zipfile
import zlib

import docx
import pypdfium2
import xlsxwriter
from litestar.datastructures import UploadFile
from PIL import Image

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


_sent: list[UploadFile] = []


def upload(name: str, data: bytes) -> UploadFile:
    """What the web framework hands over, with its own spooled file behind it."""
    _sent.append(UploadFile("application/octet-stream", name, data))
    return _sent[-1]


def close_uploads() -> None:
    while _sent:
        _sent.pop().file.close()


def pdf() -> bytes:
    file = io.BytesIO()
    document = pypdfium2.PdfDocument.new()
    document.new_page(200, 200)
    document.save(file)
    document.close()
    return file.getvalue()


def locked_pdf() -> bytes:
    """Asks for a password: the keys are made up, so the empty one does not open it."""
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
        b"<< /Filter /Standard /V 1 /R 2 /Length 40 /P -4 /O <" + b"AB" * 32 + b"> /U <" + b"CD" * 32 + b"> >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    xref = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size 5 /Root 1 0 R /Encrypt 4 0 R /ID [<00112233445566778899AABBCCDDEEFF> <00112233445566778899AABBCCDDEEFF>] >>\n"
    return out + b"startxref\n%d\n%%%%EOF\n" % xref


def word(text: str = "申报材料") -> bytes:
    file = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(text)
    document.save(file)
    return file.getvalue()


def sheet(rows: int = 1) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet()
        for number in range(rows):
            page.write_string(number, 0, "预算")
    return file.getvalue()


def picture(form: str = "JPEG", size: tuple[int, int] = (60, 40), **options: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "#0B5394").save(file, form, **options)
    return file.getvalue()


def photograph() -> bytes:
    """With the place it was taken at and turned on its side, as telephones do."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SECRETPHONE"
    exif.get_ifd(0x8825)[2] = (31.0, 28.0, 3.0)
    return picture(exif=exif, comment=b"SECRETCOMMENT")


def huge_png(width: int, height: int) -> bytes:
    """A header that promises more pixels than memory has; the rest hardly matters."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def packed(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        archive.comment = comment
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def with_member(data: bytes, name: str, content: bytes) -> bytes:
    """A container with one member added or replaced."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {member: archive.read(member) for member in archive.namelist()}
    return packed(members | {name: content})


def linked() -> bytes:
    """An archive whose member is a symbolic link out of the folder."""
    entry = zipfile.ZipInfo("a.pdf")
    entry.create_system = 3
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    return file.getvalue()


def twice() -> bytes:
    """Two members of one name: one reader takes the first, another the last."""
    data = packed({"a.pdf": pdf(), "b.pdf": pdf()})
    return data.replace(b"b.pdf", b"a.pdf")


def locked_zip() -> bytes:
    """The flag of an encrypted member, in both places where a zip keeps it."""
    data = bytearray(packed({"a.pdf": pdf()}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def lying_zip() -> bytes:
    """A member that unpacks to more than the directory says."""
    data = bytearray(packed({"a.png": picture("PNG") + b"\0" * 300_000}))
    directory = data.index(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = struct.pack("<I", 1_000)
    return bytes(data)


def tarball(name: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return file.getvalue()


def tar_and_zip() -> bytes:
    """A tar whose first name begins like a zip: each reader sees its own archive."""
    return tarball("PK\x03\x04a", b"x") + packed({"a.pdf": pdf()})
