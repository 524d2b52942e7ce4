import io
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from messenger.models import Attachment, User
from tests.files import samples
from tests.rest import Rest

UPLOAD = "/api/v4/messenger/attachments"


def upload(user: User, content: bytes, name: str = "file.bin", claimed: str = "image/png") -> tuple[int, Any]:
    rest = Rest().as_user(user)
    response = rest.django.post(
        UPLOAD, {"file": SimpleUploadedFile(name, content, content_type=claimed)}, headers=rest.headers
    )
    return response.status_code, response.json()


GOOD = {
    "image/jpeg": samples.picture("JPEG"),
    "image/png": samples.picture("PNG"),
    "image/gif": samples.animation(),
    "image/webp": samples.picture("WEBP"),
    "application/pdf": samples.PDF,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": samples.office("word"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": samples.office("xl"),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": samples.office("ppt"),
    "text/plain": "Grüße aus Köln\n".encode(),
    "video/mp4": samples.MP4,
    "video/webm": samples.WEBM,
    "audio/mpeg": samples.MP3,
    "audio/mp4": samples.M4A,
}


@pytest.mark.parametrize("mime_type", GOOD)
def test_the_type_is_read_from_the_content(alice: User, mime_type: str) -> None:
    status, answer = upload(alice, GOOD[mime_type], name="whatever.exe", claimed="application/x-msdownload")

    assert status == 201, answer
    assert answer["attachment"]["mimeType"] == mime_type


