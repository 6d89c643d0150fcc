"""Write the generated papers of this folder again: python docs/write.py"""

from __future__ import annotations

from pathlib import Path

from server import law

HERE = Path(__file__).parent


def papers() -> dict[str, str]:
    return {"permissions.md": law.matrix(), "lives.md": law.diagrams()}


if __name__ == "__main__":
    for name, text in papers().items():
        (HERE / name).write_text(text, encoding="utf-8")
