"""Cells of tables, for components/table.html. Written in Python: a long table has hundreds, and a macro takes four times as long."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from markupsafe import Markup, escape

Inside = Callable[[], str]


def cell(
    label: str, value: Any = "", number: bool = False, *, caller: Inside | None = None
) -> Markup:
    """Return a cell that carries its column's label, for phones; nothing is shown as a dash."""
    empty = caller is None and label and (value is None or value == "")
    inside = "–" if empty else escape(caller() if caller else value)
    kind = ' class="number"' if number else ""
    return Markup(f'<td{_labelled(label)}{kind}><span class="cell">{inside}</span></td>')  # noqa: S704  # every part is escaped


def head_cell(label: str, value: Any = "", *, caller: Inside | None = None) -> Markup:
    """Return the cell that names its row."""
    inside = escape(caller() if caller else value)
    return Markup(f'<th scope="row"{_labelled(label)}><span class="cell">{inside}</span></th>')  # noqa: S704  # every part is escaped


def _labelled(label: str) -> str:
    return f' data-label="{escape(label)}"' if label else ""


def init_app(app: Flask) -> None:
    """Give templates the cells."""
    app.jinja_env.globals.update(table_cell=cell, table_head_cell=head_cell)
