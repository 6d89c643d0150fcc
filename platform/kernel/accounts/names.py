"""Names as lists sort them: by their sound."""

from __future__ import annotations


def sort_key(name: str) -> str:
    # Loading the dictionary takes a tenth of a second, which only the first name should pay.
    from pypinyin import lazy_pinyin

    return " ".join(lazy_pinyin(name)).lower()[:240]
