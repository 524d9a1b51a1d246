"""Does a receipt cover exactly this batch? A reader forgets its taps on a yes, so every difference is named."""

from __future__ import annotations

from terminals.kit.checks import Check
from terminals.kit.reading import Reading

SAME = {"environment": "environment", "device": "device", "epoch": "epoch", "through_seq": "last_seq"}
"""A receipt's field, and the field of the batch that it has to repeat."""


def covers(receipt: Reading, batch: Reading) -> list[Check]:
    """The checks of both messages, and whether the one speaks of the other."""
    checks = [Check(f"receipt: {check.name}", check.ok, check.told) for check in receipt.checks]
    checks += [Check(f"batch: {check.name}", check.ok, check.told) for check in batch.checks]
    if not receipt.header or not batch.header:
        return checks
    named, digest = receipt.header["digest"], batch.digest.hex()
    checks.append(Check("same digest", named == digest, digest if named == digest else f"{named} is not {digest}"))
    for key, of_batch in SAME.items():
        said, found = receipt.header[key], batch.header[of_batch]
        checks.append(
            Check(f"same {of_batch}", said == found, str(said) if said == found else f"{said} is not {found}")
        )
    return checks
