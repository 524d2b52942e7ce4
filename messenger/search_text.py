"""Text made searchable: its words, the stemmer of the writer's language, and bigrams for scripts without blanks.

What a word is we say ourselves: PostgreSQL's parser takes `node.js`, `12.50` and `Tuesday/Wednesday` for one word each,
and where it knows no locale also `“hello”` with its quotes.
"""

import re

PLAIN = "simple"

# what PostgreSQL 15 ships, by the first part of a locale
_STEMMERS = {
    "ar": "arabic", "hy": "armenian", "eu": "basque", "ca": "catalan", "da": "danish", "nl": "dutch", "en": "english",
    "fi": "finnish", "fr": "french", "de": "german", "el": "greek", "hi": "hindi", "hu": "hungarian",
    "id": "indonesian", "ga": "irish", "it": "italian", "lt": "lithuanian", "ne": "nepali", "nb": "norwegian",
    "nn": "norwegian", "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "es": "spanish", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip

# Han, Hiragana, Katakana, Hangul, Thai, Lao, Khmer, Myanmar: written without blanks between words
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_UNSPACED_RUN = re.compile(f"[{_UNSPACED}\U00020000-\U0003134f]+")
# what combines with a letter, and is none to Python: vowel signs, points, accents
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u07a6-\u07b0\u0900-\u0963\u0971-\u0de5"
    "\u0f71-\u0f84\u0f90-\u0fbc\u1ab0-\u1ace\u1dc0-\u1dff\u20d0-\u20dc\u20e1\u20e5-\u20f0\ufe20-\ufe2f"
)
_WORD = re.compile(f"(?:[^\\W_]|[{_MARKS}])+")
_ASCII_WORD = re.compile("[a-z0-9]+")


def stemmer_of(locale: str) -> str:
    """PostgreSQL's text search configuration for a locale such as `de-AT`; `simple` where there is none."""
    return _STEMMERS.get(locale.replace("_", "-").split("-")[0].lower(), PLAIN)


def bigrams_in(text: str) -> str:
    """The overlapping pairs of each run of a script without blanks, parted by blanks: `東京都` gives `東京 京都`."""
    if text.isascii():
        return ""
    return " ".join(pair for run in _UNSPACED_RUN.findall(text) for pair in bigrams_of(run))


def bigrams_of(run: str) -> list[str]:
    """The pairs of one run; a single character stands for itself."""
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


def unspaced_runs(text: str) -> list[str]:
    """The runs of `text` that are searched by their bigrams."""
    return [] if text.isascii() else _UNSPACED_RUN.findall(text)


def words_in(text: str) -> list[str]:
    """The words of `text` in small letters; what has no blanks is left out."""
    lowered = text.lower()
    if lowered.isascii():
        return _ASCII_WORD.findall(lowered)
    return _WORD.findall(_UNSPACED_RUN.sub(" ", lowered))


def placed_words(lowered: str) -> list[tuple[str, int]]:
    """The words of a text that is in small letters already, and where each begins."""
    if lowered.isascii():
        return [(found[0], found.start()) for found in _ASCII_WORD.finditer(lowered)]
    spaced = _UNSPACED_RUN.sub(lambda run: " " * len(run[0]), lowered)
    return [(found[0], found.start()) for found in _WORD.finditer(spaced)]


def searchable(content: str) -> str:
    """What is indexed without a stemmer: the words, and the bigrams of what has no blanks."""
    pairs = bigrams_in(content)
    return " ".join([*words_in(content), pairs] if pairs else words_in(content))
