"""Faults and frauds on demand: put into a run with a label each, so that what is found of them can be counted."""

from sim.faults.gateway import Gateway, Plan
from sim.faults.kinds import KINDS, Kind, kind_of
from sim.faults.label import Label, read_labels

__all__ = ["KINDS", "Gateway", "Kind", "Label", "Plan", "kind_of", "read_labels"]
