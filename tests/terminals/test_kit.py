"""Somebody without a reader writes taps by hand, seals them, and reads what came of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from afc.batch import open_sealed
from afc.city import City
from afc.denylist import sign_denylist
from afc.keys import KeyRing, sim_environment
from afc.limits import batch_taps_max
from afc.pack.findings import Findings
from afc.refusal import Refused
from afc.tap import NO_PATTERN, NO_STOP
from terminals.kit.checks import Trust
from terminals.kit.covering import covers
from terminals.kit.reading import read_message
from terminals.kit.records import read_records
from terminals.kit.sealing import Sealed, place_after, seal_records

AT = "2026-03-04T08:00:00+09:00"
VECTORS = Path(__file__).resolve().parents[1] / "vectors"


@pytest.fixture(scope="module")
def ring(hanbit: City) -> KeyRing:
    return KeyRing.from_seed(7, sim_environment(hanbit.id))


@pytest.fixture
def seal(hanbit: City, ring: KeyRing) -> Any:
    """Records to a batch: `seal(text, name, previous)`."""

    def make(text: str, name: str = "taps.jsonl", previous: bytes | None = None, device: int = 5) -> Sealed:
        found = Findings()
        place = place_after(previous, ring, device, None)
        return seal_records(read_records(text, name, found), name, place, hanbit, ring, found)

    return make


def line(**fields: Any) -> str:
    return json.dumps({"kind": "ENTRY", "card": 7, "time": AT} | fields)


def vector(name: str, *keys: Any) -> bytes:
    held = json.loads((VECTORS / name).read_text())
    for key in keys:
        held = held[key]
    return bytes.fromhex(held)


def test_ids_of_the_pack_become_its_numbers(seal: Any, ring: KeyRing, hanbit: City) -> None:
    made = seal(
        "kind,card,time,stop,category,medium,product,tariff,pattern,amount,balance\n"
        f"sale,0x10,{AT},MK,youth,bankcard,month,2026,,62000,0\n"
        f"1,16,{AT},b-market,1,0,,,6,0,\n",
        "taps.csv",
    )
    taps = open_sealed(made.data, ring.device_public, ring.environment).taps
    assert ring.macs_ok(taps).all()
    assert taps["kind"].tolist() == [4, 1]
    assert taps["card"].tolist() == [16, 16]
    assert taps["stop"].tolist() == [hanbit.network.stop("MK"), hanbit.network.stop("b-market")]
    assert (taps["category"][0], taps["medium"][0], taps["product"][0], taps["tariff"][0]) == (1, 1, 1, 1)
    assert taps["pattern"].tolist() == [NO_PATTERN, 6]


def test_a_stop_that_is_not_on_the_pattern_is_refused_with_those_that_are(seal: Any) -> None:
    """It was sealed with place 0 in the pattern, taken in, and had no fare."""
    with pytest.raises(Refused) as refused:
        seal(line(pattern=3, stop="b-market"))
    assert "`stop`: b-market is not on the pattern 3 of this trip" in str(refused.value)
    assert "It calls at HL, UN, HB, MK, NG." in str(refused.value)


def test_what_is_left_out_is_filled_in_and_told(seal: Any) -> None:
    made = seal(
        "\n".join([line(amount=1550, balance=5000), "", line(kind="EXIT", amount=-50), line(kind="LOAD", amount=9)])
    )
    assert made.taps["seq"].tolist() == [1, 2, 3]
    assert made.taps["counter"].tolist() == [1, 2, 3]
    assert made.taps["balance"].tolist() == [5000, 5050, 5059]
    assert set(made.taps["stop"]) == {NO_STOP}
    assert made.filled["seq"] == "from 1"
    assert "amount" not in made.filled


def test_a_vehicles_trip_needs_no_card(seal: Any) -> None:
    made = seal(json.dumps({"kind": "TRIP", "time_us": 1_772_582_400_000_000, "amount": 18_450, "trip": 3}))
    assert (made.taps["card"][0], made.taps["counter"][0], made.taps["group"][0]) == (0, 0, 0)


def test_the_next_batch_goes_on_where_the_one_before_ended(seal: Any, ring: KeyRing) -> None:
    first = seal("\n".join([line(), line(counter=2)]))
    second = open_sealed(seal(line(counter=3), previous=first.data).data, ring.device_public, ring.environment)
    assert (second.number, second.first_seq, second.previous) == (2, 3, first.digest)
    with pytest.raises(Refused, match="the batch before is of device 5") as refused:
        seal(line(), previous=first.data, device=6)
    assert refused.value.code == "PREVIOUS_OTHER"


def test_all_mistakes_are_told_at_once_with_line_and_nearest_word(seal: Any) -> None:
    text = "\n".join([
        line(stpo="NG", mac=1),
        line(stop="b-marke", category="adlut", product="mnth"),
        line(amount=1.5, group=300, time="2026-03-04T08:00:00"),
        line(kind="ENTRI", time_us=5, seq=9),
        '{"kind": "ENTRY", "kind": "EXIT", "card": 1}',
        "[1]",
        "{",
        line(card=0),
        line(amount=-1),
        line(group=61),
        line(seq=1, device=6),
        json.dumps({}),
    ])  # fmt: skip
    with pytest.raises(Refused) as refused:
        seal(text)
    told = str(refused.value)
    for part in (
        "23 things to put right:",
        'taps.jsonl:1: `stpo` is not a key of a tap. Did you mean "stop"?',
        "taps.jsonl:1: `mac` is made by the kit. Leave it out.",
        'taps.jsonl:2: `stop`: there is no "b-marke". Did you mean "b-market"?',
        '2: `category`: there is no "adlut". Did you mean "adult"?',
        '2: `product`: there is no "mnth". Did you mean "month"?',
        "3: `amount`: 1.5 is not a whole number",
        "3: `group`: 300 does not fit; 0 to 255",
        "3: `time`: '2026-03-04T08:00:00' is not a moment with its zone",
        '4: `kind`: there is no "ENTRI". Did you mean "ENTRY"?',
        "4: `time` and `time_us` say the same thing",
        "5: `kind` is given twice",
        "5: `time` is missing",
        "6: no object",
        "7: no JSON",
        "8: `card`: A tap without a card or its counter, or a vehicle's own record with one.",
        "9: `amount`: A tap whose amount or balance is beyond every limit.",
        "10: `group`: A tap for no rider, or for more than fit in a vehicle.",
        "11: `device`: 6 stands where 5 has to",
        "12: `kind` is missing",
        "12: `card` is missing",
    ):
        assert part in told, part


def test_a_csv_with_too_many_cells_is_told_by_its_line(seal: Any) -> None:
    with pytest.raises(Refused, match=r"taps.csv:3: 4 cells under 3 headings"):
        seal(f"kind,card,time\nENTRY,1,{AT}\nENTRY,1,{AT},9\n", "taps.csv")


@pytest.mark.parametrize("records", [0, batch_taps_max + 1])
def test_a_batch_holds_so_many_and_no_more(seal: Any, records: int) -> None:
    with pytest.raises(Refused, match=f"{records} records; a batch has 1 to {batch_taps_max} taps"):
        seal("\n".join([line()] * records))


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"counter": 2**32 - 1}, "`counter`: 4294967296 does not fit"),
        ({"balance": 2**63 - 1}, "balance is beyond every limit"),
        ({"time": None, "time_us": 1}, "from before 2000"),
        ({"time": None, "time_us": -(2**63)}, "from before 2000"),
    ],
)
def test_numbers_at_the_edge_are_refused_not_wrapped(seal: Any, fields: dict[str, Any], what: str) -> None:
    with pytest.raises(Refused, match=what):
        seal("\n".join([line(**fields), line()]))


def test_every_byte_that_is_flipped_is_noticed(seal: Any, ring: KeyRing) -> None:
    """What `afc kit inspect` calls good is what a clearing house would take."""
    data, trust = seal("\n".join([line(), line()])).data, Trust(ring)
    assert read_message(data, trust).holds
    for at in range(4, len(data)):
        changed = data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :]
        assert not read_message(changed, trust).holds, f"byte {at}"


def test_a_cut_file_is_read_as_far_as_it_goes(seal: Any, ring: KeyRing) -> None:
    data = seal("\n".join([line()] * 3)).data
    for length in range(4, len(data)):
        reading = read_message(data[:length], Trust(ring))
        assert not reading.holds
        assert len(reading.taps) == min(3, max(0, (length - 88) // 72))
    assert "TOO_SHORT" in read_message(data[:100], Trust()).checks[0].told
    assert "LENGTH_WRONG" in read_message(data[:-1], Trust()).checks[0].told


def test_a_key_alone_checks_the_signature_alone(seal: Any, ring: KeyRing) -> None:
    data = seal(line()).data
    by_name = {check.name: check.ok for check in read_message(data, Trust(None, ring.device_public(5))).checks}
    assert by_name == {"structure": True, "signature": True, "records": True, "chain start": True, "MACs": None}
    assert not read_message(data, Trust(None, ring.device_public(6))).holds
    assert read_message(data, Trust()).holds


def test_receipts_and_lists_are_read_too(ring: KeyRing) -> None:
    vectors = Trust(KeyRing.from_seed(20260304, "sim-vectors"))
    receipt, listed = vector("receipt.json", "bytes"), vector("denylist.json", "bytes")
    assert read_message(receipt, vectors).holds
    assert read_message(listed, vectors).cards == (1, 1_010_012_345_678_901)
    assert read_message(listed, vectors).holds
    others = [vector(f"{name}.json", "bytes") for name in ("actions", "parameters", "order")]
    told = [read_message(data, vectors) for data in others]
    assert [one.kind for one in told] == ["actions", "parameters", "order"]
    assert all(one.holds for one in told)
    assert (len(told[0].header["orders"]), told[1].header["canary"]) == (3, [4711, 4800])
    assert told[2].header["closed_seq"] == 11
    for data in (receipt, listed, *others):
        assert "ENVIRONMENT_FOREIGN" in read_message(data, Trust(ring)).checks[0].told
        assert not read_message(data[:-1], vectors).holds
        for at in range(4, len(data)):
            changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
            assert not read_message(changed, vectors).holds, f"byte {at}"
    with pytest.raises(Refused, match="the file begins with b'what'"):
        read_message(b"what is this", vectors)


def test_without_a_key_a_message_is_held_to_its_length_and_its_form() -> None:
    """Whoever carries it can see that it was cut, whatever kind it is."""
    kinds = ("denylist", "actions", "parameters", "order")
    for data in (vector(f"{kind}.json", "bytes") for kind in kinds):
        assert read_message(data, Trust()).holds
        for wrong in (data[:-1], data + b"?", data[:4] + b"\2" + data[5:]):
            assert not read_message(wrong, Trust()).holds


def test_a_list_out_of_order_is_not_believed(ring: KeyRing) -> None:
    data = bytearray(sign_denylist(
        ring.list_private(), version=1, issued_us=0, cards=np.array([1, 2], np.uint64), environment=ring.environment
    ))  # fmt: skip
    data[40], data[48] = 2, 1
    assert not read_message(bytes(data), Trust(ring)).holds


def test_a_receipt_covers_its_own_batch_and_no_other(ring: KeyRing) -> None:
    vectors = Trust(KeyRing.from_seed(20260304, "sim-vectors"))
    receipt = read_message(vector("receipt.json", "bytes"), vectors)
    first, second = (read_message(vector("batch.json", i, "sealed"), vectors) for i in (0, 1))
    assert all(check.ok for check in covers(receipt, second))
    wrong = {check.name for check in covers(receipt, first) if check.ok is False}
    assert wrong == {"same digest", "same last_seq"}
