"""The clerk's folder: where returns come in, what is kept, what goes out, and what the office has set."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from formgen.errors import ConfigurationError, FileAccessError, UsageError
from formgen.parsing import Limits
from formgen.resources import scheme_folders

SETTINGS = "formgen.toml"
INBOX, ARCHIVE, PENDING, OUTBOX = "收件箱", "存档", "待核", "发文"
TEMPLATES, SCHEMES = "templates", "schemes"

_MEGABYTE = 1_000_000
#: Key of [limits] → field of Limits, how many of its units one is, a right value, whether it must be whole.
_LIMITS: dict[str, tuple[Literal["file_bytes", "unpacked_bytes", "rows", "seconds"], int, str, bool]] = {
    "file_mb": ("file_bytes", _MEGABYTE, "50", False),
    "unpacked_mb": ("unpacked_bytes", _MEGABYTE, "500", False),
    "rows": ("rows", 1, "20000", True),
    "seconds": ("seconds", 1, "60", False),
}
_LARGEST = Decimal(10**9)
_EXAMPLES = {"scheme": 'scheme = "dayang-2023"', "organ": 'organ = "大杨镇人民政府"'}


@dataclass(frozen=True, slots=True)
class Config:
    """What formgen.toml, the environment and flags say together."""

    scheme: str | None = None  #: Edition id; None: each command must name one.
    organ: str = ""  #: Who signs what goes out.
    limits: Limits = field(default_factory=Limits)
    decision_tables: tuple[dict[str, Any], ...] = ()  #: ``[[decision]]``, raw: ``scheme.loading.load_decisions``.


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


# --- making and finding ----------------------------------------------------------------------------------------


def create(folder: Path, *, scheme: str | None, demo: bool = False) -> Workspace:
    """Make a workspace in ``folder``, which may exist but holds no workspace yet.

    ``demo`` writes an example decision for each gap of the scheme, marked as an example. Raises UsageError for an
    unknown scheme or an existing workspace, FileAccessError where the folder cannot be made.
    """
    root = folder.absolute()
    outer = find(root)
    if outer is not None:
        if outer.root == root:
            raise UsageError(f"{root} 已经是工作区，没有改动。")
        raise UsageError(f"{root} 在工作区 {outer.root} 里面，不能再建一个。请换一个文件夹。")
    text = _settings_text(scheme, demo)
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
    workspace = Workspace(root, _config(root / SETTINGS))
    try:
        for path in (workspace.inbox, workspace.archive, workspace.pending, workspace.outbox):
            path.mkdir(mode=0o700, exist_ok=True)
    except OSError as fault:
        raise FileAccessError(
            f"工作区文件夹 {fault.filename} 不能使用：{fault.strerror or fault}。请检查是否只读或被同名文件占用。"
        ) from fault
    workspace.output_folder()
    return workspace


def write_private(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Write a file whole or not at all, readable by its owner alone where the platform knows that. Raises OSError."""
    beside = path.with_name(f".{path.name[:60]}.tmp")
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), mode)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


# --- formgen.toml ----------------------------------------------------------------------------------------------


def overlaid(config: Config, environment: Mapping[str, str], **flags: object) -> Config:
    """Settings with the environment (``FORMGEN_SCHEME``, ``FORMGEN_ROWS`` …) and then flags laid over them.

    Flags are named as in formgen.toml (``scheme organ file_mb unpacked_mb rows seconds``); None: not given. Raises
    ConfigurationError for a wrong variable, UsageError for a wrong flag, TypeError for an unknown one.
    """
    limits: dict[str, Any] = {}
    words: dict[str, str] = {}
    if unknown := set(flags) - set(_LIMITS) - set(_EXAMPLES):
        raise TypeError(f"unknown settings: {sorted(unknown)}")
    for name in (*_EXAMPLES, *_LIMITS):
        variable = f"FORMGEN_{name.upper()}"
        flag, given = flags.get(name), environment.get(variable)
        if flag is None and not given:
            continue
        if name in _EXAMPLES:
            words[name] = str(flag if flag is not None else given).strip()
            continue
        target, unit, right, whole = _LIMITS[name]
        number = _number(str(flag if flag is not None else given), whole)
        if number is None:
            wanted = "正整数" if whole else "正数"
            if flag is not None:
                raise UsageError(f"--{name.replace('_', '-')} {flag}：应为{wanted}，例如 {right}")
            raise ConfigurationError(f"环境变量 {variable} = “{given}”：应为{wanted}，例如 {variable}={right}")
        limits[target] = _amount(number, unit, target)
    merged = replace(config, limits=replace(config.limits, **limits))
    if "scheme" in words:
        merged = replace(merged, scheme=words["scheme"] or None)
    return replace(merged, organ=words.get("organ", merged.organ))


