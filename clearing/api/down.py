"""The way down: what a reader is to be given, as signed bytes. Whoever carries them can read them, and change nothing.

An ETag is the digest of the bytes, so a gateway that has them asks and is told so without a byte of them.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from fastapi.responses import Response

from clearing.api.access import Caller, Office
from clearing.api.messages import Message
from clearing.api.problem import Problem, documented
from clearing.store import Store

U32_MAX = 2**32 - 1
BYTES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The message as the scheme signed it",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        "headers": {"ETag": {"description": "SHA-256 of the bytes", "schema": {"type": "string"}}},
    },
    304: {"description": "You have these bytes"},
    **documented(401, 403, 404, 422),
}


async def _office_of(request: Request) -> Office:
    office: Office = request.app.state.house.office
    return office


async def _caller_of(
    office: Annotated[Office, Depends(_office_of)], authorization: Annotated[str, Header(description="Bearer KEY")] = ""
) -> Caller:
    return await office.caller(authorization)


Office_ = Annotated[Office, Depends(_office_of)]
Caller_ = Annotated[Caller, Depends(_caller_of)]
Device_ = Annotated[int, Query(ge=0, le=U32_MAX, description="The reader that it is for")]
Kind_ = Annotated[str, Path(pattern="^(denylist|actions)$", description="denylist or actions")]
Known_ = Annotated[str, Header(alias="If-None-Match", description="The ETags that the caller has")]
router = APIRouter(default_response_class=Response)


@router.get("/v1/lists/{kind}", responses=BYTES)
async def newest_list(kind: Kind_, device: Device_, office: Office_, caller: Caller_, known: Known_ = "") -> Response:
    """The list that a reader is to hold now: the newest that is for all, or on trial with it."""
    return await _edition(kind, device, office, caller, known)


@router.get("/v1/parameters", responses=BYTES)
async def newest_parameters(device: Device_, office: Office_, caller: Caller_, known: Known_ = "") -> Response:
    """The parameters that a reader is to take now."""
    return await _edition("parameters", device, office, caller, known)


@router.get("/v1/orders/{device}", responses=BYTES)
async def newest_order(
    device: Annotated[int, Path(ge=0, le=U32_MAX)], office: Office_, caller: Caller_, known: Known_ = ""
) -> Response:
    """The newest order to this reader to begin an epoch."""
    await _refuse_unknown(device, office, caller)

    def order(store: Store) -> Message | None:
        mine = [one.message for one in store.epoch_orders() if one.device == device]
        return Message.of(mine[-1]) if mine else None

    return _told(await office.ask(order), known)


async def _edition(kind: str, device: int, office: Office, caller: Caller, known: str) -> Response:
    await _refuse_unknown(device, office, caller)
    return _told(await office.message(kind, device), known)


async def _refuse_unknown(device: int, office: Office, caller: Caller) -> None:
    """A reader has to be in the register, and the caller's own."""
    await office.refuse_foreign(caller, device)
    if not (await office.register()).rows(device):
        raise Problem(404, "DEVICE_UNKNOWN", f"no reader {device} is registered", "See /v1/devices.")


def _told(message: Message | None, known: str) -> Response:
    if message is None:
        raise Problem(404, "NOTHING_PUBLISHED", "nothing of this kind is there for the reader", "Ask again later.")
    headers = {"ETag": message.tag, "Cache-Control": "private, no-cache"}
    if message.tag in [one.strip().removeprefix("W/") for one in known.split(",")]:
        return Response(status_code=304, headers=headers)
    return Response(message.data, headers=headers, media_type="application/octet-stream")
