"""Texts before they are compared: one form for one meaning, whatever is pasted."""

from __future__ import annotations

import time

import pytest

from talent_pool.matching.affinity.texts import CHUNK, chunks, digest, normalise

MONSTERS = {
    "nothing": "",
    "a NUL": "\0" * 100_000,
    "lone surrogates": "\ud800\udfff" * 50_000,
    "combining marks in the worst order": "\u0301\u0316" * 50_000,
    "line breaks": "\n " * 50_000,
    "numbers of paragraphs": "\n1." * 33_000,
    "one sentence": "社" * 100_000,
    "brackets": "（" * 100_000,
}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ＡＢＣ　１２３", "abc 123"),
        ("社會工作服務", "社会工作服务"),
        ("老\u200b人\ufeff\0关爱\ud800", "老人关爱"),
        ("一、项目背景：社区老人\r\n（二）服务", "社区老人\n服务"),
        ("● 居家安全\n2. 评估", "居家安全\n评估"),
        ("  多   空格\n\n\n 下一行 ", "多 空格\n下一行"),
        ("服务3000名老人", "服务3000名老人"),
    ],
)
def test_the_same_text_typed_differently_is_the_same(typed: str, meant: str) -> None:
    assert normalise(typed) == meant


def test_a_text_has_one_hash_however_it_was_typed() -> None:
    assert digest(normalise("社會工作　ＡＢＣ")) == digest(normalise("社会工作 abc"))
    assert digest(normalise("社会工作")) != digest(normalise("社会组织"))


def test_chunks_are_whole_sentences_and_lose_nothing() -> None:
    text = normalise("独居老人需要定期探访。" * 60 + "组建互助队伍！")

    found = chunks(text)

    assert "".join(found) == text
    assert max(map(len, found)) <= CHUNK
    assert all(piece[-1] in "。!" for piece in found)


def test_a_sentence_without_end_is_cut() -> None:
    assert [len(piece) for piece in chunks("社" * 600)] == [256, 256, 88]


@pytest.mark.parametrize("name", MONSTERS)
def test_nothing_that_is_pasted_breaks_or_stalls_it(name: str) -> None:
    text = MONSTERS[name]

    begun = time.process_time()
    found = normalise(text)
    pieces = chunks(found)
    long = time.process_time() - begun
    begun = time.process_time()
    chunks(normalise(text[: len(text) // 10]))
    short = time.process_time() - begun

    digest(found).encode()
    assert all(0 < len(piece) <= CHUNK for piece in pieces)
    # Ten times the text takes about ten times as long, far from a hundred times.
    assert long < 40 * max(short, 0.005)
