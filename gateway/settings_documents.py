"""Settings about the documents that callers send or name."""

from pathlib import Path
from typing import Annotated, Final, Literal, Protocol

from pydantic import AfterValidator, Field, FilePath, PositiveInt

from gateway.edge.known.library import Policy
from gateway.edge.known.manifests import read_manifest
from gateway.settings_wording import name_of

AUTOMATIC_BYTES: Final = 8_388_608


class DocumentSettings(Protocol):
    """The settings about documents that go together."""

    @property
    def documents(self) -> Policy:
        """Whether documents can be named, or must be."""
        ...

    @property
    def documents_file(self) -> Path | None:
        """The manifest of trusted ones."""
        ...

    @property
    def auth(self) -> str:
        """Whether callers are asked who they are."""
        ...

    @property
    def graphiql(self) -> Literal["auto", "on", "off"]:
        """Whether a browser gets GraphiQL."""
        ...

    @property
    def router_proof(self) -> str:
        """How a router is known."""
        ...


def check_whole(settings: DocumentSettings) -> None:
    """Check that what is set about documents goes together.

    Raises:
        ValueError: Something is missing, or contradicts another setting.
    """
    policy, file = name_of("documents"), name_of("documents_file")
    if settings.documents == "off" and settings.documents_file is not None:
        raise ValueError(f"{file}: of no use with {policy}=off.")
    if settings.documents == "only" and settings.documents_file is None:
        raise ValueError(f"Missing beside {policy}=only: {file}.")
    if settings.documents == "only" and settings.router_proof != "none":
        raise ValueError(
            f"{name_of('router_proof')}: of no use with {policy}=only. A router makes its "
            "documents up as it goes, so that none of them is in a manifest."
        )


def page_shown(settings: DocumentSettings) -> bool:
    """Tell whether a browser gets GraphiQL.

    By itself it shows nothing of anybody's. Unless set otherwise it is for those who can do
    something with it as they come: without credentials, and with documents of their own.
    """
    if settings.graphiql == "auto":
        return settings.auth == "none" and settings.documents != "only"
    return settings.graphiql == "on"


def _readable(file: Path | None) -> Path | None:
    if file is not None:
        read_manifest(file)
    return file


Documents = Annotated[
    Literal["off", "prefer", "only"],
    Field(
        description="`prefer` lets callers name documents: those of the file, and those that they "
        "have sent with their digest. `only` executes those of the file and nothing else."
    ),
]
DocumentsFile = Annotated[
    FilePath | None,
    AfterValidator(_readable),
    Field(description="Trusted documents: a manifest of Relay's or Apollo's tools."),
]
Graphiql = Annotated[
    Literal["auto", "on", "off"],
    Field(
        description="Whether a browser gets GraphiQL at `/graphql`. `auto`: where nobody is asked "
        "who he is, and any document is executed. The page has a place for a token."
    ),
]
AutomaticDocumentBytes = Annotated[
    PositiveInt,
    Field(description="Memory for documents that were sent with their digest, per worker."),
]
DocumentCacheBytes = Annotated[
    PositiveInt,
    Field(description="Memory for documents that are already validated, per worker."),
]
DocumentCharacters = Annotated[
    PositiveInt,
    Field(description="The longest GraphQL document, in characters; spaces and comments count."),
]
DocumentTokens = Annotated[
    PositiveInt, Field(description="The longest GraphQL document, in tokens.")
]
DocumentDepth = Annotated[
    PositiveInt, Field(description="The deepest nesting of a GraphQL document.")
]
