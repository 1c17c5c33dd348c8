"""The keys of months: what is personal of a request lies under the key of the month in which it was written.

They lie in a file of their own, not in the database, each sealed with the desk's key: a copy of the database holds none
of them. When one is taken out of the file, nothing that lies under it opens any more, in whatever copy, whoever has the
desk's key. Keys for many months ahead are made at once, so that a copy of the file is good for long.

The file is replaced whole, by one process at a time, and is on the disk before anything is sealed with a key in it.
"""

from __future__ import annotations

import fcntl
import glob
import hashlib
import os
import re
import secrets
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import structlog

from storage.database.ciphers import Aead, Cipher
from storage.database.failpoints import failpoint
from storage.database.seal import KEY_BYTES, MONTH_BYTES, SealBroken, Sealer, flush_folder, month_name

log = structlog.get_logger(__name__)

AHEAD = 18  # months for which keys are made
FEW = 6  # where there are keys for fewer than these ahead, more are made
LOOKED_AT_SECONDS = 10.0  # so soon a process sees that another has changed the file
_HEAD = "crossbeat months 1 "
_SUM = "sum "
_PLACE = "months"
_NAME = re.compile(r"(\d{4})-(0[1-9]|1[0-2])(?:\.(\d{1,3}))?")
_TRIES = 5

Keys = Mapping[bytes, bytes]  # which month (MONTH_BYTES) -> its key


class KeyringBroken(Exception):
    """The file of the keys of months is damaged, or belongs to another key; the text says which."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contents:
    """What the file holds. ``id``: which keyring it is, in all its copies."""

    id: str
    keys: Keys
    sum: str = ""  # of the file as it was read


def month_at(seconds: float) -> int:
    """The number of a month, by which they are counted; ``seconds`` since 1970, in UTC."""
    at = datetime.fromtimestamp(seconds, UTC)
    return at.year * 12 + at.month - 1


def numbered(number: int, generation: int = 0) -> bytes:
    """How a sealed value names that month, and which of its keys."""
    return number.to_bytes(2, "big") + bytes([generation])


def number_of(month: bytes) -> int:
    """The number of the month that is named so."""
    return int.from_bytes(month[:2], "big")


def starts(number: int) -> datetime:
    """The first moment of a month."""
    return datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC)


def named(name: str) -> bytes | None:
    """The month that people call so (:func:`storage.database.seal.month_name`); None where it is no month's name."""
    found = _NAME.fullmatch(name)
    if found is None or int(found[3] or 0) > 255:
        return None
    return numbered(int(found[1]) * 12 + int(found[2]) - 1, int(found[3] or 0))


