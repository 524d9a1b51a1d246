"""The application: one way in, five questions, and the way down to readers, each for the party that asks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, FastAPI, Header, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from afc.answers import AnswerKind, Reason
from afc.batch import HEADER, batch_bytes_max, batch_bytes_min
from afc.limits import api_gaps_max
from clearing.api.access import Caller, Office
from clearing.api.body import read_sealed
from clearing.api.down import router
from clearing.api.page import ROW_NAME, page
from clearing.api.problem import Problem, documented, tell_problems
from clearing.api.words import (
    DIGEST_HEX,
    STATUS,
    AnswerWords,
    DeviceWords,
    GapWords,
    HeadWords,
    HealthWords,
    answer_words,
)
from clearing.intake import Answer
from clearing.reception import OpenIntake, Reception, retry
from clearing.store import FOREVER_US, Device, Quarantined, Store

RETRY_S = 2
_SEALED = {
    "required": True,
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary", "maxLength": batch_bytes_max}}},
}  # fmt: skip
_ANSWERS: dict[int | str, dict[str, Any]] = {
    202: {"model": AnswerWords, "description": "QUARANTINED: kept, and a person has to look"},
    409: {"model": AnswerWords, "description": "CONFLICT: other content stands under these numbers"},
    422: {"model": AnswerWords, "description": "REJECTED: nothing was believed"},
    503: {"model": AnswerWords, "description": "RETRY: nothing was decided, come again"},
}

_PAGED: dict[int | str, dict[str, Any]] = {
    200: {
        "headers": {
            "Link": {
                "description": 'Where the next ones are, as <URL>; rel="next"; not there with the last ones',
                "schema": {"type": "string"},
            }
        }
    }
}
_CLOSED: dict[int | str, dict[str, Any]] = {503: {"model": HealthWords, "description": "No batch can be kept now"}}


class House:
    """What the routes work with: the way in, and the office that answers questions."""

    def __init__(self, environment: str, reception: Reception, office: Office) -> None:
        self.environment, self.reception, self.office = environment, reception, office


def app_of(
    environment: str, open_store: Callable[[], Store], open_intake: OpenIntake, now_us: Callable[[], int]
) -> FastAPI:
    """The application over books that `open_store` opens, whose batches the intake of `open_intake` takes."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        async with Office(open_store, now_us) as office, Reception(open_intake, now_us) as reception:
            app.state.house = House(environment, reception, office)
            yield

    app = FastAPI(
        title="afc clearing house",
        version="1",
        summary="Sealed batches in, signed receipts out; each party sees what is its own.",
        lifespan=life,
        docs_url=None,  # the page would fetch its script from the internet, which a clearing house may not have
        redoc_url=None,
    )
    tell_problems(app)
    app.get("/v1/health", response_model=HealthWords, responses=_CLOSED)(health)
    app.get("/v1/head", response_model=HeadWords, responses=documented(401))(head)
    app.post(
        "/v1/batches",
        response_model=AnswerWords,
        responses=documented(400, 401, 403, 408, 413, 415) | _ANSWERS,
        openapi_extra={"requestBody": _SEALED},
    )(take)
    app.get("/v1/batches/{digest}", response_model=AnswerWords, responses=documented(401, 403, 404, 422))(answered)
    app.get("/v1/devices", response_model=list[DeviceWords], responses=documented(401))(devices)
    app.get("/v1/gaps", response_model=list[GapWords], responses=documented(401, 422) | _PAGED)(missing)
    app.include_router(router)
    return app


def house_of(request: Request) -> House:
    """The house behind a request."""
    house: House = request.app.state.house
    return house


async def caller_of(request: Request, authorization: Annotated[str, Header(description="Bearer KEY")] = "") -> Caller:
    """The party that speaks."""
    return await house_of(request).office.caller(authorization)


House_ = Annotated[House, Depends(house_of)]
Caller_ = Annotated[Caller, Depends(caller_of)]


async def health(house: House_) -> Any:
    """Is the house open, and could it keep the last batch that came? For monitors; needs no key."""
    trouble = house.reception.trouble
    words = {"status": trouble.name if trouble else "ok", "environment": house.environment}
    return JSONResponse(words, 503 if trouble else 200, {"Retry-After": str(RETRY_S)} if trouble else {})


