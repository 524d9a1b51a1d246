"""Single taps that were set aside at a close, settled one by one: somebody bears it, and the tap leaves quarantine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from afc.refusal import Refused, nearest
from afc.tap import TAP, TapKind
from clearing.admit import SetAside
from clearing.by_card import chart_today
from clearing.by_hand import settled_singly
from clearing.house import House
from clearing.store import Quarantined, Store
from clearing.terms import service_date_of
from clearing.views import tap_name

CHARGE_OFF = "charge-off"


def settle(house: House, subject: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """What becomes of a tap in quarantine: its money goes to an operator, or nobody earned it and its issuer keeps it.

    Only a tap that was too late has money in suspense; whatever else was set aside moved none, and is only done with.
    """
    row, to = find_single(house.store, subject), str(asked["to"])
    tap = np.frombuffer(row.content, TAP)[0]
    in_suspense = row.reason == SetAside.COUNTER_PASSED.name and tap["kind"] <= TapKind.EXIT
    minor = int(tap["amount"]) if in_suspense else 0
    facts: dict[str, Any] = {"digest": row.digest.hex(), "minor": minor, "reason": row.reason}
    chart = chart_today(house)
    operators = [party.id for party in house.city.parties if "service_operator" in party.roles]
    if to != CHARGE_OFF and to not in operators:
        raise Refused("PARTY_UNKNOWN", f'no operator is called "{to}"', where="--as", cure=nearest(to, operators))
    if to != CHARGE_OFF and not minor:
        what = f"{row.reason}: nothing of this tap is in suspense, so nobody can be given it"
        raise Refused("NOTHING_IN_SUSPENSE", what, where=subject, cure=f"Settle it as {CHARGE_OFF}.")
    if minor:
        account = f"payable:{to}" if to != CHARGE_OFF else f"loss:{chart.issuers[int(tap['medium'])]}"
        about = service_date_of(house.city, int(tap["time_us"]))
        facts |= {"about": about.isoformat(), "postings": [[account, -minor], ["suspense:late", minor]]}
    return facts


def find_single(store: Store, name: str) -> Quarantined:
    """A single tap that is in quarantine."""
    wanted = tap_name(name)
    rows = [row for row in store.quarantined() if row.seq and (row.device, row.epoch, row.seq) == tuple(wanted)]
    if not rows:
        cure = "See: afc clearing quarantine list"
        raise Refused("TAP_UNKNOWN", f"{name} is not in quarantine by itself", where=name, cure=cure)
    if settled_singly(store) >= {row.digest for row in rows}:
        raise Refused("SETTLED_BEFORE", f"{name} was settled", where=name, cure="It is done with.")
    return next(row for row in rows if row.digest not in settled_singly(store))
