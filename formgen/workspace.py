"""The clerk's folder: where returns come in, what is kept, what goes out, and what the office has set."""

from __future__ import annotations

import contextlib
import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from formgen.errors import FileAccessError, UsageError
from formgen.resources import scheme_folders
from formgen.settings import Config, overlaid, read_settings

SETTINGS = "formgen.toml"
INBOX, ARCHIVE, PENDING, OUTBOX = "收件箱", "存档", "待核", "发文"
TEMPLATES, SCHEMES = "templates", "schemes"


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder with 收件箱, 存档, 待核, 发文, the clerk's own templates and schemes, and formgen.toml."""

    root: Path  #: Absolute.
    config: Config

    @property
    def settings(self) -> Path:
        """``formgen.toml``."""
        return self.root / SETTINGS

    @property
    def inbox(self) -> Path:
        """收件箱: what is dropped here is taken in."""
        return self.root / INBOX

    @property
    def archive(self) -> Path:
        """存档: originals and the database; never changed by hand."""
        return self.root / ARCHIVE

    @property
    def pending(self) -> Path:
        """待核: copies of files that could not be read, each with its reason."""
        return self.root / PENDING

    @property
    def outbox(self) -> Path:
        """发文: what was made."""
        return self.root / OUTBOX

    @property
    def database(self) -> Path:
        """The file of the store."""
        return self.archive / "formgen.sqlite"

    @property
    def decision_tables(self) -> tuple[dict[str, Any], ...]:
        """The raw ``[[decision]]`` tables of formgen.toml."""
        return self.config.decision_tables

    def configured(self, environment: Mapping[str, str], **flags: object) -> Workspace:
        """The workspace with its settings overlaid: a flag beats ``FORMGEN_*``, which beats formgen.toml."""
        return replace(self, config=overlaid(self.config, environment, **flags))

    def output_folder(self, folder: Path | None = None) -> Path:
        """Where paper may be written: ``folder``, or 发文. Raises UsageError where it would be taken in or archived."""
        wanted = (folder or self.outbox).resolve()
        for taken in (self.inbox.resolve(), self.archive.resolve()):
            if wanted == taken or taken in wanted.parents:
                raise UsageError(f"{wanted} 在“{taken.name}”里面，生成的文件会被当作回收件或混入存档。请换一个文件夹。")
            if wanted in taken.parents:
                raise UsageError(f"“{taken.name}”在 {wanted} 里面。请换一个不包含它的文件夹。")
        return wanted

    def output_file(self, path: Path) -> Path:
        """Where one file may be written. Raises UsageError in 收件箱, where it would be taken in, and in 存档."""
        wanted = path.resolve()
        for taken in (self.inbox.resolve(), self.archive.resolve()):
            if taken in wanted.parents:
                raise UsageError(f"{path} 在“{taken.name}”里面，会被当作回收件或混入存档。请换一个文件夹。")
        return path


# --- making and finding ----------------------------------------------------------------------------------------


def create(folder: Path, *, scheme: str | None, demo: bool = False) -> Workspace:
    """Make a workspace in ``folder``, which may exist but holds no workspace yet.

    ``demo`` writes an example decision for each gap of the scheme, marked as an example. Raises UsageError for an
    unknown scheme or an existing workspace, FileAccessError where the folder cannot be made.
    """
    root, text = planned(folder, scheme=scheme, demo=demo)
    try:
        root.mkdir(parents=True, exist_ok=True)
        for name in (INBOX, ARCHIVE, PENDING, OUTBOX, TEMPLATES, SCHEMES):
            (root / name).mkdir(mode=0o700, exist_ok=True)
        for private in (root, root / INBOX, root / ARCHIVE, root / PENDING, root / OUTBOX):
            private.chmod(0o700)
        write_private(root / SETTINGS, text.encode())
    except OSError as fault:
        raise FileAccessError(
            f"不能在 {root} 建立工作区：{fault.strerror or fault}。请检查上级文件夹是否存在、是否可写。"
        ) from fault
    return open(root)


def planned(folder: Path, *, scheme: str | None, demo: bool = False) -> tuple[Path, str]:
    """Where a new workspace would lie, and its settings; nothing is made. Raises UsageError as ``create`` does."""
    root = folder.absolute()
    outer = find(root)
    if outer is not None:
        if outer.root == root:
            raise UsageError(f"{root} 已经是工作区，没有改动。")
        raise UsageError(f"{root} 在工作区 {outer.root} 里面，不能再建一个。请换一个文件夹。")
    return root, _settings_text(scheme, demo)


def find(start: Path) -> Workspace | None:
    """The workspace that ``start`` lies in, looked for upwards; None if there is none. Raises as ``open``."""
    here = start.absolute()
    for folder in (here, *here.parents):
        try:
            if (folder / SETTINGS).is_file():
                return open(folder)
        except PermissionError:
            return None
    return None


