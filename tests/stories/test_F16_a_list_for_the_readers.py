"""A list goes to the readers: how many cards it touches decides how many people and how much time it takes."""

from __future__ import annotations

from pathlib import Path

import pytest
from commandline import ask, say
from house import HARBOUR, NORTH_GATE, THURSDAY, WEDNESDAY, Office

from clearing.api.messages import Messages
from clearing.store import Store

B, S = '--by "B. Dorj" --because "reported lost"', '--by "S. Kim" --because "looked at it"'
AT = "--at 2026-03-04T06:00:00+09:00"
LATER = "--at 2026-03-04T13:00:00+09:00"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Books of the small town with a thousand cards."""
    office = Office(tmp_path)
    office.begin(cards=1_000)
    return office


def refused(command: str) -> str:
    """What a command says that is refused."""
    return say(command, 3)


def lost(office: Office, *cards: int) -> Path:
    """A file with lost cards."""
    path = office.folder / "lost.txt"
    path.write_text("# reported at the counter\n" + "\n".join(map(str, cards)))
    return path


def test_five_cards_of_a_thousand_go_out_at_once(office: Office) -> None:
    """Half a percent is a usual night."""
    told = office.ask(f"clearing list propose denylist {lost(office, 1, 2, 3, 4, 5)} {B} {AT}")
    assert (told["version"], told["changed"], told["issued"], told["large"]) == (1, 5, 1_000, False)
    assert office.ask(f"clearing list publish denylist 1 {S} {AT}")["state"] == "published"


def test_six_cards_wait_for_a_second_person_and_a_trial(office: Office) -> None:
    """One more than half a percent: a wrong file must not stop a town in one night."""
    file, publish = lost(office, 1, 2, 3, 4, 5, 6), f"clearing list publish denylist 1 {S}"
    assert "CANARY_MISSING" in refused(f"clearing list propose denylist {file} {B} {AT} --db {office.db}")
    office.ask(f"clearing list propose denylist {file} {B} {AT} --canary {NORTH_GATE}")
    assert "APPROVAL_MISSING" in refused(f"{publish} {AT} --db {office.db}")
    assert "ONE_PERSON" in refused(
        f"clearing list approve denylist 1 {B.replace('B. Dorj', 'b. dorj')} {AT} --db {office.db}"
    )
    office.ask(f"clearing list approve denylist 1 {S} {AT}")
    assert office.ask(f"{publish} {AT}")["state"] == "on trial"
    assert "1 of 1 trial readers have not reported it" in refused(f"{publish} {LATER} --db {office.db}")
    sealed = office.sealed("gate", NORTH_GATE, "entry 8 08:00 NG 1550 18450", versions="--lists 1")
    assert office.answers(sealed) == ["ACCEPTED"]
    soon = "--at 2026-03-04T07:59:59+09:00"
    assert "lasts 2 hours at least" in refused(f"{publish} {soon} --db {office.db}")
    assert office.ask(f"{publish} {LATER}")["state"] == "published"
    [gate] = [row for row in office.ask("device list") if row["device"] == NORTH_GATE]
    assert (gate["denylist"], gate["denylist_since"][:16]) == (1, "2026-03-04T12:00")
    assert office.audit() == {}


def test_a_ride_on_a_listed_card_is_the_schemes_until_its_reader_has_receipted_the_list(office: Office) -> None:
    """Nobody can obey what has not arrived."""
    office.ask(f"clearing list propose denylist {lost(office, 1)} {B} {AT}")
    office.ask(f"clearing list publish denylist 1 {S} {AT}")
    before = office.sealed("before", NORTH_GATE, "entry 1 08:00 NG 1550 18450")
    knew = office.sealed("knew", HARBOUR, "entry 2 08:01 HB 1550 18450", versions="--lists 1")
    after = office.sealed("after", HARBOUR, "exit 1/2 08:30 HB 100 18350", after="knew")
    other = office.sealed("other", NORTH_GATE, "entry 2/2 09:00 NG 1550 16900", after="before")
    office.answers(before, knew, after, other)
    told = office.ask("clearing list losses")
    assert [(row["card"], row["receipted"], row["minor"]) for row in told["rides"]] == [
        (1, False, 1550),
        (1, True, 100),
    ]
    assert told["liable"] == [
        {"party": "hanbit-metro", "rides": 1, "minor": 100}, {"party": "scheme", "rides": 1, "minor": 1550}
    ]  # fmt: skip


def test_parameters_withdrawn_are_honoured_until_the_grace_is_over(office: Office) -> None:
    """Whoever puts last month's parameters back into a reader is found by its batches."""
    office.ask(f"clearing parameters propose --set sam_count_max=50 --canary {NORTH_GATE} {B} {AT}")
    office.ask(f"clearing parameters approve 1 {S} {AT}")
    assert office.ask(f"clearing parameters publish 1 {S} {AT}")["state"] == "on trial"
    first = office.sealed("first", NORTH_GATE, "entry 1 08:00 NG 1550 18450", versions="--parameters 1")
    old = office.sealed("old", NORTH_GATE, "entry 2 08:01 NG 1550 18450", after="first", versions="--parameters 1")
    new = office.sealed("new", HARBOUR, "entry 3 08:01 HB 1550 18450", versions="--parameters 2")
    two = '--by "B. Dorj" --second "S. Kim" --because "wrong ceiling"'
    office.ask(f"clearing parameters withdraw 1 {two} --grace 1 --at 2026-03-04T11:00:00+09:00")
    assert office.answers(first, at="2026-03-04T11:59:59+09:00") == ["ACCEPTED"]
    answers = office.answers(old, new, at="2026-03-04T12:00:00+09:00", code=5)
    assert answers == ["QUARANTINED PARAMETERS_WITHDRAWN", "ACCEPTED"]
    [held] = office.ask("clearing quarantine list")
    released = office.ask(f"clearing quarantine release {held['digest'][:16]} {two} --at 2026-03-04T13:00:00+09:00")
    assert released["waived"] == ["PARAMETERS_WITHDRAWN"]
    assert office.audit() == {}


