"""One reader, put together, through a day: told, held to, torn, full, receipted, without power, and begun anew."""

from __future__ import annotations

from collections import defaultdict
from io import BytesIO

import numpy as np
import pytest
from chips import COMMIT_AT, FARE
from riding import Street, cards_of

from afc.actionlist import sign_actions
from afc.actions import ACTION, Action
from afc.answers import AnswerKind, MessageRefused
from afc.batch import Batch, open_sealed
from afc.city import City
from afc.denylist import sign_denylist
from afc.fares.codes import ENTRY, LOAD
from afc.fares.state import Refusal
from afc.keys import KeyRing, sha256
from afc.moment import DAY_US, MINUTE_US, SECOND_US
from afc.orders import EpochOrder, sign_order
from afc.parameters import Parameters, sign_parameters
from afc.receipt import Receipt, sign_receipt
from afc.refusal import Refused
from afc.tap import ClockQuality, TapKind, TapState
from terminals.card.chip import Chip, issue
from terminals.card.field import ANSWERED, Field
from terminals.card.session import Answer
from terminals.clock import NEVER_SET, Clock
from terminals.device import Device
from terminals.sam import Sam

HERE = "sim-test"
SYNCED, HELD = ClockQuality.SYNCED, ClockQuality.HELD


class Day:
    """The gate of North Gate from the morning on: its SAM, its media, and the office at the other end of the line."""

    def __init__(self, city: City, ring: KeyRing, room: int = 100) -> None:
        self.street, self.ring, self.room = Street(city, cards_of(7)), ring, room
        self.reader = self.street.gate("NG")
        self.sam, self.media = Sam(ring, int(self.reader["device"][0])), defaultdict(BytesIO)
        self.now_us = self.street.at_us("08:00")
        self.chips: dict[int, Chip] = {}
        self.power_on()

    def power_on(self, kept: Clock = NEVER_SET) -> None:
        """Whatever is not in the SAM or on a medium is gone, and but for a battery the counter begins again."""
        self.device = Device(
            self.reader, self.sam, self.media.__getitem__, self.street.rates, self.street.network.tables,
            capacity_taps=self.room, kept=kept,
        )  # fmt: skip
        self.began_us = self.began_us if kept.set_us else self.now_us

    @property
    def ticks(self) -> int:
        return self.now_us - self.began_us

    def hold(self, card: int = 7, kind: int = ENTRY, torn_at: int | None = None, **how: int) -> Answer:
        """A second after the last thing that happened."""
        self.now_us += SECOND_US
        if card not in self.chips:
            self.chips[card] = issue(cards_of(card), self.ring.card_keys(np.array([card], np.uint64)))
        return self.device.hold(Field(self.chips[card], torn_at), kind, self.ticks, **how)

    def tell(self, *messages: bytes) -> None:
        for message in messages:
            self.device.receive(message, self.ticks)

    def sent(self) -> list[Batch]:
        return [open_sealed(batch, self.ring.device_public, HERE) for batch in self.device.batches()]

    def receipt(self, batch: Batch) -> bytes:
        """The house's word, now."""
        place = (batch.device, batch.epoch, batch.last_seq, 1, b"h" * 32, self.now_us, HERE)
        return sign_receipt(self.ring.receipt_private(), Receipt(AnswerKind.ACCEPTED, batch.digest, *place))

    def parameters(self, version: int = 1, later_us: int = 0, **told) -> bytes:
        said = Parameters(version, self.now_us, self.now_us + later_us, **told)
        return sign_parameters(self.ring.list_private(), said, HERE)

    def denylist(self, *cards: int, version: int = 1) -> bytes:
        listed = np.array(cards, np.uint64)
        return sign_denylist(
            self.ring.list_private(), version=version, issued_us=self.now_us, cards=listed, environment=HERE
        )

    def orders(self, *rows: tuple) -> bytes:
        listed = np.array(list(rows), ACTION)
        return sign_actions(self.ring.list_private(), version=1, issued_us=self.now_us, orders=listed, environment=HERE)

    def order(self, closed_seq: int, epoch: int = 2) -> bytes:
        said = EpochOrder(self.sam.device, epoch, closed_seq, 0, self.now_us)
        return sign_order(self.ring.command_private(), said, HERE)


