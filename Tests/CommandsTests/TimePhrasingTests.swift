import Commands
import Testing
import Timekeeping

/// It is Monday 2026-11-23, 12:00 in Berlin, unless the scene says otherwise.
@Suite struct TimePhrasingTests {
    static let shift = "override primary ben"
    static let spans = [
        Phrasing(
            "override sun ben 18:00-22:00",
            "override sun ben 2026-11-23T17:00:00Z 2026-11-23T21:00:00Z "
                + "[18:00–22:00 Berlin = 22:30 – Tue 2026-11-24 02:30 Kolkata]"),
        Phrasing(
            "override primary ben from 18:00 until 22:00",
            "\(shift) 2026-11-23T17:00:00Z 2026-11-23T21:00:00Z [18:00–22:00 Berlin = 17:00–21:00 UTC]"),
        Phrasing(
            "override primary ben for ana tomorrow 9:00–17:00",
            "override primary ana->ben 2026-11-24T08:00:00Z 2026-11-24T16:00:00Z "
                + "[Tue 2026-11-24 09:00 – 17:00 Berlin = Tue 2026-11-24 08:00 – 16:00 UTC]"),
        Phrasing(
            "override primary remove ana until 18:00",
            "override primary -ana 2026-11-23T11:00:00Z 2026-11-23T17:00:00Z "
                + "[12:00–18:00 Berlin = 11:00–17:00 UTC]"),
        Phrasing(
            "cover primary 2h",
            "override primary ana 2026-11-23T11:00:00Z 2026-11-23T13:00:00Z "
                + "[12:00–14:00 Berlin = 11:00–13:00 UTC]"),
        Phrasing(
            "cover primary for ben for 2 hours",
            "override primary ben->ana 2026-11-23T11:00:00Z 2026-11-23T13:00:00Z "
                + "[12:00–14:00 Berlin = 11:00–13:00 UTC]"),
        Phrasing(
            "cover primary ben 2h", "? override primary ben 2h | cover primary for ben 2h"),
        Phrasing("override primary 2h", "! 'me' is you. Say: override primary me 2h"),
        Phrasing(
            "override primary chi from mon 10:00 to tue 10:00",
            "override primary chi 2026-11-30T09:00:00Z 2026-12-01T09:00:00Z "
                + "[Mon 2026-11-30 10:00 – Tue 2026-12-01 10:00 Berlin = "
                + "Mon 2026-11-30 09:00 – Tue 2026-12-01 09:00 UTC]"),
        Phrasing(
            "override primary chi from mon 18:00 to tue 10:00",
            "? override primary chi from 2026-11-23 18:00 to tue 10:00 | "
                + "override primary chi from 2026-11-30 18:00 to tue 10:00"),
        Phrasing(
            "override primary mon 18:00-22:00",
            "? override primary user mon 18:00-22:00 | override primary me 2026-11-23 18:00-22:00"),
        Phrasing(
            "override primary ben 22:00-6:00",
            "\(shift) 2026-11-23T21:00:00Z 2026-11-24T05:00:00Z "
                + "[22:00 – Tue 2026-11-24 06:00 Berlin = 21:00 – Tue 2026-11-24 05:00 UTC]"),
        Phrasing(
            "override primary ben 9-17",
            "? override primary ben 09:00-17 | override primary ben 21:00-17"),
        Phrasing("override primary ben 10:00-11:00 tomorrow", "! Put the day before its time"),
        Phrasing("override primary ben today 9:00-17:00", "! begins in the past"),
        Phrasing("override primary ben from 2026-11-24 18:00 to 2026-11-24 10:00", "! ends before it begins"),
        Phrasing("override primary ben 18:00", "! does not say from when until when"),
        Phrasing("override primary ben", "! Say from when until when"),
        Phrasing("override primary ben tomorrow", "! 'tomorrow' does not say at what time"),
        Phrasing("override primary ben 400 days", "! An override lasts at most 366 days"),
        Phrasing("override primary ben 999999999 weeks", "! more than ten years away"),
        Phrasing("override ben sun 2h", "! 'ben' is a user, and a schedule belongs there"),
        Phrasing(
            "override primary ben 3/4 9:00-17:00",
            "? override primary ben 2027-04-03 9:00-17:00 | override primary ben 2027-03-04 9:00-17:00"),
        Phrasing("override primary ben 24.11. 9:00-17:00", "? override primary ben 2026-11-24. 9:00-17:00"),
    ]

