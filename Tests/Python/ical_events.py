"""Reads an iCalendar file with icalendar and recurring-ical-events, and prints as JSON what happens when.

    ical_events.py FILE FROM UNTIL     (days in UTC; the second is the first day that is not asked about)
"""

import datetime
import json
import sys

import icalendar
import recurring_ical_events


def written(value):
    """A day as a day, a time with a zone in UTC, a time without one as it is."""
    if not isinstance(value, datetime.datetime):
        return value.isoformat()
    if value.tzinfo is None:
        return value.isoformat()
    return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def main():
    path, since, until = sys.argv[1:]
    with open(path, "rb") as file:
        raw = file.read()
    calendar = icalendar.Calendar.from_ical(raw)
    # In UTC: a bare date would be read on the clocks of the calendar's own zone.
    day = lambda text: datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.timezone.utc)
    events = recurring_ical_events.of(calendar).between(day(since), day(until))
    names = ["UID", "SUMMARY", "DESCRIPTION", "SEQUENCE", "TRANSP", "STATUS", "URL"]
    rows = [
        {
            "from": written(event["DTSTART"].dt), "until": written(event["DTEND"].dt),
            "stamp": written(event["DTSTAMP"].dt) if "DTSTAMP" in event else None,
            "modified": written(event["LAST-MODIFIED"].dt) if "LAST-MODIFIED" in event else None,
            **{name.lower(): str(event[name]) for name in names if name in event},
        }
        for event in events
    ]
    rows.sort(key=lambda row: (row["from"], row["until"], row.get("uid", "")))
    lines = raw.split(b"\r\n")
    print(json.dumps({
        "name": str(calendar.get("X-WR-CALNAME", "")),
        "method": str(calendar.get("METHOD", "")),
        "errors": [str(error) for part in calendar.walk() for error in part.errors],
        "attendees": sum("ATTENDEE" in part for part in calendar.walk()),
        "longest_line": max(map(len, lines)),
        "bare": raw.replace(b"\r\n", b"").count(b"\n") + raw.replace(b"\r\n", b"").count(b"\r"),
        "parts": [part.name for part in calendar.walk()][1:],
        "events": rows,
    }))


main()