async def head(house: House_, _caller: Caller_) -> Any:
    """The end of the log, for whoever has a receipt to compare."""
    position, digest = await house.office.ask(lambda store: store.high())
    return {"environment": house.environment, "position": position, "head": digest.hex()}


async def take(request: Request, house: House_, caller: Caller_) -> Any:
    """Hand over one sealed batch. The answer comes when the batch can no longer be lost.

    Sending the same bytes again is never wrong: the answer is DUPLICATE with the receipt of the first time.
    """
    sealed = await read_sealed(request)
    if len(sealed) >= batch_bytes_min:
        device = HEADER.unpack_from(sealed)[3]
        await house.office.refuse_foreign(caller, device, sealed)
        if (await house.office.register()).rows(device) and not house.office.spend(caller, device):
            return told(retry(Reason.QUOTA_SPENT, sealed))
    return told(await house.reception.take(sealed, caller.party.id))


def told(answer: Answer) -> JSONResponse:
    """The answer with its HTTP status."""
    headers = {"Retry-After": str(RETRY_S)} if answer.kind is AnswerKind.RETRY else {}
    return JSONResponse(answer_words(answer), STATUS[answer.kind], headers)


async def answered(house: House_, caller: Caller_, digest: Annotated[str, Path(pattern=DIGEST_HEX)]) -> Any:
    """What became of a batch that was handed over before, with its receipt."""
    found = await house.office.ask(lambda store: find_answer(store, bytes.fromhex(digest)))
    if found is None:
        raise Problem(404, "BATCH_UNKNOWN", f"no batch {digest} is kept here", "Hand it over.")
    answer, device, sealed = found
    await house.office.refuse_foreign(caller, device, sealed)
    return answer_words(answer)


def find_answer(store: Store, digest: bytes) -> tuple[Answer, int, bytes] | None:
    """What was answered to a batch, its reader, and its bytes."""
    found = store.find_digest(digest)
    if isinstance(found, Quarantined):
        reason = Reason[found.reason]
        return Answer(reason.kind, reason, digest, found.receipt), found.device, found.content
    if found is None:
        return None
    kept, receipt = found
    ((_, sealed),) = store.accepted(kept.position, kept.position)
    return Answer(AnswerKind.ACCEPTED, None, digest, receipt), kept.device, sealed


async def devices(house: House_, caller: Caller_) -> Any:
    """The readers that the caller answers for or brings in, or all of them for those whose business they are."""
    parties = {party.number: party.id for party in await house.office.ask(lambda store: store.parties())}
    rows = await house.office.ask(lambda store: list(store.devices()))
    mine = caller.party.number
    return [_device_words(row, parties) for row in rows if caller.sees_all or mine in (row.operator, row.collector)]


def _device_words(row: Device, parties: dict[int, str]) -> dict[str, Any]:
    words = row._asdict() | {"operator": parties[row.operator], "public_key": row.public_key.hex()}
    words["collector"] = parties.get(row.collector, parties[row.operator])
    words["to_us"] = None if row.to_us == FOREVER_US else row.to_us
    return {name: words[name] for name in DeviceWords.model_fields}


async def missing(
    request: Request,
    response: Response,
    house: House_,
    caller: Caller_,
    after: Annotated[str, Query(pattern=ROW_NAME, description="DEVICE-EPOCH-FIRST_SEQ of the last row told")] = "",
    limit: Annotated[int, Query(ge=1, le=api_gaps_max)] = api_gaps_max,
) -> Any:
    """Sequence numbers that have not come, of each reader that is the caller's now, by reader and number.

    An answer has an end; where more follow, its header Link says where they are.
    """
    gaps = await house.office.gaps()
    mine = {device for device in {gap.device for gap in gaps} if await house.office.has(caller, device)}
    told = page((gap for gap in gaps if gap.device in mine), after, limit)
    if told.last:
        following = urlencode({"after": told.last, "limit": limit})
        response.headers["Link"] = f'<{request.url.path}?{following}>; rel="next"'
    return [gap._asdict() for gap in told.rows]
