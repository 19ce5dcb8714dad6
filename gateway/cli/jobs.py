"""``crm-labels jobs watch``: follows a bulk job of a gateway that is running."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Final

import httpx
import typer

app = typer.Typer(no_args_is_help=True, help="Bulk jobs of a gateway that is running.")

QUERY: Final = """
subscription Watch($id: ID!) { bulkJob(id: $id) { type status total succeeded failed } }
""".strip()

_DATA: Final = "data: "
_WIDTH: Final = 30
_TRIES: Final = 5
_PAUSE: Final = 1.0
_PASSING: Final = frozenset({"LISTENER_TOO_SLOW", "LISTENING_INTERRUPTED"})
"""Codes with which the gateway asks to connect again."""
_SILENCE: Final = 60.0
"""Seconds without a sign of life, which the gateway gives every twelve."""


class Unwatchable(Exception):
    """The job cannot be followed; the message says why."""


@app.command()
def watch(
    job_id: Annotated[str, typer.Argument(metavar="ID", help="The job, as its mutation told it.")],
    url: Annotated[
        str, typer.Option(help="The gateway's GraphQL endpoint.")
    ] = "http://127.0.0.1:8000/graphql",
    token: Annotated[
        str | None,
        typer.Option(envvar="CRM_LABELS_TOKEN", help="What the gateway knows you by, if it asks."),
    ] = None,
    site: Annotated[
        str | None, typer.Option(help="The site, where the token is for several.")
    ] = None,
) -> None:
    """Show how far a job is until it has ended; exit code 1 when that cannot be told."""
    named = {"authorization": f"Bearer {token}" if token else None, "x-wix-site-id": site}
    headers = {name: value for name, value in named.items() if value is not None}
    try:
        with httpx.Client(headers=headers, timeout=_SILENCE) as client:
            for job in states(client, url, job_id):
                _show(line(job))
    except Unwatchable as reason:
        typer.echo(str(reason), err=True)
        raise typer.Exit(1) from None


def _show(text: str) -> None:
    """Draw over the line before on a terminal; write one line after another elsewhere."""
    if sys.stdout.isatty():
        typer.echo(f"\r\033[K{text}", nl=text.endswith("COMPLETED"))
    else:
        typer.echo(text)


def states(
    client: httpx.Client,
    url: str,
    job_id: str,
    *,
    sleep: Callable[[float], object] = time.sleep,
) -> Iterator[dict[str, Any]]:
    """Tell a job's states as they change; connect again where the gateway asks for that.

    Raises:
        Unwatchable: There is no such job, it may not be seen, or the gateway does not answer.
    """
    failed = 0
    while failed < _TRIES:
        try:
            for job in _told(client, url, job_id):
                failed = 0
                yield job
                if job["status"] == "COMPLETED":
                    return
        except httpx.TransportError:
            pass
        failed += 1
        sleep(_PAUSE)
    raise Unwatchable(f"The gateway at {url} does not answer.")


def line(job: dict[str, Any]) -> str:
    """Draw a job's progress."""
    total, succeeded, failed = (job[name] or 0 for name in ("total", "succeeded", "failed"))
    share = (succeeded + failed) / total if total else float(job["status"] == "COMPLETED")
    done = min(_WIDTH, round(share * _WIDTH))
    drawn = "#" * done + "." * (_WIDTH - done)
    alone = f", {failed:,} left alone" if failed else ""
    kind = job["type"] or "JOB"
    return f"{kind} [{drawn}] {share:4.0%}  {succeeded:,} of {total:,}{alone}  {job['status']}"


def _told(client: httpx.Client, url: str, job_id: str) -> Iterator[dict[str, Any]]:
    """Read one stream of a subscription's results (graphql-sse, distinct connections)."""
    asked = {"query": QUERY, "variables": {"id": job_id}}
    with client.stream("POST", url, json=asked, headers={"accept": "text/event-stream"}) as answer:
        if answer.status_code != httpx.codes.OK:
            answer.read()
            raise Unwatchable(f"The gateway answers {answer.status_code}: {_reason(answer.text)}")
        for text in answer.iter_lines():
            if text.startswith(_DATA):
                yield _job(json.loads(text.removeprefix(_DATA)), job_id)
            elif text == "event: complete":
                return


def _job(result: dict[str, Any], job_id: str) -> dict[str, Any]:
    errors = result.get("errors")
    if errors and errors[0]["extensions"]["code"] in _PASSING:
        raise httpx.RemoteProtocolError(errors[0]["message"])
    if errors:
        raise Unwatchable(errors[0]["message"])
    job: dict[str, Any] | None = result["data"]["bulkJob"]
    if job is None:
        raise Unwatchable(f"There is no job {job_id}.")
    return job


def _reason(text: str) -> str:
    try:
        return str(json.loads(text)["errors"][0]["message"])
    except (ValueError, LookupError, TypeError):
        return "no GraphQL"
