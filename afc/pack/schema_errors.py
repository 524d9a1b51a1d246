"""What riders do by mistake, at rates that a scenario states."""

from __future__ import annotations

from collections.abc import Iterable

from afc.pack.form import Finding, Form, Known
from afc.pack.words import Share, Text


class Errors(Form):
    """Mistakes on the way to a vehicle. A rider makes at most one on a journey."""

    taps_twice: Share = 0.0
    """Share of journeys whose first tap-in is made twice, at once. Default 0."""
    wrong_gate: Share = 0.0
    """Share of journeys that leave the gates again at the station where they began, and go in once more. Default 0."""
    wrong_line: Share = 0.0
    """Share of journeys that begin with a ride on a wrong line to its next stop, and back. Default 0."""
    source: Text
    """Where the rates come from, or "synthetic"."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return (self._one_each(),)

    def _one_each(self) -> Iterable[Finding]:
        if self.taps_twice + self.wrong_gate + self.wrong_line > 1:
            cure = "A journey has at most one; let the shares sum to 1 or less."
            yield Finding(("taps_twice",), "ERRORS_ABOVE_ONE", "there are more mistakes than journeys", cure)