def test_a_replay_knows_what_was_withdrawn(office: Office) -> None:
    """Whoever doubts the books rebuilds them from what came in."""
    office.ask(f"clearing parameters propose --canary {NORTH_GATE} {B} {AT}")
    two = '--by "B. Dorj" --second "S. Kim" --because "wrong"'
    first = office.sealed("first", NORTH_GATE, "entry 1 08:00 NG 1550 18450", versions="--parameters 1")
    again = office.sealed("again", NORTH_GATE, "entry 2 08:01 NG 1550 18450", after="first", versions="--parameters 1")
    office.answers(first)
    office.ask(f"clearing parameters withdraw 1 {two} --grace 0 --at 2026-03-04T12:30:00+09:00")
    office.answers(again, at="2026-03-04T13:00:00+09:00", code=5)
    office.close(THURSDAY)
    assert office.replay() == []


def loaded(office: Office) -> Path:
    """A gate that found an item for card 1 on its action list: 5,000 loaded, and the fare paid from it."""
    records, out = office.folder / "obeyed.csv", office.folder / "obeyed.afc"
    records.write_text(
        "kind,card,counter,time,stop,product,trip,amount,balance\n"
        "action,1,1,2026-03-04T08:00:00+09:00,NG,1,1,5000,25000\n"
        "entry,1,2,2026-03-04T08:00:01+09:00,NG,,,1550,23450\n"
    )
    say(f"kit sign --world {office.pack} --device {NORTH_GATE} --records {records} --out {out} --epoch 1")
    return out


