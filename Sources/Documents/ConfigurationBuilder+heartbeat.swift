import Engine
import Timekeeping

/// Where it is watched that this Tocsin lives.
extension ConfigurationBuilder {
    /// `heartbeat: {url: {env: HEARTBEAT_URL}, every: 1m}`; the address may stand there as it is, where it is no secret.
    func readHeartbeat() {
        let section = document.section("heartbeat", ["url", "every", "method"])
        guard section["url"] != nil || section["every"] != nil || section["method"] != nil else { return }
        let hint = "Write it like {url: {env: HEARTBEAT_URL}, every: 1m}."
        let url = section.mandatory("url", hint).flatMap { heartbeatAddress($0, hint) }
        let every = section["every"]?.duration(in: .seconds(10)...(.hours(24))) ?? .minutes(1)
        let method = section["method"]?.choice(["get": HeartbeatSettings.Method.get, "post": .post]) ?? .post
        guard let url else { return }
        heartbeat = HeartbeatSettings(url: url, every: every, method: method)
    }

    private func heartbeatAddress(_ field: Field, _ hint: String) -> String? {
        if case .scalar = field.node.value {
            return webAddress(field, hint, instead: "Write {env: HEARTBEAT_URL}.")?.text
        }
        guard let found = secrets.read(field) else { return nil }
        guard case .secret(let text) = found else { return "" }
        guard text.hasPrefix("https://") || text.hasPrefix("http://"), text.utf8.count <= 2000,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            secrets.missing(field, "the secret is not an http or https address", hint)
            return nil
        }
        return text
    }
}
