"""What Python's zoneinfo says about time zones, for ZoneinfoOracleTests.swift to compare with.

    zoneinfo_oracle.py names                  prints one zone name a line
    zoneinfo_oracle.py answer < requests      answers one request a line: PATH SECOND SECOND ...

A request names a TZif file and seconds near which the reader under test believes that something changes. Around those,
and around every change found here by looking at the clock every six hours from 1970 to 2040, the answer is

    Z PATH
    T SECOND                          the UTC offset changes here (only those found here)
    I SECOND OFFSET DAYLIGHT NAME     what clocks show then
    L LOCAL U SECOND                  the local time (seconds as if UTC) happens once
    L LOCAL R FIRST LAST              it is repeated
    L LOCAL S SECOND                  it is skipped, by a jump at that second
"""

import itertools
import operator
import sys
import zoneinfo
from datetime import datetime, timedelta

EPOCH = datetime(1970, 1, 1)
SCAN_END = datetime(2041, 1, 1)
SECOND = timedelta(seconds=1)
HOUR = 3600
GRID = [EPOCH + timedelta(hours=6 * n) for n in range((SCAN_END - EPOCH).days * 4)]


def show(zone, second):
    local = zone.fromutc((EPOCH + timedelta(seconds=second)).replace(tzinfo=zone))
    return local.utcoffset(), local.dst(), local.tzname()


def offset(zone, second):
    return zone.fromutc((EPOCH + timedelta(seconds=second)).replace(tzinfo=zone)).utcoffset() // SECOND


def instants(zone, wall):
    """Where `wall` may lie, on either side of a jump: the first and the last reading."""
    return [(wall - zone.utcoffset(wall.replace(fold=fold)) - EPOCH) // SECOND for fold in (0, 1)]


def first_change(state, low, high):
    """The first second of the state at `high`, which differs from the one at `low`."""
    before = state(low)
    while high - low > 1:
        middle = (low + high) // 2
        if state(middle) == before:
            low = middle
        else:
            high = middle
    return high


def changes(zone):
    """All changes from 1970 to 2040, of the offset or of the name only."""
    def state(second):
        return show(zone, second)

    suspects = set()
    for ask in (zone.utcoffset, zone.tzname, zone.dst):
        # Each distinct answer is one object, so identity is enough, and much faster.
        earlier, later = itertools.tee(map(ask, GRID))
        next(later)
        suspects.update(itertools.compress(itertools.count(), map(operator.is_not, earlier, later)))
    found = set()
    for index in suspects:
        before, after = instants(zone, GRID[index]), instants(zone, GRID[index + 1])
        hours = range(min(before) - HOUR, max(after) + 2 * HOUR, HOUR)
        for earlier, later in zip(hours, hours[1:]):
            if state(earlier) != state(later):
                found.add(first_change(state, earlier, later))
    return found


def resolve(zone, local):
    early, late = instants(zone, EPOCH + timedelta(seconds=local))
    if early == late:
        return f"U {early}"
    if early < late:
        return f"R {early} {late}"
    return f"S {first_change(lambda second: offset(zone, second), late, early)}"


def answer(path, hinted):
    with open(path, "rb") as file:
        zone = zoneinfo.ZoneInfo.from_file(file)
    found = changes(zone)
    print("Z", path)
    for second in sorted(found):
        if offset(zone, second) != offset(zone, second - 1):
            print("T", second)
    for second in sorted(found | hinted):
        for probe in (second - 1, second, second + 1):
            shown, daylight, name = show(zone, probe)
            print("I", probe, shown // SECOND, int(bool(daylight)), name)
        before, after = offset(zone, second - 1), offset(zone, second)
        edges = {second + before, second + after, second + (before + after) // 2}
        for local in sorted(edge + step for edge in edges for step in (-1, 0, 1)):
            print("L", local, resolve(zone, local))


if sys.argv[1] == "names":
    print("\n".join(sorted(zoneinfo.available_timezones())))
else:
    for request in sys.stdin:
        path, *hints = request.split()
        answer(path, set(map(int, hints)))
