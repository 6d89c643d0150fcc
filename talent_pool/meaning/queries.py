"""Reads of the cache: the vectors of texts, for a computation in this process or for a file that another one reads."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from msgspec import Struct

from kernel import rows
from kernel.rows import Q
from talent_pool.matching.affinity import texts
from talent_pool.meaning.models import KINDS, have_meaning


class Known(Struct, frozen=True):
    digest: str
    vector: bytes


async def vectors(of: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Model -> content hash -> vector (numpy), as `affinity` takes them; nothing without the extra. For workers, not for pages."""
    if not have_meaning() or not await rows.value(Q("SELECT EXISTS (SELECT 1 FROM text_vector)")):
        return {}  # hashing every text of a call takes half a second
    import numpy as np

    wanted = sorted(texts.hashes(of))
    found: dict[str, dict[str, Any]] = {}
    for kind in KINDS:
        known = await rows.fetch(
            Known,
            Q(
                "SELECT v.digest, v.vector FROM text_vector v WHERE v.model = {} AND v.version = {} AND v.digest = ANY({}::text[])"
                " ORDER BY v.digest",
                kind.name,
                kind.version,
                wanted,
            ),
        )
        if known:
            found[kind.name] = {one.digest: np.frombuffer(one.vector, "<f2").astype(np.float32) for one in known}
    return found


async def is_waiting(of: Iterable[str]) -> bool:
    """Whether some of these texts are still to be understood."""
    return bool(
        await rows.value(Q("SELECT EXISTS (SELECT 1 FROM text_waiting WHERE digest = ANY({}::text[]))", list(texts.hashes(of))))
    )


async def archive(of: Iterable[str], path: Path) -> bool:
    """Write the vectors for the process that matches: `<model>.hashes` and `<model>.vectors`. False when there are none."""
    found = await vectors(of)
    if not found:
        return False
    import numpy as np

    arrays = {}
    for model, known in found.items():
        arrays[f"{model}.hashes"] = np.array(list(known))
        arrays[f"{model}.vectors"] = np.stack(list(known.values()))
    np.savez(path, allow_pickle=False, **arrays)
    return True
