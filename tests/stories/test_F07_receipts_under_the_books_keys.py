"""A server signs with the keys that its books began with, or no reader would believe a receipt."""

from __future__ import annotations

from pathlib import Path

from commandline import ask, say
from house import HANBIT, MORNING, NORTH_GATE


def test_a_spool_of_books_with_another_seed_gives_receipts_that_their_readers_believe(tmp_path: Path) -> None:
    """The books began with seed 7, and whoever started the server did not know."""
    db, spool = tmp_path / "house" / "clearing.db", tmp_path / "spool"
    spool.mkdir()
    records, batch = tmp_path / "in.csv", spool / "in.afc"
    records.write_text(f"kind,card,time,stop,amount,balance\nentry,1,{MORNING},NG,1550,18450\n")
    world = f"--world {HANBIT} --seed 7"
    say(f"clearing init --db {db} --city {HANBIT} --cards 10 --balance 20000 --seed 7")
    say(f"kit sign {world} --device {NORTH_GATE} --records {records} --out {batch}")
    say(f"serve spool {spool} --db {db} --once", 5)  # taps of last spring are for a person to look at
    receipt, moved = spool / "in.afc.receipt", next(path for path in spool.rglob("in.afc"))
    assert ask(f"kit verify-receipt {receipt} --batch {moved} {world}")["covers"] is True
