"""Rows into tables by the thousand: executemany on SQLite, COPY on PostgreSQL, in the caller's transaction."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Table, func, select, text
from sqlalchemy.orm import Session

from app.db import Base, Moment

Row = tuple[Any, ...]
ROWS_AT_ONCE = 40_000


class Basket:
    """Rows of one table that wait to be written."""

    def __init__(self, table: Table, columns: tuple[str, ...]) -> None:
        self.table, self.columns = table, columns
        self.rows: list[Row] = []
        self.add = self.rows.append
        self.written = 0
        self.moments = [i for i, c in enumerate(columns) if isinstance(table.c[c].type, Moment)]
        self.days = [i for i, c in enumerate(columns) if isinstance(table.c[c].type, Date)]

    def plain(self, row: Row) -> list[Any]:
        """Return a row as SQLite keeps it: moments (UTC) and days as text."""
        cells = list(row)
        for i in self.moments:
            at: datetime | None = cells[i]
            cells[i] = at and at.isoformat(" ", "microseconds")[:26]
        for i in self.days:
            day: date | None = cells[i]
            cells[i] = day and day.isoformat()
        return cells


class Bulk:
    """Baskets of rows, written together when they are full, parents before children."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.sqlite = session.get_bind().dialect.name == "sqlite"
        connection = session.connection()
        driver: Any = connection.connection.driver_connection
        self.cursor = driver.cursor()
        self.baskets: dict[str, Basket] = {}
        self.order = {table.name: n for n, table in enumerate(Base.metadata.sorted_tables)}
        self._write: Callable[[Basket], None] = self._to_sqlite if self.sqlite else self._copy

    def basket(self, model: type[Base], *columns: str) -> Basket:
        """Return the basket of a table, for rows of exactly these columns."""
        table = Base.metadata.tables[model.__tablename__]
        return self.baskets.setdefault(table.name, Basket(table, columns))

    def next_id(self, model: type[Base]) -> int:
        """Return the first free id of a table."""
        column = Base.metadata.tables[model.__tablename__].c.id
        return (self.session.scalar(select(func.max(column))) or 0) + 1

    def write_when_full(self) -> None:
        """Write all baskets once they hold many rows together."""
        if sum(len(basket.rows) for basket in self.baskets.values()) >= ROWS_AT_ONCE:
            self.write()

    def write(self) -> None:
        """Write all waiting rows."""
        for basket in sorted(self.baskets.values(), key=lambda b: self.order[b.table.name]):
            if basket.rows:
                self._write(basket)
                basket.written += len(basket.rows)
                basket.rows.clear()

    def _to_sqlite(self, basket: Basket) -> None:
        marks = ", ".join("?" * len(basket.columns))
        names = ", ".join(basket.columns)
        statement = f"INSERT INTO {basket.table.name} ({names}) VALUES ({marks})"  # noqa: S608  # names of the models
        self.cursor.executemany(statement, map(basket.plain, basket.rows))

    def _copy(self, basket: Basket) -> None:
        names = ", ".join(basket.columns)
        with self.cursor.copy(f"COPY {basket.table.name} ({names}) FROM STDIN") as copy:
            for row in basket.rows:
                copy.write_row(row)

    def finish(self) -> None:
        """Write what waits; on PostgreSQL let the sequences go on after our ids and the planner know the sizes."""
        self.write()
        self.cursor.close()
        if self.sqlite:
            return
        for basket in self.baskets.values():
            name = basket.table.name
            if "id" in basket.columns:
                self.session.execute(
                    text(
                        f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"  # noqa: S608
                    )
                )
            self.session.execute(text(f"ANALYZE {name}"))
