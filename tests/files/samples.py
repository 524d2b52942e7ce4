"""Files, good and hostile, made here."""

import io
import struct
import zipfile
import zlib

from PIL import Image


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, (200, 30, 90)).save(written, kind, **options)
    return written.getvalue()


def photo_with_place() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "SecretCam"
    exif[0x0112] = 6  # turned by 90 degrees
    exif.get_ifd(0x8825)[1] = "N"
    return picture("JPEG", (40, 30), exif=exif.tobytes(), comment=b"secret comment")


def photo_with_odd_notes() -> bytes:
    """Turned by 90 degrees, with a tag of another kind than TIFF says, as some cameras write them."""
    turned, width = struct.pack("<HHLHH", 0x0112, 3, 1, 6, 0), struct.pack("<HHLf", 0x0100, 11, 1, 1.5)
    notes = b"Exif\0\0II*\0\x08\0\0\0\x02\0" + width + turned + b"\0\0\0\0"
    return picture("JPEG", (40, 30), exif=notes)


def photo_with_a_second_picture() -> bytes:
    """As many phones take them: a whole JPEG with another one behind it (the depth, the brightness), in one file."""
    written = io.BytesIO()
    second = Image.new("RGB", (20, 15), (0, 0, 255))
    Image.new("RGB", (40, 30), (200, 30, 90)).save(written, "MPO", save_all=True, append_images=[second])
    return written.getvalue()


def animation(frames: int = 3, size: tuple[int, int] = (20, 20)) -> bytes:
    images = [Image.new("RGB", size, (number % 256, 255 - number % 256, number * 7 % 256)) for number in range(frames)]
    written = io.BytesIO()
    images[0].save(written, "GIF", save_all=True, append_images=images[1:], duration=50, loop=0)
    return written.getvalue()


def archive(*names: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as made:
        for name in names:
            made.writestr(name, "content")
    return written.getvalue()


def office(part: str = "word", *, macros: bool = False) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr(f"{part}/document.xml", "<doc/>")
        if macros:
            made.writestr(f"{part}/vbaProject.bin", b"macro")
    return written.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """A small file that says it is enormous."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 100_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
MP4 = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 64
M4A = b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42" + b"\0" * 64
WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm" + b"\0" * 64
MP3 = b"ID3\x03\0\0\0\0\0\0" + b"\xff\xfb\x90\0" * 30
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><script>alert(1)</script>"
EXE = b"MZ\x90\0" + b"\0" * 200


def png_with_bomb(chunk: str, *, unpacked_mb: int = 64) -> bytes:
    """A small picture with a chunk of text or colour profile that unpacks to so much."""
    packed = zlib.compress(bytes(1024 * 1024) * unpacked_mb, 9)
    body = {"zTXt": b"note\0\0", "iTXt": b"note\0\1\0\0\0", "iCCP": b"profile\0\0"}[chunk] + packed
    kind = chunk.encode()
    whole = struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    start = picture("PNG")
    return start[:33] + whole + start[33:]
