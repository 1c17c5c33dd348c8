"""The sandbox's own description names every call that a program may make in place of people and of fate."""

from __future__ import annotations

import re
from pathlib import Path

from sandbox.chat_page import control_api, page_api
from sandbox.chat_page.server import Sandbox

README = Path(page_api.__file__).parents[1] / "README.md"


def test_every_call_is_described(sandbox: Sandbox) -> None:
    world, api = sandbox.world, sandbox.api
    routers = page_api.router(world, {}), control_api.router(world, api)
    calls = {route.path.split("/")[2] for router in routers for route in router.routes}
    assert len(calls) > 20
    table = README.read_text("utf-8").partition("| call | does |")[2]
    described = {
        name for row in table.splitlines() for name in re.findall(r"[a-z-]+", row.partition(" | ")[0])
    }
    assert calls <= described, calls - described
