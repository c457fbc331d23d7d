"""Files that mean harm, really made: refused with a reason, quickly, and the worker goes on."""

import gzip
import io
import os
import struct
import time
import zipfile
import zlib
from pathlib import Path

import pytest
from django.conf import settings as oplich
from django.utils import translation

from oplich.intake import actions, confined, queries
from oplich.intake.confined import Child, Limits, Unreadable, clear_file
from oplich.intake.models import Row, Upload
from tests.intake import reports

pytestmark = pytest.mark.faults
SECONDS = 6  # on a busy machine; alone each takes well under two
TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
RELS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>'
BOOK = '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Дані" sheetId="1" r:id="rId1"/></sheets></workbook>'
BOOK_RELS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
FEW = f'<?xml version="1.0"?><worksheet {MAIN}><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Область</t></is></c></row></sheetData></worksheet>'


def workbook(sheet: str | bytes = FEW, *, extra: dict[str, bytes] | None = None, level: int = 9) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        parts = {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": RELS,
            "xl/workbook.xml": BOOK,
            "xl/_rels/workbook.xml.rels": BOOK_RELS,
            "xl/worksheets/sheet1.xml": sheet,
        }
        for name, body in {**parts, **(extra or {})}.items():
            archive.writestr(name, body)
    return out.getvalue()


def zip_bomb() -> bytes:
    """A worksheet of 980 MB of spaces in about 1 MB."""
    return workbook(b"<worksheet>" + b" " * 980_000_000 + b"</worksheet>", level=6)


def nested_zip() -> bytes:
    inner = workbook(b"0" * 50_000_000)
    return workbook(extra={f"xl/media/{number}.zip": inner for number in range(3)} | {"xl/media/big.bin": b"\0" * 300_000_000})


def lying_zip() -> bytes:
    """The directory says 100 bytes; the part unpacks to 400 MB."""
    body = bytearray(workbook(b"<worksheet>" + b" " * 400_000_000, level=6))
    size = struct.pack("<I", 400_000_011)
    assert size in body
    return bytes(body).replace(size, struct.pack("<I", 100))


def billion_laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return workbook(
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{entities}]><worksheet {MAIN}><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&l9;</t></is></c></row></sheetData></worksheet>'
    )


def external_entity() -> bytes:
    strings = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd">]><sst {MAIN}><si><t>&file;</t></si></sst>'
    return workbook(extra={"xl/sharedStrings.xml": strings.encode()})


def utf16_entities() -> bytes:
    return workbook(f'<!DOCTYPE x [<!ENTITY a "b">]><worksheet {MAIN}/>'.encode("utf-16"))


def far_cell() -> bytes:
    """Two cells at opposite corners: 1.5 KB that abort the reader's process."""
    far = '<c r="XFD1048576"><v>1</v></c>'
    return workbook(
        f'<worksheet {MAIN}><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576">{far}</row></sheetData></worksheet>'
    )


def far_cell_in_disguise() -> bytes:
    """The same with a prefix on every element, which the look-through does not follow: the child dies, and only the child."""
    sheet = '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row><x:row r="1048576"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    return workbook(sheet)


def deep_xml() -> bytes:
    return workbook("<worksheet>" + "".join(f"<a{number * 7919 % 100_003}>" for number in range(600_000)))


def encrypted() -> bytes:
    return bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 2000 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 4000


def a_million_columns() -> bytes:
    return (";".join(f"c{number}" for number in range(1_000_000)) + "\r\n").encode()


BOMBS = {
    "zip bomb": (zip_bomb, "unpacks"),
    "nested archives": (nested_zip, "unpacks"),
    "archive that lies about its size": (lying_zip, "damaged|missing|unpacks"),
    "billion laughs": (billion_laughs, "no spreadsheet program writes"),
    "external entity": (external_entity, "no spreadsheet program writes"),
    "entities in UTF-16": (utf16_entities, "no spreadsheet program writes"),
    "far cell": (far_cell, "far away|XFD1048576"),
    "far cell in disguise": (far_cell_in_disguise, "too large to be read safely|damaged"),
    "deep nesting": (deep_xml, "damaged|No filled line|No header"),
    "password": (encrypted, "password"),
    "cut off": (lambda: reports.book(reports.lines(500))[:9000], "part of it is missing"),
    "cut to its first bytes": (lambda: b"PK\x03\x04" + b"\0" * 40, "part of it is missing"),
    "a million columns": (a_million_columns, "columns"),
    "one endless line": (lambda: b"a" * 3_000_000, "not a table"),
    "NULs": (lambda: b"a,b\0c\n" * 200, "not a table"),
    "only NULs": (lambda: b"\0" * 10_000, "empty"),
    "an image named .xlsx": (lambda: b"\x89PNG\r\n\x1a\n" + os.urandom(4000), "PNG"),
    "a PDF": (lambda: b"%PDF-1.7\n" + os.urandom(4000), "PDF"),
    "a web page named .xls": (lambda: b"<html><table><tr><td>1</td></tr></table></html>", "HTML"),
    "a Word document": (lambda: word(), "Word"),
    "JSON": (lambda: b'{"rows": [{"a": 1}]}', "JSON"),
    "gzip": (lambda: gzip.compress(b"a,b\n1,2\n"), "GZIP"),
    "random bytes": (lambda: b"\xfe\x01\x00" + os.urandom(5000), "not a table|empty|No header|cannot be read"),
    "broken UTF-8": (lambda: ("Область,Людей\n" + "Київська,12\n" * 50).encode() + b"\xd0,5\n" + "Львівська,3\n".encode() * 50, "line 52"),
    "a cell of 200 KB": (lambda: b'a,b\n"' + b"x" * 200_000 + b'",1\n' * 3, "quotation marks"),
    "quotes that never end": (lambda: b'a,b\n"x,1\n' + b"1,2\n" * 60_000, "quotation marks"),
}


