"""Own batches and taps against receipts, manifest and extract: is all that was handed over there, and nothing besides?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from afc.answers import AnswerKind
from afc.batch import Batch
from afc.tap import TAP
from clearing import manifest
from clearing.store import next_head
from clearing.terms import cut_us
from clearing.trips import begun_before
from clearing.verify.evidence import Evidence, taps_of

_FIELDS = [name for name in TAP.names or () if name != "card"]


class Custody:
    """What a party has kept, beside what the house signed."""

    def __init__(self, evidence: Evidence, city: Any) -> None:
        self.evidence, self.city = evidence, city
        self.place = manifest.positions(evidence.manifest)
        self.first = int(evidence.manifest["log"]["from_position"])
        self.last = int(evidence.manifest["log"]["through_position"])

    def batches_stand(self) -> Iterator[str | None]:
        """I7, I18: every batch with a receipt of this part of the log is in the manifest, at the place and under the head
        that the receipt names."""
        heads = self.heads()
        for file, batch, receipt, fault in self.evidence.own:
            if batch is None or receipt is None:
                yield f"{file}: {fault}" if fault else None
                continue
            at = receipt.position
            named = f"{file} (batch {batch.number} of device {batch.device}, receipted at position {at})"
            if receipt.digest != batch.digest:
                yield f"{file}: its receipt is for another batch"
            elif receipt.answer is AnswerKind.ACCEPTED and self.first <= at <= self.last:
                if self.place.get(batch.digest.hex()) != at:
                    yield f"{named}: the manifest does not have it there; its {len(batch.taps)} taps were dropped"
                else:
                    yield None if heads[at] == receipt.head else f"{named}: the receipt names another head of the log"
            else:
                yield None

    def heads(self) -> dict[int, bytes]:
        """The head after each batch that the manifest lists."""
        log, found = self.evidence.manifest["log"], {}
        position, head = self.first - 1, bytes.fromhex(log["head_before"])
        for _, received_us, digest in self.evidence.manifest["batches"]:
            position += 1
            head = next_head(head, position, received_us, bytes.fromhex(digest))
            found[position] = head
        return found

    def nothing_invented(self) -> Iterator[str | None]:
        """Each batch that the house counts as the party's is one that its own reader signed."""
        known = {batch.digest.hex() for batch in self.evidence.batches()}
        listed = set(self.place)
        for digest in self.evidence.statement["batches"]:
            if digest not in listed:
                yield f"the statement lists the batch {digest[:16]}…, and the manifest does not"
            else:
                yield (
                    None
                    if digest in known
                    else f"the house counts a batch {digest[:16]}… as yours that you do not have"
                )

    @cached_property
    def due(self) -> np.ndarray:
        """The own taps that this date had to take: in its part of the log or waiting from before, and before the cut."""
        told = self.evidence.manifest
        ours, facts = taps_of(self.earlier()), self.evidence.facts
        taps = np.concatenate(
            [ours, taps_of([one for one in self.evidence.batches() if one.digest.hex() in self.place])]
        )
        due = due_by(facts.judged(taps), self.cut_us(date.fromisoformat(told["clearing_date"])))
        due[: len(ours)] &= ~self.taken(ours)
        return self.mine(taps[due])

    @cached_property
    def passed(self) -> np.ndarray:
        """The own taps that counted on dates before this one."""
        ours = taps_of(self.earlier())
        taps = self.mine(ours[self.taken(ours)])
        return np.delete(taps, list(self.set_aside(taps)))

    def taken(self, ours: np.ndarray) -> np.ndarray:
        """Which of the taps that stand before this date's part of the log an earlier date took."""
        before = self.evidence.manifest["closed_before"]
        if not before:
            return np.zeros(len(ours), bool)
        return due_by(self.evidence.facts.judged(ours), self.cut_us(date.fromisoformat(before)))

    @cached_property
    def made(self) -> np.ndarray:
        """Every own tap that the log had when the date was closed."""
        batches = [one for one in self.evidence.batches() if one.digest.hex() in self.place]
        return self.mine(taps_of([*self.earlier(), *batches]))

    def mine(self, taps: np.ndarray) -> np.ndarray:
        """Those that were made while the reader was the party's."""
        facts = self.evidence.facts
        places = facts.places(facts.judged(taps), self.evidence.register, self.city.network.tables)
        found: np.ndarray = taps[places["operator"] == self.evidence.party]
        return found

    def earlier(self) -> list[Batch]:
        """Own batches that stand in the log before this date's part."""
        own = self.evidence.own
        return [o.batch for o in own if o.batch and o.receipt and 0 < o.receipt.position < self.first]

    def cut_us(self, day: date) -> int:
        """The end of a date."""
        return cut_us(self.city, day)

    @cached_property
    def aside(self) -> dict[int, str]:
        """Which of the due taps the house says it set aside, by place, with the reason."""
        return self.set_aside(self.due)

    def set_aside(self, taps: np.ndarray) -> dict[int, str]:
        """The same of any own taps."""
        told = self.evidence.aside
        names = zip(*(taps[key].tolist() for key in ("device", "epoch", "seq")), strict=True)
        return {i: told[name] for i, name in enumerate(names) if name in told}

    def taps_stand(self) -> Iterator[str | None]:
        """Each own tap of a rider is in the extract as it was made, each tap of the extract at an own reader is an own one, and
        cards that were one are one there."""
        if self.evidence.parts is None:
            return
        good = np.ones(len(self.due), bool)
        good[list(self.aside)] = False
        ours = self.due[good & (self.due["counter"] > 0)]  # what leaves no trace on a card is in no extract
        theirs = self.told()
        key, other = keys_of(ours, theirs)
        apart = self.again(ours)
        for tap in ours[~np.isin(key, other) & ~apart]:
            yield f"{name(tap)} of yours is not in the extract: it was dropped"
        ours = self.made
        key, other = keys_of(ours, theirs)
        for tap in theirs[~np.isin(other, key)]:
            yield f"{name(tap)} of the extract was never made at your reader"
        ours, theirs = (taps[np.isin(k, o)] for taps, k, o in ((ours, key, other), (theirs, other, key)))
        ours, theirs = (taps[np.lexsort((taps["seq"], taps["epoch"], taps["device"]))] for taps in (ours, theirs))
        for field in _FIELDS:
            for i in np.flatnonzero(ours[field] != theirs[field])[:1]:
                yield f"{name(ours[i])}: {field} was {ours[field][i]} and is told as {theirs[field][i]}"
        pairs = np.unique(np.stack([ours["card"], theirs["card"]]), axis=1)
        mixed = any(len(np.unique(side)) != pairs.shape[1] for side in pairs)
        yield "taps of one card are told as those of several, or the other way round" if mixed else None
        yield from (None for _ in ours)

    def again(self, ours: np.ndarray) -> np.ndarray:
        """Which own taps were priced again with an earlier date, as they were made."""
        told = np.concatenate([part.again for part in self.evidence.parts or []])
        key, other = keys_of(ours, told)
        place = np.argsort(other, kind="stable")
        at = place[np.minimum(np.searchsorted(other, key, sorter=place), max(len(other) - 1, 0))] if len(other) else key
        same: np.ndarray = np.isin(key, other)
        for field in _FIELDS if len(other) else ():
            same[ours[field] != told[field][at]] = False
        return same

    def told(self) -> np.ndarray:
        """The extract's taps at the party's own readers."""
        return self.mine(np.concatenate([part.taps for part in self.evidence.parts or []]))


def due_by(taps: np.ndarray, cut_us: int) -> np.ndarray:
    """Which taps a date that ends then has to take: those before its end, but no log-on to a trip that ends after it."""
    due: np.ndarray = taps["time_us"] < cut_us
    due[begun_before(taps, due)] = False
    return due


def keys_of(ours: np.ndarray, theirs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A number for each tap that is the same where reader, epoch and sequence are."""
    readers = [taps["device"].astype(np.uint64) << np.uint64(16) | taps["epoch"] for taps in (ours, theirs)]
    _, numbers = np.unique(np.concatenate(readers), return_inverse=True)
    sequences = np.concatenate([ours["seq"], theirs["seq"]]).astype(np.int64)
    keys = numbers.astype(np.int64) << 32 | sequences
    return keys[: len(ours)], keys[len(ours) :]


def name(tap: np.void) -> str:
    """The tap as everybody calls it."""
    return f"T-{tap['device']}-{tap['epoch']}-{tap['seq']}"
