"""How what something costs grows with what it is given, whatever machine it runs on and whatever else runs there."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import inf

TURNS = 7


def costs_less(than: float, small: Callable[[], object], large: Callable[[], object]) -> bool:
    """Whether ``large`` takes less than so many times the processor's time that ``small`` takes.

    Of each the cheapest run counts, which a busy machine spared; while the answer is no, both get another turn.
    """
    least_small = least_large = inf
    small()  # fills caches
    for _ in range(TURNS):
        least_small = min(least_small, _seconds(small), _seconds(small))
        least_large = min(least_large, _seconds(large))
        if least_large < than * least_small:
            return True
    return False


def _seconds(run: Callable[[], object]) -> float:
    begun = time.process_time()
    run()
    return time.process_time() - begun
