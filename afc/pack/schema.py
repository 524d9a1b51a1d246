"""The forms of all six files of a pack, in one place."""

from afc.pack.schema_cases import CasesFile
from afc.pack.schema_city import CityFile
from afc.pack.schema_contracts import ContractsFile
from afc.pack.schema_demand import DemandFile
from afc.pack.schema_split import SplitFile
from afc.pack.schema_tariff import TariffFile

__all__ = ["CasesFile", "CityFile", "ContractsFile", "DemandFile", "SplitFile", "TariffFile"]
