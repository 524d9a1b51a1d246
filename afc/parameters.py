"""The parameters: by what a reader goes, in one signed message with one number.

They say from when they hold, which tables a reader must have at least (tariff, denylist, action list, record key) and the
digests of exactly these, and the bounds it keeps: repeat window, clock, what its SAM may give between two contacts. A reader
never goes back to an older version. A message with a canary set is for these readers alone; the others get it later without.
"""

from __future__ import annotations

from itertools import pairwise
from struct import Struct
from typing import Final, NamedTuple

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from afc.keys import NO_DIGEST
from afc.limits import canary_readers_max, tap_time_us_max, tap_time_us_min
from afc.message import ENVELOPE, Form, content_wrong, open_message, sign_message

MAGIC: Final = b"AFCP"
HEADER: Final = Struct(ENVELOPE + "II qq IIII IIII q 32s32s32s".replace(" ", ""))
PARAMETERS: Final = Form(MAGIC, HEADER, 4, canary_readers_max)


class Parameters(NamedTuple):
    """One version. A window or a SAM's bound of 0 is none; a clock step of 0 notes every signed time; a digest of zeros says
    nothing about its table."""

    version: int
    issued_us: int
    valid_from_us: int
    tariff: int = 0
    """Least place of the tariff version in the city's list, which is also what taps name."""
    denylist: int = 0
    actions: int = 0
    record_key: int = 1
    repeat_window_s: int = 0
    clock_step_s: int = 90
    """A signed time that is farther than this from the reader's own is noted, and changes nothing."""
    clock_held_s: int = 86_400
    """So long after a signed time the clock counts as set by the network."""
    sam_count_max: int = 0
    """How many value-giving taps a SAM stamps between two contacts, and for how much in minor units."""
    sam_minor_max: int = 0
    tariff_digest: bytes = NO_DIGEST
    denylist_digest: bytes = NO_DIGEST
    actions_digest: bytes = NO_DIGEST
    canary: tuple[int, ...] = ()
    """The readers that take it first; none: it is for all."""

    def is_for(self, device: int) -> bool:
        """May this reader take it?"""
        return not self.canary or device in self.canary


NO_PARAMETERS: Final = Parameters(0, 0, 0)
"""What a reader goes by that never got any: the first key, no least version of a table, no window and no bound of its SAM."""


def sign_parameters(private: Ed25519PrivateKey, parameters: Parameters, environment: str) -> bytes:
    """The bytes of a new version, as the scheme sends it to readers."""
    assert possible(parameters), "parameters that no reader would believe"
    version, *others, canary = parameters
    fields = (version, len(canary), *others)
    return sign_message(PARAMETERS, private, environment, fields, np.array(canary, "<u4").tobytes())


def open_parameters(data: bytes, public: bytes, environment: str) -> Parameters:
    """The parameters inside, or `MessageRefused` with the first reason that fits."""
    (version, _, *others), rows = open_message(PARAMETERS, data, public, environment)
    found = Parameters._make([version, *others, tuple(np.frombuffer(rows, "<u4").tolist())])
    if not possible(found):
        raise content_wrong()
    return found


def possible(told: Parameters) -> bool:
    """Is there a version, a moment, a key, no negative bound, and each canary reader once?"""
    moments = (told.issued_us, told.valid_from_us)
    canary = (0, *told.canary)
    return (
        told.version >= 1
        and all(tap_time_us_min <= moment <= tap_time_us_max for moment in moments)
        and 1 <= told.record_key <= 255
        and told.tariff <= 255
        and told.sam_minor_max >= 0
        and all(a < b for a, b in pairwise(canary))
    )