def test_what_a_published_action_list_orders_counts_when_a_gate_has_done_it(office: Office) -> None:
    """The issuer sends 5,000 to card 1: from the list to the books and the issuer's debt."""
    items = office.folder / "items.csv"
    items.write_text("card,control,action,amount,category,until\n1,1,load,5000,0,2026-03-31T00:00:00+09:00\n")
    office.ask(f"clearing list propose actions {items} {B} {AT}")
    office.ask(f"clearing list publish actions 1 {S} {AT}")
    assert office.answers(loaded(office)) == ["ACCEPTED"]
    [closed] = office.close(WEDNESDAY)
    assert (closed["taps"], closed["aside"], closed["charged_minor"]) == (2, 0, 1550)
    assert office.audit() == {}
    assert office.replay() == []


def test_a_list_with_a_misspelt_heading_is_refused_by_its_first_line(office: Office) -> None:
    """Not by a row that seems to say nothing."""
    items = office.folder / "items.csv"
    items.write_text("card,control,acton\n1,1,block\n")
    [refusal] = ask(f"clearing list propose actions {items} {B} {AT} --db {office.db}", 3)
    assert (refusal["code"], refusal["path"]) == ("HEADING_WRONG", f"{items}:1")


def test_whoever_approves_parameters_sees_what_they_say(office: Office) -> None:
    """And afterwards who said yes."""
    twice = "--set sam_count_max=50 --set sam_count_max=60"
    assert "KEY_TWICE" in refused(
        f"clearing parameters propose {twice} --canary {NORTH_GATE} {B} {AT} --db {office.db}"
    )
    office.ask(f"clearing parameters propose --set sam_count_max=50 --canary {NORTH_GATE} {B} {AT}")
    office.ask(f"clearing parameters approve 1 {S} {AT}")
    told = say(f"clearing parameters show --db {office.db}")
    assert "sam_count_max 50" in told
    assert "approve 2026-03-04T06:00:00+09:00 by S. Kim: looked at it" in told


def test_no_reader_is_asked_for_a_tariff_or_a_key_that_does_not_exist(office: Office) -> None:
    """The town's pack has two versions, at places 0 and 1; whoever types 9 would stop every gate."""
    propose = f"clearing parameters propose --canary {NORTH_GATE} {B} {AT}"
    told = refused(f"{propose} --set tariff=2 --db {office.db}")
    assert "TARIFF_UNKNOWN" in told
    assert "0 is 2024, 1 is 2026" in told
    assert "RECORD_KEY_UNKNOWN" in refused(f"{propose} --set record_key=2 --db {office.db}")
    assert office.ask(f"{propose} --set tariff=1")["says"]["tariff"] == 1


def test_what_nobody_ordered_is_kept_aside(office: Office) -> None:
    """The same taps of a gate, and no list that says so."""
    assert office.answers(loaded(office)) == ["ACCEPTED"]
    [closed] = office.close(WEDNESDAY)
    assert (closed["taps"], closed["aside"]) == (1, 1)
    [row] = office.ask("clearing quarantine list")
    assert (row["reason"], row["taps"]) == ("ORDER_UNKNOWN", 1)


def test_a_withdrawn_list_goes_to_no_reader_any_more(office: Office) -> None:
    """The wrong cards: readers that ask get nothing until the right list is published, and parameters cannot require it."""
    two = '--by "B. Dorj" --second "S. Kim" --because "wrong cards"'
    office.ask(f"clearing list propose denylist {lost(office, 1)} {B} {AT}")
    office.ask(f"clearing list publish denylist 1 {S} {AT}")
    with Store.open(str(office.db)) as store:
        assert Messages().newest("denylist", NORTH_GATE, store) is not None
    office.ask(f"clearing list withdraw 1 {two} {LATER}")
    with Store.open(str(office.db)) as store:
        assert Messages().newest("denylist", NORTH_GATE, store) is None
    assert "LIST_WITHDRAWN" in refused(
        f"clearing parameters propose --set denylist=1 --canary {NORTH_GATE} {B} {LATER} --db {office.db}"
    )
    told = office.ask(f"clearing list propose denylist {lost(office, 2)} {B} {LATER}")
    assert (told["version"], told["changed"]) == (2, 2), "readers hold the wrong list until this one comes"


