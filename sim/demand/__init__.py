"""Demand: who rides, where and when. Pure: values in, values out, chance handed in by name."""

from sim.demand.build import Demand, build
from sim.demand.journeys import Journeys
from sim.demand.population import Population

__all__ = ["Demand", "Journeys", "Population", "build"]
