"""The desk where a record becomes a tap: words of the pack become numbers, what was left out is filled in."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from afc.answers import Reason
from afc.city import City
from afc.fares.cases import versions_of
from afc.fares.compile import in_force
from afc.keys import FIRST_VERSION
from afc.limits import tap_time_us_max, tap_time_us_min
from afc.moment import service_date
from afc.refusal import Refused, nearest
from afc.tap import NO_PATTERN, NO_STOP, TAP_VERSION, UNCOUNTED, WITHOUT_CARD, TapKind, find_fault
from terminals.kit.fields import KEYS, TEXTUAL, moment, named, number, spoken

FAULTY = {
    Reason.RECORD_FORMAT: "version", Reason.RECORD_KIND: "kind", Reason.RECORD_CARD: "card", Reason.RECORD_TIME: "time",
    Reason.RECORD_GROUP: "group", Reason.RECORD_AMOUNT: "amount", Reason.RECORD_STATE: "state",
}  # fmt: skip
"""The field that each reason against a single tap is about."""

MOVES = {TapKind.ENTRY: -1, TapKind.EXIT: -1, TapKind.LOAD: 1, TapKind.ACTION: 1}
"""Which way the amount of a tap moves the card's balance; what is not here leaves it alone."""


class Place(NamedTuple):
    """Where the new batch stands: its reader, and what that reader sealed before."""

    device: int
    epoch: int
    number: int
    first_seq: int
    previous: bytes


