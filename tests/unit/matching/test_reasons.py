"""Why two requests match, in the words of whoever reads it."""

from __future__ import annotations

import pytest

from matching.compare.reasons import WORDS, english, spoken
from matching.identifiers.kinds import KINDS
from matching.identifiers.values import Reason


def reason(code: str, kind: str) -> Reason:
    params = {"kind": kind, "days": 3, "covered": 1, "of": 2, "percent": 80}
    return Reason(
        code=code, params={name: value for name, value in params.items() if f"{{{name}}}" in WORDS[code][0]}
    )


@pytest.mark.parametrize("code", WORDS)
@pytest.mark.parametrize("kind", [kind.key for kind in KINDS])
def test_a_chat_reads_no_key_of_ours(code: str, kind: str) -> None:
    for language in ("en", "zh"):
        told = spoken(reason(code, kind), language)
        assert "_" not in told and "{" not in told
        assert "cn_id" not in told and "uscc" not in told


def test_the_command_line_keeps_the_contract_s_reasons() -> None:
    assert english(reason("same_id", "cn_id")) == "same cn_id"
    assert spoken(reason("same_id", "cn_id"), "en") == "same ID number"
    assert spoken(reason("same_id", "imei"), "en") == "same IMEI"
    assert spoken(reason("same_id", "cn_id"), "zh") == "同一身份证号"
