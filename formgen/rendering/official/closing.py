"""What closes the text: 附件说明, 署名, 成文日期, 附注, and the names of a 纪要 (7.3.4–7.3.6, 10.3)."""

from __future__ import annotations

from decimal import Decimal

from formgen.rendering.official import geometry
from formgen.rendering.official.elements import Paper
from formgen.rendering.official.geometry import LINE, Closing, length, points
from formgen.rendering.official.markup import Element, indent, node, paragraph, runs, spacing, tabs
from formgen.rendering.official.package import Package
from formgen.rendering.official.profile import Profile
from formgen.rendering.official.seals import BELOW_TEXT, THIN, carrier
from formgen.rendering.official.titles import break_title

#: The usual length of a date, for a paper that has none yet.
_BLANK_DATE = Decimal(6)


def closing(paper: Paper, profile: Profile, package: Package | None = None) -> list[Element]:
    """Everything between the text and the 附件. ``package`` takes the pictures of seals, if the paper has any."""
    made = _attachments(paper, profile) + _attendance(paper, profile)
    match paper.signing:
        case "加盖印章" if len(paper.organs) > 1:
            made += _joint(paper, profile, package)
        case "加盖印章":
            made += _single(paper, profile, sealed=True, package=package)
        case "不加盖印章":
            made += _unsealed(paper, profile)
        case "签名章":
            made += _stamped(paper, profile, package)
        case "不署名":
            pass
    if paper.note:
        made.append(paragraph("Annotation", runs(f"（{paper.note}）", profile.faces["仿宋"], profile)))
    return made


def _attachments(paper: Paper, profile: Profile) -> list[Element]:
    made = []
    lines = geometry.attachment_lines([piece.name for piece in paper.attachments]) if paper.attachments else ()
    for index, line in enumerate(lines):
        name = line.name.rstrip("。；，、;,.")  # no mark after the name of an attachment
        words = line.lead + ("\t" if line.lead[-1] == "." else "") + name
        made.append(
            paragraph(
                "AttachmentNote",
                runs(words, profile.faces["仿宋"], profile),
                indent(left=_zi(line.align, profile), hanging=_zi(line.align - line.start, profile)),
                tabs(("left", _zi(line.align, profile))),
                spacing(before=profile.pitch if index == 0 else 0, line=profile.pitch),
            )
        )
    return made


def _attendance(paper: Paper, profile: Profile) -> list[Element]:
    made = []
    for index, line in enumerate(paper.attendance):
        hang = length(line.label) + 1
        content = runs(f"{line.label}：", profile.faces["黑体"], profile)
        made.append(
            paragraph(
                "Attendance",
                content + runs(line.names, profile.faces["仿宋"], profile),
                indent(left=_zi(2 + hang, profile), hanging=_zi(hang, profile)),
                spacing(before=profile.pitch if index == 0 else 0, line=profile.pitch),
            )
        )
    return made


def _zi(count: Decimal | int, profile: Profile) -> int:
    return round(Decimal(count) * profile.zi)


def _signature(words: str, right: Decimal, profile: Profile, *, before: float = 0, style: str = "Signature") -> Element:
    return paragraph(
        style,
        runs(words, profile.faces["仿宋"], profile),
        spacing(before=before, line=profile.pitch),
        indent(right=_zi(right, profile)),
    )


def _single(paper: Paper, profile: Profile, *, sealed: bool, package: Package | None = None) -> list[Element]:
    """One organ: 署名 and date by the closed formulas. A name longer than a line is set in two."""
    name = paper.organs[0] if paper.organs else ""
    names = break_title(name, LINE - 4) if length(name) > LINE else ((name,) if name else ())
    wide = max((length(line) for line in names), default=Decimal(0))
    date = length(paper.date) or _BLANK_DATE
    place = geometry.sealed(wide, date) if sealed else geometry.unsealed(wide, date)
    before = profile.pitch * (2 if sealed else 1)
    made = []
    if sealed and package is not None and paper.seals:
        made.append(carrier(package, [(paper.seals[0], LINE - 4 - date / 2)], profile))
        before -= THIN
    for line in names:
        # shorter lines of a long name lie in the middle (sealed) or begin together (unsealed)
        extra = (wide - length(line)) / (2 if sealed else 1)
        made.append(_signature(line, place.signature + extra, profile, before=before))
        before = 0
    return made + _date(paper, place, profile, before)


def _date(paper: Paper, place: Closing, profile: Profile, before: float = 0) -> list[Element]:
    if not paper.date:
        return []
    return [_signature(paper.date, place.date, profile, before=before, style="IssueDate")]


def _unsealed(paper: Paper, profile: Profile) -> list[Element]:
    """Several organs: the host first, the others below, beginning together (7.3.5.2)."""
    if len(paper.organs) < 2:
        return _single(paper, profile, sealed=False)
    wide = max(length(name) for name in paper.organs)
    place = geometry.unsealed(wide, length(paper.date))
    made = [
        _signature(name, place.signature + wide - length(name), profile, before=profile.pitch if index == 0 else 0)
        for index, name in enumerate(paper.organs)
    ]
    return made + _date(paper, place, profile)


def _joint(paper: Paper, profile: Profile, package: Package | None = None) -> list[Element]:
    """Sealed by several: names in rows, room for a seal on each, the last over the date (7.3.5.1)."""
    made = []
    rows = geometry.joint_rows(paper.organs, paper.date)
    seals = iter(paper.seals)
    for index, row in enumerate(rows):
        before = profile.pitch * (2 if index == 0 else 4)
        shown = [(seal, centre) for (_, centre), seal in zip(row, seals, strict=False)]
        if package is not None and shown:
            # in every row the name lies as far below the middle of its seal as in the first
            first = BELOW_TEXT + shown[0][0].height / 2
            made.append(carrier(package, shown, profile, middle=first + (before - 2 * profile.pitch) / points(1)))
            before -= THIN
        words = "".join("\t" + name for name, _ in row)
        made.append(
            paragraph(
                "Signature",
                runs(words, profile.faces["仿宋"], profile),
                tabs(*(("center", _zi(centre, profile)) for _, centre in row)),
                node("jc", val="left"),
                spacing(before=before, line=profile.pitch),
            )
        )
    return made + _date(paper, Closing(Decimal(0), Decimal(4)), profile)


def _stamped(paper: Paper, profile: Profile, package: Package | None = None) -> list[Element]:
    """签名章: two blank lines, 职务 two 字 to the left of the stamp's place, a blank line, the date (7.3.5.3).

    The stamp itself is pressed or inserted afterwards, its place stays empty; or the clerk has given its picture.
    """
    across = [Decimal(str(round(points(seal.width) * 20 / profile.zi, 2))) for seal in paper.seals]
    place = geometry.stamped(max(across)) if across else geometry.stamped()
    posts = paper.stamps or paper.organs
    wide = max((length(post) for post in posts), default=Decimal(0))
    made = []
    for index, post in enumerate(posts):
        before = profile.pitch * (2 if index == 0 else 1)
        if package is not None and index < len(paper.seals):
            middle = (before + profile.pitch / 2) / points(1)
            shown = [(paper.seals[index], LINE - 4 - across[index] / 2)]
            made.append(carrier(package, shown, profile, middle=middle))
            before -= THIN
        made.append(_signature(post, place.signature + wide - length(post), profile, before=before))
    return made + _date(paper, place, profile, before=profile.pitch)