def open(folder: Path) -> Workspace:
    """The workspace in ``folder``. Raises ConfigurationError (formgen.toml is wrong), UsageError, FileAccessError."""
    root = folder.absolute()
    if not (root / SETTINGS).is_file():
        raise UsageError(f"{root} 不是工作区（没有 {SETTINGS}）。用 formgen init 文件夹 新建一个。")
    workspace = Workspace(root, read_settings(root / SETTINGS))
    if not workspace.archive.exists():  # made anew, it would be an empty one, and all would seem never to have come
        raise FileAccessError(
            f"“{ARCHIVE}”文件夹 {workspace.archive} 不见了：原件和台账都在里面。没有改动任何东西。请先连上它所在的磁盘"
            "或网络盘，或把它放回原处；确实没有了，用 formgen restore 从备份恢复。"
        )
    try:
        for path in (workspace.inbox, workspace.pending, workspace.outbox):
            path.mkdir(mode=0o700, exist_ok=True)
    except OSError as fault:
        raise FileAccessError(
            f"工作区文件夹 {fault.filename} 不能使用：{fault.strerror or fault}。请检查是否只读或被同名文件占用。"
        ) from fault
    workspace.output_folder()
    return workspace


def exposed(workspace: Workspace) -> tuple[Path, ...]:
    """The folders and files that others on this machine may read; empty if there are none, or none can be told."""
    if os.name == "nt":
        return ()
    inner = (workspace.inbox, workspace.archive, workspace.pending, workspace.outbox, workspace.database)
    loose = [path for path in (workspace.root, *inner) if path.exists() and path.stat().st_mode & 0o077]
    return tuple(loose) if workspace.root in loose else ()  # behind a closed door nobody reads


def write_private(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Write a file whole or not at all, readable by its owner alone where the platform knows that. Raises OSError."""
    beside = path.with_name(f".{path.name[:60]}.tmp")
    beside.unlink(missing_ok=True)
    try:
        handle = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), mode)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):  # what is half written may hold names
            beside.unlink(missing_ok=True)
        raise


def _settings_text(scheme: str | None, demo: bool) -> str:
    """The text of a new formgen.toml. Raises UsageError for an unknown scheme."""
    from formgen.scheme.decisions import toml_value
    from formgen.scheme.gaps import example
    from formgen.scheme.loading import load_scheme

    folders = {path.name: path for path in scheme_folders()}
    if scheme is not None and scheme not in folders:
        close = difflib.get_close_matches(scheme, list(folders), 1, 0.4)
        meant = f"是否想写 {close[0]}？" if close else ""
        raise UsageError(f"没有名为“{scheme}”的办法。{meant}现有：{'、'.join(folders)}。")
    loaded = [load_scheme(folders[scheme])] if scheme else []
    lines = [
        "# formgen 的设置。以 # 开头的行是说明，不起作用；改好后保存为 UTF-8 编码即可，不用重装。",
        "",
        "[workspace]",
        "# 平时用哪个办法（formgen scheme list 可查）；留空则每次命令都要用 --scheme 写明。",
        f"scheme = {toml_value(scheme or '')}",
        "# 发文机关，印在通知等公文上。",
        f"organ = {toml_value(loaded[0].organ if loaded else '')}",
        "",
        "[limits]",
        "# 单个文件最多花多少代价；超过的放到“待核”，不影响其他文件。",
        "file_mb = 50        # 文件大小，兆字节",
        "unpacked_mb = 500   # 解压以后的大小，兆字节",
        "rows = 20000        # 表格行数",
        "seconds = 60        # 读一个文件（扫描件：一页）的时间，秒",
        "",
        "[scan]",
        "# 扫描件和照片（要装 formgen[scan]）。",
        "threshold = 0.999   # 把握低于它的读数列为存疑，由人看过才算",
        'by_hand = []        # 这些表的扫描件，整份由人核对过才算，例如 ["damao-annual"]',
        "# 同一份表既有电子版又有签字的扫描件、而两者不一致时，以哪一份为准：scan 扫描件，file 电子版，ask 由人定。",
        'authority = "ask"',
        "workers = 1         # 同时读几页",
        "",
        "# 本级决定：办法没有写明、要由本级定的事项（formgen scheme gaps 可查）。",
        "# 每个决定一节 [[decision]]，写明办法、事项、取值、依据（谁定的、哪份文件）和日期。",
    ]
    for one in loaded or ([load_scheme(path) for path in folders.values()] if demo else []):
        for gap in one.gap:
            lines += ["", f"# {' '.join(gap.question.split())}（{gap.article}）"]
            if demo and gap.example is not None:
                lines += [
                    "[[decision]]",
                    f"scheme = {toml_value(one.id)}",
                    f"gap = {toml_value(gap.id)}",
                    f"value = {toml_value(gap.example)}",
                    f"authority = {toml_value('示例：随样例工作区提供，不是任何机关的决定')}",
                    f"date = {one.in_force.isoformat()}",
                    "example = true",
                ]
            else:
                lines += ["# " + line for line in example(one, gap).splitlines()]
    if not loaded and not demo:
        lines += [
            "#",
            "# [[decision]]",
            '# scheme = "dayang-2023"',
            '# gap = "bands"',
            '# value = { "优秀" = 90, "合格" = 60 }',
            '# authority = "（请填写：哪个机关、哪次会议或哪份文件）"',
            "# date = 2023-03-01",
        ]
    return "\n".join(lines) + "\n"
