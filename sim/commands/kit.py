"""`afc kit`: for whoever builds a reader of their own. Seal records written by hand, read sealed bytes, match a receipt."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from afc.refusal import Refused
from sim.output import INVARIANT_VIOLATED, OK, Reply, answers

if TYPE_CHECKING:
    from afc.city import City
    from terminals.kit.checks import Trust
    from terminals.kit.reading import Reading

WORLD = click.option("--world", metavar="PACK", help="A city pack, whose throw-away keys are used.")
SEED = click.option("--seed", type=int, default=7, show_default=True, help="The seed of these keys, as runs have it.")
PUBLIC = click.option("--public", metavar="HEX", help="The sender's public key, to check the signature alone.")


@click.group()
def kit() -> None:
    """For builders of readers: seal records by hand, read sealed bytes, match receipts."""


@kit.command("sign", epilog="Example:  afc kit sign --world ulaanbaatar --device 31 --records taps.csv --out batch.afc")
@click.option("--world", required=True, metavar="PACK", help="A city pack: its words, and its throw-away keys.")
@click.option("--device", type=click.IntRange(1, 2**32 - 1), required=True, help="The reader that seals.")
@click.option("--records", required=True, metavar="FILE", help="CSV with a heading, or JSON lines; - is stdin.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The sealed batch.")
@click.option("--previous", type=click.Path(path_type=Path), help="The reader's batch before this one.")
@click.option("--epoch", type=click.IntRange(1, 2**16 - 1), help="Default: that of the batch before, or 1.")
@click.option("--parameters", type=click.IntRange(0, 2**32 - 1), default=0, help="Version that the reader went by.")
@click.option("--lists", type=click.IntRange(0, 2**32 - 1), default=0, help="Version of the denylist that it held.")
@SEED
@click.option("--force", is_flag=True, help="Write over a batch that is there.")
@answers("afc.kit.sign/1")
def sign(
    world: str, device: int, records: str, out: Path, previous: Path | None, epoch: int | None, parameters: int, lists: int,
    seed: int, force: bool,
) -> Reply:  # fmt: skip
    """Seal taps that somebody wrote by hand, with the throw-away keys of a pack's simulated environment.

    Fields have their names from docs/format.md; stops, products, media and the like may be named by their ids, and the moment
    written as `time` in ISO 8601. What is left out is filled in and told. All mistakes are told at once, and then nothing is
    written.
    """
    from afc.city import load_city
    from afc.keys import KeyRing, sim_environment
    from afc.pack.findings import Findings
    from clearing.detail import write_durably
    from terminals.kit.records import read_records
    from terminals.kit.sealing import place_after, seal_records

    if out.exists() and not force:
        raise Refused("OUT_EXISTS", "there is a file already", where=str(out), cure="Add --force to write over it.")
    city = load_city(world)
    ring = KeyRing.from_seed(seed, sim_environment(city.id))
    place = place_after(read_file(previous) if previous else None, ring, device, epoch)
    found, name = Findings(), "stdin" if records == "-" else records
    written = read_records(read_text(records), name, found)
    made = seal_records(written, name, place, city, ring, found, parameters, lists)
    write_durably(out, made.data)
    data = made.place._asdict() | {
        "previous": place.previous.hex(), "last_seq": int(made.taps["seq"][-1]), "digest": made.digest.hex(),
        "environment": ring.environment, "bytes": len(made.data), "file": str(out), "filled": made.filled,
    }  # fmt: skip
    text = (
        f"{out}: batch {place.number} of device {device}, epoch {place.epoch}: taps {place.first_seq}–{data['last_seq']},"
        f" {len(made.data)} bytes, {ring.environment}\ndigest {made.digest.hex()}"
    )
    filled = "; ".join(f"{key} {told}" for key, told in made.filled.items())
    return Reply(data, f"{text}\nfilled in: {filled}")


@kit.command("inspect", epilog="Example:  afc kit inspect batch.afc --world ulaanbaatar")
@click.argument("file", type=click.Path(path_type=Path))
@WORLD
@SEED
@PUBLIC
@answers("afc.kit.inspect/1")
def inspect(file: Path, world: str | None, seed: int, public: str | None) -> Reply:
    """Everything in a batch, a receipt, a list, parameters or an order, and which of it holds.

    A damaged file is shown as far as it can be read. Exits with 4 if anything that was checked does not hold.
    """
    from sim.kit_told import facts_of, text_of
    from terminals.kit.reading import read_message

    reading = read_message(read_file(file), trust_of(world, seed, public))
    city = city_of(world)
    return Reply(facts_of(reading, city), text_of(reading, city), OK if reading.holds else INVARIANT_VIOLATED)


@kit.command(
    "verify-receipt",
    epilog="Example:  afc kit verify-receipt batch.afc.receipt --batch batch.afc --world ulaanbaatar",
)
@click.argument("receipt", type=click.Path(path_type=Path))
@click.option("--batch", required=True, type=click.Path(path_type=Path), help="The batch that it should cover.")
@WORLD
@SEED
@click.option("--public", metavar="HEX", help="The clearing house's public key for receipts.")
@answers("afc.kit.verify-receipt/1")
def verify_receipt(receipt: Path, batch: Path, world: str | None, seed: int, public: str | None) -> Reply:
    """Does this receipt cover exactly this batch, so that the reader may forget it?

    Exits with 4 if it does not.
    """
    from sim.kit_told import checks_text
    from terminals.kit.checks import Trust
    from terminals.kit.covering import covers
    from terminals.kit.reading import read_message

    if world is None and public is None:
        cure = "Give --world or --public."
        raise Refused("KEY_MISSING", "a receipt proves nothing without the key that it was signed with", cure=cure)
    office = trust_of(world, seed, public)
    said = expected(read_message(read_file(receipt), office), "receipt", receipt)
    sent = expected(read_message(read_file(batch), Trust(office.ring)), "batch", batch)
    checks = covers(said, sent)
    ok = all(check.ok is not False for check in checks)
    verdict = f"{receipt} {'covers' if ok else 'DOES NOT COVER'} {batch}"
    data = {"covers": ok, "receipt": said.header, "checks": [check._asdict() for check in checks]}
    return Reply(data, f"{checks_text(checks)}\n{verdict}", OK if ok else INVARIANT_VIOLATED)


def trust_of(world: str | None, seed: int, public: str | None) -> Trust:
    """Whom the command line says to believe."""
    from afc.keys import KeyRing, sim_environment
    from terminals.kit.checks import Trust

    if world is not None and public is not None:
        raise Refused("KEY_TWICE", "--world has keys of its own", where="--public", cure="Give one of the two.")
    city = city_of(world)
    if city is not None:
        return Trust(KeyRing.from_seed(seed, sim_environment(city.id)))
    try:
        key = bytes.fromhex(public) if public is not None else None
    except ValueError:
        key = b""
    if key is not None and len(key) != 32:
        cure = "Write its 32 bytes as 64 hexadecimal digits."
        raise Refused("KEY_MALFORMED", "that is no public key", where="--public", cure=cure)
    return Trust(None, key)


def city_of(world: str | None) -> City | None:
    """The pack, where one is named."""
    from afc.city import load_city

    return load_city(world) if world is not None else None


def expected(reading: Reading, kind: str, path: Path) -> Reading:
    """The message, if it is of this kind."""
    if reading.kind != kind:
        raise Refused("NOT_THIS_KIND", f"this is a {reading.kind}, not a {kind}", where=str(path))
    return reading


def read_file(path: Path) -> bytes:
    """A file's bytes."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused("FILE_UNREADABLE", error.strerror or "it cannot be read", where=str(path)) from None


def read_text(name: str) -> str:
    """The records' text; `-` is what comes in on stdin."""
    data: bytes = sys.stdin.buffer.read() if name == "-" else read_file(Path(name))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused("FILE_UNREADABLE", f"it is not UTF-8: {error}", where=name) from None
