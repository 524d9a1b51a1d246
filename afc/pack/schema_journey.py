"""How legs become one journey, and what a transfer costs: the journey part of a tariff version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from afc.pack.form import Finding, Form, Known, Place
from afc.pack.ids import AttributeId, CategoryId, MediumId, ServiceId, StopId
from afc.pack.prices import Price
from afc.pack.steps import Step, band_findings
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
    """The service whose gates may be passed again."""
    within_s: Annotated[int, Field(ge=1, le=86_400)]
    """How long after the tap-out, in seconds."""
    per_journey: Annotated[int, Field(ge=1, le=100)]
    """How often in one journey."""


class Journey(Form):
    """Which services join legs into journeys, under which conditions, and how a journey is priced."""

    services: Services
    """Services whose legs join; legs on others stand alone."""
    media: Annotated[tuple[MediumId, ...], Field(min_length=1), Distinct] | None = None
    """Media whose holders transfer. Default all."""
    pricing: Literal["integrated", "matrix", "through"]
    """"matrix": each leg is priced, and a `transfer` row takes something off. "through": the journey costs what one
    ride would. "integrated": the dearest base, and the metres of all legs together."""
    window_from: Literal["tap_out", "tap_in", "first_boarding", "service_day"]
    """From when the time to change runs: from the last "tap_out", the last "tap_in", the "first_boarding", or for the
    whole "service_day"."""
    window_s: Annotated[int, Field(ge=1, le=86_400)] | None = None
    """How long a boarding still continues the journey, in seconds. Left out only with "service_day"."""
    window_ends: Literal["inclusive", "exclusive"] = "inclusive"
    """Whether the last second of the window still counts, "inclusive", or not, "exclusive". Default "inclusive"."""
    total_s: Annotated[int, Field(ge=1, le=7 * 86_400)] | None = None
    """How long after the first boarding a journey may still be continued, in seconds. Default no limit."""
    night: Band | None = None
    """Band of the clock with a window of its own, by the time of the tap-out."""
    night_window_s: Annotated[int, Field(ge=1, le=86_400)] | None = None
    """The window in that band, in seconds."""
    transfers_max: Annotated[int, Field(ge=1, le=255)]
    """How many changes a journey may have: one less than its legs."""
    needs_tap_out: FlagOrMedia = False
    """Only who has tapped out transfers: true, false, or the media that must. Default false."""
    min_dwell_s: Seconds = 0
    """Seconds that a leg must have lasted, where it was tapped out, to earn a transfer. Default 0."""
    cooldown_s: Seconds = 0
    """Seconds after a transfer within which there is no second one. Default 0."""
    same_route: bool = True
    """Changing to a vehicle of the same route is a transfer. Default true."""
    same_vehicle: bool = False
    """Boarding the same vehicle again is a transfer. Default false."""
    needs_attribute: AttributeId | None = None
    """Only cards with this attribute transfer. Default all."""
    free_m: Metres = 0
    """Integrated pricing: metres of a journey that the base covers. Default 0."""
    free_m_with: Mapping[ServiceId, Metres] = Field(default_factory=dict)
    """Integrated pricing: other free metres for a journey that uses a service, by service; the most holds."""
    bands: Annotated[tuple[Step, ...], Field(max_length=16)] = ()
    """Integrated pricing: what the metres beyond cost, in started steps, over all legs together."""
    reentry: Reentry | None = None
    """Coming back through the gates of the station that was just left."""
    no_transfer: Annotated[tuple[Pair, ...], Distinct] = ()
    """Pairs of services, from and to, that do not transfer although both take part. Default none."""
    group: Literal["same", "owner"] = "same"
    """Who of a group transfers: the whole group again, "same", or also the card's holder alone, "owner". Default
    "same"."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        window = (self._window(), self._night_whole(), self._night_by_clock())
        pricing = (self._integrated(key) for key in ("free_m", "free_m_with", "bands"))
        return *window, *pricing, self._free_outside(), self._reentry_outside(), band_findings(self)

    def _window(self) -> Iterable[Finding]:
        if self.window_from == "service_day" and self.window_s is not None:
            what = "a window of the whole service day has no length of its own"
            yield Finding(("window_s",), "WINDOW_UNCLEAR", what, "Leave `window_s` out.")
        if self.window_from != "service_day" and self.window_s is None:
            yield Finding((), "KEY_MISSING", "`window_s` is missing from `journey`", "Write the window in seconds.")

    def _night_whole(self) -> Iterable[Finding]:
        if (self.night is None) != (self.night_window_s is None):
            at, what = "night" if self.night else "night_window_s", "`night` and `night_window_s` belong together"
            yield Finding((at,), "NIGHT_UNCLEAR", what, "Write both or neither.")

    def _night_by_clock(self) -> Iterable[Finding]:
        if self.night is not None and self.window_from != "tap_out":
            what = "a night window goes by the clock of the tap-out"
            yield Finding(("night",), "NIGHT_UNCLEAR", what, 'It needs `window_from = "tap_out"`.')

    def _integrated(self, key: str) -> Iterable[Finding]:
        if self.pricing != "integrated" and getattr(self, key):
            what = f"`{key}` has no meaning with {self.pricing} pricing"
            yield Finding((key,), "PRICING_UNCLEAR", what, "It belongs to integrated pricing: leave it out.")

    def _free_outside(self) -> Iterable[Finding]:
        for service in self.free_m_with:
            yield from self._outside(("free_m_with", service), service)

    def _reentry_outside(self) -> Iterable[Finding]:
        if self.reentry:
            yield from self._outside(("reentry", "service"), self.reentry.service)

    def _outside(self, at: Place, service: str) -> Iterable[Finding]:
        if service not in self.services:
            what = "this service does not take part in the journey"
            yield Finding(at, "SERVICE_OUTSIDE_JOURNEY", what, "Name it in `services` of the journey.")


