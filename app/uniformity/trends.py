"""A rule's months with control limits, and what happened meanwhile: versions and briefings. Knows no Flask."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from math import isnan

from app.handbooks.rule_life import RuleLife
from app.uniformity.charts import watched
from app.uniformity.pictures import Month
from app.uniformity.queries import MonthRow


def months_charted(rows: Sequence[MonthRow]) -> list[Month]:
    """Return the months of a rule as points, with limits and alarms once there are months enough."""
    chart = watched([row.right for row in rows], [row.n for row in rows])
    found = []
    for place, row in enumerate(rows):
        low = high = None
        if chart and not isnan(chart.low[place]):
            low, high = 100 * float(chart.low[place]), 100 * float(chart.high[place])
        alarm = bool(chart and chart.alarm[place])
        found.append(Month(row.month, 100 * row.right / row.n, low, high, alarm))
    return found


def rule_events(life: RuleLife, briefed: Iterable[date]) -> list[tuple[str, str, str]]:
    """Return what happened to a rule as (month, kind, word): a version that changed it, how many briefings on it."""
    found = [
        (f"{event.version.effective_on:%Y-%m}", "version", event.version.number)
        for event in life.events
    ]
    briefings = Counter(f"{day:%Y-%m}" for day in briefed)
    found += [(month, "briefing", str(n)) for month, n in briefings.items()]
    return sorted(found)
