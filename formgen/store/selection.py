"""Which rows of results are wanted: the same conditions for assessments and standings."""

from __future__ import annotations


def wanted(
    alias: str, newest: str, scheme: str, form: str | None, period: str | None, *, former: bool, after: int
) -> tuple[str, list[object]]:
    """The condition of a query over the rows called ``alias``, and its parameters.

    ``newest`` is the condition that keeps the newest row of each subject and period; ``former`` leaves it out.
    """
    conditions: list[str] = [f"{alias}.scheme = ?", f"{alias}.id > ?"]
    parameters: list[object] = [scheme, after]
    if not former:
        conditions.append(newest)
    for column, value in (("form", form), ("period", period)):
        if value is not None:
            conditions.append(f"{alias}.{column} = ?")
            parameters.append(value)
    return " AND ".join(conditions), parameters
