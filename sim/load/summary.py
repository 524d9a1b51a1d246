"""The summary of a load for people: thresholds first, as they are the contract; then what explains them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.load.latency import Spread
from sim.load.thresholds import Threshold, Verdict, verdict_line

BEHIND_MS = 100.0
"""Later than this the generator is no honest clock."""


def block(facts: Mapping[str, Any], rules: Sequence[Threshold]) -> str:
    """The end-of-load block; its layout is fixed."""
    offer, m, batches = facts["offer"], facts["metrics"], facts["batches"]
    made, custody = facts["generator"], facts["custody"]
    ramp = f", the first {offer['ramp_s']:g} s rising" if offer["ramp_s"] else ""
    held = [verdict_line(Verdict(**row), one.metric) for row, one in zip(facts["thresholds"], rules, strict=True)]
    lines = [
        ("load", f"{facts['scenario']} seed {facts['seed']}   to {facts['to']}"),
        ("offered", f"{offer['rate']:,g} taps/s for {offer['seconds']:g} s{ramp}"
                    + ("   interrupted" if facts["interrupted"] else "")),
        *[("thresholds" if not i else "", line) for i, line in enumerate(held)],
        ("receipts", "  ".join(f"{name} {m[f'receipt.{name}']:,.1f} ms" for name in Spread._fields)
                     + "   from the moment at which a batch was due"),
        ("rate", f"{m['rate']:,.0f} taps/s receipted, {made['batches_per_s']:,.1f} answers/s, {facts['seconds']:,.1f} s"),
        ("batches", f"{batches['sent']:,} of {batches['taps']:,} taps, {batches['sendings']:,} sendings: "
                    + (", ".join(f"{n:,} {kind}" for kind, n in batches["answers"].items()) or "no answer")
                    + (f" ({reasons(batches['reasons'])})" if batches["reasons"] else "")),
        ("lost", lost_line(m["lost"], custody)),
        ("looked at", f"{custody['receipts_checked']:,} receipts, {custody['asked_afterwards']:,} batches asked for again"),
        *([("money", f"{m['unexplained_minor']:,} minor units unexplained")] if m["unexplained_minor"] is not None else []),
        *[("faults" if not i else "", fault_line(*fault)) for i, fault in enumerate(facts["faults"].items())],
        ("again", f"{m['retried']:,} sendings made again, {made['connections_broken']:,} connections broke by themselves"),
        ("generator", generator_line(made)),
    ]  # fmt: skip
    return "\n".join(f"{name:<11}{text}" for name, text in lines)


def lost_line(lost: int, custody: Mapping[str, int]) -> str:
    """How many batches are not safely with the house, and why."""
    parts = {
        "unanswered": "without an answer",
        "receipts_wrong": "with a wrong receipt",
        "not_shown": "not shown afterwards",
    }
    return f"{lost:,}: " + ", ".join(f"{custody[key]:,} {words}" for key, words in parts.items())


def reasons(counts: Mapping[str, int]) -> str:
    """Why some were not simply accepted."""
    return ", ".join(f"{n:,} {reason}" for reason, n in counts.items())


def fault_line(kind: str, counts: Mapping[str, int]) -> str:
    """What was done on purpose."""
    return f"{kind}: " + ", ".join(f"{n:,} {what.replace('_', ' ')}" for what, n in counts.items())


def generator_line(made: Mapping[str, Any]) -> str:
    """How late the generator itself was, and how near to its ceiling where that is known."""
    behind = made["behind_ms"]
    text = f"behind by p50 {behind['p50']:,.1f} ms, p99 {behind['p99']:,.1f} ms, max {behind['max']:,.1f} ms"
    text += f"   {made['connections']} connections, at most {made['most_waiting']:,} waited for one"
    if made.get("ceiling_batches_per_s"):
        text += f"   ceiling {made['ceiling_batches_per_s']:,.0f} batches/s, {made['ceiling_used']:.1%} of it used"
    return text


def trial_line(trial: Mapping[str, Any]) -> str:
    """One trial of a search: its rate, the verdict, the figures that say most."""
    m = trial["metrics"]
    broken = ", ".join(row["threshold"] for row in trial["thresholds"] if not row["ok"])
    figures = f"p50 {m['receipt.p50']:>8,.1f} ms  p99 {m['receipt.p99']:>8,.1f} ms  lost {m['lost']:,}"
    line = f"{'✓' if trial['ok'] else '✗'} {trial['rate']:>10,.0f} taps/s  {figures}  behind {m['behind.p99']:,.1f} ms"
    return f"{line}  broken: {broken}" if broken else line


def limit_block(facts: Mapping[str, Any]) -> str:
    """Every trial, and what came of them."""
    trials = [trial_line(trial) for trial in facts["trials"]]
    head = f"load       {facts['scenario']} seed {facts['seed']}   to {facts['to']}   {facts['seconds']:g} s a trial"
    return "\n".join([head, *trials, *limit_lines(facts)])


def limit_lines(facts: Mapping[str, Any]) -> list[str]:
    """The limit in words."""
    held = f"{facts['limit']:,.0f} taps/s held" if facts["limit"] else "no rate held"
    ended = [f"ended      {facts['ended']}"] if facts["ended"] else []
    if facts["broke"] is None:
        return [f"limit      {held}, and no higher one was tried" + ("" if ended else ": raise --most"), *ended]
    resolution = "before the resolution was reached" if ended else f"resolution {facts['resolution']:.0%}"
    lines = [f"limit      {held}, {facts['broke']:,.0f} broke ({resolution})", *ended]
    lines += [f"broken     ✗ {row['threshold']}: {row['measured']:,.1f}" for row in facts["broken"]]
    if facts["behind_p99_ms"] > BEHIND_MS:
        lines.append("note       the generator itself was late there: this may be its limit, and not the house's")
    return lines