class Keyring:
    """The keys as they are known to this process; they follow what other processes do to the file.

    ``clock``: the seconds since 1970; ``filed``: whether they are in the file already.
    """

    def __init__(
        self,
        path: Path,
        contents: Contents,
        desk: Sealer,
        clock: Callable[[], float] = time.time,
        *,
        filed: bool = True,
    ) -> None:
        self.path = path
        self.id = contents.id
        self._keys = dict(contents.keys)
        self.made: dict[
            tuple[Cipher, str, bytes], Aead
        ] = {}  # of them (:class:`storage.database.seal.DataKeys`)
        self._desk = desk  # which seals them
        self._clock = clock
        self.filed = filed
        self._stamp: tuple[int, int] | None = None
        self._sum = contents.sum
        self._now, self._until = b"", 0.0

    def __reduce__(self) -> tuple[type[Keyring], tuple[Path, Contents, Sealer]]:
        """Pickled as its keys, for the processes that help with an import."""
        return Keyring, (self.path, Contents(id=self.id, keys=self._keys), self._desk)

    @property
    def months(self) -> Sequence[bytes]:
        """Those that there are keys of, oldest first."""
        return sorted(self._keys)

    def this_month(self) -> int:
        """The number of the month that it is."""
        return month_at(self._clock())

    def current(self) -> bytes:
        """The newest key of this month; where none was made in time, of the newest month before it."""
        now = self._clock()
        if not now < self._until:
            self.follow()
            number = month_at(now)
            past = [month for month in self._keys if number_of(month) <= number]
            self._now = max(past) if past else min(self._keys)
            self._until = min(now + LOOKED_AT_SECONDS, starts(number + 1).timestamp())
        return self._now

    def key(self, month: bytes) -> bytes | None:
        """The key; looked for in the file where this process does not know it yet."""
        if month not in self._keys:
            self.follow()
        return self._keys.get(month)

    def follow(self) -> None:
        """Takes over what another process has changed in the file. A file that is away for a moment changes nothing
        for who has its keys."""
        if not self.filed:
            return
        try:
            found = self.path.stat()
        except OSError:
            return
        if (stamp := (found.st_mtime_ns, found.st_ino)) == self._stamp:
            return
        try:
            contents = read(self.path, self._desk)
        except (OSError, KeyringBroken) as error:
            log.warning("months_not_followed", path=str(self.path), error=str(error))
            return
        if contents.id == self.id and contents.keys:
            self._keys, self._stamp, self._sum = dict(contents.keys), stamp, contents.sum
            self.made.clear()
        else:
            log.warning("months_not_followed", path=str(self.path), error="it is another keyring")

    def seen(self) -> str:
        """By what one tells whether two processes see the same file, and not two copies of it."""
        self.follow()
        return self._sum[:16]

    def touch(self) -> None:
        """Writes the file anew with the same keys: whoever sees this file sees something else from now on. Raises as
        :meth:`extend`."""
        self._change(dict, anyway=True)

    def behind(self, month: bytes) -> bool:
        """Whether a month that is not here is missing because this is an older copy of the file: one that comes after
        all that are here, or another key of a month whose earlier one is here."""
        if month in self._keys:
            return False
        return month > max(self._keys) or any(one < month for one in self._keys if one[:2] == month[:2])

    def few_left(self) -> bool:
        """Whether there are keys for only a few months ahead."""
        return max(map(number_of, self._keys)) < self.this_month() + FEW

    def extend(self) -> None:
        """Makes keys up to :data:`AHEAD` months from now. Raises ``OSError``, :class:`KeyringBroken`."""
        self._change(lambda keys: _up_to(keys, self.this_month() + AHEAD))

    def renew(self) -> None:
        """A new key for this month and each one ahead: what is sealed from now on lies under them. Raises as
        :meth:`extend`."""
        now = self.this_month()

        def anew(keys: Keys) -> dict[bytes, bytes]:
            made = dict(_up_to(keys, now + AHEAD))
            for number in range(now, now + AHEAD + 1):
                last = max((month[2] for month in made if number_of(month) == number), default=-1)
                if last == 255:
                    raise KeyringBroken(f"{month_name(numbered(number, last))}: a month has 256 keys at most")
                made[numbered(number, last + 1)] = secrets.token_bytes(KEY_BYTES)
            return made

        self._change(anew)

    def destroy(self, months: Collection[bytes]) -> None:
        """Takes keys out of the file: nothing under them opens any more. Of a month that has no key left, those of the
        earlier keyrings beside it go too. The file that was is overwritten; what a disk or a file system keeps
        besides is not in our hands. Raises as :meth:`extend`."""
        self._change(lambda keys: {month: key for month, key in keys.items() if month not in months})
        over = {number_of(month) for month in months} - {number_of(month) for month in self._keys}
        with _alone(self.path):
            for old in old_beside(self.path):
                _forget(old, over)

    def earlier(self) -> set[int]:
        """The numbers of the months that earlier keyrings beside this one have keys of: of older backups alone."""
        return {number_of(month) for old in old_beside(self.path) for month, _ in _named_lines(_lines(old))}

    def _change(self, change: Callable[[Keys], Mapping[bytes, bytes]], *, anyway: bool = False) -> None:
        with _alone(self.path):
            contents = read(self.path, self._desk)
            if contents.id != self.id:
                raise KeyringBroken(f"{self.path} is another keyring than before")
            keys = change(contents.keys)
            if not keys:
                raise KeyringBroken("a keyring without keys would seal nothing")
            if anyway or keys.keys() != contents.keys.keys():
                _replace(self.path, _text(Contents(id=self.id, keys=keys), self._desk))
        self._stamp, self._until = None, 0.0
        self._keys = dict(keys)
        self.made.clear()


def keyring_of(sealer: Sealer) -> Keyring | None:
    """The keyring that a sealer seals with; None where it knows the desk's key alone."""
    return sealer.months if isinstance(sealer.months, Keyring) else None


