"""Makes handlers/views/pictures/NotoSansSC-subset.otf anew: ``python deploy/subset_font.py NotoSansSC-Regular.otf``.

The characters of GB 2312, Latin ones and a few signs: what names of units and types are made of. Needs fonttools; the
font is that of the package pylopdf-fonts-zh-cn (SIL Open Font License, kept beside it as OFL.txt).
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset

TARGET = Path(__file__).parents[1] / "handlers" / "views" / "pictures" / "NotoSansSC-subset.otf"
SIGNS = "…—–·“”‘’•→←↑↓↗↘％℃№①②③④⑤⑥⑦⑧⑨⑩"


def characters() -> set[str]:
    pairs = (bytes([a, b]) for a in range(0xA1, 0xF8) for b in range(0xA1, 0xFF))
    return (
        {pair.decode("gb2312", "ignore") for pair in pairs} - {""}
        | set(map(chr, range(0x20, 0x17F)))
        | set(SIGNS)
    )


def main(source: str) -> None:
    options = subset.Options()
    options.layout_features = ["kern", "locl", "ccmp"]
    options.hinting = False
    options.name_IDs = ["*"]
    options.notdef_outline = True
    font = subset.load_font(source, options)
    cut = subset.Subsetter(options)
    cut.populate(unicodes=sorted(map(ord, characters())))
    cut.subset(font)
    subset.save_font(font, str(TARGET), options)


if __name__ == "__main__":
    main(sys.argv[1])