def _config(path: Path) -> Config:
    table = _toml(path)
    known: dict[str, tuple[str, ...]] = {
        "workspace": tuple(_EXAMPLES),
        "limits": tuple(_LIMITS),
        "decision": (),
    }
    for name, value in table.items():
        if name not in known:
            raise ConfigurationError(_unknown(path, "", name, known))
        if name == "decision":
            continue
        if not isinstance(value, dict):
            raise ConfigurationError(f"{path}：{name} 应写成一节 [{name}]，下面每行一项。")
        for key in value:
            if key not in known[name]:
                raise ConfigurationError(_unknown(path, name, key, known[name]))
    words: dict[str, str] = {}
    for key, word in table.get("workspace", {}).items():
        if not isinstance(word, str):
            raise ConfigurationError(f"{path}：[workspace] {key} = {word} 应为加引号的文字，例如 {_EXAMPLES[key]}")
        words[key] = word.strip()
    decisions = table.get("decision", [])
    if not isinstance(decisions, list) or not all(isinstance(entry, dict) for entry in decisions):
        raise ConfigurationError(f"{path}：decision 应写作 [[decision]]（两层方括号），每个决定一节。")
    return Config(
        scheme=words.get("scheme") or None,
        organ=words.get("organ", ""),
        limits=_limits(path, table.get("limits", {})),
        decision_tables=tuple(decisions),
    )


def _limits(path: Path, table: Mapping[str, object]) -> Limits:
    found: dict[str, Any] = {}
    for key, value in table.items():
        target, unit, right, whole = _LIMITS[key]
        number = None if isinstance(value, str) else _number(value, whole)
        if number is None:
            wanted = "大于0的整数" if whole else "大于0的数"
            raise ConfigurationError(
                f"{path}：[limits] {key} = {_shown(value)} 应为{wanted}（不加引号），例如 {key} = {right}"
            )
        found[target] = _amount(number, unit, target)
    return Limits(**found)


def _number(value: object, whole: bool) -> Decimal | None:
    """A setting as a number above zero, None if it is none."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        number = Decimal(value)
    except ArithmeticError:
        return None
    if not number.is_finite() or not 0 < number <= _LARGEST or (whole and number != number.to_integral_value()):
        return None
    return number


def _amount(number: Decimal, unit: int, target: str) -> int | float:
    return float(number) if target == "seconds" else max(1, int(number * unit))


def _shown(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)


def _unknown(path: Path, section: str, key: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    place = f"[{section}] 里的 {key}" if section else f"[{key}]"
    close = difflib.get_close_matches(key, list(known), 1, 0.5)
    meant = f"是否想写 {close[0]}？" if close else ""
    return f"{path}：不认识{place}。{meant}可以写的有：{'、'.join(known)}。"


def _toml(path: Path) -> dict[str, Any]:
    from formgen.scheme.loading import syntax_fault

    try:
        text = path.read_bytes().decode("utf-8-sig")  # 记事本 writes a byte order mark
    except UnicodeDecodeError as fault:
        raise ConfigurationError(f"{path}：不是 UTF-8 编码。请在编辑器里“另存为”，编码选 UTF-8。") from fault
    except OSError as fault:
        raise FileAccessError(f"{path}：读不了（{fault.strerror or fault}）。请检查权限。") from fault
    try:
        return tomllib.loads(text.replace("\r\n", "\n"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, RecursionError) as fault:
        raise ConfigurationError(f"{path}：{syntax_fault(fault)}") from fault
    except (ValueError, ArithmeticError) as fault:
        raise ConfigurationError(f"{path}：有不可能的日期或数字（{fault}）") from fault


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
        "seconds = 60        # 读一个文件的时间，秒",
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
