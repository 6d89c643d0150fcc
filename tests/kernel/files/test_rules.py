"""Names are made harmless and the content of a file must be what its name says."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from PIL import Image

from kernel.errors import Refused
from kernel.files import containers, rules
from kernel.files.rules import Reason
from tests.kernel.files import samples
from tests.kernel.files.samples import EICAR, packed, pdf, picture, sheet, with_member, word


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("申报书.PDF", "申报书.pdf"),
        ("附件1.第二版 .docx", "附件1.第二版 .docx"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\me\\表.xlsx", "表.xlsx"),
        ("好\u202efdp.exe.pdf", "好fdp.exe.pdf"),
        ("a\x00b\r\nc\t.pdf", "abc.pdf"),
        ("a\u200b\ud800\ue000b.pdf", "ab.pdf"),
        ('a<b>"c|d?*.pdf', "a_b__c_d__.pdf"),
        ("  .hidden.pdf", "hidden.pdf"),
        ("\u9f98\U00020bb7.pdf", "\u9f98\U00020bb7.pdf"),
    ],
)
def test_a_name_is_kept_readable_and_made_harmless(sent: str, kept: str) -> None:
    assert rules.clean_name(sent) == kept


def test_a_long_name_keeps_its_extension_and_whole_characters() -> None:
    name = rules.clean_name("长" * 300 + ".docx")

    assert name == "长" * 58 + ".docx"


@pytest.mark.parametrize("sent", [None, "", ".pdf", "pdf", "申报书", "a.", "...", "\u202e.pdf", "a/", "/"])
def test_a_name_that_is_none_is_refused(sent: str | None) -> None:
    with pytest.raises(Refused) as refused:
        rules.clean_name(sent)

    assert refused.value.reason is Reason.NO_NAME


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("a.exe", Reason.EXTENSION),
        ("a.svg", Reason.EXTENSION),
        ("a.html", Reason.EXTENSION),
        ("a.docm", Reason.EXTENSION),
        ("a.xlsm", Reason.EXTENSION),
        ("a.doc", Reason.EXTENSION),
        ("a.pdf.exe", Reason.EXTENSION),
        ("发票.exe.pdf", Reason.DOUBLE_EXTENSION),
        ("发票.HTML .pdf", Reason.DOUBLE_EXTENSION),
    ],
)
def test_a_kind_we_do_not_take_is_refused(name: str, reason: Reason) -> None:
    with pytest.raises(Refused) as refused:
        rules.check_name(name)

    assert refused.value.reason is reason


def test_sizes_are_from_one_byte_to_twenty_megabytes() -> None:
    rules.check_size("a.pdf", 1)
    rules.check_size("a.pdf", rules.MAX_BYTES)
    with pytest.raises(Refused) as empty:
        rules.check_size("a.pdf", 0)
    with pytest.raises(Refused) as big:
        rules.check_size("a.pdf", rules.MAX_BYTES + 1)

    assert (empty.value.reason, big.value.reason) == (Reason.EMPTY, Reason.TOO_BIG)


def inspect(tmp_path: Path, name: str, data: bytes) -> Path:
    path = tmp_path / "draft"
    path.write_bytes(data)
    containers.check(path, name, rules.check_name(name))
    return path


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", pdf()),
        ("a.jpg", picture()),
        ("a.jpeg", picture()),
        ("a.png", picture("PNG")),
        ("a.docx", word()),
        ("a.xlsx", sheet()),
        ("a.ofd", packed({"OFD.xml": b"<ofd/>", "Doc_0/Document.xml": b"<d/>"})),
        ("a.zip", packed({"材料/a.pdf": pdf(), "材料/b.docx": word(), "照片.jpg": picture()})),
        ("repetitive.xlsx", sheet(rows=20_000)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_honest_files_pass(tmp_path: Path, name: str, data: bytes) -> None:
    inspect(tmp_path, name, data)


BILLION = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
UTF16_BILLION = BILLION.decode().replace("?>", ' encoding="utf-16"?>', 1).encode("utf-16")
HTML = b"<!DOCTYPE html><script>alert(1)</script>"
HOSTILE = {
    "renamed executable": ("a.pdf", b"MZ" + bytes(500), Reason.WRONG_CONTENT),
    "renamed elf": ("a.docx", b"\x7fELF" + bytes(500), Reason.WRONG_CONTENT),
    "html as pdf": ("a.pdf", HTML, Reason.WRONG_CONTENT),
    "html before pdf": ("a.pdf", HTML + pdf(), Reason.WRONG_CONTENT),
    "svg as png": ("a.png", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', Reason.WRONG_CONTENT),
    "png as jpg": ("a.jpg", picture("PNG"), Reason.WRONG_CONTENT),
    "text": ("a.pdf", "你好".encode(), Reason.WRONG_CONTENT),
    "pdf cut off": ("a.pdf", pdf()[:-40], Reason.DAMAGED),
    "pdf of nothing": ("a.pdf", b"%PDF-1.7\n%%EOF\n", Reason.DAMAGED),
    "pdf with password": ("a.pdf", samples.locked_pdf(), Reason.ENCRYPTED),
    "pdf that is a zip": ("a.pdf", pdf() + packed({"a.pdf": b"x"}), Reason.TWO_IN_ONE),
    "picture that is a zip": ("a.jpg", picture() + packed({"a.pdf": b"x"}), Reason.TWO_IN_ONE),
    "too many pixels": ("a.png", samples.huge_png(9_000, 9_000), Reason.TOO_MANY_PIXELS),
    "absurdly many pixels": ("a.png", samples.huge_png(60_000, 60_000), Reason.TOO_MANY_PIXELS),
    "picture header only": ("a.png", picture("PNG")[:20], Reason.DAMAGED),
    "docx that is another zip": ("a.docx", packed({"a.pdf": pdf()}), Reason.WRONG_CONTENT),
    "docx without types": ("a.docx", packed({"word/document.xml": b"<d/>"}), Reason.WRONG_CONTENT),
    "xlsx named docx": ("a.docx", sheet(), Reason.WRONG_CONTENT),
    "docx cut off": ("a.docx", word()[:-300], Reason.DAMAGED),
    "docx with macro": ("a.docx", with_member(word(), "word/vbaProject.bin", b"x"), Reason.MACROS),
    "docm renamed": ("a.docx", with_member(word(), "[Content_Types].xml", b'<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'), Reason.MACROS),
    "docx with control": ("a.docx", with_member(word(), "word/activeX/activeX1.bin", b"x"), Reason.MACROS),
    "billion laughs": ("a.docx", with_member(word(), "word/document.xml", BILLION), Reason.WRONG_CONTENT),
    "billion laughs in utf-16": ("a.docx", with_member(word(), "word/document.xml", UTF16_BILLION), Reason.WRONG_CONTENT),
    "broken xml": ("a.docx", with_member(word(), "word/document.xml", b"<d"), Reason.DAMAGED),
    "old or locked office file": ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), Reason.ENCRYPTED),
    "locked zip": ("a.zip", samples.locked_zip(), Reason.ENCRYPTED),
    "bomb": ("a.zip", packed({"a.pdf": bytes(30 * rules.MB)}), Reason.BOMB),
    "bomb in docx": ("a.docx", with_member(word(), "word/media/a.bin", bytes(30 * rules.MB)), Reason.BOMB),
    "ten thousand entries": ("a.xlsx", packed({f"xl/{n}.xml": b"" for n in range(10_000)}), Reason.TOO_MANY_ENTRIES),
    "lying sizes": ("a.zip", samples.lying_zip(), Reason.DAMAGED),
    "path upwards": ("a.zip", packed({"../a.pdf": pdf()}), Reason.UNSAFE_ENTRY),
    "path upwards on windows": ("a.zip", packed({"a\\..\\..\\b.pdf": pdf()}), Reason.UNSAFE_ENTRY),
    "absolute path": ("a.zip", packed({"/tmp/a.pdf": pdf()}), Reason.UNSAFE_ENTRY),
    "drive letter": ("a.zip", packed({"C:a.pdf": pdf()}), Reason.UNSAFE_ENTRY),
    "symbolic link": ("a.zip", samples.linked(), Reason.UNSAFE_ENTRY),
    "program inside": ("a.zip", packed({"a.exe": b"MZ"}), Reason.UNSAFE_ENTRY),
    "program inside renamed": ("a.zip", packed({"a.pdf": b"MZ" + bytes(99)}), Reason.WRONG_CONTENT),
    "archive inside": ("a.zip", packed({"b.zip": packed({"a.pdf": pdf()})}), Reason.UNSAFE_ENTRY),
    "macro inside": ("a.zip", packed({"b.docx": with_member(word(), "word/vbaProject.bin", b"x")}), Reason.MACROS),
    "nothing inside": ("a.zip", packed({}), Reason.EMPTY),
    "text behind zip": ("a.zip", packed({"a.pdf": pdf()}) + b"<script>", Reason.TWO_IN_ONE),
    "comment on zip": ("a.zip", packed({"a.pdf": pdf()}, comment=b"MZ"), Reason.TWO_IN_ONE),
    "zip and tar": ("a.zip", samples.tar_and_zip(), Reason.TWO_IN_ONE),
    "rare compression": ("a.zip", packed({"a.pdf": pdf()}, zipfile.ZIP_LZMA), Reason.UNSAFE_ENTRY),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_and_broken_files_are_refused_with_the_reason(tmp_path: Path, case: str) -> None:
    name, data, reason = HOSTILE[case]

    with pytest.raises(Refused) as refused:
        inspect(tmp_path, name, data)

    assert refused.value.reason is reason


def test_the_same_name_twice_in_an_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        inspect(tmp_path, "a.zip", samples.twice())

    assert refused.value.reason is Reason.TWO_IN_ONE


def test_a_virus_signature_in_a_docx_is_for_the_scanner_to_find(tmp_path: Path) -> None:
    inspect(tmp_path, "a.docx", with_member(word(), "word/media/eicar.txt", EICAR))


def test_a_photograph_loses_place_and_comment_and_stands_upright(tmp_path: Path) -> None:
    sent = samples.photograph() + b"APPENDED"
    assert all(secret in sent for secret in (b"SECRETPHONE", b"SECRETCOMMENT", b"APPENDED"))
    path = inspect(tmp_path, "a.jpg", sent)

    containers.redraw(path, "a.jpg", rules.JPG)

    kept = path.read_bytes()
    assert not any(secret in kept for secret in (b"SECRETPHONE", b"SECRETCOMMENT", b"APPENDED", b"Exif"))
    with Image.open(path) as image:
        assert (image.format, image.size) == ("JPEG", (40, 60))


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA"])
def test_every_mode_of_png_is_redrawn_and_transparency_stays(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "a.png"
    Image.new(mode, (5_000, 10)).save(path)

    containers.redraw(path, "a.png", rules.PNG)

    with Image.open(path) as image:
        assert image.size == (4_096, 8)
        assert ("A" in image.getbands()) == ("A" in mode)


@pytest.mark.parametrize(("form", "name", "kind"), [("JPEG", "a.jpg", rules.JPG), ("PNG", "a.png", rules.PNG)])
def test_a_picture_cut_off_in_the_middle_is_refused(tmp_path: Path, form: str, name: str, kind: rules.FileKind) -> None:
    data = picture(form, (400, 400))
    path = inspect(tmp_path, name, data[: len(data) // 2])

    with pytest.raises(Refused) as refused:
        containers.redraw(path, name, kind)

    assert refused.value.reason is Reason.DAMAGED


def test_the_disposition_shows_pdf_and_pictures_and_saves_the_rest() -> None:
    assert rules.disposition("a.pdf", "pdf") == "inline; filename=\"a.pdf\"; filename*=UTF-8''a.pdf"
    assert rules.disposition("表 1.xlsx", "xlsx") == "attachment; filename=\"_ 1.xlsx\"; filename*=UTF-8''%E8%A1%A8%201.xlsx"
    assert rules.disposition('a"; filename=b.exe\r\nX: 1.docx', "docx").startswith(
        'attachment; filename="a__ filename_b.exe__X_ 1.docx"; '
    )
    assert rules.disposition("a.html", "html").startswith("attachment; ")
