"""What the catalogue says about papers, told to the part that issues them. Every process does it once, when it starts."""

from __future__ import annotations

from departments import catalogue
from kernel.documents import numbering


def name_papers() -> None:
    city = catalogue.load()
    numbering.configure(prefixes=city.documents.prefixes, issuer=city.footer.host_name, confirmed=city.footer.confirmed)
