"""What a file is, read from its bytes: never from its name, nor from what the client says it is."""

import io
import zipfile
from collections.abc import Callable

from messenger.errors import UnsupportedFileType

IMAGES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})

_OFFICE_PARTS = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_OPEN_DOCUMENTS = frozenset(
    f"application/vnd.oasis.opendocument.{kind}" for kind in ("text", "spreadsheet", "presentation")
)
_AUDIO_BRANDS = (b"M4A ", b"M4B ")
_VIDEO_BRANDS = (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"dash", b"M4V ", b"MSNV")
_NO_TEXT = (b"%pdf-", b"%!ps", b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script", b"<head", b"<body", b"<iframe")
_MAX_ZIP_ENTRIES = 5_000
_TEXT_CONTROLS = set(range(32)) - {9, 10, 12, 13}


def mime_type_of(content: bytes) -> str:
    """The MIME type of a file that may be attached.

    :raises UnsupportedFileType: anything else, also what only pretends to be one of them.
    """
    for recognise in _RECOGNISERS:
        found = recognise(content)
        if found is not None:
            return found
    raise UnsupportedFileType


def _image(content: bytes) -> str | None:
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return None


def _pdf(content: bytes) -> str | None:
    return "application/pdf" if content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:] else None


def _media(content: bytes) -> str | None:
    if content[4:8] == b"ftyp":
        if content[8:12] in _AUDIO_BRANDS:
            return "audio/mp4"
        return "video/mp4" if content[8:12] in _VIDEO_BRANDS else None
    if content.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in content[:64]:
        return "video/webm"
    if content.startswith(b"ID3") or (len(content) > 2 and content[0] == 0xFF and content[1] in (0xFB, 0xF3, 0xF2)):
        return "audio/mpeg"
    return None


def _office(content: bytes) -> str | None:
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _old_office(content)
    if not content.startswith(b"PK\x03\x04"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if len(names) > _MAX_ZIP_ENTRIES:
                return None
            return _open_document(archive, names) or _open_xml(names)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, EOFError, OSError):
        return None


def _open_xml(names: list[str]) -> str | None:
    # macros make it another type (docm, xlsm): not taken
    if "[Content_Types].xml" not in names or any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    found = {mime for part, mime in _OFFICE_PARTS.items() if any(name.startswith(part) for name in names)}
    return found.pop() if len(found) == 1 else None


def _open_document(archive: zipfile.ZipFile, names: list[str]) -> str | None:
    if "mimetype" not in names or archive.getinfo("mimetype").file_size > 100:
        return None
    declared = archive.read("mimetype").decode("ascii", "replace")
    return declared if declared in _OPEN_DOCUMENTS else None


def _old_office(content: bytes) -> str | None:
    for marker, mime in (
        ("WordDocument", "application/msword"),
        ("Workbook", "application/vnd.ms-excel"),
        ("PowerPoint Document", "application/vnd.ms-powerpoint"),
    ):
        if marker.encode("utf-16-le") in content:
            return mime
    return None


def _text(content: bytes) -> str | None:
    if not content or content.lstrip(b"\xef\xbb\xbf \t\r\n")[:32].lower().startswith(_NO_TEXT):
        return None
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if _TEXT_CONTROLS & set(content) else "text/plain"


_RECOGNISERS: tuple[Callable[[bytes], str | None], ...] = (_image, _pdf, _media, _office, _text)
