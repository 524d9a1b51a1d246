"""Findings: everything wrong with somebody's files, gathered first and told together.

>>> found = Findings()
>>> found.add("ID_UNKNOWN", 'there is no service "ral"', file="hanbit/split.toml", line=7, cure='Did you mean "rail"?')
>>> found.add("KEY_MISSING", "`source` is missing from `version`", file="hanbit/split.toml", line=2)
>>> try:
...     found.refuse()
... except Refused as refused:
...     print(refused)
2 things to put right:
hanbit/split.toml:2: `source` is missing from `version`
hanbit/split.toml:7: there is no service "ral". Did you mean "rail"?
"""

from __future__ import annotations

from afc.refusal import Refused

SHOWN_MAX = 50  # a person mends these first; the rest is usually the same mistake again


class SeveralRefused(Refused):
    """More than one refusal; `refusals` has each with its own code and place."""

    def __init__(self, refusals: tuple[Refused, ...]) -> None:
        self.refusals = refusals
        lines = [str(refused) for refused in refusals[:SHOWN_MAX]]
        if len(refusals) > SHOWN_MAX:
            lines.append(f"and {len(refusals) - SHOWN_MAX} more")
        super().__init__("SEVERAL", f"{len(refusals)} things to put right:\n" + "\n".join(lines))


class Findings:
    """A list to which readers and checks add, and which refuses at the end if anything is on it."""

    def __init__(self) -> None:
        self._found: list[tuple[str, int, Refused]] = []
        self._told: set[tuple[str, int, str, str]] = set()

    def add(self, code: str, what: str, *, file: str, line: int = 0, cure: str = "") -> None:
        """Note one thing that is wrong; line 0 is the file as a whole."""
        where = f"{file}:{line}" if line else file
        self._note(file, line, Refused(code, what, where=where, cure=cure))

    def take(self, refused: Refused) -> None:
        """Note a refusal that was raised elsewhere, keeping the several of a several."""
        for one in refused.refusals if isinstance(refused, SeveralRefused) else (refused,):
            file, _, line = one.where.rpartition(":")
            known = file and line.isdigit()
            self._note(*(file, int(line)) if known else (one.where, 0), one)

    def _note(self, file: str, line: int, refused: Refused) -> None:
        told = (file, line, refused.code, refused.what)
        if told not in self._told:  # two ways of looking may find the same mistake
            self._told.add(told)
            self._found.append((file, line, refused))

    def __len__(self) -> int:
        return len(self._found)

    def refuse(self) -> None:
        """Raise what was found, in the order of the lines; do nothing if all is well."""
        ordered = [refused for _, _, refused in sorted(self._found, key=lambda found: found[:2])]
        if len(ordered) == 1:
            raise ordered[0]
        if ordered:
            raise SeveralRefused(tuple(ordered))