class Transfer(Form):
    """What changing from one service to another costs; pairs that are not listed do not transfer."""

    from_: Services = Field(alias="from")
    """Services that are left."""
    to: Services
    """Services that are boarded."""
    price: Price | None = None
    """The leg costs at most this, in minor units; 0 is a free transfer. An amount, or one for each period."""
    less: Charge | None = None
    """What is taken off the leg, in minor units; it never costs less than nothing."""
    difference: bool = False
    """The leg costs only what it is dearer than the dearest before it. Default false."""
    max: Charge | None = None
    """The most that the journey has cost after this leg, in minor units. Default no maximum."""
    media: Annotated[tuple[MediumId, ...], Field(min_length=1), Distinct] | None = None
    """Media that transfer here. Default those of the journey."""
    between: Annotated[tuple[StopPair, ...], Distinct] = ()
    """Pairs of stops, in either direction: only who taps out at one and boards at the other transfers. Default
    everywhere."""

    def checks(self, known: Known) -> Iterable[Iterable[Finding]]:
        return (self._one(),)

    def _one(self) -> Iterable[Finding]:
        if (self.price is not None) + (self.less is not None) + self.difference > 1:
            what = "a transfer has one of `price`, `less` and `difference`"
            yield Finding((), "TRANSFER_UNCLEAR", what, "Keep one of them.")


class Early(Form):
    """A discount on the base of the first boarding of a journey."""

    between: Band
    """Band of the clock in which the first boarding must be."""
    percent: Annotated[int, Field(ge=1, le=100)]
    """Per cent off the base of that boarding; fractions stay with the operator."""
    services: Services
    """Services on which it holds."""


class Group(Form):
    """Who may pay for several riders with one card; others are refused at the reader."""

    categories: Annotated[tuple[CategoryId, ...], Distinct]
    """Rider categories whose card may pay for several riders at once."""
