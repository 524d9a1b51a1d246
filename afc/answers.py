"""What the clearing house may answer to a batch, and every reason it may give.

Both sides know this closed list: the clearing house answers from it, the reader obeys it. The order of `Reason` is
precedence: the first that fits is the answer.
"""

from __future__ import annotations

from enum import Enum, IntEnum

from afc.refusal import Refused


class AnswerKind(IntEnum):
    """What became of a batch, best first. The number is what a receipt carries."""

    ACCEPTED = 1
    DUPLICATE = 2
    CONFLICT = 3
    REJECTED = 4
    QUARANTINED = 5
    RETRY = 6

    @property
    def sentence(self) -> str:
        """The same in words for a person."""
        return _SENTENCES[self]

    @property
    def receipted(self) -> bool:
        """Are the bytes durably with the clearing house, so that the reader may forget them?"""
        return self not in (AnswerKind.REJECTED, AnswerKind.RETRY)


_SENTENCES = {
    AnswerKind.ACCEPTED: "These taps are in custody and will be charged.",
    AnswerKind.DUPLICATE: "These taps were taken before with the same content. The sender may forget them.",
    AnswerKind.CONFLICT: "Other content stands under these numbers. This one is kept as evidence.",
    AnswerKind.REJECTED: "Nothing of this was believed or kept. Sent again it fares the same, unless its reason says more.",
    AnswerKind.QUARANTINED: "The bytes are kept, no money moves, and a person has to look.",
    AnswerKind.RETRY: "Nothing was decided. Send the same bytes again later.",
}


