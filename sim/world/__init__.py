"""The simulated world: vehicles, gates and riders of one service day, tapping at real readers.

The only place that knows SimPy.
"""

from sim.world.daylog import DayLog
from sim.world.elsewhere import OfficeElsewhere
from sim.world.equipment import Device
from sim.world.estate import Estate
from sim.world.office import Office
from sim.world.stamping import Stamping
from sim.world.world import World

__all__ = ["DayLog", "Device", "Estate", "Office", "OfficeElsewhere", "Stamping", "World"]
