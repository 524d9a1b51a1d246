"""Problems: every refusal of the network interface in one form, with a name, a sentence and a cure."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from clearing.api.words import ProblemWords


class Problem(Exception):
    """A request that is not served; `code` is its name, `retry_s` when to come again."""

    def __init__(self, status: int, code: str, detail: str, cure: str, retry_s: int = 0) -> None:
        self.status, self.code, self.detail, self.cure, self.retry_s = status, code, detail, cure, retry_s
        super().__init__(detail)


def told(problem: Problem) -> JSONResponse:
    """The problem as it leaves the house."""
    title = HTTPStatus(problem.status).phrase
    words = ProblemWords(
        type="about:blank",
        title=title,
        status=problem.status,
        code=problem.code,
        detail=problem.detail,
        cure=problem.cure,
    )
    headers = {"Retry-After": str(problem.retry_s)} if problem.retry_s else {}
    if problem.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(words.model_dump(), problem.status, headers, media_type="application/problem+json")


def tell_problems(app: FastAPI) -> None:
    """Whatever goes wrong in a request is told as a problem."""

    @app.exception_handler(Problem)
    async def _ours(_request: Request, problem: Problem) -> JSONResponse:
        return told(problem)

    @app.exception_handler(RequestValidationError)
    async def _malformed(_request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"][1:])
        return told(
            Problem(422, "PARAMETER_WRONG", f"{where}: {first['msg']}", "See /openapi.json for what may stand there.")
        )

    @app.exception_handler(HTTPException)
    async def _of_the_server(request: Request, error: HTTPException) -> JSONResponse:
        detail = f"{request.method} {request.url.path}: {error.detail}"
        response = told(
            Problem(error.status_code, error.detail.upper().replace(" ", "_"), detail, "See /openapi.json.")
        )
        response.headers.update(error.headers or {})
        return response


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems that a route may answer with, for its OpenAPI page."""
    content = {"application/problem+json": {"schema": ProblemWords.model_json_schema()}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}
