"""The result of a load: every figure that a threshold may name, and those that explain them."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from sim.load.checks import Custody
from sim.load.latency import spread
from sim.load.pace import Pace
from sim.load.pool import taps_in

NOT_TAKEN = ("REJECTED", "CONFLICT", "QUARANTINED", "REFUSED")


def facts_of(pace: Pace, found: Custody) -> dict[str, Any]:
    """Figures of a run, the unexplained money left out."""
    answers = Counter(told.kind for told in pace.told if told)
    reasons = Counter(told.reason for told in pace.told if told and told.reason)
    sent, answered = pace.tries > 0, ~np.isnan(pace.took_s)
    waited_s = np.where(answered, pace.took_s, pace.ended_s - pace.plan.due_s)[~np.isnan(pace.behind_s)]
    behind = spread(pace.behind_s[~np.isnan(pace.behind_s)])
    receipts, sizes = spread(waited_s), taps_in(pace.batches)
    good = np.unique(pace.plan.batch[[told is not None and told.kind not in NOT_TAKEN for told in pace.told]])
    last_s = float((pace.plan.due_s + pace.took_s)[answered].max(initial=0.0)) or 1.0
    metrics = {f"receipt.{name}": figure for name, figure in receipts._asdict().items()} | {
        "rate": round(float(sizes[good].sum()) / last_s, 3),
        "lost": found.lost,
        "duplicates": answers["DUPLICATE"],
        "rejected": sum(answers[kind] for kind in NOT_TAKEN),
        "retried": pace.retried,
        "unexplained_minor": None,
        "behind.p99": behind.p99,
    }
    return {
        "interrupted": pace.stopped,
        "seconds": round(last_s, 3),
        "metrics": metrics,
        "batches": {
            "sent": found.sent,
            "sendings": int(pace.tries.sum()),
            "answered": int(answered.sum()),
            "never_sent": int((~sent).sum()),
            "taps": int(sizes[np.unique(pace.plan.batch[sent])].sum()),
            "answers": dict(sorted(answers.items())),
            "reasons": dict(sorted(reasons.items())),
        },
        "custody": {
            "receipts_checked": found.checked,
            "receipts_wrong": found.wrong,
            "unanswered": found.unanswered,
            "asked_afterwards": found.asked,
            "not_shown": found.not_shown,
        },
        "faults": pace.plan.faults,
        "generator": {
            "behind_ms": behind._asdict(),
            "most_waiting": pace.most_waiting,
            "connections_broken": pace.broken,
            "batches_per_s": round(answered.sum() / last_s, 3),
        },
    }
