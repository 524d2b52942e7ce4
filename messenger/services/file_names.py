"""File names are data: cleaned once, so that lists, headers and folders can show them."""

import unicodedata

MAX_LENGTH = 150

_EXTENSIONS = {
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    "application/pdf": ("pdf",),
    "text/plain": ("txt", "md", "csv", "log", "ics", "vcf", "json", "yml", "yaml", "srt"),
    "video/mp4": ("mp4", "m4v"),
    "video/webm": ("webm",),
    "audio/mpeg": ("mp3",),
    "audio/mp4": ("m4a", "m4b"),
    "application/msword": ("doc",),
    "application/vnd.ms-excel": ("xls",),
    "application/vnd.ms-powerpoint": ("ppt",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("xlsx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ("pptx",),
    "application/vnd.oasis.opendocument.text": ("odt",),
    "application/vnd.oasis.opendocument.spreadsheet": ("ods",),
    "application/vnd.oasis.opendocument.presentation": ("odp",),
}


def clean_file_name(name: str, *, mime_type: str) -> str:
    """The last part of a path without control characters, direction overrides and reserved ones.

    It ends with an extension of its type: what claims another one gets the right one appended, so that
    `invoice.pdf.exe` of a PDF becomes `invoice.pdf.exe.pdf`.
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    text = unicodedata.normalize("NFC", last.encode("utf-8", "ignore").decode())
    kept = "".join(character for character in text if _is_harmless(character))
    stem = " ".join(kept.split()).strip(". ")
    extensions = _EXTENSIONS[mime_type]
    base, dot, extension = stem.rpartition(".")
    if dot and extension.lower() in extensions:
        stem, extension = base.strip(". ") or "file", extension.lower()
    else:
        extension = extensions[0]
    return f"{(stem or 'file')[: MAX_LENGTH - len(extension) - 1].strip('. ')}.{extension}"


def _is_harmless(character: str) -> bool:
    # Cc controls, Cf formats (direction overrides, zero width), Co private, Cs surrogates, Cn unassigned, Zl Zp breaks
    if unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"):
        return False
    return character not in '<>:"|?*'
