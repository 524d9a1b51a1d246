"""The file that moves the money."""

from __future__ import annotations

import ast
import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path

import pytest
import sepaxml
import xmlschema
from hypothesis import example, given
from hypothesis import strategies as st
from office import MORNING_US, PARTIES

from afc.money import exponent
from afc.refusal import Refused
from clearing import bank
from clearing.bank import NAMESPACE as BASE
from clearing.bank import PAIN, Instruction, instructions, pain001, read_pain001, short_id
from clearing.netting import HELD
from clearing.plan import multilateral
from clearing.store import Party, Payment

NAMESPACE = BASE + PAIN
NET = {HELD: 400, "agent": -10_000, "bus": 1_595, "city": -265, "house": 70, "issuer": 7_000, "metro": 1_200}
AND_THE_BANK_SIDE = ("plan", "obligations", "instruct", "camt053", "pain002", "matching", "reconcile", "resolve")
PAID = multilateral(NET, "2026-W10", "keeper")
HOUSE = PARTIES[2]


@pytest.fixture(scope="session")
def schema() -> xmlschema.XMLSchema:
    """The published schema, as another project ships it."""
    return xmlschema.XMLSchema(Path(sepaxml.__file__).parent / "schemas" / "pain.001.001.09.xsd")


def message(payments, currency="MNT", **more) -> bytes:
    facts = {"debtor": HOUSE, "message_id": "2026-W10", "created_us": MORNING_US, "execution": date(2026, 3, 9)} | more
    return pain001(payments, currency=currency, decimals=exponent(currency), **facts)


@pytest.mark.parametrize(
    ("currency", "amounts"),
    [
        ("KRW", {"1595", "70", "7000", "1200"}),
        ("MNT", {"15.95", "0.70", "70.00", "12.00"}),
        ("COP", {"15.95", "0.70", "70.00", "12.00"}),
        ("TND", {"1.595", "0.070", "7.000", "1.200"}),
    ],
)
def test_a_bank_can_read_it_in_any_currency(schema, currency, amounts):
    """None, two or three decimals; parties with an IBAN and parties in countries that have none; Cyrillic names."""
    xml = message(instructions(PAID, PARTIES), currency)
    schema.validate(xml.decode())
    document = ET.fromstring(xml)
    assert {amount.text for amount in document.iter(f"{{{NAMESPACE}}}InstdAmt")} == amounts
    assert {amount.get("Ccy") for amount in document.iter(f"{{{NAMESPACE}}}InstdAmt")} == {currency}
    assert "Автобус ХК" in xml.decode()


@pytest.mark.parametrize("version", ["pain.001.001.03", "pain.001.001.09"])
def test_banks_that_read_the_older_version_get_it(version):
    """The older one writes the day of execution otherwise; each is checked against its own published schema."""
    published = xmlschema.XMLSchema(Path(sepaxml.__file__).parent / "schemas" / f"{version}.xsd")
    xml = message(instructions(PAID, PARTIES), version=version)
    published.validate(xml.decode())
    assert read_pain001(xml, 2) == {payment.end_to_end: payment.minor for payment in PAID if payment.kind == "pay"}


def test_it_pays_every_positive_position_and_nobody_else():
    """Debtors fund the settlement account by other ways; what is held is nobody's yet."""
    payments = instructions(PAID, PARTIES)
    paid = {payment.party.id: payment.minor for payment in payments}
    assert paid == {"bus": 1_595, "house": 70, "issuer": 7_000, "metro": 1_200}
    xml = message(payments)
    assert read_pain001(xml, 2) == {payment.end_to_end: payment.minor for payment in payments}
    assert [total.text for total in ET.fromstring(xml).iter(f"{{{NAMESPACE}}}CtrlSum")] == ["98.65", "98.65"]
    assert [count.text for count in ET.fromstring(xml).iter(f"{{{NAMESPACE}}}NbOfTxs")] == ["4", "4"]


def test_the_same_positions_make_the_same_bytes():
    """A bank that gets the file twice finds the same ids in it."""
    assert message(instructions(PAID, PARTIES)) == message(
        instructions(multilateral(dict(reversed(NET.items())), "2026-W10", "keeper"), PARTIES)
    )


def test_nobody_is_left_out_in_silence():
    """A receiver without an account stops the file; it does not just miss its money."""
    with pytest.raises(Refused, match="metro is owed money and has no account"):
        instructions(PAID, [party._replace(iban="", other="") if party.id == "metro" else party for party in PARTIES])
    with pytest.raises(Refused, match="has no account"):
        instructions([Payment("c-stranger", "c", "stranger", 5)], PARTIES)
    with pytest.raises(Refused, match="nobody is owed anything"):
        message([])


def test_names_cannot_break_out_of_their_element(schema):
    """A party may be called `A & B <Ltd>`, however long."""
    party = Party(9, "ab", "A & B <Ltd> " + "x" * 200, other="1")
    xml = message([Instruction("c-ab", party, 5, "t" * 300)])
    schema.validate(xml.decode())
    assert ET.fromstring(xml).findtext(f".//{{{NAMESPACE}}}Cdtr/{{{NAMESPACE}}}Nm").startswith("A & B <Ltd>")


@given(st.text(min_size=1, max_size=80), st.text(min_size=1, max_size=80))
def test_ids_fit_and_differ(one, other):
    """35 plain characters are all that the message has; two payments never share an id."""
    assert 1 <= len(short_id(one)) <= 35
    assert short_id(one).isascii()
    assert (short_id(one) == short_id(other)) == (one == other)


@given(st.lists(st.integers(1, 10**16), min_size=1, max_size=20), st.sampled_from([0, 2, 3]))
@example([10**16 - 1], 2)
def test_the_sum_is_exact_to_the_unit(amounts, decimals):
    """Sixteen digits: the last one is where binary fractions give up."""
    payments = [Instruction(f"c-{i}", HOUSE, minor, "t") for i, minor in enumerate(amounts)]
    xml = pain001(
        payments,
        debtor=HOUSE,
        message_id="c",
        created_us=0,
        execution=date(2026, 3, 9),
        currency="XTS",
        decimals=decimals,
    )
    assert read_pain001(xml, decimals) == {f"c-{i}": minor for i, minor in enumerate(amounts)}
    total = ET.fromstring(xml).findtext(f".//{{{NAMESPACE}}}CtrlSum")
    assert int(total.replace(".", "")) == sum(amounts)


def test_no_binary_fraction_in_the_line_of_money():
    """Not in postings, netting, statements or the bank file."""
    here = Path(bank.__file__).parent
    names = ("entry", "postings", "past", "netting", "statement", "bank", *AND_THE_BANK_SIDE)
    files = [here / f"{name}.py" for name in names]
    for path in (*files, *(here / "remuneration").glob("*.py")):
        name, source = path.name, path.read_text()
        for node in ast.walk(ast.parse(source)):
            assert not isinstance(node, ast.Div), f"{name} divides into fractions"
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), name
            assert not (isinstance(node, ast.Name) and node.id == "float"), name