class Reason(Enum):
    """Why a batch was not simply accepted. The order is precedence: the first that fits is the answer."""

    # Nothing after these is believed: anybody could have sent the bytes.
    TOO_LARGE = AnswerKind.REJECTED, "More bytes than a full batch has. Nothing was read."
    TOO_SHORT = AnswerKind.REJECTED, "Too few bytes for one tap. Was the transmission cut?"
    NOT_A_BATCH = AnswerKind.REJECTED, "The bytes do not begin like a batch."
    FORMAT_UNKNOWN = AnswerKind.REJECTED, "A format version that is not known here."
    ENVIRONMENT_FOREIGN = AnswerKind.REJECTED, "Made for another environment. Test taps and real taps never meet."
    COUNT_WRONG = AnswerKind.REJECTED, "The header promises a number of taps that no batch has."
    LENGTH_WRONG = AnswerKind.REJECTED, "The header promises another number of taps than there are bytes for."
    NUMBERING_WRONG = AnswerKind.REJECTED, "Batch number, first and last sequence do not fit the number of taps."
    CHAIN_START_WRONG = (
        AnswerKind.REJECTED,
        "Only the first batch of an epoch has no predecessor, and this breaks that.",
    )
    KEY_VERSION_ZERO = AnswerKind.REJECTED, "No key has version 0."
    DEVICE_UNKNOWN = AnswerKind.REJECTED, "No key for this device. Once it is enrolled, the same bytes are taken."
    SIGNATURE_WRONG = AnswerKind.REJECTED, "The signature does not match. Nothing after the header was believed."

    # From here on the device vouches for the bytes, so they are kept whatever is wrong with them.
    RECORD_FORMAT = AnswerKind.QUARANTINED, "A tap has a format version that is not known here."
    RECORD_KEY_VERSION = AnswerKind.QUARANTINED, "A tap has another key version than its batch says."
    RECORD_DEVICE = AnswerKind.QUARANTINED, "A tap names another device or epoch than its batch."
    RECORD_SEQUENCE = AnswerKind.QUARANTINED, "The taps are not numbered one after another as the header says."

    # A single tap that cannot be. Its batch is taken all the same, and the close keeps the tap aside under this reason.
    RECORD_KIND = AnswerKind.QUARANTINED, "A tap is of a kind that is not known here."
    RECORD_CARD = AnswerKind.QUARANTINED, "A tap without a card or its counter, or a vehicle's own record with one."
    RECORD_STATE = AnswerKind.QUARANTINED, "A tap in a state that is not known here, or that no card could confirm."
    RECORD_TIME = AnswerKind.QUARANTINED, "A tap from before 2000 or after 2099: the clock of the device is broken."
    RECORD_GROUP = AnswerKind.QUARANTINED, "A tap for no rider, or for more than fit in a vehicle."
    RECORD_AMOUNT = AnswerKind.QUARANTINED, "A tap whose amount or balance is beyond every limit."

    # What only the registers and the log can tell.
    SEQUENCE_TAKEN = (
        AnswerKind.CONFLICT,
        "Same tap numbers, different content. A reader was reset or copied: hold it and ask.",
    )
    NUMBER_TAKEN = (
        AnswerKind.CONFLICT,
        "Same batch number, different content. A reader was reset or copied: hold it and ask.",
    )
    CHAIN_BROKEN = AnswerKind.QUARANTINED, "The batch before this one is not the one that it names."
    DEVICE_REVOKED = (
        AnswerKind.QUARANTINED,
        "The SAM of this device is in wrong hands, and was revoked before this came.",
    )
    EPOCH_UNORDERED = AnswerKind.QUARANTINED, "Nobody ordered this device to begin this epoch. Was it reset?"
    EPOCH_CLOSED = (
        AnswerKind.QUARANTINED,
        "This epoch was closed at a lower number. Was the device not as empty as told?",
    )
    DEVICE_OUT_OF_SERVICE = AnswerKind.QUARANTINED, "The register has no operator for this device at the time of a tap."
    KEY_WITHDRAWN = AnswerKind.QUARANTINED, "Made under a key that is no longer honoured."
    PARAMETERS_WITHDRAWN = (
        AnswerKind.QUARANTINED,
        "Made under parameters or a denylist that were withdrawn, longer ago than readers have to change.",
    )
    CLOCK_AHEAD = AnswerKind.QUARANTINED, "A tap is later than its own arrival: the clock of the device was moved."
    TOO_LATE = AnswerKind.QUARANTINED, "A tap is older than late days are charged."

    # The fault is ours and passes.
    DATABASE_BUSY = AnswerKind.RETRY, "Another writer holds the database."
    STORE_FULL = AnswerKind.RETRY, "There is no room left to keep evidence. Nothing was taken."
    STORE_SILENT = AnswerKind.RETRY, "The disk of the database does not answer. Nothing was taken."
    STORE_READ_ONLY = AnswerKind.RETRY, "The database may not be written to. Nothing was taken."
    STORE_UNREACHABLE = AnswerKind.RETRY, "The server of the database does not answer."
    TOO_MANY_WAITING = AnswerKind.RETRY, "More batches wait than are kept waiting. Nothing was read."
    QUOTA_SPENT = AnswerKind.RETRY, "This reader has sent more batches than readers send. Nothing was read."
    FAULT_OF_OURS = AnswerKind.RETRY, "The clearing house failed over these bytes. Nothing was decided."

    def __init__(self, kind: AnswerKind, sentence: str) -> None:
        self.kind, self.sentence = kind, sentence

    @property
    def rank(self) -> int:
        """1 for the reason that is told before all others."""
        return list(Reason).index(self) + 1

    @property
    def of_one_tap(self) -> bool:
        """Is only a tap kept aside for it, and not the whole batch?"""
        return Reason.RECORD_KIND.rank <= self.rank <= Reason.RECORD_AMOUNT.rank


class BatchRefused(Refused):
    """A batch, or a tap in it, that is not what it says it is; `reason` is the first reason that fits."""

    def __init__(self, reason: Reason, where: str = "") -> None:
        self.reason = reason
        super().__init__(reason.name, reason.sentence, where=where)


class Distrust(Enum):
    """Why a reader does not believe a message from the office. The first that fits is the answer; nothing is changed."""

    LENGTH_WRONG = "The message is shorter or longer than it says. Was the transmission cut?"
    NOT_THIS_KIND = "The bytes do not begin like a message of this kind."
    FORMAT_UNKNOWN = "A format version that is not known here."
    ENVIRONMENT_FOREIGN = "Made for another environment."
    SIGNATURE_WRONG = "The signature does not match. Nothing in the message was believed."
    CONTENT_WRONG = "Signed, but saying something that a message of this kind cannot say."
    READER_OTHER = "Meant for another reader, or for another epoch of this one."
    COVERS_OTHERS = "It names the batch, but not the taps that the batch has."


class MessageRefused(Refused):
    """A receipt or a list that the reader does not believe; `reason` is the first that fits."""

    def __init__(self, reason: Distrust, where: str = "") -> None:
        self.reason = reason
        super().__init__(reason.name, reason.value, where=where)