    static let moments = [
        Phrasing("snooze 41 2h", "snooze INC-41 2026-11-23T13:00:00Z [until 14:00 Berlin = 13:00 UTC]"),
        Phrasing("snooze INC-41 90m", "snooze INC-41 2026-11-23T12:30:00Z [until 13:30 Berlin = 12:30 UTC]"),
        Phrasing("snooze 30 min", "snooze INC-7 2026-11-23T11:30:00Z [until 12:30 Berlin = 11:30 UTC]", Stage.calm),
        Phrasing(
            "snooze for an hour", "snooze INC-7 2026-11-23T12:00:00Z [until 13:00 Berlin = 12:00 UTC]", Stage.calm),
        Phrasing("snooze 1h30m", "snooze INC-7 2026-11-23T12:30:00Z [until 13:30 Berlin = 12:30 UTC]", Stage.calm),
        Phrasing(
            "snooze until tomorrow 9am",
            "snooze INC-7 2026-11-24T08:00:00Z [until Tue 2026-11-24 09:00 Berlin = Tue 2026-11-24 08:00 UTC]",
            Stage.calm),
        Phrasing(
            "snooze until 6:30pm", "snooze INC-7 2026-11-23T17:30:00Z [until 18:30 Berlin = 17:30 UTC]", Stage.calm),
        Phrasing("snooze until 6", "? snooze until 06:00 | snooze until 18:00", Stage.calm),
        Phrasing("snooze until 18h", "! That is no time", Stage.calm),
        Phrasing("snooze until tonight", "! The time 'tonight' is not understood", Stage.calm),
        Phrasing("snooze 25h", "! A snooze lasts at most 24 hours", Stage.calm),
        Phrasing("snooze", "! Say for how long", Stage.calm),
        Phrasing("snooze until today 9:00", "! That is over already", Stage.calm),
        Phrasing("who is on call", "who "),
        Phrasing("who's on call for primary?", "who primary"),
        Phrasing("oncall sun", "who sun"),
        Phrasing("who sun 10:00", "? who schedule sun 10:00 | who 2026-11-29 10:00"),
        Phrasing("who is on call for primary at 9pm", "who primary 2026-11-23T20:00:00Z [21:00 Berlin = 20:00 UTC]"),
        Phrasing("who primary at 6", "? who primary at 06:00 | who primary at 18:00"),
        Phrasing(
            "who primary 2026-11-24T18:00:00+01:00",
            "who primary 2026-11-24T17:00:00Z [Tue 2026-11-24 18:00 Berlin = Tue 2026-11-24 17:00 UTC]"),
        Phrasing(
            "who primary 2026-11-24 18:00",
            "who primary 2026-11-24T17:00:00Z [Tue 2026-11-24 18:00 Berlin = Tue 2026-11-24 17:00 UTC]"),
        Phrasing("who primry", "! Did you mean primary? Say: who primary"),
        Phrasing(
            "silence model=\"ranker\" for 2h",
            "silence model=ranker 2026-11-23T13:00:00Z [until 14:00 Berlin = 13:00 UTC]"),
        Phrasing(
            "mute model=“ran ker”, env!=dev until 18:00 please",
            "silence model=ran ker,env!=dev 2026-11-23T17:00:00Z [until 18:00 Berlin = 17:00 UTC]"),
        Phrasing(
            "silence note=\"why? so\" 2h",
            "silence note=why? so 2026-11-23T13:00:00Z [until 14:00 Berlin = 13:00 UTC]"),
        Phrasing("silence model=~\"r.*\" 2h", "! There are no patterns"),
        Phrasing("silence ranking for 2h", "! Say what to silence, by its labels"),
        Phrasing(
            "silence ranker for 2h", "silence ranker  2026-11-23T13:00:00Z [until 14:00 Berlin = 13:00 UTC]"),
        Phrasing(
            "silence ranker 2h deploying build 18",
            "silence ranker  2026-11-23T13:00:00Z: deploying build 18 [until 14:00 Berlin = 13:00 UTC]"),
        Phrasing(
            "silence ranker and billing model=\"x\" until 18:00 because of \"the\" move",
            "silence ranker billing model=x 2026-11-23T17:00:00Z: of \"the\" move "
                + "[until 18:00 Berlin = 17:00 UTC]"),
        Phrasing(
            "maintenance ranker tomorrow 9:00-11:00 upgrade",
            "silence ranker  2026-11-24T08:00:00Z 2026-11-24T10:00:00Z: upgrade "
                + "[Tue 2026-11-24 09:00 – 11:00 Berlin = Tue 2026-11-24 08:00 – 10:00 UTC]"),
        Phrasing("silence ranker 2h tomorrow", "! When that is meant is not clear"),
        Phrasing("silence ranker 2h until 18:00", "! When that is meant is not clear"),
        Phrasing("silence ranker for 3 days", "? silence ranker for 3 days confirm"),
        Phrasing("silence ranker", "! Say for how long"),
        Phrasing("silence ranker 2h is that wise?", "! That is a question"),
        Phrasing("silence list", "silences"),
        Phrasing("silences", "silences"),
        Phrasing("silence remove 3", "unsilence 3"),
        Phrasing("unsilence 3 please", "unsilence 3"),
        Phrasing("silence remove ranker", "! Say the number of the silence"),
        Phrasing("silence everything for 1h", "? silence everything for 1h confirm"),
        Phrasing("silence env!=\"dev\" for 1h", "? silence env!=\"dev\" for 1h confirm"),
        Phrasing("silence a=b for 2 days", "? silence a=b for 2 days confirm"),
        Phrasing(
            "silence everything for 1h confirm", "silence  2026-11-23T12:00:00Z [until 13:00 Berlin = 12:00 UTC]"),
        Phrasing("silence a=b", "! Say for how long"),
    ]