def load(
    path: Path, desk: Sealer, *, settle: bool = True, clock: Callable[[], float] = time.time
) -> Keyring | None:
    """The keyring in a file, which the desk's key opens; None where there is no file.

    One that waits beside it, of a change of the key that was cut short, takes its place if that is the one which the
    key opens, unless told not to ``settle``. Raises :class:`KeyringBroken`, ``OSError``.
    """
    fresh = new_beside(path)
    if not path.exists() and not fresh.exists():
        return None
    try:
        return Keyring(path, read(path, desk), desk, clock)
    except (KeyringBroken, FileNotFoundError) as broken:
        try:
            contents = read(fresh, desk)
        except (KeyringBroken, FileNotFoundError):
            raise KeyringBroken(str(broken)) from None
        if settle:
            install(path)
        return Keyring(path, contents, desk, clock)


def made(path: Path, desk: Sealer, *, clock: Callable[[], float] = time.time) -> Keyring:
    """A new keyring, which is in no file yet (:func:`create`, :func:`write_new`)."""
    now = month_at(clock())
    contents = Contents(id=secrets.token_hex(8), keys=_up_to({}, now + AHEAD, now))
    return Keyring(path, contents, desk, clock, filed=False)


def create(keyring: Keyring, *, like: Path) -> None:
    """Puts a new keyring in its place, for the owner of the file ``like``. Raises ``FileExistsError``: two first starts
    agree on one; ``OSError``."""
    path = keyring.path
    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(path, like=like):
        if path.exists():
            raise FileExistsError(f"{path} exists already")
        fresh = _part(path)
        _write(fresh, _of(keyring), like=like)
        fresh.rename(path)
        flush_folder(path.parent)
    keyring.filed = True
    log.info("months_made", path=str(path))


def write_new(keyring: Keyring) -> None:
    """Writes a keyring beside the one whose place it will take (:func:`install`); one left there is replaced."""
    fresh = new_beside(keyring.path)
    fresh.unlink(missing_ok=True)
    _write(fresh, _of(keyring), like=keyring.path)
    flush_folder(fresh.parent)


def install(path: Path) -> None:
    """Puts the new keyring in its place; the one that was there is kept as ``NAME.old``: with the old key it opens the
    backups made so far. May be repeated."""
    real, fresh = path.resolve(), new_beside(path)
    if not fresh.exists():
        return
    with _alone(path):
        if real.exists():
            _keep(real)
        failpoint("months.kept")
        with suppress(FileNotFoundError):  # another process, which was opening the desk, was faster
            fresh.replace(real)
        flush_folder(real.parent)


def discard_new(path: Path) -> None:
    """Removes the new keyring, which nothing was sealed with."""
    new_beside(path).unlink(missing_ok=True)


def new_beside(path: Path) -> Path:
    """Where a new keyring lies while everything is being sealed with it."""
    real = path.resolve()
    return real.with_name(f"{real.name}.new")


def old_beside(path: Path) -> list[Path]:
    """The keyrings that were in use before, newest first."""
    real = path.resolve()
    return [old for number in range(99, 0, -1) if (old := _old(real, number)).is_file()]


def read(path: Path, desk: Sealer) -> Contents:
    """What a file holds. Raises :class:`KeyringBroken`, ``OSError``."""
    lines = _lines(path)
    keys = {}
    for line in lines[1:-1]:
        name, _, sealed = line.partition(" ")
        month = named(name)
        try:
            plain = desk.unseal_bytes(_PLACE, b64decode(sealed, validate=True))
        except SealBroken:
            raise KeyringBroken(f"{path} does not open with the desk's key: it belongs to another") from None
        except ValueError:
            raise KeyringBroken(f"{path} is damaged: the line of {name}") from None
        if month is None or plain[:MONTH_BYTES] != month or len(plain) != MONTH_BYTES + KEY_BYTES:
            raise KeyringBroken(f"{path} is damaged: the line of {name}")
        keys[month] = plain[MONTH_BYTES:]
    return Contents(id=lines[0].removeprefix(_HEAD), keys=keys, sum=lines[-1].removeprefix(_SUM))


def _lines(path: Path) -> list[str]:
    """Of a whole file: who replaces one wipes it afterwards, which whoever has it open at that moment sees."""
    for attempt in count(1):
        text = path.read_text("ascii", errors="replace")
        body, _, last = text.rstrip("\n").rpartition("\n")
        if text.startswith(_HEAD) and last == _sum(body):
            return [*body.splitlines(), last]
        if attempt == _TRIES:
            raise KeyringBroken(f"{path} is damaged, or no file of the keys of months")
        time.sleep(0.01)
    raise AssertionError  # for the type checker: the count never ends


