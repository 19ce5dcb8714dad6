"""Puts the schema together, once per process."""

from typing import Final

from graphql import GraphQLSchema
from strawberry.printer import print_schema
from strawberry.schema.config import StrawberryConfig

import schema.enums  # noqa: F401 - registers the vocabularies
from schema.access.directives import declare
from schema.access.guard import guard
from schema.audit import keep_records
from schema.contacts.types import Contact
from schema.execution import Execution
from schema.federation import GatewaySchema, describe_machinery, remember_sdl
from schema.labels.types import Label
from schema.live.subscriptions import Subscription
from schema.roots import Mutation, Query
from schema.scalars import SCALARS
from schema.user_errors import CONCRETE

FEDERATION: Final = "2.9"
"""The newest version every composer we know takes; Hive refuses later ones."""


def build_schema() -> GatewaySchema:
    """Build the executable schema.

    Raises:
        Unruled: A part of it stands not, or not rightly, in the table of rights.
    """
    declare([Query, Mutation, Subscription, *CONCRETE], entities=[Contact, Label])
    built = GatewaySchema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[Contact, Label, *CONCRETE],
        config=StrawberryConfig(enable_experimental_incremental_execution=True),
        scalar_overrides=SCALARS,
        execution_context_class=Execution,
        federation_version=FEDERATION,
    )
    describe_machinery(core_schema(built))
    remember_sdl(built)
    guard(core_schema(built))
    keep_records(core_schema(built))
    return built


def core_schema(built: GatewaySchema) -> GraphQLSchema:
    """Reach the graphql-core schema underneath."""
    return built._schema  # noqa: SLF001 - Strawberry offers no public way


def print_sdl() -> str:
    """Write the schema in the schema definition language, with its federation directives."""
    return print_schema(build_schema())
