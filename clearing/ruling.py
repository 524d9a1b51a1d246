"""Rulings: what two people decide about facts or money, checked and noted in one transaction; the next close acts on it.

What was asked for is kept beside what it comes to, so that a replay can ask again and has to get the same. A request that has
a name of its own may be sent again: it is answered with the ruling of the first time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from afc.refusal import Refused
from clearing import by_card, correct, refund, single
from clearing.decision import Decision
from clearing.house import House
from clearing.store import Ruling

Check = Callable[[House, str, Mapping[str, Any]], dict[str, Any]]
"""What a ruling about a subject comes to: facts, of which `postings` and `about` make an entry; or a refusal."""

CHECKS: dict[str, Check] = {
    "stop": correct.stop, "clock": correct.clock, "operator": correct.operator, "tariff": correct.tariff,
    "split": correct.split, "refund": refund.refund, "dispute": refund.dispute, "upheld": refund.upheld,
    "rejected": refund.rejected, "take_back": refund.take_back, "charge_back": by_card.charge_back,
    "replace": by_card.replace, "write_off": by_card.write_off, "expire": by_card.expire, "settle": single.settle,
}  # fmt: skip


def enact(
    house: House, kind: str, subject: str, asked: Mapping[str, Any], decision: Decision, at_us: int, ref: str = ""
) -> Ruling:
    """Check a decision and note it; whatever else is decided at the same time is decided before it or after it.

    `ref` is what the sender calls the request. Asked again under that name, nothing is decided a second time.
    """
    decision = decision.checked()
    with house.store.begin():
        if (before := find_request(house, ref)) is not None:
            return same_request(before, kind, subject, asked, decision, ref)
        facts = CHECKS[kind](house, subject, asked) | {"asked": dict(asked)}
        text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        number = len(house.store.rulings()) + 1
        ruling = Ruling(number, kind, subject, text, *decision, at_us, house.store.last_begun())
        house.store.rule(ruling)
        if ref:
            house.store.name_request(ref, ruling)
    return ruling


def find_request(house: House, ref: str) -> Ruling | None:
    """The ruling that a request of this name came to before; requests without a name are all new."""
    number = house.store.requests().get(ref) if ref else None
    return None if number is None else house.store.rulings()[number - 1]


def same_request(
    before: Ruling, kind: str, subject: str, asked: Mapping[str, Any], decision: Decision, ref: str
) -> Ruling:
    """The ruling of the first time, if the same was asked by the same people for the same reason."""
    was = before.kind, before.subject, before.decided["asked"], before.first, before.second, before.because
    if was != (kind, subject, json.loads(json.dumps(dict(asked))), *decision):
        what = f'"{ref}" was {before.name}, {before.kind} of {before.subject}, and not what is asked for now'
        raise Refused("REF_USED", what, where="--ref", cure="Give each request a name of its own.")
    return before
