"""``crossbeat check``: everything that is wrong, in one go; nothing is changed.

An error is what keeps the desk from working, a warning what will keep somebody from being served.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.runtime.failure import Failure
from bot.runtime.finding import Finding, brief, error, warning
from bot.settings.file import KEY_VARIABLE, NEW_KEY_VARIABLE, SettingsRefused, load
from bot.settings.model import Settings
from bot.settings.policy import chats_of, policy_of, units_of

if TYPE_CHECKING:
    from storage.database.engine import Store

SIX_MONTHS = timedelta(days=180)  # 网络安全法 21: so long logs are kept at least


async def run(args: argparse.Namespace) -> int:
    """Prints all findings; 1 when there is an error."""
    try:
        settings = load(args.config)
    except SettingsRefused as refused:
        path = str(refused.path or "configuration")
        findings = [error(path, str(fault)) for fault in refused.faults]
    else:
        findings = [*about_settings(settings), *await about_storage(settings)]
        findings += await about_units(settings)
        findings += await about_telegram(settings, await groups(settings))
    for finding in sorted(findings, key=lambda finding: not finding.error):
        sys.stdout.write(f"{finding}\n")
    errors = sum(finding.error for finding in findings)
    sys.stderr.write(f"{errors} errors, {len(findings) - errors} warnings\n")
    return 1 if errors else 0


def about_settings(settings: Settings) -> list[Finding]:
    """What the file alone tells."""
    found: list[Finding] = []
    telegram = settings.telegram
    if not telegram.token.get_secret_value():
        found.append(error("telegram.token", "is empty: take one from @BotFather"))
    if not telegram.admins:
        found.append(error("telegram.admins", "is empty: nobody could set the bot up"))
    if telegram.mode == "webhook":
        if not telegram.webhook_url:
            found.append(error("telegram.webhook_url", 'is empty, and mode is "webhook"'))
        elif not telegram.webhook_url.startswith("https://") and telegram.api_base.startswith("https://"):
            found.append(error("telegram.webhook_url", "Telegram posts to https:// only"))
    if not settings.units:
        found.append(error("units", "there are none: nobody could ask or answer"))
    return found + _about_names(settings) + _about_calendar(settings) + _about_retention(settings)


def _about_retention(settings: Settings) -> list[Finding]:
    """Answers that are deleted while they could still be reused; content, and what the record says of it, that goes
    before the time for which the law has logs kept."""
    policy = policy_of(settings)
    shorter, below = [], []
    for kind in settings.request_types:
        kept = policy.kept_for(kind.key)
        if kept is not None and kind.fresh_for > kept:
            shorter.append(kind.key)
        if kept is not None and kept < policy.keep_at_least:
            below.append(f"{kind.key} ({kept.days}d)")
    found = []
    if shorter:
        where = (
            "retention.purge_after"
            if settings.retention.purge_after is not None
            else "request_types.keep_for"
        )
        what = f"is shorter than fresh_for of {', '.join(shorter)}: what could be reused goes"
        found.append(warning(where, what))
    if below:
        days = policy.keep_at_least.days
        what = (
            f"{days}d is undercut by {', '.join(below)}: what the record says goes with the content, and logs are "
            "kept for six months at least (网络安全法 21); who did and read what, and that it was given, stays"
        )
        found.append(warning("retention.keep_at_least", what))
    if policy.keep_at_least < SIX_MONTHS:
        what = f"{policy.keep_at_least.days}d is less than the six months for which logs are kept (网络安全法 21)"
        found.append(warning("retention.keep_at_least", what))
    return found


def _about_names(settings: Settings) -> list[Finding]:
    """Two units or two types of one name: people who write it mean either."""
    found = []
    for where, named in (
        ("units", {u.code: (u.code, u.name, *u.aliases, u.standard_code) for u in settings.units}),
        (
            "request_types",
            {
                kind.key: (kind.key, *kind.labels.values(), *kind.aliases, kind.standard_code)
                for kind in settings.request_types
            },
        ),
    ):
        owners: dict[str, set[str]] = {}
        for key, names in named.items():
            for name in filter(None, names):
                owners.setdefault(name.casefold().strip(), set()).add(key)
        for name, keys in sorted(owners.items()):
            if len(keys) > 1:
                found.append(warning(where, f"{name!r} names {' and '.join(sorted(keys))}"))
    return found


def _about_calendar(settings: Settings) -> list[Finding]:
    calendar = policy_of(settings).calendar
    if not calendar.is_known():
        return [error("locale.calendar", f"{settings.locale.calendar!r} is no country of the calendar")]
    year = datetime.now(UTC).year
    missing = [str(each) for each in (year, year + 1) if not calendar.covers(each)]
    if not missing:
        return []
    what = f"the working days of {' and '.join(missing)} are not known"
    return [warning("locale.calendar", f"{what}: list them in [calendar] holidays and workdays")]


async def about_storage(settings: Settings) -> list[Finding]:
    """Key and database, looked at without making either."""
    from sqlalchemy.exc import DBAPIError

    from bot.runtime.opening import open_store
    from storage.tables import schema
    from storage.tables.monthly import MonthsMissing, OtherMonths

    first_start = _no_database_yet(settings)
    about_key = _about_key(settings, first_start=first_start)
    if about_key is not None or first_start:
        return [about_key] if about_key is not None else []
    try:
        store = await open_store(settings, create_key=False, settle=False)
    except Failure as failure:
        return [error("storage.months" if "months" in str(failure) else "storage.key_file", str(failure))]
    try:
        found = [*await _about_schema(store), *_about_new_keys(settings), *_open_to_others(settings)]
        return found + _about_months(settings, store)
    except schema.NotOurs as failure:
        return [error("storage.url", str(failure))]
    except (schema.WrongKey, schema.WrongCipher, MonthsMissing, OtherMonths) as failure:
        return [await _about_wrong_key(settings, failure)]
    except (DBAPIError, OSError) as failure:
        return [error("storage.url", f"the database does not answer: {brief(failure)}")]
    finally:
        await store.close()


def _no_database_yet(settings: Settings) -> bool:
    from storage.database.address import file_of

    path = file_of(settings.storage.url)
    return path is not None and not path.exists()


def _about_key(settings: Settings, *, first_start: bool) -> Finding | None:
    key = settings.storage.key_path
    if os.environ.get(KEY_VARIABLE) or key.exists():
        return None
    if first_start:
        return warning("storage.key_file", f"there is none yet; the first start makes {key}: back it up")
    return error("storage.key_file", f"{key} is missing: without it the database cannot be read")


async def _about_wrong_key(settings: Settings, failure: Exception) -> Finding:
    """The key of another desk, or one that was changed: the next start can put only the latter right. Or the key is
    right, and the ciphers, or the keys of months, are not."""
    from bot.runtime.opening import about_cipher, about_months, new_key_fits, which_key
    from storage.tables import schema
    from storage.tables.monthly import MonthsMissing, OtherMonths

    if isinstance(failure, schema.WrongCipher):
        return error("storage.cipher", about_cipher(failure, settings))
    if isinstance(failure, MonthsMissing | OtherMonths):
        return error("storage.months", about_months(failure, settings))
    if await new_key_fits(settings):
        return warning("storage.key_file", "a change of the key was cut short; the next start completes it")
    return error("storage.url", f"{failure}; {await which_key(settings)}")


def _about_new_keys(settings: Settings) -> list[Finding]:
    """What a change of the key has left although the present key fits."""
    from storage.database import key_file

    found = []
    new = key_file.new_beside(settings.storage.key_path)
    if new.exists() and not os.environ.get(KEY_VARIABLE):
        found.append(warning("storage.key_file", f"{new} is left of a change that was cut short: remove it"))
    if os.environ.get(NEW_KEY_VARIABLE):
        found.append(warning(NEW_KEY_VARIABLE, "is set: crossbeat rekey alone needs it"))
    return found


def _about_months(settings: Settings, store: Store) -> list[Finding]:
    """Keys of months: those that the first start will make, and those that run out."""
    from storage.database.months import keyring_of

    path = settings.storage.months_path
    if path is None:
        return []
    keyring = keyring_of(store.sealer)
    if keyring is None:
        return [
            warning("storage.months", f"there is none yet; the next start makes {path}: back it up apart")
        ]
    if keyring.few_left():
        what = f"{path} has keys for a few months only: run crossbeat months extend, and copy it to other machines"
        return [warning("storage.months", what)]
    return []


def _open_to_others(settings: Settings) -> list[Finding]:
    """Files that others on this machine can read: those that were made before, or copied, without care."""
    from storage.database.address import file_of

    files = {} if os.environ.get(KEY_VARIABLE) else {"storage.key_file": settings.storage.key_path}
    if (database := file_of(settings.storage.url)) is not None:
        files["storage.url"] = database
    if settings.storage.months_path is not None:
        files["storage.months"] = settings.storage.months_path
    return [
        warning(where, f"{path} can be read by others on this machine: chmod 600 {path}")
        for where, path in files.items()
        if os.name == "posix" and path.exists() and path.stat().st_mode & 0o077
    ]


async def _about_schema(store: Store) -> list[Finding]:
    from storage.database.engine import KEY_MARK
    from storage.queries import desk
    from storage.tables import schema

    state = await schema.state(store)
    own = store.dialect == "sqlite"
    if state == "newer":
        return [error("storage.url", "the database was made by a newer crossbeat")]
    if state in ("older", "empty"):
        what = "has an older schema" if state == "older" else "has no tables yet"
        how = "the next start brings it up to date" if own else "run: crossbeat migrate"
        return [(warning if own else error)("storage.url", f"the database {what}: {how}")]
    async with store.read() as session:
        marked = await desk.value(session, KEY_MARK)
    if marked is not None:  # else check_key would mark it
        await schema.check_key(store)
    return []


async def about_units(settings: Settings) -> list[Finding]:
    """Where the desk has units otherwise than the file, since they were made or changed by command."""
    from sqlalchemy.exc import DBAPIError

    from bot.runtime.opening import as_opened, open_store
    from workflow.organisation import tree

    if _no_database_yet(settings):
        return []
    try:
        store = await open_store(settings, create_key=False, settle=False)
    except Failure:  # reported by about_storage
        return []
    try:
        here = (await tree.present(as_opened(settings, store).work())).units
    except (DBAPIError, OSError):  # reported by about_storage
        return []
    finally:
        await store.close()
    said = {
        "missing": "{code} {desk} was made by command and is not in the file",
        "closed": "{code} {file} was closed by command, {desk} took over: the file still has it",
        "name": "{code} is {file} in the file; it was renamed by command and is {desk}",
        "aliases": "{code} is also called [{file}] in the file; by command [{desk}]",
        "parent": "{code} stands under {file!r} in the file; it was moved by command and stands under {desk!r}",
    }
    return [
        warning(
            "units",
            said[one.what].format(code=one.code, file=one.file, desk=one.desk)
            + ". What the desk has holds; crossbeat units --toml prints it for the file",
        )
        for one in tree.differences(here, units_of(settings))
    ]


async def groups(settings: Settings) -> dict[int, list[str]]:
    """Groups and the codes of their units, from the configuration and, where there is one, the database."""
    found = {spec.id: list(spec.units) for spec in chats_of(settings)}
    for chat_id, code in await _bound(settings):
        if code not in found.setdefault(chat_id, []):
            found[chat_id].append(code)
    return found


async def _bound(settings: Settings) -> Sequence[tuple[int, str]]:
    from sqlalchemy.exc import DBAPIError

    from bot.runtime.opening import open_store
    from storage.queries import chats

    if _no_database_yet(settings):
        return []
    try:
        store = await open_store(settings, create_key=False, settle=False)
    except Failure:  # reported by about_storage
        return []
    try:
        async with store.read() as session:
            return await chats.unit_codes(session)
    except (DBAPIError, OSError):  # reported by about_storage
        return []
    finally:
        await store.close()


async def about_telegram(settings: Settings, bound: dict[int, list[str]]) -> list[Finding]:
    """Whether Telegram takes the token, and whether the bot sees and reaches each group."""
    found = _about_groups(settings, bound)
    if not settings.telegram.token.get_secret_value():
        return found
    from bot.telegram import asking

    return found + await asking.about(settings, bound)


def _about_groups(settings: Settings, bound: dict[int, list[str]]) -> list[Finding]:
    served = {code for codes in bound.values() for code in codes}
    found = [
        warning("units", f"{unit.code} {unit.name} has no group: nobody there sees its requests")
        for unit in settings.units
        if unit.code not in served
    ]
    for chat_id, codes in sorted(bound.items()):
        if not any(codes):
            found.append(warning("chats", f"the group {chat_id} belongs to no unit: use /bind CODE there"))
    return found
