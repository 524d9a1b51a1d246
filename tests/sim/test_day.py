"""A day in the streets: nobody is lost, no vehicle overfilled, and everything comes out again from the same seed."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from street import play, wednesday, with_fleet, with_purses

from afc.city import City
from afc.tap import TapKind


def test_every_rider_ends_somewhere(hanbit: City) -> None:
    log = wednesday(hanbit).log
    assert (
        log.arrived + log.gave_up + log.abandoned + log.stranded
        == log.journeys
        == len(wednesday(hanbit).journeys.journeys)
    )
    assert log.stranded < 0.01 * log.journeys


def test_everybody_who_got_on_got_off(hanbit: City) -> None:
    vehicles = wednesday(hanbit).day.vehicles
    assert (vehicles.rows["load"] == 0).all()
    assert (vehicles.aboard == -1).all()


def test_no_vehicle_takes_more_than_it_holds(hanbit: City) -> None:
    """Small buses: the queue stays behind and the next one comes."""
    played = play(with_fleet(with_fleet(hanbit, "bus", capacity=4), "metro", capacity=6))[0]
    assert played.log.fullest == 6
    assert played.log.left_behind > 0
    log = played.log
    assert log.arrived + log.gave_up + log.abandoned + log.stranded == log.journeys
    assert (played.day.vehicles.rows["load"] == 0).all()


def test_whoever_comes_first_boards_first(hanbit: City) -> None:
    """Of those whose last leg was by bus: in the order in which they came to its stop, for each line."""
    played = play(with_fleet(hanbit, "bus", capacity=4))[0]
    crowd, cards = played.day.crowd, played.day.desk.cards["card"]
    journeys_of = np.bincount(crowd.travellers["row"], minlength=len(cards))
    riders = crowd.travellers[journeys_of[crowd.travellers["row"]] == 1]
    riders = riders[(riders["leg"] == riders["end"]) & (riders["refusals"] == 0)]
    riders = riders[crowd.calls["gated"][crowd.legs["on"][riders["end"] - 1]] == 0]
    ins = np.sort(played.taps[played.taps["kind"] == TapKind.ENTRY], order="counter")
    boarded = dict(zip(ins["card"].tolist(), ins["time_us"].tolist(), strict=True))  # the last one of each card
    queues: dict[int, list[tuple[int, int]]] = {}
    for rider in riders:
        line = int(crowd.legs["on"][rider["end"] - 1])
        queues.setdefault(line, []).append((boarded[int(cards[rider["row"]])], int(rider["at_us"])))
    for queue in queues.values():
        came = [at_us for _, at_us in sorted(queue)]
        assert came == sorted(came)
    assert sum(map(len, queues.values())) > 100


def test_the_same_seed_gives_the_same_bytes(hanbit: City) -> None:
    one, other = (play(hanbit, scale=0.3, seed=11)[0] for _ in range(2))
    assert one.sealed == other.sealed
    assert one.log == other.log
    assert play(hanbit, scale=0.3, seed=12)[0].sealed != one.sealed


def test_readers_number_their_taps_without_a_hole_and_in_time(hanbit: City) -> None:
    taps = wednesday(hanbit).taps
    for device in np.unique(taps["device"]):
        mine = taps[taps["device"] == device]
        assert mine["seq"].tolist() == list(range(1, len(mine) + 1))
        assert (np.diff(mine["time_us"]) >= 0).all()


def test_a_card_counts_its_taps_in_time(hanbit: City) -> None:
    taps = wednesday(hanbit).taps[wednesday(hanbit).taps["card"] > 0]
    taps = taps[np.lexsort((taps["counter"], taps["card"]))]
    same = np.diff(taps["card"].astype(np.int64)) == 0
    assert (np.diff(taps["counter"].astype(np.int64))[same] == 1).all()
    assert (np.diff(taps["time_us"])[same] >= 0).all()


def test_money_is_neither_made_nor_lost(hanbit: City) -> None:
    log = wednesday(hanbit).log
    assert log.balances_before_minor + log.loads_minor - log.fares_minor == log.balances_after_minor


def test_without_money_nobody_rides(hanbit: City) -> None:
    """Empty purses and nothing to load: prepaid riders are refused, and those who are refused do not board."""
    poor = play(with_purses(hanbit, low=0, high=0, top_up=0, below=0, forget=1.0))[0]
    prepaid = [m for m, medium in enumerate(hanbit.media) if medium.funding == "prepaid"]
    ins = poor.taps[poor.taps["kind"] == TapKind.ENTRY]
    assert ins["amount"][np.isin(ins["medium"], prepaid)].sum() == 0
    assert poor.log.gave_up > 1000
    assert poor.log.gave_up < poor.log.refusals["INSUFFICIENT_BALANCE"] <= 2 * poor.log.gave_up
    changes = int(poor.journeys.legs["inside"].sum())
    assert len(ins) <= poor.log.boarded <= len(ins) + changes


def test_a_low_purse_is_filled_before_boarding(hanbit: City) -> None:
    """Nobody forgets, so nobody is refused for money, though most cards begin with too little."""
    careful = play(with_purses(hanbit, low=0, high=2000, top_up=10_000, below=5000, forget=0.0))[0]
    assert careful.log.taps["load"] > 500
    assert "INSUFFICIENT_BALANCE" not in careful.log.refusals


def test_metro_rides_are_between_two_gates(hanbit: City) -> None:
    """A change of trains inside the gates is no tap: each entry has its exit, however many trains were taken."""
    gates = {row.device for row in wednesday(hanbit).day.estate.devices if row.kind == "gate"}
    at_gates = wednesday(hanbit).taps[np.isin(wednesday(hanbit).taps["device"], list(gates))]
    ins, outs = (at_gates["kind"] == TapKind.ENTRY).sum(), (at_gates["kind"] == TapKind.EXIT).sum()
    assert ins - wednesday(hanbit).log.stranded <= outs <= ins
    at_gates = at_gates[np.argsort(at_gates["counter"], kind="stable")]
    for card in np.unique(at_gates["card"])[:300]:
        kinds = at_gates["kind"][at_gates["card"] == card].tolist()
        assert all(a != b for a, b in pairwise(kinds))


def test_changing_trains_is_no_tap(hanbit: City) -> None:
    changes = int(wednesday(hanbit).journeys.legs["inside"].sum())
    assert changes > 0
    assert wednesday(hanbit).log.boarded - wednesday(hanbit).log.taps["entry"] <= changes


def test_the_log_counts_what_was_tapped(hanbit: City) -> None:
    kinds = np.bincount(wednesday(hanbit).taps["kind"], minlength=1 + len(TapKind))[1:].tolist()
    assert list(wednesday(hanbit).log.taps.values()) == kinds


def test_a_card_billed_afterwards_is_never_loaded(hanbit: City) -> None:
    loads = wednesday(hanbit).taps[wednesday(hanbit).taps["kind"] == TapKind.LOAD]
    assert {hanbit.media[m].funding for m in np.unique(loads["medium"])} == {"prepaid"}


def test_a_day_without_riders_is_a_day(hanbit: City) -> None:
    """Vehicles run all the same, and say so."""
    empty = play(hanbit, scale=1e-6)[0]
    assert empty.log.journeys == empty.log.taps["entry"] == 0
    assert empty.log.taps["trip"] == empty.log.vehicle_trips > 500
