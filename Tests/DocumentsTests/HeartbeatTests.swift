import Documents
import Engine
import Testing
import Timekeeping

private func heartbeat(_ line: String) throws -> Configuration {
    var reading = Reading().replacing("channels:\n", "heartbeat: \(line)\nchannels:\n")
    reading.environment["BEAT"] = "https://hc.example.com/ping/0123"
    return try reading.configuration()
}

@Test("A heartbeat goes to an address that is written or kept secret, every minute unless told otherwise")
func heartbeatOut() throws {
    #expect(
        try heartbeat("{url: {env: BEAT}}").heartbeat
            == HeartbeatSettings(url: "https://hc.example.com/ping/0123", every: .minutes(1)))
    #expect(
        try heartbeat("{url: \"http://watch.example.com/hooks/heartbeat/abc\", every: 5m, method: get}").heartbeat
            == HeartbeatSettings(
                url: "http://watch.example.com/hooks/heartbeat/abc", every: .minutes(5), method: .get))
    #expect(try Reading().configuration().heartbeat == nil)
    let printed = String(describing: try heartbeat("{url: {env: BEAT}}").heartbeat)
    #expect(!printed.contains("0123"))
}

@Test(
    "A heartbeat that cannot be sent is a mistake",
    arguments: [
        ("{every: 5m}", "heartbeat.url: is mandatory and missing"), ("{url: \"ftp://x\"}", "is not an http"),
        ("{url: {env: BEAT}, every: 1s}", "heartbeat.every"), ("{url: {env: BEAT}, method: put}", "heartbeat.method"),
    ])
func heartbeatMistakes(_ line: String, _ said: String) throws {
    let errors = #expect(throws: ConfigurationErrors.self) { try heartbeat(line) }
    let problems = String(describing: errors?.problems)
    #expect(problems.contains(said))
}

@Test("A sender of heartbeats that nobody waits for is a mistake")
func heartbeatIn() throws {
    let errors = #expect(throws: ConfigurationErrors.self) {
        try Reading().replacing(
            "integrations:\n", "integrations:\n  beat: {type: heartbeat, key: {env: KEY_PROD}}\n"
        ).configuration()
    }
    let problems = String(describing: errors?.problems)
    #expect(problems.contains("is a heartbeat that nobody waits for"))
}
