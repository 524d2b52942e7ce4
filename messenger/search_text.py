"""Text made searchable: which stemmer speaks the writer's language, and bigrams for scripts without blanks."""

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


def searchable(content: str) -> str:
    """What is indexed without a stemmer: the text, and the bigrams of what has no blanks."""
    pairs = bigrams_in(content)
    return f"{content} {pairs}" if pairs else content