    static let clockChanges = [
        Phrasing(
            "override primary ben 2026-03-29 02:30-05:00", "! There is no 2026-03-29 02:30 in Berlin",
            Stage.clock("2026-03-28T12:00:00Z")),
        Phrasing(
            "snooze until 02:30", "! the clocks jump over it, to 2026-03-29 03:00", Stage.clock("2026-03-29T00:00:00Z")),
        Phrasing(
            "snooze until 02:30",
            "? snooze until 2026-10-25T02:30:00+02:00 | snooze until 2026-10-25T02:30:00+01:00",
            Stage.clock("2026-10-24T22:00:00Z")),
        Phrasing(
            "snooze until 02:30",
            "snooze INC-7 2026-10-25T01:30:00Z [until 2026-10-25T02:30:00+01:00 Berlin = 01:30 UTC]",
            Stage.clock("2026-10-25T00:45:00Z")),
        Phrasing(
            "override primary ben 2026-10-24 18:00 to 2026-10-25 06:00",
            "\(shift) 2026-10-24T16:00:00Z 2026-10-25T05:00:00Z "
                + "[Sat 2026-10-24 18:00 – Sun 2026-10-25 06:00 Berlin = "
                + "Sat 2026-10-24 16:00 – Sun 2026-10-25 05:00 UTC]",
            Stage.clock("2026-10-23T12:00:00Z")),
        Phrasing(
            "override primary ben 2 days", "! a day could be longer or shorter", Stage.clock("2026-10-24T12:00:00Z")),
        Phrasing(
            "snooze until 18:00", "snooze INC-7 2026-11-23T12:30:00Z [until 18:00 Kolkata = 12:30 UTC]",
            Stage.clock("2026-11-23T11:00:00Z", "Asia/Kolkata")),
        Phrasing(
            "snooze until 18:00", "snooze INC-7 2026-11-23T12:15:00Z [until 18:00 Kathmandu = 12:15 UTC]",
            Stage.clock("2026-11-23T11:00:00Z", "Asia/Kathmandu")),
        Phrasing(
            "snooze until 02:15", "! There is no 2026-10-04 02:15 in Lord Howe",
            Stage.clock("2026-10-03T12:00:00Z", "Australia/Lord_Howe")),
        Phrasing(
            "snooze until 18:00", "snooze INC-7 2026-11-23T18:00:00Z [until 18:00 UTC]",
            Stage.clock("2026-11-23T11:00:00Z", "UTC")),
    ]

    @Test("spans of overrides", arguments: spans) func span(_ phrasing: Phrasing) { phrasing.check() }
    @Test("moments and ends", arguments: moments) func moment(_ phrasing: Phrasing) { phrasing.check() }
    @Test("clock changes and odd zones", arguments: clockChanges) func clocks(_ phrasing: Phrasing) { phrasing.check() }
}