class Desk:
    """What is known while records are gone through: the pack's words, and what each card's last record said."""

    def __init__(self, city: City, place: Place) -> None:
        self._city, self._place, self._network = city, place, city.network
        self._versions = versions_of(city)
        self._words = {
            "medium": [medium.id for medium in city.media],
            "category": [category.id for category in city.categories],
            "tariff": [str(version["id"]) for version in self._versions],
        }
        self._cards: dict[int, tuple[int, int]] = {}  # counter and balance after a card's last record
        self.filled: dict[str, str] = {}

    def fill(self, tap: np.ndarray, row: int, fields: dict[str, Any]) -> list[Refused]:
        """Write one record into `tap`; what is wrong with it comes back."""
        wrong = [_unknown(key) for key in fields if key not in KEYS]
        given: dict[str, int] = {}
        for key in (key for key in KEYS if key in fields and key not in ("tariff", "product")):
            try:
                given["time_us" if key == "time" else key] = self._value(key, fields[key])
            except Refused as refused:
                wrong.append(refused)
        wrong += [Refused("KEY_MISSING", f"`{key}` is missing") for key in self._missing(fields)]
        if "time" in fields and "time_us" in fields:
            wrong.append(Refused("KEY_TWICE", "`time` and `time_us` say the same thing", cure="Give one."))
        try:
            given |= self._of_tariff(given, fields)
        except Refused as refused:
            wrong.append(refused)
        if wrong:
            return wrong
        try:
            for key, value in (self._defaults(row, given) | given).items():
                tap[key] = number(key, value)
        except Refused as refused:
            return [refused]
        faults = self._faults(tap, row)
        if not faults and int(tap["kind"][0]) not in UNCOUNTED:
            self._cards[int(tap["card"][0])] = int(tap["counter"][0]), int(tap["balance"][0])
        return faults

    def _value(self, key: str, value: Any) -> int:
        if key in ("time", "time_us"):
            return _in_time(moment(value) if key == "time" else number(key, value))
        if key in TEXTUAL:
            return spoken(key, value)
        if key in self._words:
            return named(key, value, self._words[key])
        if key == "stop" and str(value) != str(NO_STOP):
            return named(key, value, self._network.stop_ids)
        found = number(key, value)
        if key == "pattern" and found != NO_PATTERN and found >= len(self._network.patterns):
            most = len(self._network.patterns) - 1
            raise Refused("NUMBER_OUT_OF_RANGE", f"`pattern`: {found} is none of the pack's; at most {most}")
        return found

    def _missing(self, fields: dict[str, Any]) -> list[str]:
        missing = [] if "time" in fields or "time_us" in fields else ["time"]
        alone = {text for kind in WITHOUT_CARD for text in (kind.name, str(int(kind)))}
        needed = ("kind",) if str(fields.get("kind", "")).upper() in alone else ("kind", "card")
        return [key for key in needed if key not in fields] + missing

    def _of_tariff(self, given: dict[str, int], fields: dict[str, Any]) -> dict[str, int]:
        """Tariff and product: which products there are depends on the version, and the version on the day."""
        if "tariff" in fields:
            tariff = self._value("tariff", fields["tariff"])
        elif "time_us" not in given:
            tariff = len(self._versions) - 1  # the record is refused for its time, but its product can still be judged
        else:
            day = service_date(given["time_us"], self._city.zone, self._city.day_cut_s)
            tariff = in_force(self._versions, day)
            self.filled["tariff"] = "in force on the day"
        products = [str(row["id"]) for row in self._versions[tariff].get("product", [])]
        sold = {"product": named("product", fields["product"], ["0", *products])} if "product" in fields else {}
        return {"tariff": tariff} | sold

    def _defaults(self, row: int, given: dict[str, int]) -> dict[str, int]:
        """What a reader would have written where the record says nothing."""
        kind, alone = given["kind"], given["kind"] in WITHOUT_CARD
        counter, balance = self._cards.get(given.get("card", 0), (0, 0))
        moved = given.get("amount", 0) * MOVES.get(TapKind(kind), 0)
        values = {
            "version": (TAP_VERSION, "1"), "clock": (0, "SYNCED"), "state": (0, "COMMITTED"),
            "key_version": (FIRST_VERSION, str(FIRST_VERSION)),
            "medium": (0, "the pack's first"), "category": (0, "the pack's first"), "product": (0, "0, the purse"),
            "group": (0 if alone and kind != TapKind.CASH else 1, "1, or 0 without riders"),
            "device": (self._place.device, "as named"),
            "epoch": (self._place.epoch, str(self._place.epoch)),
            "seq": (self._place.first_seq + row, f"from {self._place.first_seq}"), "card": (0, "none"),
            "counter": (0 if kind in UNCOUNTED else counter + 1, "one more than before"),
            "stop": (NO_STOP, "none"), "pattern": (NO_PATTERN, "none"), "trip": (0, "0"), "amount": (0, "0"),
            "stop_seq": (self._stop_seq(given), "the stop's place in its pattern"),
            "balance": (balance + moved, "after the record before"),
        }  # fmt: skip
        self.filled |= {key: told for key, (_, told) in values.items() if key not in given}
        return {key: value for key, (value, _) in values.items()}

    def _stop_seq(self, given: dict[str, int]) -> int:
        if given.get("pattern", NO_PATTERN) == NO_PATTERN:
            return 0
        stops = self._network.patterns[given["pattern"]].stops.tolist()
        return stops.index(given["stop"]) if given.get("stop") in stops else 0

    def _off_pattern(self, pattern: int, stop: int) -> list[Refused]:
        """A vehicle calls at the stops of its pattern; no tariff has a fare from any other."""
        stops, names = self._network.patterns[pattern].stops.tolist(), self._network.stop_ids
        if stop in stops:
            return []
        cure = f"It calls at {', '.join(names[at] for at in stops)}."
        what = f"`stop`: {names[stop]} is not on the pattern {pattern} of this trip"
        return [Refused("STOP_OFF_PATTERN", what, cure=cure)]

    def _faults(self, tap: np.ndarray, row: int) -> list[Refused]:
        """What a clearing house would say against this tap, or against its place in the batch."""
        place, faults = self._place, []
        wanted = {
            "device": place.device,
            "epoch": place.epoch,
            "seq": place.first_seq + row,
            "key_version": FIRST_VERSION,
        }
        for key, value in wanted.items():
            if int(tap[key][0]) != value:
                faults.append(Refused("PLACE_WRONG", f"`{key}`: {tap[key][0]} stands where {value} has to"))
        pattern, stop = int(tap["pattern"][0]), int(tap["stop"][0])
        if pattern < len(self._network.patterns) and stop < len(self._network.stop_ids):
            faults += self._off_pattern(pattern, stop)
        reason = find_fault(tap)
        if reason is not None:
            faults.append(Refused(reason.name, f"`{FAULTY[reason]}`: {reason.sentence}"))
        return faults


def _in_time(time_us: int) -> int:
    """A moment that a tap may have; the day of any other cannot even be told."""
    if not tap_time_us_min <= time_us <= tap_time_us_max:
        raise Refused(Reason.RECORD_TIME.name, f"`time`: {Reason.RECORD_TIME.sentence}")
    return time_us


def _unknown(key: str) -> Refused:
    if key == "mac":
        return Refused("KEY_UNKNOWN", "`mac` is made by the kit", cure="Leave it out.")
    cure = nearest(key, KEYS) or f"Known: {', '.join(KEYS)}."
    return Refused("KEY_UNKNOWN", f"`{key}` is not a key of a tap", cure=cure)
