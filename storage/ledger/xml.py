"""XML of workbooks: namespaces are left out, and what only an attack has is refused."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from typing import IO
from xml.etree import ElementTree
from xml.parsers import expat

from storage.ledger.items import LedgerUnreadable
from storage.ledger.why import Cause, why

CHUNK = 1 << 16
#: What a damaged or hostile part raises when it is read.
DANGEROUS = (
    expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError, OSError, UnicodeError, NotImplementedError,
    RuntimeError,
)  # fmt: skip


class Forbidden(expat.ExpatError):
    """A document type: entities could make a small file endless."""


def parser() -> expat.XMLParserType:
    """A parser that gives names without their namespace's prefix cut off by the caller, and text in few pieces."""
    made = expat.ParserCreate()
    made.buffer_text = True
    made.buffer_size = 1 << 16
    made.StartDoctypeDeclHandler = _refuse
    made.EntityDeclHandler = _refuse
    return made


def _refuse(*_: object) -> None:
    raise Forbidden("it declares a document type, which no workbook does")


def fed(made: expat.XMLParserType, file: IO[bytes]) -> Iterator[None]:
    """Feeds the parser piece by piece; what it has found meanwhile can be handed on after each."""
    while chunk := file.read(CHUNK):
        made.Parse(chunk, False)
        yield
    made.Parse(b"", True)
    yield


def local(name: str) -> str:
    """The name without its prefix."""
    return name.rpartition(":")[2]


def parsed(content: bytes, name: str) -> ElementTree.Element:
    """A small part as a tree, without namespaces. Raises ``ParseError``, :class:`LedgerUnreadable`."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise LedgerUnreadable(why(Cause.DOCUMENT_TYPE, name=name))
    root = ElementTree.fromstring(content)  # noqa: S314 (without a document type it has no entities)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        for key in [key for key in element.attrib if "}" in key]:
            element.attrib.setdefault(key.rpartition("}")[2], element.attrib.pop(key))
    return root
