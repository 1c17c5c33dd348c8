"""What a menu of commands shows to whom. It shows what there is; it grants nothing."""

from __future__ import annotations

from handlers.table import Menu, in_menu
from handlers.views.catalogue import wording

EVERYBODY = ("new", *in_menu(Menu.EVERYBODY))  # a post begins with /new, which is no command
GROUP = (*EVERYBODY, *in_menu(Menu.WORK, Menu.LOOKING))

#: Where a menu is shown: what is in it.
SCOPES: dict[str, tuple[str, ...]] = {
    "anywhere": EVERYBODY,
    "group": GROUP,
    "group_admins": (*GROUP, *in_menu(Menu.LIAISON, Menu.ADMIN)),
    "private": (
        *in_menu(Menu.START),
        *EVERYBODY,
        *in_menu(Menu.WORK, Menu.LOOKING, Menu.LIAISON, Menu.ADMIN, private=True),
    ),
}


def described(name: str, language: str) -> str:
    """What a command does, in a few words."""
    return wording(f"menu.{name}", language)
