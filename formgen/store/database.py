"""The SQLite file: opened, led to the newest shape, written in transactions; its faults in the clerk's words."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from formgen.errors import ConfigurationError, FileAccessError, VerificationError
from formgen.store import audit, seals
from formgen.store.audit_events import Event
from formgen.store.rows import Mark
from formgen.store.schema import APPLICATION_ID, MIGRATIONS

Row = tuple[object, ...]
_WAIT_SECONDS = 30.0

#: What SQLite says, in the clerk's words.
_SAID = {"full": "磁盘已满，数据库写不下", "readonly": "数据库是只读的", "I/O": "磁盘读写出错"}

#: Table → the column that orders its rows, where that is not its id.
ORDER = {"withdrawal": "number"}


class _Undo(Exception):  # noqa: N818 - no fault: it only ends a transaction
    """Ends a transaction that is not to be kept."""


class Database:
    """An open database. One writer at a time; a second one waits, then is told so."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Open the file at ``path``, made if it does not exist; ``read_only`` then refuses every change."""
        self.path = path
        self._depth = 0
        self._notes: list[Event] = []
        try:
            if not path.exists():  # that 存档 itself is there, ``workspace.open`` has seen
                path.parent.mkdir(parents=True, exist_ok=True)
                os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # SQLite would make it readable for all
        except OSError as fault:
            raise FileAccessError(
                f"{path}：数据库无法建立（{fault.strerror or fault}）。请检查文件夹是否存在、是否可写。"
            ) from fault
        self._place = self._stands()
        with self._faults():
            self._connection = self._connected(read_only)
        try:
            with self._faults():
                self._prepare()
                if read_only:
                    self._connection.execute("PRAGMA query_only = ON")
        except BaseException:
            self._connection.close()
            raise

    def _connected(self, read_only: bool) -> sqlite3.Connection:
        """A connection; where nothing can be written beside the file, and nobody does, one that does not try to."""
        log = self.path.with_name(f"{self.path.name}-wal")
        self.frozen = read_only and not log.exists() and not os.access(self.path.parent, os.W_OK)
        return self._open(self.path)

    def _open(self, path: Path) -> sqlite3.Connection:
        name = f"{path.resolve().as_uri()}?mode=ro&immutable=1" if self.frozen else str(path)
        return sqlite3.connect(name, timeout=_WAIT_SECONDS, isolation_level=None, uri=self.frozen)

    def _prepare(self) -> None:
        run = self._connection.execute
        seals.prepare(self._connection)
        self._check_shape()
        if not self.frozen:
            run("PRAGMA journal_mode = WAL")
        run("PRAGMA synchronous = FULL")
        run("PRAGMA foreign_keys = ON")
        run("PRAGMA recursive_triggers = ON")  # INSERT OR REPLACE then meets the DELETE triggers too
        kept = not self._version()  # a new one has nothing to keep
        while self._version() < len(MIGRATIONS):
            with self.transaction():
                version = self._version()
                if version < len(MIGRATIONS) and not kept:
                    self._keep_older(version)
                    kept = True
                if version < len(MIGRATIONS):
                    for statement in _statements(MIGRATIONS[version]):
                        run(statement)
                    run(f"PRAGMA user_version = {version + 1}")
                    run(f"PRAGMA application_id = {APPLICATION_ID}")

    def _keep_older(self, version: int) -> None:
        """Copy the database as it is before it is led on; the same content is kept once. Inside a transaction."""
        unfinished = f".{self.path.stem}-升级前-"
        half = self.path.with_name(f"{unfinished}{secrets.token_hex(4)}.tmp")
        try:
            for path in self.path.parent.iterdir():
                if path.name.startswith(unfinished):  # of a run that was killed: nobody else is in a transaction
                    path.unlink(missing_ok=True)
            self.copy_to(half)
            with half.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            place = self.path.with_name(f"{self.path.stem}-升级前-第{version}版-{digest[:8]}{self.path.suffix}")
            half.replace(place)
        except OSError as fault:
            raise FileAccessError(
                f"{self.path}：升级前的备份写不下（{fault.strerror or fault}），数据库没有升级，也没有改动。"
                "请检查磁盘是否已满、文件夹是否只读，然后再试。"
            ) from fault
        finally:
            with contextlib.suppress(OSError):
                half.unlink(missing_ok=True)

    def copy_to(self, target: Path) -> None:
        """Write all that is committed now into a new file of its own, on the disk for sure. Raises FileAccessError.

        Others may write meanwhile: the copy is of one moment.
        """
        try:
            os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except OSError as fault:
            raise FileAccessError(f"不能建立 {target}（{fault.strerror or fault}）。请检查磁盘和文件夹。") from fault
        with self._faults():
            source, copy = self._open(self.path), sqlite3.connect(target)
            try:
                source.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
            finally:
                copy.close()
                source.close()
        try:
            with target.open("rb+") as file:
                os.fsync(file.fileno())
        except OSError as fault:
            raise FileAccessError(f"不能写入 {target}（{fault.strerror or fault}）。请检查磁盘是否已满。") from fault

    def _check_shape(self) -> None:
        (application,) = self._connection.execute("PRAGMA application_id").fetchone()
        (tables,) = self._connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
        if tables and application != APPLICATION_ID:
            raise ConfigurationError(f"{self.path}：这不是 formgen 的数据库。请检查工作区文件夹是否正确。")
        if self._version() > len(MIGRATIONS):
            raise ConfigurationError(
                f"{self.path}：数据库由更新版本的 formgen 建立（第 {self._version()} 版，本程序只到第 "
                f"{len(MIGRATIONS)} 版）。请升级 formgen 后再打开；数据没有改动。"
            )

    def _stands(self) -> tuple[int, int] | None:
        """Which file is at the place of the database; None: none."""
        try:
            status = self.path.stat()
        except OSError:
            return None
        return status.st_dev, status.st_ino

    def _version(self) -> int:
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        return int(version)

    @contextlib.contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as fault:
            words = str(fault)
            if "locked" in words or "busy" in words:
                raise FileAccessError(
                    f"{self.path}：另一个 formgen 正在写入，等了 {_WAIT_SECONDS:.0f} 秒仍未结束。没有丢失任何东西；"
                    "请等它做完（或关闭打开数据库的其他程序），再运行一次。"
                ) from fault
            if any(word in words for word in ("readonly", "unable to open", "disk I/O", "full", "authorized")):
                said = next((chinese for english, chinese in _SAID.items() if english in words), "数据库无法打开或写入")
                raise FileAccessError(
                    f"{self.path}：{said}（{words}）。这一步没有写入，没有丢失任何东西，还没收完的文件仍在原处。"
                    "请腾出磁盘空间、检查文件夹是否只读、网络盘是否断开，然后再运行一次。"
                ) from fault
            if "decode to UTF-8" in words or "malformed" in words or "no such" in words:
                raise self._damaged(fault) from fault
            raise
        except sqlite3.DatabaseError as fault:
            if "not a database" in str(fault) or "malformed" in str(fault):
                raise self._damaged(fault) from fault
            raise

    def _damaged(self, fault: Exception) -> VerificationError:
        return VerificationError(
            f"{self.path}：数据库文件已损坏（{fault}）。原件仍在存档文件夹中；请用备份恢复数据库。"
        )

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside is kept together or not at all. One inside another is part of it."""
        if self._depth:
            yield
            return
        if self._stands() != self._place:  # SQLite would go on writing into a file that nobody finds any more
            raise FileAccessError(
                f"{self.path}：数据库文件不在原处了（文件夹被移走、换掉，或网络盘断开）。没有写入任何东西，没有丢失；"
                "请放回原处或重新连上；换过文件的，请重新启动 formgen。"
            )
        with self._faults():
            self._connection.execute("BEGIN IMMEDIATE")
        self._depth = 1
        try:
            yield
            with self._faults():
                if self._version() == len(MIGRATIONS):
                    seals.seal(self)
                    audit.write(self, self._notes, datetime.now().astimezone())
                self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        finally:
            self._depth = 0
            self._notes.clear()

    def note(self, event: Event) -> None:
        """Have the audit log tell of something that adds no row. Inside a transaction, and kept with it."""
        self._notes.append(event)

    @contextlib.contextmanager
    def undone(self) -> Iterator[None]:
        """All that is written inside is taken back at the end: to see what would come of it."""
        with contextlib.suppress(_Undo), self.transaction():
            yield
            raise _Undo

    def look_back(self, mark: Mark, *, with_results: bool) -> None:
        """Let this connection see nothing that came after a run of assess, and change nothing."""
        with self._faults():
            heights = {**mark.evidence, **(mark.last if with_results else mark.first), "mark": mark.id}
            heights.pop("roster", None)  # no table: which rosters counted
            self._connection.execute("PRAGMA query_only = OFF")
            for table, height in heights.items():
                # a temporary view hides the table of the same name, for this connection alone
                self._connection.execute(
                    f"CREATE TEMP VIEW {table} AS SELECT * FROM main.{table} "
                    f"WHERE COALESCE({ORDER.get(table, 'id')}, 0) <= {int(height)}"
                )
            self._connection.execute("PRAGMA query_only = ON")

    def run(self, sql: str, *parameters: object) -> None:
        """Carry a statement out."""
        with self._faults():
            self._connection.execute(sql, parameters)

    def insert(self, table: str, **columns: object) -> int:
        """Add a row; its id."""
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        with self._faults():
            cursor = self._connection.execute(
                f"INSERT INTO {table} ({names}) VALUES ({marks})",
                tuple(columns.values()),
            )
        return int(cursor.lastrowid or 0)

    def insert_many(self, table: str, columns: str, rows: Iterable[Sequence[object]]) -> None:
        """Add many rows; ``columns`` names them, with commas."""
        marks = ", ".join("?" * (columns.count(",") + 1))
        with self._faults():
            self._connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)

    def query(self, sql: str, *parameters: object) -> list[Row]:
        """All rows that a SELECT gives."""
        with self._faults():
            return self._connection.execute(sql, parameters).fetchall()

    def each(self, sql: str, *parameters: object) -> Iterator[Row]:
        """The rows that a SELECT gives, one after the other."""
        with self._faults():
            for row in self._connection.execute(sql, parameters):  # noqa: UP028 - ``yield from`` would close the cursor
                yield row

    def one(self, sql: str, *parameters: object) -> Row | None:
        """The first row that a SELECT gives, None if there is none."""
        with self._faults():
            row: Row | None = self._connection.execute(sql, parameters).fetchone()
            return row

    def faults(self) -> tuple[str, ...]:
        """What SQLite itself finds wrong with the file, in Chinese but for SQLite's own words; empty if nothing."""
        found = [str(row[0]) for row in self.query("PRAGMA integrity_check") if row[0] != "ok"]
        found += [f"{row[0]} 第 {row[1]} 行所指的 {row[2]} 不存在" for row in self.query("PRAGMA foreign_key_check")]
        found += self.foreign_shape()
        return tuple(found)

    def foreign_shape(self) -> list[str]:
        """The tables, indexes and triggers that are not as this program makes them."""
        fresh = sqlite3.connect(":memory:")
        try:
            for step in MIGRATIONS:
                fresh.executescript(step)
            wanted = dict(fresh.execute("SELECT name, sql FROM sqlite_master").fetchall())
        finally:
            fresh.close()
        there = {str(name): sql for name, sql in self.query("SELECT name, sql FROM sqlite_master")}
        return [
            f"表、索引或触发器 {name} 不是 formgen 所建的样子（被改动、删去或添加）"
            for name in sorted({*wanted, *there})
            if wanted.get(name) != there.get(name)
        ]

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def _statements(script: str) -> Iterator[str]:
    """The statements of a script; a trigger's body stays whole."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
