"""The body of a request, read with every limit in force before a byte of it is looked at."""

from __future__ import annotations

import asyncio
import zlib

from fastapi import Request
from starlette.requests import ClientDisconnect

from afc.batch import batch_bytes_max
from afc.limits import api_body_s_max
from clearing.api.problem import Problem

_GZIP = 31  # what zlib calls "with the gzip header and nothing else"


async def read_sealed(request: Request) -> bytes:
    """The sealed batch in a request, unpacked; `Problem` for one that is too large, too slow or packed otherwise.

    However small a packed body is, no more than one byte over the limit is ever unpacked.
    """
    packing = request.headers.get("content-encoding", "identity").lower()
    if packing not in ("identity", "gzip"):
        raise Problem(415, "ENCODING_UNKNOWN", f'content encoding "{packing}"', "Send it plain or packed with gzip.")
    declared = request.headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared[:20]) > batch_bytes_max:
        raise _too_large()
    try:
        async with asyncio.timeout(api_body_s_max):
            body = await _read(request)
    except TimeoutError:
        what = f"the body did not come within {api_body_s_max} seconds"
        raise Problem(408, "BODY_TOO_SLOW", what, "Send it again over a better link.") from None
    except ClientDisconnect:
        raise Problem(400, "BODY_CUT", "the sender hung up in the middle", "Send it again.") from None
    return _unpacked(body) if packing == "gzip" else body


async def _read(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > batch_bytes_max:
            raise _too_large()
    return bytes(body)


def _unpacked(body: bytes) -> bytes:
    unpacker = zlib.decompressobj(_GZIP)
    try:
        sealed = unpacker.decompress(body, batch_bytes_max + 1)
    except zlib.error as error:
        raise Problem(400, "GZIP_BROKEN", f"the body is not gzip: {error}", "Send it plain.") from None
    if len(sealed) > batch_bytes_max:
        raise _too_large()
    if not unpacker.eof or unpacker.unused_data:
        raise Problem(400, "GZIP_BROKEN", "the packed body is cut, or goes on after its end", "Send it again.")
    return sealed


def _too_large() -> Problem:
    return Problem(
        413, "TOO_LARGE", f"a sealed batch has at most {batch_bytes_max:,} bytes", "Send one batch a request."
    )
