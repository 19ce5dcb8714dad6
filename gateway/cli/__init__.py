"""The command line: ``serve``, ``sandbox``, ``schema``, ``check``, ``keys`` and ``jobs``."""

import asyncio
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from gateway.cli import jobs
from gateway.cli.checking import check_environment
from gateway.cli.keys import keys
from gateway.cli.serving import serve_environment
from gateway.sandbox.access.credentials import HOME, Place
from gateway.sandbox.app import SandboxOptions
from gateway.sandbox.server import run as run_sandbox
from gateway.settings import SettingsError
from schema.build import print_sdl
from schema.changes import Severity, UnreadableSchema, compare

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="A GraphQL gateway over a Wix site's contacts and contact labels.",
)
app.add_typer(keys, name="keys")
app.add_typer(jobs.app, name="jobs")

Port = Annotated[int, typer.Option(min=0, max=65_535, help="0 takes a free one.")]
Host = Annotated[str, typer.Option(help="Address to listen on.")]

_UNUSABLE = 2
"""Exit code of a program that was not set up rightly, as argument parsers have it."""


@app.command()
def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes to serve with.")] = 1,
) -> None:
    """Serve GraphQL; without credentials in the environment, over a sandbox."""
    try:
        serve_environment(host=host, port=port, workers=workers, say=typer.echo)
    except SettingsError as error:
        _refuse(error.reasons)
    except OSError as error:
        _refuse([f"Cannot listen on {host}, port {port}: {_why(error)}."])


@app.command()
def sandbox(  # noqa: PLR0917 - typer makes an option of each
    host: Host = "127.0.0.1",
    port: Port = 9000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same site.")] = 7,
    contacts: Annotated[int, typer.Option(min=0, help="How many contacts it has.")] = 1_000,
    database: Annotated[
        str | None, typer.Option(metavar="FILE", help="Keep the site in this file.")
    ] = None,
    rate_limit: Annotated[
        int, typer.Option(min=0, help="Calls a minute for each caller; 0 for no limit.")
    ] = 200,
    site: Annotated[str, typer.Option(metavar="ID", help="The site's id.")] = HOME.site_id,
    instance: Annotated[
        str, typer.Option(metavar="ID", help="The id of the app's installation there.")
    ] = HOME.instance_id,
) -> None:
    """Run a Wix of your own, for any client in any language."""
    options = SandboxOptions(
        seed=seed,
        contacts=contacts,
        database=database,
        rate_limit=rate_limit,
        place=Place(site, instance),
    )
    try:
        run_sandbox(host=host, port=port, options=options)
    except OSError as error:
        _refuse([f"Cannot listen on {host}, port {port}: {_why(error)}."])


@app.command()
def schema(
    check: Annotated[
        Path | None,
        typer.Option(
            metavar="OLD",
            help="Tell what changed since this file instead; exit code 1 on a breaking change.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
) -> None:
    """Print the GraphQL schema."""
    if check is None:
        typer.echo(print_sdl())
        return
    try:
        changes = compare(check.read_text("utf-8"), print_sdl())
    except (UnreadableSchema, UnicodeDecodeError, OSError) as error:
        _refuse([f"Cannot read a schema in {check}: {error}"])
    for change in changes:
        typer.echo(f"{change.severity.value:<10}{change.description}")
    raise typer.Exit(1 if any(c.severity is Severity.BREAKING for c in changes) else 0)


@app.command()
def check() -> None:
    """Try settings, credentials and each permission against Wix, and change nothing there."""
    report = asyncio.run(check_environment())
    typer.echo(report.text())
    raise typer.Exit(0 if report.complete else 1)


def main() -> None:
    """Run the command line."""
    app(prog_name="crm-labels")


def _why(error: OSError) -> str:
    """Tell why nothing can listen, without the address that asyncio and socket add to it."""
    return str(error.strerror).partition(" (while ")[0]


def _refuse(reasons: list[str]) -> NoReturn:
    for reason in reasons:
        typer.echo(reason, err=True)
    raise typer.Exit(_UNUSABLE)
