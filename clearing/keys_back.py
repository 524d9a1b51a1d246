"""Taking keys back: two people say that taps made under a generation are not believed any more, and why.

It may stop a whole city, for every reader that has not changed yet is kept aside from then on. So it is never the work of one.
"""

from __future__ import annotations

from clearing.decision import Decision
from clearing.store import KeyAct, Store


def take_back(store: Store, purpose: str, version: int, decision: Decision, at_us: int) -> KeyAct:
    """What arrives under this generation from now on waits for a person; doing it twice changes nothing."""
    two = decision.checked()
    with store.begin():
        before = next((act for act in store.key_acts() if (act.purpose, act.version) == (purpose, version)), None)
        if before is not None:
            return before
        store.revoke_scheme_key(purpose, version, at_us)
        act = KeyAct(purpose, version, "revoke", *two, at_us)
        store.key_act(act)
    return act
