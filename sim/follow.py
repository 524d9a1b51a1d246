"""One tap, thirteen stations: the line walked again for a real tap, from the street to the bank."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date

import numpy as np

from afc.fares.cases import versions_of
from afc.fares.citation import Told
from afc.fares.explain import reason
from afc.fares.state import Rule
from afc.moment import show as moment
from afc.money import show
from afc.receipt import open_receipt
from afc.tap import NO_PATTERN, TapKind
from clearing.chart import chart_of
from clearing.custody_told import facts_on
from clearing.dealing import shard_with
from clearing.eras import date_of
from clearing.house import House
from clearing.legs import STATUS_NAMES
from clearing.netting import balances, positions
from clearing.standing import AGAIN
from clearing.views import Detail, Place, Row, TapName, find_custody
from sim.explain import ends_of
from sim.kit_told import tap_text

STATIONS = (
    "world", "card", "reader", "sam/journal", "uplink", "intake", "legs", "fares", "split", "postings", "netting",
    "statement", "bank",
)  # fmt: skip


class Walk:
    """What each station made of a tap."""

    def __init__(self, house: House, detail: Detail, name: TapName) -> None:
        self.house, self.city, self.detail = house, house.city, detail
        self.name, self.custody = name, find_custody(house, name)
        self.tap = self.custody.tap
        self.shard = shard_with(int(self.tap["card"]), detail.shards)
        self.place, self.row = self.find_row()
        self.date = self.place.close  # in whose books the tap stands
        self.aside = "" if self.row else self.find_aside()
        self.leg = self.find_leg()
        self.shares = self.find_shares()

    def find_row(self) -> tuple[Place, Row]:
        """The tap in the detail of the close that looked at it last."""
        wanted = {"device": self.name.device, "epoch": self.name.epoch, "seq": self.name.seq}
        for day in reversed(self.detail.dates):
            kinds = (AGAIN, "") if (day, self.shard) in self.detail.again else ("",)
            for kind in kinds:
                if rows := self.detail.rows(day, f"{kind}taps", self.shard, **wanted):
                    return Place(day, kind, date_of(rows[0]["date"]).isoformat() if kind else day), rows[0]
        return Place("", "", ""), {}

    def rows(self, kind: str, **where: int) -> list[Row]:
        """Rows of the detail in which the tap stands."""
        return self.detail.rows(self.date, self.place.file(kind), self.shard, **where)

    def find_aside(self) -> str:
        """Why a close set the tap aside, if one did."""
        rows = self.house.store.quarantined()
        return next((row.reason for row in rows if row.seq and self.name == (row.device, row.epoch, row.seq)), "")

    def find_leg(self) -> Row:
        """The leg that the tap begins or ends."""
        if not self.row or self.tap["kind"] not in (TapKind.ENTRY, TapKind.EXIT):
            return {}
        end = "in_tap" if self.tap["kind"] == TapKind.ENTRY else "out_tap"
        rows = self.rows("legs", **{end: self.row["row"]})
        return rows[0] if rows else {}

    def find_shares(self) -> list[Row]:
        """The shares of the leg's money."""
        if not self.leg:
            return []
        keys = {key: self.leg[key] for key in ("card", "journey", "number")}
        return self.rows("shares", **keys)

    def stations(self) -> list[tuple[str, str]]:
        """Thirteen names, each with a sentence."""
        told: dict[str, Callable[[], str]] = {
            "world": self.world, "card": self.card, "reader": self.reader, "sam/journal": self.sam,
            "uplink": self.uplink, "intake": self.intake, "legs": self.legs, "fares": self.fares, "split": self.split,
            "postings": self.postings, "netting": self.netting, "statement": self.statement, "bank": self.bank,
        }  # fmt: skip
        return [(station, told[station]()) for station in STATIONS]

    def money(self, minor: int) -> str:
        """An amount with its currency."""
        return f"{show(minor, self.city.exponent)} {self.city.currency}"

    def operator(self) -> str:
        """The operator at whose reader the tap was made."""
        return str(self.city.parties[self.row["operator"]].id) if self.row else "?"

    def service(self) -> str:
        """The service on which the tap was made, "" at a kiosk."""
        return str(self.city.services[self.leg["service"]].id) if self.leg else ""

    def world(self) -> str:
        """Who was where. A tap that was set aside may name what nobody has, so it is only read aloud."""
        if self.aside:
            return tap_text(self.tap, self.city)
        network, tap = self.city.network, self.tap
        stop = network.stop_names[tap["stop"]] if tap["stop"] < len(network.stop_names) else "?"
        on = ""
        if tap["pattern"] != NO_PATTERN:
            on = f", route {network.route_ids[network.patterns[tap['pattern']].route]}, vehicle trip {tap['trip']}"
        rider = self.city.categories[tap["category"]].id
        kind = TapKind(int(tap["kind"])).name.lower()
        return f"{moment(int(tap['time_us']), self.city.zone)}  {kind} of a rider ({rider}) at {stop}{on}"

    def card(self) -> str:
        """What the chip said."""
        tap, kind = self.tap, self.tap["kind"]
        if self.aside:
            return f"{int(tap['card']):016x}  counter {tap['counter']}"
        delta = int(tap["amount"]) if kind == TapKind.LOAD else -int(tap["amount"]) if kind != TapKind.SALE else 0
        medium = self.city.media[tap["medium"]].id
        before = show(int(tap["balance"]) - delta, self.city.exponent)
        after = self.money(int(tap["balance"]))
        return f"{medium} {int(tap['card']):016x}  counter {tap['counter']}  purse {before} → {after}"

    def reader(self) -> str:
        """What the device decided."""
        device = f"device {self.name.device}, tap {self.name.seq} of epoch {self.name.epoch}"
        return f"{device}: accepted, took {self.money(int(self.tap['amount']))}"

    def sam(self) -> str:
        """Whether the card's authenticator holds."""
        ok = bool(self.house.ring.macs_ok(np.array([self.tap]))[0])
        return f"MAC {int(self.tap['mac']):016x} {'holds' if ok else 'DOES NOT HOLD'}, key version {self.tap['key_version']}"

    def uplink(self) -> str:
        """The sealed batch."""
        kept, sealed = self.custody.kept, self.custody.sealed
        return (
            f"batch {kept.number} of the device: taps {kept.first_seq}–{kept.last_seq}, {len(sealed)} bytes,"
            f" sha256 {kept.digest.hex()[:16]}…"
        )

    def intake(self) -> str:
        """The receipt."""
        house, custody = self.house, self.custody
        receipt = open_receipt(custody.receipt, house.ring.receipt_public(), house.ring.environment)
        at = moment(receipt.received_us, self.city.zone)
        return f"{receipt.answer.name} at {at}, log position {receipt.position}, head {receipt.head.hex()[:16]}…"

    def legs(self) -> str:
        """The leg."""
        if not self.leg:
            if self.aside:
                return f"no leg: set aside when its batch was closed, {self.aside}"
            return "no leg: this tap moves value, not a rider" if self.row else "waits for its clearing date"
        leg, names = self.leg, self.city.network.stop_names
        there = names[leg["out_stop"]] if leg["out_stop"] >= 0 else "an unknown stop"
        far = f", {leg['dist_m']} m" if leg["out_us"] else ""
        status = {"COMPLETE": "tapped out", "NO_TAP_OUT": "no tap-out", "NO_TAP_IN": "no tap-in"}[
            STATUS_NAMES[leg["status"]]
        ]
        return f"leg {leg['number']} of the card, {names[leg['in_stop']]} to {there}{far}: {status}"

    def fares(self) -> str:
        """The rules run again."""
        if not self.row:
            return "not rated yet"
        day = date.fromisoformat(self.place.about)
        known = facts_on(self.house.store, date.fromisoformat(self.place.close))
        version = versions_of(self.city)[known.version("tariff", versions_of(self.city), day)]
        whose = self.city.categories[self.tap["category"]].id, self.city.media[self.tap["medium"]].id
        ends = ends_of(self.city.network, self.leg) if self.leg else ("", "")
        lines = self.rows("lines", tap=self.row["row"])
        told = [(Told(Rule(r["rule"]), r["quantity"], self.service(), *whose, stops=ends), r["minor"]) for r in lines]
        why = "; ".join(f"{reason(one, version)} {show(minor, self.city.exponent)}" for one, minor in told)
        return f"tariff {version['id']} comes to {self.money(self.row['rated'])}" + (f" ({why})" if why else "")

    def split(self) -> str:
        """Who got the leg's money."""
        if not self.leg:
            return "nothing to share"
        if not self.shares:
            return "no money in this leg" if self.leg["charge"] == 0 else "journey under way at the cut"
        parts = [f"{self.city.parties[s['operator']].id} {self.money(s['minor'])}" for s in self.shares]
        return f"journey J-{self.leg['card']:016x}-{self.leg['journey']}, this leg: " + ", ".join(parts)

    def postings(self) -> str:
        """The entry that carries the tap's money, one for shard, kind, operator and service."""
        if not self.row or not self.tap["amount"]:
            return "moves no money"
        kind = {TapKind.LOAD: "load", TapKind.SALE: "sale"}.get(TapKind(int(self.tap["kind"])), "charge")
        about, here = date.fromisoformat(self.place.about), f"{self.shard:04d}/{self.operator()}/"
        for entry in self.house.store.entries(about, date.fromisoformat(self.date)):
            if (entry.about, entry.kind) != (about, kind) or not entry.cause.startswith(here):
                continue
            if entry.service == self.service():
                moved = ", ".join(f"{p.account} {show(p.minor, self.city.exponent)}" for p in entry.postings)
                told = f"inside entry {kind} {entry.cause}: {moved}, detail {entry.digest.hex()[:16]}…"
                return told + self.again()
        return f"no {kind} entry found"

    def again(self) -> str:
        """What is added where the tap's date was closed before the tap was priced."""
        return f" (about {self.place.about}, priced again with {self.date})" if self.place.kind else ""

    def payees(self) -> list[str]:
        """The operators who earn from this tap; the one at whose reader it was made where it earns nothing."""
        earners = dict.fromkeys(str(self.city.parties[s["operator"]].id) for s in self.shares)
        return list(earners) or [self.operator()]

    def netting(self) -> str:
        """The operator's position of the day."""
        if not self.date:
            return "not cleared yet"
        day = date.fromisoformat(self.date)
        net = positions(balances(self.house.store.entries(day)))
        told = [f"{party} {self.money(net.get(party, 0))}" for party in self.payees()]
        chart = chart_of(self.city, day, facts_on(self.house.store, day))
        pooled = any(chart.earns(party) == "pool" for party in self.payees())
        return f"net for {self.date}: " + ", ".join(told) + (" (fares go to the pool)" if pooled else "")

    def statement(self) -> str:
        """The file in which the operator reads it."""
        if not self.date:
            return "not drawn up yet"
        files = [s for s in self.house.store.statements(date.fromisoformat(self.date)) if s.party in self.payees()]
        same = [hashlib.sha256((self.house.folder / s.file).read_bytes()).digest() == s.digest for s in files]
        return ", ".join(f"{s.file} ({'as published' if ok else 'ALTERED'})" for s, ok in zip(files, same, strict=True))

    def bank(self) -> str:
        """The payment, if the operator is owed one."""
        paid = [p for p in self.house.store.payments(self.date) if p.party in self.payees()] if self.date else []
        if not paid:
            return "no payment: the position is not above zero"
        return ", ".join(f"{p.end_to_end}: {self.money(p.minor)}" for p in paid)


def any_tap(detail: Detail) -> TapName:
    """The first paid tap of a journey worth showing."""
    from clearing.views import any_journey, find_journey

    journey = find_journey(detail, any_journey(detail))
    row = max(journey.taps.values(), key=lambda tap: (tap["amount"] > 0, -tap["counter"]))
    return TapName(row["device"], row["epoch"], row["seq"])
