"""What an entry says about itself beside its postings, by name: both dates, kind, cause, rule, and the digests behind it."""

from __future__ import annotations

from clearing.entry import Entry, identity

TYPES = {
    "cash": "Assets",
    "receivable": "Assets",
    "float": "Liabilities",
    "deferred": "Liabilities",
    "payable": "Liabilities",
    "fees": "Liabilities",
    "journeys": "Equity",
    "pool": "Equity",
    "suspense": "Equity",
    "owed": "Liabilities",
    "debt": "Assets",
    "breakage": "Liabilities",
    "takings": "Equity",
    "bank": "Assets",
    "settled": "Equity",
    "loss": "Expenses",
}
"""What an accountant calls each kind of account. What nobody owns yet stands between both sides."""


def type_of(account: str) -> str:
    """The type of an account, by its kind."""
    return TYPES[account.partition(":")[0]]


def facts(entry: Entry) -> dict[str, str]:
    """Name and value, in a fixed order; a value that is empty is left out."""
    told = {
        "clearing_date": entry.clearing_date.isoformat(),
        "service_date": entry.about.isoformat(),
        "kind": entry.kind,
        "cause": entry.cause,
        "rule": entry.rule,
        "service": entry.service,
        "product": entry.product,
        "quantity": str(entry.quantity),
        "digest": entry.digest.hex(),
        "identity": identity(entry).hex(),
        "reverses": entry.reverses.hex(),
    }
    return {name: value for name, value in told.items() if value}
