"""The words of the tables, for those who word and show what is in them and know no storage."""

from __future__ import annotations

from storage.tables.words import TO, DraftKind, LineKind, OfferSide, Outcome, PostPurpose

__all__ = ["TO", "DraftKind", "LineKind", "OfferSide", "Outcome", "PostPurpose"]
