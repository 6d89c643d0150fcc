"""Names as lists sort them: by their sound."""

from __future__ import annotations

from kernel.accounts.words import SURNAMES


def sort_key(name: str) -> str:
    # Loading the dictionary takes a tenth of a second, which only the first name should pay.
    from pypinyin import lazy_pinyin

    return " ".join(lazy_pinyin(name)).lower()[:240]


def person_key(name: str) -> str:
    """Of a person: characters that sound otherwise as a surname are read as one."""
    return " ".join(_syllables(name)).lower()[:240]


def initials(name: str) -> str:
    """Two letters for a name of two characters: how people look up a name on a keyboard."""
    return "".join(syllable[:1] for syllable in _syllables(name)).lower()[:60]


def _syllables(name: str) -> list[str]:
    from pypinyin import lazy_pinyin

    for length in (2, 1):
        if read := SURNAMES.get(name[:length]):
            return [*read.split(), *lazy_pinyin(name[length:])]
    return list(lazy_pinyin(name))
