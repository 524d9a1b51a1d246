"""Money: whole minor units, divided in one place.

An amount is an int of the currency's smallest unit after ISO 4217 (KRW has none, so 1,550 won is 1550; MNT has two
decimals, so 1,000 tugrik is 100000). Nothing here ever makes or loses a unit, and no float comes near.
"""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence

from afc.executor import rule


@rule
def allocate_into(minor: int, weights: Sequence[int], n: int, shares: MutableSequence[int]) -> None:
    """Fill `shares[0:n]` with `minor` split by `weights[0:n]`: largest remainder first, ties to the earlier one."""
    total = 0
    for i in range(n):
        total += weights[i]
    left = minor
    for i in range(n):
        shares[i] = minor * weights[i] // total
        left -= shares[i]
    for _ in range(left):
        best, best_remainder = -1, 0
        for i in range(n):
            remainder = minor * weights[i] % total
            untouched = shares[i] == minor * weights[i] // total
            if untouched and remainder > best_remainder:
                best, best_remainder = i, remainder
        shares[best] += 1


def allocate(minor: int, weights: Sequence[int]) -> list[int]:
    """Split an amount by weight, losing and making nothing.

    Largest remainder first; ties go to the earlier party, so the answer never depends on chance.

    >>> allocate(1550, [1200, 1550])
    [676, 874]
    >>> allocate(1000, [1, 1, 1])
    [334, 333, 333]
    """
    if minor < 0:
        raise ValueError("a negative amount is a reversal: negate the entry that was posted")
    if min(weights, default=0) < 0 or sum(weights) <= 0:
        raise ValueError("weights must be zero or more, and not all of them zero")
    shares = [0] * len(weights)
    allocate_into(minor, weights, len(weights), shares)
    return shares


def exponent(currency: str) -> int:
    """Decimals of a currency's minor unit after ISO 4217.

    >>> exponent("KRW"), exponent("MNT"), exponent("TND")
    (0, 2, 3)
    """
    from babel.numbers import get_currency_precision

    # CLDR shows some currencies without the decimals that ISO 4217 still gives them; banks count in ISO's units.
    return _ISO_EXPONENT_WHERE_CLDR_DIFFERS.get(currency, get_currency_precision(currency))


_ISO_EXPONENT_WHERE_CLDR_DIFFERS = {
    "AFN": 2, "ALL": 2, "COP": 2, "CRC": 2, "HUF": 2, "IDR": 2, "IQD": 3, "IRR": 2, "KPW": 2, "LAK": 2, "LBP": 2,
    "MGA": 2, "MMK": 2, "MNT": 2, "PKR": 2, "RSD": 2, "SLL": 2, "SOS": 2, "SYP": 2, "TWD": 2, "TZS": 2, "UZS": 2,
    "YER": 2, "ZMK": 2, "UYW": 4, "CLF": 4,
}  # fmt: skip


def show(minor: int, decimals: int) -> str:
    """An amount as people read it, digits grouped by spaces.

    >>> show(27511970000, 2), show(-1550, 0)
    ('275 119 700.00', '-1 550')
    """
    whole, part = divmod(abs(minor), 10**decimals)
    text = f"{whole:,}".replace(",", " ") + (f".{part:0{decimals}d}" if decimals else "")
    return "-" + text if minor < 0 else text
