"""How legs become one journey, and what a transfer costs: the journey part of a tariff version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from afc.pack.form import Finding, Form, refuse
from afc.pack.ids import AttributeId, CategoryId, MediumId, ServiceId, StopId
from afc.pack.prices import Price
from afc.pack.steps import Step, step_findings
from afc.pack.words import Band, Charge, Distinct, Metres, Seconds

Services = Annotated[tuple[ServiceId, ...], Field(min_length=1), Distinct]
Flag = Annotated[bool, Tag("<flag>")]
Media = Annotated[tuple[MediumId, ...], Distinct, Tag("<media>")]
FlagOrMedia = Annotated[Flag | Media, Discriminator(lambda v: "<media>" if isinstance(v, tuple) else "<flag>")]

StopPair = Annotated[tuple[StopId, ...], Field(min_length=2, max_length=2)]
Pair = Annotated[tuple[ServiceId, ...], Field(min_length=2, max_length=2)]


class Reentry(Form):
    """Coming back into the same station within a while continues the journey."""

    service: ServiceId
    within_s: Annotated[int, Field(ge=1, le=86_400)]
    per_journey: Annotated[int, Field(ge=1, le=100)]


class Journey(Form):
    """Which services join legs into journeys, under which conditions, and how a journey is priced."""

    services: Services
    media: Annotated[tuple[MediumId, ...], Field(min_length=1), Distinct] | None = None
    pricing: Literal["integrated", "matrix", "through"]
    window_from: Literal["tap_out", "tap_in", "first_boarding", "service_day"]
    window_s: Annotated[int, Field(ge=1, le=86_400)] | None = None
    window_ends: Literal["inclusive", "exclusive"] = "inclusive"
    total_s: Annotated[int, Field(ge=1, le=7 * 86_400)] | None = None
    night: Band | None = None
    night_window_s: Annotated[int, Field(ge=1, le=86_400)] | None = None
    transfers_max: Annotated[int, Field(ge=1, le=255)]
    needs_tap_out: FlagOrMedia = False
    min_dwell_s: Seconds = 0
    cooldown_s: Seconds = 0
    same_route: bool = True
    same_vehicle: bool = False
    needs_attribute: AttributeId | None = None
    free_m: Metres = 0
    free_m_with: Mapping[ServiceId, Metres] = Field(default_factory=dict)
    bands: Annotated[tuple[Step, ...], Field(max_length=16)] = ()
    reentry: Reentry | None = None
    no_transfer: Annotated[tuple[Pair, ...], Distinct] = ()
    group: Literal["same", "owner"] = "same"

    @model_validator(mode="after")
    def _agree(self) -> Journey:
        refuse([*self._window(), *self._pricing(), *step_findings(self.bands)])
        return self

    def _window(self) -> Iterable[Finding]:
        if self.window_from == "service_day" and self.window_s is not None:
            what = "a window of the whole service day has no length of its own"
            yield Finding(("window_s",), "WINDOW_UNCLEAR", what, "Leave `window_s` out.")
        if self.window_from != "service_day" and self.window_s is None:
            yield Finding((), "KEY_MISSING", "`window_s` is missing from `journey`", "Write the window in seconds.")
        if (self.night is None) != (self.night_window_s is None):
            what = "`night` and `night_window_s` belong together"
            yield Finding(
                ("night",) if self.night else ("night_window_s",), "NIGHT_UNCLEAR", what, "Write both or neither."
            )
        if self.night is not None and self.window_from != "tap_out":
            what = "a night window goes by the clock of the tap-out"
            yield Finding(("night",), "NIGHT_UNCLEAR", what, 'It needs `window_from = "tap_out"`.')

    def _pricing(self) -> Iterable[Finding]:
        if self.pricing != "integrated":
            for key in ("free_m", "free_m_with", "bands"):
                if getattr(self, key):
                    what = f"`{key}` has no meaning with {self.pricing} pricing"
                    yield Finding((key,), "PRICING_UNCLEAR", what, "It belongs to integrated pricing: leave it out.")
        elsewhere = [("free_m_with", name) for name in self.free_m_with if name not in self.services]
        if self.reentry and self.reentry.service not in self.services:
            elsewhere.append(("reentry", "service"))
        for at in elsewhere:
            what = "this service does not take part in the journey"
            yield Finding(at, "SERVICE_OUTSIDE_JOURNEY", what, "Name it in `services` of the journey.")


class Transfer(Form):
    """What changing from one service to another costs; pairs that are not listed do not transfer."""

    from_: Services = Field(alias="from")
    to: Services
    price: Price | None = None
    less: Charge | None = None
    difference: bool = False
    max: Charge | None = None
    media: Annotated[tuple[MediumId, ...], Field(min_length=1), Distinct] | None = None
    between: Annotated[tuple[StopPair, ...], Distinct] = ()

    @model_validator(mode="after")
    def _one(self) -> Transfer:
        if (self.price is not None) + (self.less is not None) + self.difference > 1:
            what = "a transfer has one of `price`, `less` and `difference`"
            refuse([Finding((), "TRANSFER_UNCLEAR", what, "Keep one of them.")])
        return self


class Early(Form):
    """A discount on the base of the first boarding of a journey."""

    between: Band
    percent: Annotated[int, Field(ge=1, le=100)]
    services: Services


class Group(Form):
    """Who may pay for several riders with one card; others are refused at the reader."""

    categories: Annotated[tuple[CategoryId, ...], Distinct]
