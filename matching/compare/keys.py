"""Keys: what two records about one subject have in common although neither is clean.

Each key text is hashed by the desk to 64 bits and kept in a b-tree of (key, request); the
parts are chosen so that one slip, a mask or a lost digit leaves at least one of them whole.
"""

from __future__ import annotations

from collections.abc import Sequence

from matching.identifiers.readers import split_mask
from matching.identifiers.values import Identifier, Record, Subject
from matching.words.names import company_core, sound_forms


def key_texts(record: Record, types: Sequence[str] = ()) -> list[str]:
    """The material of the record's keys, each with its sort before a colon, without repeats.

    ``types``: the types under which a name is looked up when the record's own is not known.
    """
    texts: dict[str, None] = {}
    for subject in record.subjects:
        for identifier in subject.ids:
            for text in _identifier_texts(identifier, subject):
                texts[text] = None
        name = company_core(subject.name) if subject.kind == "company" else subject.name
        for spoken in sound_forms(name)[:2]:
            for kind in (record.type,) if record.type else ("", *types):
                texts[f"nt:{spoken}:{kind}"] = None
        if subject.kind == "company" and len(name) >= 6:  # one slip leaves its head or its tail
            texts |= dict.fromkeys((f"nc:{name[:4]}", f"nc:{name[-4:]}"))
    texts |= dict.fromkeys(f"ca:{number}" for number in record.case.split(" ") if number)
    return list(texts)


def _identifier_texts(identifier: Identifier, subject: Subject) -> list[str]:
    kind, value, state = identifier.kind, identifier.value, identifier.state
    if state == "masked":
        return _masked_texts(kind, value, subject)
    if kind == "cn_id":
        return _cn_id_texts(value, subject)
    if kind == "plate":
        serial = value if state == "partial" else value[1:]
        return [f"pl:{serial}", f"mg:pl:{serial[:1]}:{serial[-2:]}", f"mg:pl:{serial[:2]}:{serial[-1:]}"]
    if kind == "phone":
        return [f"ph:{value[-11:]}", f"mp:{value[:3]}:{value[-4:]}"]
    if kind == "bank_card":
        ends = [f"ba:{value[:12]}", f"bb:{value[-10:]}"]
        return [f"bc:{value}", *ends, f"m6:bc:{value[:6]}:{value[-4:]}", *_tail_texts("bc", value, subject)]
    return [
        f"{kind}:{value}",
        *([f"mg:{kind}:{value[:2]}:{value[-4:]}"] if kind in ("uscc", "passport", "imei") else []),
    ]


def _cn_id_texts(value: str, subject: Subject) -> list[str]:
    texts = [f"id:{value}", f"ia:{value[:14]}", f"ib:{value[-12:]}", f"m6:id:{value[:6]}:{value[-4:]}"]
    if len(value) == 18:
        texts += [f"bn:{value[6:14]}:{spoken}" for spoken in _sounds(subject)]
    return texts + _tail_texts("id", value, subject)


def _tail_texts(kind: str, value: str, subject: Subject) -> list[str]:
    """The last four with the name: what a mask nearly always leaves."""
    return [f"tn:{kind}:{value[-4:]}:{spoken}" for spoken in _sounds(subject)]


def _sounds(subject: Subject) -> tuple[str, ...]:
    return sound_forms(subject.name)[:1]


def _masked_texts(kind: str, value: str, subject: Subject) -> list[str]:
    head, tail = split_mask(value)
    if kind == "phone":
        return [f"mp:{head[:3]}:{tail[-4:]}"] if len(head) >= 3 and len(tail) >= 4 else []
    if kind == "plate":
        serial = head[1:] if head[:1] > "\u3400" else head
        if serial and len(tail) >= 2:
            return [f"mg:pl:{serial[:1]}:{tail[-2:]}"]
        return [f"mg:pl:{serial[:2]}:{tail}"] if len(serial) >= 2 and tail else []
    short = {"cn_id": "id", "bank_card": "bc"}.get(kind)
    if short is None:
        return [f"mg:{kind}:{head[:2]}:{tail[-4:]}"] if len(head) >= 2 and len(tail) >= 4 else []
    texts = []
    if len(head) >= 6 and len(tail) >= 4 and "*" not in tail[-4:]:
        texts.append(f"m6:{short}:{head[:6]}:{tail[-4:]}")
    if short == "id" and len(head) >= 14:
        texts.append(f"ia:{head[:14]}")
    if short == "id" and len(tail) >= 12:
        texts.append(f"ib:{tail[-12:]}")
    if len(tail) >= 4:
        texts += _tail_texts(short, tail, subject)
    if short == "id" and "*" not in value[6:14]:
        texts += [f"bn:{value[6:14]}:{spoken}" for spoken in _sounds(subject)]
    return texts
