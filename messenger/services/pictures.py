"""Pictures made anew: decoded under a pixel limit, turned upright, written without place, camera or anything else."""

import io
import struct
import warnings
import zlib
from dataclasses import dataclass

from PIL import ExifTags, Image, ImageCms, ImageSequence

from messenger.errors import FileTooLarge, UnsupportedFileType

MAX_PIXELS = 40_000_000
MAX_FRAMES = 300
THUMBNAIL_SIDE = 480

_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP"}
# what Pillow's readers and writers stumble with over broken files
_UNREADABLE = (
    OSError, SyntaxError, ValueError, EOFError, MemoryError, LookupError, TypeError, ArithmeticError, AttributeError,
    AssertionError, RuntimeError, struct.error, zlib.error,
)  # fmt: skip
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A re-encoded picture, its size in pixels, and a small WebP of it."""

    content: bytes
    width: int
    height: int
    thumbnail: bytes


def remake(content: bytes, mime_type: str) -> Picture:
    """Decode a picture and write it anew in its own format; an animation keeps its frames.

    :raises UnsupportedFileType: it cannot be decoded, or is no such picture.
    :raises FileTooLarge: more pixels or frames than are taken.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(content), formats=[_FORMATS[mime_type]]) as image:
                _check_size(image)
                return _remade(image, mime_type)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise FileTooLarge("This picture has too many pixels.") from None
        except _UNREADABLE:
            raise UnsupportedFileType("This picture cannot be read.") from None


def _check_size(image: Image.Image) -> None:
    frames = _frames_of(image)
    if image.width * image.height > MAX_PIXELS or frames > MAX_FRAMES:
        raise FileTooLarge("This picture has too many pixels.")
    if image.width * image.height * frames > 4 * MAX_PIXELS:
        raise FileTooLarge("This animation has too many pixels.")


def _frames_of(image: Image.Image) -> int:
    """How many there are: of a phone's photo one, whatever other pictures (depth, brightness) lie behind it."""
    return 1 if image.format in ("JPEG", "MPO") else getattr(image, "n_frames", 1)


def _remade(image: Image.Image, mime_type: str) -> Picture:
    written = io.BytesIO()
    if _frames_of(image) > 1:
        frames = [frame.copy() for frame in ImageSequence.Iterator(image)]
        durations = [frame.info.get("duration", 100) for frame in frames]
        upright = frames[0]
        for frame in frames:
            _forget(frame)
        frames[0].save(
            written, _FORMATS[mime_type], save_all=True, append_images=frames[1:], duration=durations, loop=0
        )
    else:
        upright = _in_srgb(_upright(image))
        if mime_type == "image/jpeg" and upright.mode not in ("RGB", "L"):
            upright = upright.convert("RGB")
        _forget(upright)
        upright.save(written, _FORMATS[mime_type], **_options(mime_type))
    return Picture(
        content=written.getvalue(), width=upright.width, height=upright.height, thumbnail=_thumbnail_of(upright)
    )


def _upright(image: Image.Image) -> Image.Image:
    """The picture turned as its notes say; notes that cannot be read turn nothing."""
    try:
        turn = _TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    except _UNREADABLE:
        turn = None
    return image.copy() if turn is None else image.transpose(turn)


def _options(mime_type: str) -> dict[str, int | bool]:
    return {"image/jpeg": {"quality": 88, "optimize": True}, "image/webp": {"quality": 88, "method": 4}}.get(
        mime_type, {}
    )


def _in_srgb(image: Image.Image) -> Image.Image:
    """The picture in sRGB, so that its colours survive the loss of the profile."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "RGBA", "CMYK"):
        return image.convert("RGB") if image.mode == "CMYK" else image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image.convert("RGB")
    return converted or image


def _forget(image: Image.Image) -> None:
    """Keep what draws the picture, and nothing that tells of it."""
    kept = {name: image.info[name] for name in ("transparency", "duration", "disposal") if name in image.info}
    image.info = kept  # type: ignore[assignment]  # Pillow's stubs also allow tuples as keys


def _thumbnail_of(image: Image.Image) -> bytes:
    small = image.convert("RGBA" if "A" in image.getbands() or "transparency" in image.info else "RGB")
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    written = io.BytesIO()
    small.save(written, "WEBP", quality=80)
    return written.getvalue()