def word() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("word/document.xml", "<w/>")
    return out.getvalue()


@pytest.mark.parametrize("name", BOMBS)
def test_harm_is_refused_with_a_reason_and_the_worker_goes_on(name, hand_in, settings):
    make, words = BOMBS[name]
    settings.LANGUAGE_CODE = "en"
    body = make()
    started = time.monotonic()
    with translation.override("en"):
        upload = hand_in(body, "list.xlsx")
    took = time.monotonic() - started
    assert upload.state == Upload.State.REFUSED, upload.state
    assert any(one in upload.refusal for one in words.split("|")), upload.refusal
    assert took < SECONDS, f"{took:.1f} s"
    assert not Row.objects.filter(upload=upload).exists()
    assert hand_in(reports.book(reports.lines(2))).rows_good == 2  # the next one is read as ever


def test_too_much_is_refused_before_anything_is_written(office, settings):
    settings.OPLICH_UPLOAD_BYTES = 5_000_000
    folder = oplich.DATA / "uploads"
    before = sorted(folder.rglob("*")) if folder.exists() else []

    class Endless(io.RawIOBase):
        """A gigabyte that nobody has to hold."""

        sent = 0

        def seek(self, *where):
            self.sent = 0
            return 0

        def read(self, size=-1):
            self.sent += size
            assert self.sent < 20_000_000, "it should have stopped at the limit"
            return b"x" * size

    with pytest.raises(actions.NotReadable, match="5"):
        actions.receive(by=office, file=Endless(), file_name="huge.csv")
    assert not Upload.objects.exists()
    assert (sorted(folder.rglob("*")) if folder.exists() else []) == before


@pytest.fixture
def tests_as_children(monkeypatch):
    """Lets a module of the tests play the reader."""
    monkeypatch.setattr(confined, "ROOT", f"{confined.ROOT}{os.pathsep}{Path(__file__).resolve().parents[2]}")


def test_a_reader_that_hangs_is_stopped_with_its_whole_group(tests_as_children):
    file = clear_file()
    file.write(reports.book(reports.lines(3)))
    started = time.monotonic()
    with pytest.raises(Unreadable, match="too-slow"), Child("tests.intake.hanging", {}, [file], Limits(wall_seconds=1.5)) as child:
        list(child.frames())
    assert time.monotonic() - started < 10
    assert child.process.returncode is not None


def test_a_reader_that_eats_memory_is_stopped_alone(tests_as_children):
    with (
        pytest.raises(Unreadable, match="too-large-inside"),
        Child("tests.intake.hungry", {}, [clear_file()], Limits(memory_bytes=300_000_000)) as child,
    ):
        list(child.frames())


def test_a_text_that_packs_well_is_no_bomb(hand_in):
    """A long honest table of equal lines must not be taken for a bomb."""
    body = reports.book([[None, None, None, None]] * 2 + [["Київська", "Вода", f"{day:02}.03.2023", 5] for day in range(1, 29)] * 1)
    assert zlib.compress(body) and hand_in(body).rows_good == 28


def test_nothing_we_write_runs_as_a_formula(hand_in):
    harm = ["=cmd|' /C calc'!A0", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1+1)", '=HYPERLINK("http://evil.example","x")', "\t=1+1", "=1+1"]
    csv = "Область;Сектор;Дата;Людей;Примітка\r\n" + "".join(
        f'Київська;Вода;{cell!r};5;"{cell.replace(chr(34), chr(34) * 2)}"\r\n' for cell in harm
    )
    upload = hand_in(csv.encode(), "list.csv")
    assert upload.faults_found >= len(harm)
    body = queries.returned_workbook(upload, "uk")
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                assert b"<f>" not in archive.read(name) and b"<f " not in archive.read(name)