@pytest.fixture
def day(hanbit: City, ring: KeyRing) -> Day:
    """A gate that has heard what time it is."""
    return set_going(Day(hanbit, ring))


def set_going(day: Day) -> Day:
    day.tell(day.parameters())
    return day


def test_a_day_of_one_reader(hanbit: City, ring: KeyRing) -> None:
    """From the depot to the next epoch, as a clerk would follow it in the batches."""
    day = Day(hanbit, ring)
    # Fresh from the depot: it does not know the time, so no fare either. Then the office speaks, and it lets people ride.
    fault = day.hold(5).fault
    assert (fault.code, "2000-01-01T00:00" in fault.what) == ("TARIFF_WITHOUT_DAY", True)
    day.tell(day.parameters(1))
    assert day.hold(5).taps["clock"].tolist() == [HELD]

    # Parameters that need two lists wait for them. The card that is lost is not let in; the issuer's order is obeyed.
    lost = np.array([9], "<u8")
    told = {"denylist": 1, "denylist_digest": sha256(lost.tobytes()), "actions": 1, "repeat_window_s": 60}
    day.tell(day.parameters(2, sam_count_max=2, **told), day.orders((7, 3, 2**62, 10_000, Action.LOAD, 0)))
    assert day.device.standing.versions == (1, 0)
    day.tell(day.denylist(9))
    assert day.device.standing.versions == (2, 1)
    assert day.hold(9).refusal is Refusal.DENYLISTED
    assert day.hold(7).taps["kind"].tolist() == [TapKind.ACTION, TapKind.ENTRY]
    day.now_us += 50 * SECOND_US
    assert day.hold(7).refusal is Refusal.REPEATED, "the window of the parameters is a minute, the tariff's ten seconds"

    # A card is torn away, and comes back.
    assert not day.hold(6, torn_at=COMMIT_AT + ANSWERED).opened
    assert day.hold(6).opened

    # Each batch says by what its taps were made. Two signed times agreed, so the taps since then say that the clock is right.
    batches = day.sent()
    assert [(batch.parameters, batch.lists, len(batch.taps)) for batch in batches] == [(1, 0, 1), (2, 1, 3)]
    assert batches[1].taps["state"].tolist() == [TapState.COMMITTED] * 2 + [TapState.UNRATIFIED]
    assert batches[1].taps["clock"].tolist() == [SYNCED] * 3
    for batch in batches:
        day.now_us += MINUTE_US
        day.tell(day.receipt(batch))
    assert day.hold(8, LOAD, amount=500).taps["time_us"].tolist() == [day.now_us]

    # The power goes, and a battery drives the clock on. What was written is there, and parameters do not go back.
    day.power_on(kept=day.device.clock)
    day.tell(day.denylist(9))
    assert (day.device.standing.versions, day.sam.bounds.sam_count_max) == ((2, 1), 2)
    assert day.hold(10).opened
    for batch in day.sent():
        day.tell(day.receipt(batch))
    assert day.device.batches() == []

    # The scheme orders a new epoch: it counts from 1, on a medium of its own.
    day.tell(day.order(closed_seq=6))
    assert day.hold(11).taps[["epoch", "seq"]].tolist() == [(2, 1)]
    assert [(batch.epoch, batch.number) for batch in day.sent()] == [(2, 1)]


def test_it_is_full_says_so_and_goes_on_after_a_receipt(hanbit: City, ring: KeyRing) -> None:
    """F21: the third rider pays nothing and is not let in; then the office answers."""
    day = set_going(Day(hanbit, ring, room=2))
    assert day.hold(5).opened
    assert day.hold(6).opened
    answer = day.hold(7)
    assert (answer.opened, answer.fault.code) == (False, "JOURNAL_FULL")
    [batch] = day.sent()
    day.tell(day.receipt(batch))
    assert day.hold(7).opened
    assert day.sent()[0].taps["amount"].tolist() == [FARE]


