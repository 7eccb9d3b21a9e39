"""What every table of a ``scheme.toml`` has in common: frozen, no unknown key, and the words that it rests on."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from formgen.model import Citation

Points = Annotated[Decimal, Field(ge=0, le=1000)]
Share = Annotated[Decimal, Field(ge=0, le=1)]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")]


class Part(BaseModel):
    """A table of a scheme.toml: frozen, and no key that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True)


class Cited(Part):
    """A part that stands in the regulation."""

    article: Annotated[str, Field(min_length=1, description="Anchor in regulation.md")]
    quote: Annotated[str, Field(min_length=2, description="Words of the regulation, verbatim")]

    def cite(self, instrument: str) -> Citation:
        """The article and its words, as a citation of ``instrument``."""
        return Citation(instrument, self.article, self.quote)
