import Foundation
import Synchronization

/// A real HTTP/1.1 server on a port of its own, which does exactly what it is told and remembers what it was asked.
final class TestServer: Sendable {
    struct Request: Sendable {
        var method: String
        var path: String
        var headers: [String: String]
        var body: [UInt8]
    }

    enum Reaction: Sendable {
        case answer(Int, headers: [String: String] = [:], body: [UInt8] = [])
        /// Answers and closes the connection without having said so.
        case answerAndClose(Int)
        case bytes(String)
        case close
        /// Reads on and never answers.
        case hang
    }

    private struct State {
        var requests: [Request] = []
        var closed = 0
    }

    let port: UInt16
    private let connections: ConnectionThreads
    private let state = Mutex(State())
    private let react: @Sendable (Request, Int) -> Reaction
    private let closings = DispatchSemaphore(value: 0)

    /// - Parameter react: what to do with a request, and the how-manieth it is, from 0.
    init(_ react: @escaping @Sendable (Request, Int) -> Reaction) throws {
        self.react = react
        let listener: Int32
        (port, listener) = try Self.listen(backlog: 128)
        connections = ConnectionThreads(listener: listener)
        let closings = closings
        connections.start(serve: { [weak self] in self?.serve($0) }, closed: { closings.signal() })
    }

    /// Ends every connection that still hangs.
    func stop() { connections.stop() }

    deinit { stop() }

    func url(_ path: String = "/") -> String { "http://127.0.0.1:\(port)\(path)" }
    var requests: [Request] { state.withLock { $0.requests } }
    var connectionCount: Int { connections.accepted }

    /// Returns when the server has closed one more connection.
    func waitUntilClosed() async {
        await withCheckedContinuation { continuation in
            Thread {
                self.closings.wait()
                continuation.resume()
            }.start()
        }
    }

    private func serve(_ connection: Int32) {
        var pending: [UInt8] = []
        while let request = Self.read(connection, &pending) {
            let number = state.withLock { state in
                state.requests.append(request)
                return state.requests.count - 1
            }
            switch react(request, number) {
            case .answer(let status, let headers, let body):
                var head = "HTTP/1.1 \(status) Reason\r\nContent-Length: \(body.count)\r\n"
                for (name, value) in headers.sorted(by: { $0.key < $1.key }) { head += "\(name): \(value)\r\n" }
                guard Self.write(connection, Array("\(head)\r\n".utf8) + body) else { return }
            case .answerAndClose(let status):
                _ = Self.write(connection, Array("HTTP/1.1 \(status) Reason\r\nContent-Length: 0\r\n\r\n".utf8))
                return
            case .bytes(let text):
                _ = Self.write(connection, Array(text.utf8))
                return
            case .close: return
            case .hang:
                var rest: [UInt8] = []
                while Self.readMore(connection, &rest) {}
                return
            }
        }
    }

    private static func read(_ connection: Int32, _ pending: inout [UInt8]) -> Request? {
        let end = Array("\r\n\r\n".utf8)
        var headEnd: Int?
        while headEnd == nil {
            headEnd = pending.firstRange(of: end)?.upperBound
            if headEnd == nil, !readMore(connection, &pending) { return nil }
        }
        let lines = String(decoding: pending[..<headEnd!], as: UTF8.self).components(separatedBy: "\r\n")
        let words = lines[0].components(separatedBy: " ")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() where !line.isEmpty {
            let colon = line.firstIndex(of: ":")!
            headers[line[..<colon].lowercased()] =
                line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        let length = Int(headers["content-length"] ?? "0")!
        while pending.count < headEnd! + length {
            guard readMore(connection, &pending) else { return nil }
        }
        let body = Array(pending[headEnd!..<headEnd! + length])
        pending.removeFirst(headEnd! + length)
        return Request(method: words[0], path: words[1], headers: headers, body: body)
    }

    static func readMore(_ connection: Int32, _ bytes: inout [UInt8]) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = uninterrupted { recv(connection, &chunk, chunk.count, 0) }
        guard count > 0 else { return false }
        bytes += chunk[..<count]
        return true
    }

    static func write(_ connection: Int32, _ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { rest in
                uninterrupted { send(connection, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL)) }
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    // MARK: Sockets

    private static func bind() throws -> (port: UInt16, socket: Int32) {
        let bound = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(port: 0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                Foundation.bind(bound, address, size) == 0 && getsockname(bound, address, &size) == 0
            }
        }
        guard isBound else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        return (UInt16(bigEndian: address.sin_port), bound)
    }

    static func listen(backlog: Int32) throws -> (port: UInt16, socket: Int32) {
        let (port, listener) = try bind()
        guard Foundation.listen(listener, backlog) == 0 else {
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
        }
        return (port, listener)
    }

    /// A port that answers no connection: its queue is full and nobody takes from it. Close the sockets to end it.
    static func deafPort() throws -> (port: UInt16, sockets: [Int32]) {
        let (port, listener) = try listen(backlog: 0)
        var sockets = [listener]
        for _ in 0..<8 {
            let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
            var address = loopback(port: port)
            withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    _ = connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            sockets.append(client)
        }
        return (port, sockets)
    }

    /// A port that refuses every connection: it is taken, so nobody else gets it, but nobody listens.
    static func closedPort() throws -> (port: UInt16, socket: Int32) { try bind() }

    private static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