def test_the_ceiling_is_the_sam_s_and_comes_with_the_parameters(day: Day) -> None:
    """T26: two loads without the office, on this power or on the next; a receipt makes room."""
    day.tell(day.parameters(2, sam_count_max=2))
    assert day.hold(5, LOAD, amount=500).opened
    day.power_on(kept=day.device.clock)
    assert day.hold(6, LOAD, amount=500).opened
    assert day.hold(7, LOAD, amount=500).fault.code == "SAM_CEILING"
    assert day.hold(7).opened
    for batch in day.sent():
        day.tell(day.receipt(batch))
    assert day.hold(7, LOAD, amount=500).opened


def test_old_parameters_are_not_put_back_by_pulling_the_plug(day: Day) -> None:
    """T30: a thief keeps last month's, without a ceiling."""
    old = day.parameters(1)
    day.tell(day.parameters(2, sam_count_max=1))
    day.power_on()
    day.tell(old)
    assert (day.device.standing.parameters.version, day.sam.bounds.version) == (2, 2)


def test_parameters_come_into_force_at_their_moment(day: Day) -> None:
    """Told in the morning for noon: taps before are in a batch that says so, and the SAM keeps to the old bound until then."""
    day.tell(day.parameters(2, later_us=MINUTE_US, sam_count_max=1))
    day.hold(5, LOAD, amount=1)
    assert day.sam.bounds.version == 1
    day.now_us += MINUTE_US
    day.hold(5, LOAD, amount=2)
    assert (day.sam.bounds.version, [batch.parameters for batch in day.sent()]) == (2, [1, 2])


def test_what_is_not_believed_changes_nothing(day: Day) -> None:
    """Forged, for another reader, or for a journal that holds more than the order knows of."""
    day.hold(5)
    [batch] = day.sent()
    before = (day.device.standing, day.device.clock, day.sam.epoch, day.sam.bounds)
    stranger = Day(day.street.city, KeyRing.from_seed(8, HERE))
    other = Receipt(AnswerKind.ACCEPTED, batch.digest, 3, 1, 1, 1, b"h" * 32, day.now_us, HERE)
    for message in (
        stranger.parameters(), stranger.denylist(5), stranger.order(1), stranger.receipt(batch), b"", b"AFCX",
        day.receipt(batch)[:-1], sign_receipt(day.ring.receipt_private(), other), day.order(1, epoch=3),
    ):  # fmt: skip
        with pytest.raises(MessageRefused):
            day.tell(message)
    with pytest.raises(Refused, match="taps 1 to 1 are in this reader"):
        day.tell(day.order(closed_seq=0))
    assert (day.device.standing, day.device.clock, day.sam.epoch, day.sam.bounds) == before
    assert [one.digest for one in day.sent()] == [batch.digest]


def test_both_epochs_are_sent_until_both_are_receipted(day: Day) -> None:
    """F19: the order came while taps were waiting, and the power went in between."""
    day.hold(5)
    day.tell(day.order(closed_seq=1))
    day.hold(6)
    day.power_on(kept=day.device.clock)
    batches = day.sent()
    assert [(batch.epoch, batch.number) for batch in batches] == [(1, 1), (2, 1)]
    for batch in reversed(batches):
        day.tell(day.receipt(batch))
    assert day.sent() == []
    assert day.hold(7).taps["seq"].tolist() == [2]


def test_without_a_battery_the_clock_waits_for_the_office(day: Day) -> None:
    """Nothing can be priced before. One time is enough to go on; that it is right needs another that agrees."""
    day.hold(5)
    day.power_on()
    assert day.hold(6).fault.code == "TARIFF_WITHOUT_DAY"
    [batch] = day.sent()
    day.tell(day.receipt(batch))
    assert day.hold(6).taps["clock"].tolist() == [HELD]
    [batch] = day.sent()
    day.tell(day.receipt(batch))
    assert day.hold(7).taps["clock"].tolist() == [SYNCED]


def test_a_tariff_whose_calendar_is_over_prices_nothing(day: Day) -> None:
    """Nobody has brought a newer one for ten years; the reader says so instead of falling over."""
    day.now_us += 3_650 * DAY_US
    answer = day.hold(5)
    assert (answer.opened, answer.fault.code, len(answer.taps)) == (False, "TARIFF_WITHOUT_DAY", 0)
