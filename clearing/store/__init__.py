"""The store: everything that must never be lost or altered, and the dozen questions asked of it.

This package alone knows that there is a database.
"""

from clearing.store.access import ApiKey, ApiKeys
from clearing.store.acts import Act, Acts
from clearing.store.consents import Consent
from clearing.store.days import Day, Days, Shard, StatementFile
from clearing.store.evidence import FIRST_HEAD, Answered, Asked, Kept, Quarantined, Said, next_head
from clearing.store.ground import Unavailable
from clearing.store.opening import folder_of
from clearing.store.payments import Payment, Payments, Settlement
from clearing.store.registers import CardFile, Device, Meta, Party, Registers
from clearing.store.scheme import SchemeKey
from clearing.store.tables import FOREVER_US, SCHEMA_VERSION
from clearing.store.waivers import Shortfall, Waiver

__all__ = [
    "FIRST_HEAD", "FOREVER_US", "SCHEMA_VERSION", "Act", "Answered", "ApiKey", "Asked", "CardFile", "Consent", "Day",
    "Device", "Kept", "Meta", "Party", "Payment", "Quarantined", "Said", "SchemeKey", "Settlement", "Shard", "Shortfall",
    "StatementFile", "Store", "Unavailable", "Waiver", "folder_of", "next_head",
]  # fmt: skip


class Store(Registers, ApiKeys, Acts, Days, Payments):
    """The books of one clearing house, over one connection. `Store.open(...)` is the only way to get one."""