REFUSED: dict[str, tuple[bytes, int]] = {
    "svg as picture": (samples.SVG, 415),
    "svg behind a byte order mark": (b"\xef\xbb\xbf" + samples.SVG, 415),
    "html as picture": (samples.HTML, 415),
    "html in capitals": (b"  <HTML><BODY onload=alert(1)>", 415),
    "xml": (b"<?xml version='1.0'?><x/>", 415),
    "script tag as text": (b"\n\n<script>alert(1)</script>", 415),
    "program": (samples.EXE, 415),
    "elf": (b"\x7fELF" + b"\0" * 100, 415),
    "shell with NUL": (b"#!/bin/sh\0rm", 415),
    "plain zip": (samples.archive("a"), 415),
    "zip with a path upwards": (samples.archive("../../etc/passwd"), 415),
    "word with macros": (samples.office("word", macros=True), 415),
    "two office kinds at once": (
        samples.archive("[Content_Types].xml", "word/document.xml", "xl/workbook.xml"), 415,
    ),
    "jar": (samples.archive("META-INF/MANIFEST.MF", "A.class"), 415),
    "broken zip": (b"PK\x03\x04" + b"\xff" * 200, 415),
    "truncated png": (samples.picture("PNG")[:60], 415),
    "png header alone": (b"\x89PNG\r\n\x1a\n", 415),
    "jpeg header and html": (b"\xff\xd8\xff\xe0" + samples.HTML, 415),
    "gif that ends in the middle of its second frame": (samples.picture("GIF")[:-1] + b",\0\0", 415),
    "gif header and script": (b"GIF89a/*" + b"*/=1;alert(1)//" * 5, 415),
    "webp header alone": (b"RIFF\x10\0\0\0WEBPVP8 ", 415),
    "riff that is a wave": (b"RIFF\x10\0\0\0WAVEfmt ", 415),
    "pdf without an end": (b"%PDF-1.4 hello", 415),
    "heic": (b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + b"\0" * 64, 415),
    "matroska that is no webm": (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x88matroska" + b"\0" * 64, 415),
    "tiff": (b"II*\0" + b"\0" * 100, 415),
    "bmp": (b"BM" + b"\0" * 100, 415),
    "icon": (b"\0\0\x01\0\x01\0" + b"\0" * 100, 415),
    "flash": (b"FWS\x09" + b"\0" * 100, 415),
    "postscript": (b"%!PS-Adobe-3.0\n\x04", 415),
    "text in another encoding": ("Grüße".encode("latin-1"), 415),
    "text with escapes": (b"\x1b[31mred", 415),
    "gzip": (b"\x1f\x8b\x08\0" + b"\0" * 20, 415),
    "bomb by pixels": (samples.png_claiming(60_000, 60_000), 413),
    "bomb by pixels, just over": (samples.png_claiming(8_000, 6_000), 413),
    "bomb by frames": (samples.animation(400, (2, 2)), 413),
    "empty": (b"", 400),
    "10 MiB and one byte": (b"a" * (10 * 1024 * 1024 + 1), 413),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_hostile_files_are_refused_and_nothing_is_kept(alice: User, what: str) -> None:
    content, expected = REFUSED[what]

    status, answer = upload(alice, content, name="holiday.png")

    codes = {415: "unsupported_file_type", 413: "file_too_large", 400: "validation_error"}
    assert (status, answer["code"]) == (expected, codes[expected])
    assert not Attachment.objects.exists()


def test_a_polyglot_loses_what_is_no_picture(alice: User) -> None:
    _, answer = upload(alice, samples.picture("PNG") + samples.HTML + samples.archive("a"))

    kept = stored(answer)
    assert b"<script" not in kept
    assert b"PK\x03\x04" not in kept


@pytest.mark.parametrize("chunk", ["zTXt", "iTXt", "iCCP"])
def test_a_bomb_packed_beside_a_picture_is_refused_and_a_little_left_out(alice: User, chunk: str) -> None:
    refused, _ = upload(alice, samples.png_with_bomb(chunk))
    taken, answer = upload(alice, samples.png_with_bomb(chunk, unpacked_mb=0))

    assert (refused, taken) == (415, 201)
    assert Attachment.objects.count() == 1
    assert chunk.encode() not in stored(answer)


def test_a_photo_forgets_place_and_camera_and_stands_upright(alice: User) -> None:
    _, answer = upload(alice, samples.photo_with_place(), name="IMG_1.jpg")

    kept = stored(answer)
    with Image.open(io.BytesIO(kept)) as image:
        assert dict(image.getexif()) == {}
        assert image.size == (30, 40)
        assert image.info.get("comment") is None
    assert b"SecretCam" not in kept
    assert (answer["attachment"]["width"], answer["attachment"]["height"]) == (30, 40)
    assert answer["attachment"]["thumbnailUrl"] == f"{answer['attachment']['url']}/thumbnail"


def test_a_photo_whose_notes_are_odd_is_taken_all_the_same(alice: User) -> None:
    _, answer = upload(alice, samples.photo_with_odd_notes())

    assert (answer["attachment"]["width"], answer["attachment"]["height"]) == (30, 40)


def test_of_a_phones_photo_the_picture_is_kept_and_not_what_lies_behind_it(alice: User) -> None:
    status, answer = upload(alice, samples.photo_with_a_second_picture(), name="PXL_1.MP.jpg")

    assert (status, answer["attachment"]["mimeType"]) == (201, "image/jpeg")
    assert stored(answer).count(b"\xff\xd8\xff") == 1
    assert (answer["attachment"]["width"], answer["attachment"]["height"]) == (40, 30)


def test_an_animation_keeps_its_frames(alice: User) -> None:
    _, answer = upload(alice, samples.animation(5))

    with Image.open(io.BytesIO(stored(answer))) as image:
        assert image.n_frames == 5  # type: ignore[attr-defined]  # of the GIF plugin


NAMES = {
    "../../etc/passwd": "passwd.png",
    "..\\..\\windows\\system.ini": "system.ini.png",
    "a\0b.png": "ab.png",
    "x" * 1000 + ".png": "x" * 146 + ".png",
    "harmless\u202egnp.exe": "harmlessgnp.exe.png",
    "invoice.pdf.exe": "invoice.pdf.exe.png",
    "line\r\nSet-Cookie: a=b.png": "lineSet-Cookie a=b.png",
    '"quoted"; filename="x.html".png': "quoted; filename=x.html.png",
    ".htaccess": "htaccess.png",
    "": "file.png",
    "Прайс лист.PNG": "Прайс лист.png",
    "<img onerror=x>.png": "img onerror=x.png",
    "....": "file.png",
}


@pytest.mark.parametrize("given", NAMES)
def test_a_file_name_is_data(alice: User, given: str) -> None:
    from messenger.services.file_names import clean_file_name

    assert clean_file_name(given, mime_type="image/png") == NAMES[given]


def stored(answer: dict[str, Any]) -> bytes:
    kept = Attachment.objects.get(pk=int(answer["attachment"]["id"]))
    with storages["attachments"].open(kept.storage_name) as file:
        return bytes(file.read())
