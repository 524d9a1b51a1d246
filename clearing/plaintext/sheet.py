"""The journal for a spreadsheet: a row a posting, with everything that its entry says."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from clearing.cells import cell
from clearing.plaintext.facts import facts
from clearing.statement import amount_text

if TYPE_CHECKING:
    from clearing.plaintext.books import Books

COLUMNS = (
    "entry", "clearing_date", "service_date", "kind", "cause", "rule", "service", "product", "quantity", "account", "minor",
    "amount", "currency", "digest", "identity", "reverses",
)  # fmt: skip
_NUMBERS = {"quantity", "minor", "amount"}


def lines(books: Books) -> Iterator[str]:
    """The file, row by row; what is no number is no formula either."""
    yield row(COLUMNS)
    for name, entry in books.journal:
        told = facts(entry) | {"entry": name, "currency": books.currency}
        for posting in entry.postings:
            amount = amount_text(posting.minor, books.decimals)
            told |= {"account": posting.account, "minor": str(posting.minor), "amount": amount}
            values = (told.get(column, "") for column in COLUMNS)
            pairs = zip(COLUMNS, values, strict=True)
            yield row([value if column in _NUMBERS else cell(value) for column, value in pairs])


def row(cells: tuple[str, ...] | list[str]) -> str:
    """One row, quoted where it has to be."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()
