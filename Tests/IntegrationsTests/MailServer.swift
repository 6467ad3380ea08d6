import Foundation
import Synchronization

/// A mail server on a port of its own that speaks SMTP by a script, without TLS, and keeps what it was given.
final class MailServer: Sendable {
    enum Reaction: Sendable, Hashable {
        case reply(String)
        case replyAndClose(String)
        case close
        /// Reads on and never answers.
        case hang
        /// Answers and reads nothing more.
        case replyAndFreeze(String)
    }

    struct Mail: Sendable, Hashable {
        var sender = ""
        var recipients: [String] = []
        /// As it was meant: without the dots that the transport adds.
        var data: [UInt8] = []
    }

    private struct State {
        var commands: [String] = []
        var mails: [Mail] = []
    }

    let port: UInt16
    private let connections: ConnectionThreads
    private let script: [String: Reaction]
    private let state = Mutex(State())

    /// - Parameter script: what to do at "greeting", at a verb, at a login's answer ("334") or at the final dot (".");
    ///   what is not in it is accepted.
    init(_ script: [String: Reaction] = [:]) throws {
        self.script = script
        let listener: Int32
        (port, listener) = try TestServer.listen(backlog: 16)
        connections = ConnectionThreads(listener: listener)
        connections.start(serve: { [weak self] in self?.serve($0) })
    }

    func stop() { connections.stop() }

    deinit { stop() }

    var commands: [String] { state.withLock { $0.commands } }
    var verbs: [String] { commands.map { String($0.prefix { $0 != " " }) } }
    var mails: [Mail] { state.withLock { $0.mails } }

    private static let standard: [String: Reaction] = [
        "greeting": .reply("220 mail.example.com ESMTP"), "EHLO": .reply("250-mail.example.com\r\n250 AUTH PLAIN"),
        "AUTH": .reply("334 "), "334": .reply("235 2.7.0 welcome"), "MAIL": .reply("250 2.1.0 Ok"),
        "RCPT": .reply("250 2.1.5 Ok"), "DATA": .reply("354 go on"),
        ".": .reply("250 2.0.0 Ok: queued as 4XYZ for <ana@example.com>"), "QUIT": .replyAndClose("221 bye"),
    ]

    private func serve(_ connection: Int32) {
        var pending: [UInt8] = []
        var mail = Mail()
        var isLogin = false
        guard react("greeting", connection) != nil else { return }
        while let line = Self.readLine(connection, &pending) {
            let text = String(decoding: line, as: UTF8.self)
            let verb = isLogin ? "334" : String(text.prefix(4)).uppercased()
            state.withLock { $0.commands.append(isLogin ? "334" : text) }
            switch verb {
            case "MAIL": mail = Mail(sender: text)
            case "RCPT": mail.recipients.append(text)
            default: break
            }
            guard let code = react(text.uppercased() == "STARTTLS" ? "STARTTLS" : verb, connection) else { return }
            isLogin = code == "334"
            guard verb == "DATA", code == "354" else { continue }
            while let line = Self.readLine(connection, &pending), line != [UInt8(ascii: ".")] {
                mail.data += (line.first == UInt8(ascii: ".") ? line.dropFirst() : line[...]) + [13, 10]
            }
            state.withLock { $0.mails.append(mail) }
            guard react(".", connection) != nil else { return }
        }
    }

    /// The code of the reply; nil when the connection is to end.
    private func react(_ event: String, _ connection: Int32) -> String? {
        switch script[event] ?? Self.standard[event] ?? .reply("502 5.5.1 unknown") {
        case .reply(let text):
            return TestServer.write(connection, Array("\(text)\r\n".utf8)) ? String(text.prefix(3)) : nil
        case .replyAndClose(let text):
            _ = TestServer.write(connection, Array("\(text)\r\n".utf8))
            return nil
        case .close: return nil
        case .hang:
            var rest: [UInt8] = []
            while TestServer.readMore(connection, &rest) {}
            return nil
        case .replyAndFreeze(let text):
            _ = TestServer.write(connection, Array("\(text)\r\n".utf8))
            // Nothing arrives here: it waits for the end of the connection, which only `stop` or the client makes.
            var event = pollfd(fd: connection, events: 0, revents: 0)
            while uninterrupted({ poll(&event, 1, -1) }) == 0 {}
            return nil
        }
    }

    private static func readLine(_ connection: Int32, _ pending: inout [UInt8]) -> [UInt8]? {
        while true {
            if let end = pending.firstRange(of: [13, 10]) {
                let line = Array(pending[..<end.lowerBound])
                pending.removeFirst(end.upperBound)
                return line
            }
            guard TestServer.readMore(connection, &pending) else { return nil }
        }
    }
}
