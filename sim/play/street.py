"""The streets of a story: cards in riders' hands, the city's own readers, and what these hold until somebody brings it in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

import numpy as np

from afc.batch import digest_of, seal
from afc.city import City
from afc.fares.cases import versions_of
from afc.fares.codes import ENTRY, EXIT, LOAD, SALE
from afc.fares.compile import compile_rates, in_force
from afc.fares.history import issue_card, place
from afc.keys import NO_DIGEST, KeyRing
from afc.limits import uplink_batch_taps_max
from afc.moment import at_us, clock_s, service_date, to_us
from afc.refusal import Refused
from clearing.detail import write_durably
from clearing.terms import TermsOf
from sim.play.schema import Story
from sim.play.spots import Spot, Spots
from sim.play.words import Counter, Ride
from sim.world import Estate
from sim.world.numbered import numbered, readers_by_place
from terminals.begun import decide_begun
from terminals.reader import Accepted

EPOCH = 1


class Street:
    """Cards and readers, from the first step to the last."""

    def __init__(self, city: City, ring: KeyRing, story: Story, seed: int) -> None:
        self.city, self.ring, self.seed = city, ring, seed
        estate = Estate(city, city.network, ring, seed)
        self.spots, self.readers = Spots(city, estate), estate.readers
        self.versions, self.cards = versions_of(city), cards_of(city, story)
        self.terms = TermsOf(city)
        self.numbers: dict[int, int] = {}  # in the registers, of readers that an edition of the pack numbers otherwise
        self.held: dict[int, list[np.ndarray]] = {}
        self.sent: dict[int, tuple[int, bytes]] = {}
        self.commanded: dict[int, int] = {}  # by device the tariff version that it was told to charge by

    def go_on(self, editions: Sequence[City]) -> None:
        """The last of these editions of the pack counts; readers that there were go on with what they hold."""
        self.city = city = editions[-1]
        estate, before = Estate(city, city.network, self.ring, self.seed), self.readers
        self.spots, self.readers, self.versions = Spots(city, estate), estate.readers, versions_of(city)
        self.terms = TermsOf(city)
        seq = dict(zip(before["device"].tolist(), before["seq"].tolist(), strict=True))
        known = numbered(editions)
        for where, fresh in readers_by_place(city).items():
            reader, number = self.readers[fresh.device - 1 : fresh.device], known[where].device
            self.numbers[fresh.device] = number
            reader["device"], reader["vehicle"] = number, known[where].vehicle
            reader["seq"] = seq.get(number, reader["seq"][0])

    def go(self, number: int, day: date, leg: Ride | Counter) -> int:
        """One line of the clerk; minor units of fare that the card paid for it."""
        row = self.row(number)
        if isinstance(leg, Counter):
            self.at_machine(row, day, leg)
            return 0
        ins, outs = self.spots.ends(leg, int(self.cards["medium"][row]))
        paid = self.present(row, ins, self.us(day, leg.in_at), ENTRY, group=leg.group)
        return paid + (self.present(row, outs, self.us(day, leg.out_at), EXIT) if leg.to else 0)

    def at_machine(self, row: int, day: date, leg: Counter) -> None:
        """A top-up, or the sale of a pass at its price."""
        spot, t_us = self.spots.machine(leg.verb, leg.stop), self.us(day, leg.at)
        if leg.verb == "load":
            if not leg.what.isdecimal():
                raise Refused("AMOUNT_MALFORMED", f'"{leg.what}" is no amount', cure="Write minor units: load 1000.")
            self.present(row, spot, t_us, LOAD, amount=int(leg.what))
            return
        passes = self.versions[in_force(self.versions, day)].get("product", [])
        product = place([one["id"] for one in passes], leg.what, "pass")
        self.present(row, spot, t_us, SALE, amount=passes[product]["price"], product=product + 1)

    def present(
        self, row: int, spot: Spot, t_us: int, kind: int, group: int = 1, amount: int = 0, product: int = 0
    ) -> int:
        """Hold a card to a reader, which has to open; what it took."""
        reader, card = self.readers[spot.row : spot.row + 1], self.cards[row : row + 1]
        if spot.pattern >= 0:
            pattern = self.city.network.patterns[spot.pattern]
            reader["route"], reader["pattern"], reader["stop"] = pattern.route, spot.pattern, spot.stop
            reader["stop_seq"] = list(pattern.stops).index(spot.stop)
        rates = self.rates(int(reader["device"][0]), t_us)
        earlier = self.terms.earlier(service_date(t_us, self.city.zone, self.city.day_cut_s))
        reader["tariff"] = rates["version"]
        told = decide_begun(
            card, reader, t_us, kind, rates=rates, earlier=earlier, tables=self.city.network.tables, group=group,
            amount=amount, product=product,
        )  # fmt: skip
        if not isinstance(told, Accepted):
            raise Refused("TURNED_AWAY", f"the reader stays shut: {told.reason.name.lower().replace('_', ' ')}")
        reader["seq"] += 1
        self.cards[row : row + 1] = told.card
        self.held.setdefault(int(reader["device"][0]), []).append(told.tap)
        return int(told.tap["amount"][0])

    def rates(self, device: int, t_us: int) -> np.ndarray:
        """RATES[1] that a reader charges by at a moment."""
        day = service_date(t_us, self.city.zone, self.city.day_cut_s)
        ordinal = self.commanded.get(device, in_force(self.versions, day))
        return compile_rates(self.city, self.versions[ordinal], ordinal)

    def command(self, tariff: str, readers: Iterable[str]) -> None:
        """Readers charge by a version from now on; all of them, if none is named."""
        ordinal = place([version["id"] for version in self.versions], tariff, "tariff version")
        self.commanded |= dict.fromkeys(self.devices(readers), ordinal)

    def devices(self, readers: Iterable[str]) -> set[int]:
        """Readers by their names; all, if none is named."""
        named = [{self.numbers.get(one, one) for one in self.spots.named(words)} for words in readers]
        return set.union(*named) if named else set(self.readers["device"].tolist())

    def lose(self, readers: Iterable[str]) -> int:
        """What these readers hold is gone, and their numbers with it; how many taps."""
        gone = [self.held.pop(device, []) for device in sorted(self.devices(readers))]
        return sum(map(len, gone))

    def report(self, readers: Iterable[str], but: Iterable[str], folder: Path) -> list[Path]:
        """Sealed batches of what readers hold, as files; in the order of their device numbers."""
        but = list(but)
        silent = self.devices(but) if but else set()
        made = []
        for device in sorted((self.devices(readers) - silent) & set(self.held)):
            taps = np.concatenate(self.held.pop(device))
            taps["mac"] = self.ring.macs(taps)
            for at in range(0, len(taps), uplink_batch_taps_max):
                number, previous = self.sent.get(device, (0, NO_DIGEST))
                sealed = seal(
                    self.ring, device=device, epoch=EPOCH, number=number + 1, previous=previous,
                    taps=taps[at : at + uplink_batch_taps_max], environment=self.ring.environment,
                )  # fmt: skip
                self.sent[device] = number + 1, digest_of(sealed)
                made.append(folder / f"{device:04d}-{number + 1:03d}.afc")
                folder.mkdir(exist_ok=True)
                write_durably(made[-1], sealed)
        return made

    def row(self, number: int) -> int:
        """Where a card stands among all."""
        found = np.flatnonzero(self.cards["card"] == number)
        if len(found) == 0:
            raise Refused("CARD_UNKNOWN", f"there is no card {number}", cure="Give it a [[card]] of its own.")
        return int(found[0])

    def us(self, day: date, clock: str) -> int:
        """A clock time of a service day, or a moment in full."""
        if "T" not in clock:
            return at_us(day, clock_s(clock), self.city.zone)
        try:
            return to_us(datetime.fromisoformat(clock))
        except ValueError:
            cure = "Write it as 2026-10-25T02:30+02:00."
            raise Refused("TIME_MALFORMED", f'"{clock}" is not a moment with its zone', cure=cure) from None


def cards_of(city: City, story: Story) -> np.ndarray:
    """CARD rows as the issuer gave them out."""
    versions, made = versions_of(city), []
    version = versions[in_force(versions, story.start)]
    for card in story.card:
        before = {"balance": card.balance, "attributes": card.attributes} | (
            {"product": card.product} if card.product else {}
        )
        row = issue_card(
            city, version, card.rider or city.categories[0].id, card.medium or city.media[0].id, before
        )  # fmt: skip
        row["card"] = card.number
        made.append(row)
    return np.concatenate(made)
