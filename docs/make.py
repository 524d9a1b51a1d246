"""Writes the pages of docs/ that follow from the code, so that nobody has to keep them in step by hand.

`limits.md` and `refusals.md` are written whole. In `fares.md` everything below its opening is, by `fares_page.py`. In
`tour.md` only the quoted lines are: each station's comes from the run that `tests/goldens/follow.json` keeps. `make docs` runs
this, after `make goldens` where that changes something; a test fails while a page is not what this would write.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from fares_page import fares_page

from afc import limits
from afc.answers import AnswerKind, Distrust, Reason
from afc.fares import rates
from afc.fares.state import Refusal
from clearing.admit import SetAside
from clearing.placing import Unplaced

DOCS = Path(__file__).resolve().parent
FOLLOWED = DOCS.parent / "tests" / "goldens" / "follow.json"

PLACES = {
    "SERVICES_MAX": "fare classes of vehicles",
    "CATEGORIES_MAX": "rider categories",
    "MEDIA_MAX": "kinds of card",
    "DAY_TYPES_MAX": "kinds of service day",
    "PERIODS_MAX": "price periods of a day",
    "BANDS_MAX": "distance bands of a service, or of a journey",
    "SECTION_SETS_MAX": "sets of fare sections with a surcharge",
    "QUOTAS_MAX": "monthly quotas",
    "PRODUCTS_MAX": "passes",
    "DAYS_MAX": "days of the calendar, from 400 before the version to the horizon",
    "OFFSETS_MAX": "changes of the local clock in these days",
    "TRANSFERS_MAX": "transfers of one journey",
    "ENTRIES_MAX": "entries of a pass",
    "MISSING_MAX": "missing tap-outs before a pass is suspended",
    "TABLES_MAX": "fare tables",
    "STEPS_MAX": "steps of all fare tables together; rates in proportion take one for each price that they come to",
    "PARTS_MAX": "fare tables that speak for one ride, added up or compared",
    "PAIRS_MAX": "prices named for two stops",
    "TERMS_MAX": "modifiers",
    "TERM_BANDS_MAX": "bands of the clock of a modifier, for one kind of service day",
    "TERM_STOPS_MAX": "stops that modifiers name, together",
    "SPOTS_MAX": "pairs of stops to change at, each direction one",
    "CAPS_MAX": "caps",
    "TIERS_MAX": "tiers of a cap",
    "PRODUCT_BANDS_MAX": "bands of the clock of a pass, for one kind of service day",
}


def pages() -> dict[Path, str]:
    """Every generated page with the text that it ought to have."""
    tour, fares = DOCS / "tour.md", DOCS / "fares.md"
    return {
        fares: fares_page(fares.read_text("utf-8")),
        DOCS / "limits.md": limits_page(),
        DOCS / "refusals.md": refusals_page(),
        tour: quoting(tour.read_text("utf-8"), FOLLOWED),
    }


def limits_page() -> str:
    """Every maximum with its reason, and the fixed places of a tariff."""
    parts = [
        "# Limits",
        "Written by `make docs` from [limits.py](../afc/limits.py) and [rates.py](../afc/fares/rates.py). A limit is met by a "
        "refusal that names it, never by silence.",
    ]
    for heading, names in groups():
        rows = [(f"`{name}`", number(getattr(limits, name)), limits.REASONS[name]) for name in names]
        parts += [f"## {heading}", table(("limit", "value", "why"), rows, right=1)]
    assert {name for name in vars(rates) if name.endswith("_MAX")} == PLACES.keys(), "every place has its words"
    places = [(f"`{name}`", number(getattr(rates, name)), what) for name, what in PLACES.items()]
    parts += [
        "## The tariff in a reader",
        "A compiled tariff version is one record with a fixed place for everything, as a reader's parameter memory is. "
        "What does not fit is refused where the version is compiled.",
        table(("place", "value", "holds"), places, right=1),
    ]
    return "\n\n".join(parts) + "\n"


def groups() -> Iterator[tuple[str, list[str]]]:
    """The limits under the headings that their file gives them."""
    heading, names = "", list[str]()
    for line in inspect.getsource(limits).splitlines():
        if told := re.fullmatch(r"# (.+)\.", line):
            if names:
                yield heading, names
            heading, names = told[1], []
        elif named := re.match(r"(\w+) = _limit\(", line):
            names.append(named[1])
    yield heading, names


def refusals_page() -> str:
    """Every answer and every reason, in the order in which they are considered."""
    kinds = [(f"`{k.name}`", str(int(k)), "yes" if k.receipted else "no", k.sentence) for k in AnswerKind]
    reasons = [
        (str(r.rank), f"`{r.name}`", f"`{r.kind.name}`", "a tap" if r.of_one_tap else "the batch", r.sentence)
        for r in Reason
    ]
    distrust = [(str(i), f"`{d.name}`", d.value) for i, d in enumerate(Distrust, 1)]
    refusals = [(str(int(r)), f"`{r.name}`", r.sentence) for r in Refusal]
    aside = [(str(i), f"`{a.name}`", a.value) for i, a in enumerate((*Unplaced, *SetAside), 1)]
    return "\n\n".join(
        [
            "# Refusals",
            "Written by `make docs` from [answers.py](../afc/answers.py), [state.py](../afc/fares/state.py), "
            "[placing.py](../clearing/placing.py) and [admit.py](../clearing/admit.py). "
            "Where two reasons fit, the one with the lower rank is the answer.",
            "## What the clearing house answers to a batch",
            table(("answer", "number", "receipt", "meaning"), kinds, right=1),
            "## Why a batch is not simply accepted",
            table(("rank", "reason", "answer", "of", "meaning"), reasons, right=0),
            "A reason of a tap stops no batch: it is accepted, and the close sets the tap aside under that reason.",
            "## Why a reader does not believe a message from the office",
            "A receipt, a list, parameters or an order. Nothing is changed by a message that is not believed.",
            table(("rank", "reason", "meaning"), distrust, right=0),
            "## Why a reader does not open",
            table(("rank", "refusal", "meaning"), refusals, right=0),
            "## Why a tap of an accepted batch does not count",
            table(("rank", "reason", "meaning"), aside, right=0),
        ]
    ) + "\n"  # fmt: skip


def quoting(page: str, followed: Path) -> str:
    """The tour with the line that `afc follow` prints for each station, in the block under the station's heading."""
    stations = json.loads(followed.read_text("utf-8"))["data"]["stations"]
    for i, station in enumerate(stations, 1):
        line = f"{i:>2} {station['station']:<12} {station['told']}"
        page, found = re.subn(
            rf"(\n## {i}\. [^\n]*\n(?:(?!\n## ).)*?\n```text\n)[^`]*(```)",
            lambda block, line=line: f"{block[1]}{line}\n{block[2]}",
            page,
            flags=re.DOTALL,
        )
        assert found == 1, f"the tour has no block for station {i}"
    return page


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, right: int) -> str:
    """A Markdown table; the column `right` is set to the right."""
    rule = ["---:" if i == right else "---" for i in range(len(head))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *rows))


def number(value: int) -> str:
    """Digits in groups of three."""
    return f"{value:,}".replace(",", " ")


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, "utf-8")
