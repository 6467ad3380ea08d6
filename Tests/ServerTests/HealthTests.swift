import HTTPTypes
import Server
import Testing

@Suite struct HealthTests {
    @Test("a healthy Tocsin is alive and ready")
    func healthy() async throws {
        try await House().visit { visitor in
            #expect(try await visitor.ask(.get, "/healthz").status == .ok)
            #expect(try await visitor.ask(.head, "/healthz").status == .ok)
            #expect(try await visitor.ask(.get, "/healthz?verbose").body == "[+]tzdata unknown ok\nok\n")
            let ready = try await visitor.ask(.get, "/readyz?verbose")
            #expect(ready.status == .ok)
            #expect(ready.body == "[+]engine ok\n[+]log ok\n[+]clock ok\nready\n")
        }
    }

    @Test("without its log Tocsin is alive but not ready, and says which check failed")
    func notReady() async throws {
        let house = try await House()
        house.store.breakDown()
        try await house.visit { visitor in
            _ = try await visitor.hook(House.alert("HighLatency"))
            #expect(try await visitor.ask(.get, "/healthz").status == .ok)
            let ready = try await visitor.ask(.get, "/readyz?verbose")
            #expect(ready.status == .serviceUnavailable)
            #expect(ready.body.contains("[-]log failed: cannot be written since"))
            let metrics = try await visitor.ask(.get, "/metrics").body
            #expect(metrics.contains("\ntocsin_store_unavailable 1\n"))
            #expect(metrics.contains("\ntocsin_ready 0\n"))
        }
    }

    @Test("metrics name every open incident's state, and no incident")
    func gauges() async throws {
        try await House().visit { visitor in
            _ = try await visitor.hook(House.alert("A"))
            let answer = try await visitor.ask(.get, "/metrics")
            #expect(answer.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
            #expect(answer.body.contains("\ntocsin_open_incidents{state=\"triggered\"} 1\n"))
            #expect(answer.body.contains("\ntocsin_open_incidents{state=\"acknowledged\"} 0\n"))
            #expect(answer.body.contains(#"tocsin_alerts_received_total{integration="prod",outcome="accepted"} 1"#))
            #expect(answer.body.contains(#"tocsin_http_requests_total{method="POST",status="2xx"} 1"#))
            #expect(answer.body.contains("\ntocsin_build_info{version=\"1.2.3\"} 1\n"))
            #expect(!answer.body.contains("INC-"))
        }
    }

    @Test("every family has one TYPE line, before its samples, and its samples stand together")
    func wellFormed() async throws {
        let text = try await House().visit { visitor in
            _ = try await visitor.hook(House.alert("A"))
            return try await visitor.ask(.get, "/metrics").body
        }
        #expect(text.hasSuffix("\n"))
        var typed: [String] = []
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if line.hasPrefix("# TYPE ") {
                #expect(!typed.contains(String(words[2])), "\(words[2]) has two TYPE lines")
                typed.append(String(words[2]))
            } else if !line.hasPrefix("#") {
                let name = line.prefix { $0 != " " && $0 != "{" }
                let family = try #require(typed.last)
                #expect(name == family || ["_bucket", "_sum", "_count"].contains { name == family + $0 }, "\(line)")
                #expect(words.last.flatMap { Double($0) } != nil, "\(line)")
            }
        }
        #expect(typed.contains("process_start_time_seconds"))
    }
}