def test_of_two_proposals_over_one_list_the_older_cannot_go_out(office: Office) -> None:
    """The second was counted without the first: both together would stop more cards than either told, or undo the first."""
    office.ask(f"clearing list propose denylist {lost(office, 1, 2, 3)} {B} {AT}")
    office.ask(f"clearing list propose denylist {lost(office, 4, 5, 6)} {B} {AT}")
    assert "EDITION_OVERTAKEN" in refused(f"clearing list publish denylist 1 {S} {AT} --db {office.db}")
    office.ask(f"clearing list publish denylist 2 {S} {AT}")
    told = office.ask(f"clearing list propose denylist {lost(office, 1, 2, 3)} {B} {AT} --canary {NORTH_GATE}")
    assert (told["changed"], told["large"]) == (6, True)


def test_many_small_lists_are_a_large_one_until_a_second_person_has_looked(office: Office) -> None:
    """Four cards a night by one person: the second night makes eight of a thousand, also where the first four are let go
    again. A second person's yes begins the count anew."""
    office.ask(f"clearing list propose denylist {lost(office, 1, 2, 3, 4)} {B} {AT}")
    office.ask(f"clearing list publish denylist 1 {B} {AT}")
    for cards in ((1, 2, 3, 4, 5, 6, 7, 8), (5, 6, 7, 8)):
        told = refused(f"clearing list propose denylist {lost(office, *cards)} {B} {AT} --db {office.db}")
        assert "it changes 8 of 1,000" in told
        assert "since two people last answered for one" in told
    small = office.ask(f"clearing list propose denylist {lost(office, 1, 2, 3, 4, 5)} {B} {AT}")
    assert (small["changed"], small["large"]) == (5, False)
    office.ask(f"clearing list approve denylist {small['version']} {S} {AT}")
    office.ask(f"clearing list publish denylist {small['version']} {B} {AT}")
    told = office.ask(f"clearing list propose denylist {lost(office, 1, 2, 3, 4, 5, 6, 7, 8, 9)} {B} {AT}")
    assert (told["changed"], told["large"]) == (4, False)


def test_orders_that_were_carried_out_in_between_still_count(office: Office) -> None:
    """Four cards get money in one night and four others in the next; the first four are no longer on the list then."""
    heading = "card,control,action,amount,category,until"
    for night, cards in enumerate((range(1, 5), range(5, 9)), start=1):
        path = office.folder / f"orders-{night}.csv"
        rows = [f"{card},1,load,5000,0,2026-04-01T00:00:00+09:00" for card in cards]
        path.write_text("\n".join([heading, *rows]))
        propose = f"clearing list propose actions {path} {B} {AT}"
        if night == 2:
            assert "it changes 8 of 1,000" in refused(f"{propose} --db {office.db}")
            return
        office.ask(propose)
        office.ask(f"clearing list publish actions 1 {B} {AT}")


def test_batches_out_of_order_make_nobody_liable_for_what_a_reader_did_not_have(office: Office) -> None:
    """A ride at eight under no list; at nine the list came. The later batch is the first to arrive."""
    office.ask(f"clearing list propose denylist {lost(office, 1)} {B} {AT}")
    office.ask(f"clearing list publish denylist 1 {S} {AT}")
    eight = office.sealed("eight", NORTH_GATE, "entry 1 08:00 NG 1550 18450")
    nine = office.sealed("nine", NORTH_GATE, "entry 2 09:00 NG 1550 18450", after="eight", versions="--lists 1")
    assert office.answers(nine, eight) == ["ACCEPTED", "ACCEPTED"]
    told = office.ask("clearing list losses")
    assert [(row["card"], row["receipted"], row["liable"]) for row in told["rides"]] == [(1, False, "scheme")]
