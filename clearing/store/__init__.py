"""The store: everything that must never be lost or altered, and the dozen questions asked of it.

This package alone knows that there is a database.
"""

from clearing.store.access import ApiKey, ApiKeys
from clearing.store.acts import Act
from clearing.store.adoptions import Adoption, Adoptions
from clearing.store.banking import Answer, BankBreak, BankFile, Banking, Default, Resolution, Turn
from clearing.store.commands import Ordered, Revocation
from clearing.store.consents import Consent
from clearing.store.days import Day, Days, Shard, StatementFile
from clearing.store.editions import Edition, EditionAct, Offer
from clearing.store.evidence import FIRST_HEAD, Answered, Asked, Kept, Quarantined, Said, next_head
from clearing.store.key_acts import KeyAct
from clearing.store.migrating import Standing, migrate
from clearing.store.migrating import status as status_of
from clearing.store.opening import make_database
from clearing.store.passing import Patience, Unavailable
from clearing.store.payments import Payment, Payments, Settlement
from clearing.store.places import folder_of, is_on_server, is_same, shown
from clearing.store.received import Count, Received
from clearing.store.registers import CardFile, Device, Meta, Party
from clearing.store.rulings import Ruling, Rulings
from clearing.store.scheme import SchemeKey
from clearing.store.tables import FOREVER_US, SCHEMA_VERSION
from clearing.store.waivers import Shortfall, Waiver

__all__ = [
    "FIRST_HEAD", "FOREVER_US", "SCHEMA_VERSION", "Act", "Adoption", "Answer", "Answered", "ApiKey", "Asked", "BankBreak",
    "BankFile", "CardFile", "Consent", "Count", "Day", "Default", "Device", "Edition", "EditionAct", "Kept", "KeyAct", "Meta",
    "Offer", "Ordered", "Party", "Patience", "Payment", "Quarantined", "Resolution", "Revocation", "Ruling", "Said",
    "SchemeKey", "Settlement", "Shard", "Shortfall", "Standing", "StatementFile", "Store", "Turn", "Unavailable", "Waiver",
    "folder_of", "is_on_server", "is_same", "make_database", "migrate", "next_head", "shown", "status_of",
]  # fmt: skip


class Store(Adoptions, ApiKeys, Received, Rulings, Days, Payments, Banking):
    """The books of one clearing house, over one connection. `Store.open(...)` is the only way to get one."""