def _named_lines(lines: Sequence[str]) -> list[tuple[bytes, str]]:
    """The lines with a key, each with its month."""
    return [(month, line) for line in lines[1:-1] if (month := named(line.partition(" ")[0])) is not None]


def _forget(path: Path, numbers: Collection[int]) -> None:
    """Takes months out of a file whose keys are under a desk's key that is not at hand."""
    lines = _lines(path)
    kept = [line for month, line in _named_lines(lines) if number_of(month) not in numbers]
    if len(kept) < len(lines) - 2:
        body = "\n".join([lines[0], *kept])
        _replace(path, f"{body}\n{_sum(body)}\n")


def _of(keyring: Keyring) -> str:
    contents = Contents(
        id=keyring.id, keys={month: key for month in keyring.months if (key := keyring.key(month))}
    )
    return _text(contents, keyring._desk)


def _text(contents: Contents, desk: Sealer) -> str:
    lines = [f"{_HEAD}{contents.id}"]
    for month, key in sorted(contents.keys.items()):
        lines.append(f"{month_name(month)} {b64encode(desk.seal_bytes(_PLACE, month + key)).decode()}")
    body = "\n".join(lines)
    return f"{body}\n{_sum(body)}\n"


def _sum(body: str) -> str:
    """Against damage, not against people: each line is sealed by itself, and whoever may write here may delete all."""
    return f"{_SUM}{hashlib.sha256(body.encode()).hexdigest()}"


def _up_to(keys: Keys, last: int, first: int | None = None) -> dict[bytes, bytes]:
    begin = first if first is not None else max(map(number_of, keys)) + 1
    return {**keys, **{numbered(number): secrets.token_bytes(KEY_BYTES) for number in range(begin, last + 1)}}


@contextmanager
def _alone(path: Path, *, like: Path | None = None) -> Iterator[None]:
    """One process at a time changes the file. The lock lies beside it: the file itself is replaced. What those have
    left that were killed goes: a key that is destroyed must not lie in it."""
    real = path.resolve()
    handle = os.open(real.with_name(f".{real.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _own_like(handle, like or real)
        fcntl.flock(handle, fcntl.LOCK_EX)
        for left in real.parent.glob(f".{glob.escape(real.name)}.*part"):
            left.unlink()
        yield
    finally:
        os.close(handle)


def _part(real: Path) -> Path:
    """Where a file lies until it is whole."""
    return real.with_name(f".{real.name}.{os.getpid()}.part")


def _replace(path: Path, text: str) -> None:
    """Puts a new file in the place of one, and writes over what was there."""
    real = path.resolve()
    fresh = _part(real)
    _write(fresh, text, like=real)
    failpoint("months.written")
    before = os.open(real, os.O_RDWR)
    try:
        fresh.replace(real)
        flush_folder(real.parent)
        failpoint("months.replaced")
        os.pwrite(before, bytes(os.fstat(before).st_size), 0)
        os.fsync(before)
    finally:
        os.close(before)


def _own_like(handle: int, like: Path) -> None:
    """Gives a new file the owner of another: an administrator's would be closed to the service."""
    with suppress(FileNotFoundError):
        present, ours = like.stat(), os.fstat(handle)
        if os.geteuid() == 0 and (present.st_uid, present.st_gid) != (ours.st_uid, ours.st_gid):
            os.fchown(handle, present.st_uid, present.st_gid)


def _write(path: Path, text: str, *, like: Path) -> None:
    """A file for one owner, that of ``like``, on the disk."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        _own_like(handle, like)
        file.write(text)
        file.flush()
        os.fsync(handle)


def _old(real: Path, number: int) -> Path:
    return real.with_name(f"{real.name}.old{'' if number == 1 else f'-{number}'}")


def _keep(real: Path) -> None:
    """A copy of the present keyring under another name; a copy, not a second name: what is wiped is one of them."""
    content = real.read_text("ascii")
    for number in count(1):
        kept = _old(real, number)
        if kept.exists():
            if kept.read_text("ascii") == content:  # by one that was killed
                return
            continue
        part = _part(kept)
        _write(part, content, like=real)
        part.replace(kept)
        flush_folder(real.parent)
        return
