"""The controlled list of fields and methods, read from fields.toml. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct

FILE = Path(__file__).with_name("fields.toml")


class Group(Struct, frozen=True, forbid_unknown_fields=True):
    """Fields that belong together; most groups are one key area."""

    code: str
    name: str
    fields: tuple[tuple[str, str], ...]
    area: str = ""
    confirmed: bool = False


class Method(Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    name: str


class Vocabulary(Struct, frozen=True, forbid_unknown_fields=True):
    groups: tuple[Group, ...]
    methods: tuple[Method, ...]
    confirmed: bool = False


@cache
def load() -> Vocabulary:
    return msgspec.toml.decode(FILE.read_bytes(), type=Vocabulary)


@cache
def names() -> dict[str, str]:
    """Field code to its word."""
    return {code: name for group in load().groups for code, name in group.fields}


@cache
def method_names() -> dict[str, str]:
    return {method.code: method.name for method in load().methods}


@cache
def area_of() -> dict[str, str]:
    """Field code to the key area it belongs to; general ones and disciplines have none."""
    return {code: group.area for group in load().groups if group.area for code, _ in group.fields}


def words_of(codes: Iterable[str]) -> list[str]:
    """The words behind codes of fields or methods; a code that is no longer listed shows as itself."""
    known = {**names(), **method_names()}
    return [known.get(code, code) for code in codes]
