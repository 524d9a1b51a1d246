"""Rulings: what two people decide about facts or money, checked and noted in one transaction; the next close acts on it.

What was asked for is kept beside what it comes to, so that a replay can ask again and has to get the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

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


def enact(house: House, kind: str, subject: str, asked: Mapping[str, Any], decision: Decision, at_us: int) -> Ruling:
    """Check a decision and note it; whatever else is decided at the same time is decided before it or after it."""
    decision = decision.checked()
    with house.store.begin():
        facts = CHECKS[kind](house, subject, asked) | {"asked": dict(asked)}
        text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        number = len(house.store.rulings()) + 1
        ruling = Ruling(number, kind, subject, text, *decision, at_us, house.store.last_begun())
        house.store.rule(ruling)
    return ruling
