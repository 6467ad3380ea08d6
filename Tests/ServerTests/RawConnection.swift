import Foundation

/// A TCP connection to this machine, for requests that no client would make.
final class RawConnection: Sendable {
    struct NoConnection: Error {}

    private let socket: Int32

    init(port: Int) throws {
        socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, size) }
        }
        guard result == 0 else { throw NoConnection() }
    }

    deinit { close(socket) }

    /// The head of a POST and as much of its body as is given, which may be less than its length.
    func post(_ path: String, length: Int, fields: String = "", body: String = "") {
        let head = "POST \(path) HTTP/1.1\r\nHost: tocsin.test\r\nContent-Length: \(length)\r\n\(fields)\r\n"
        let bytes = Array((head + body).utf8)
        _ = send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// The status of the next answer; nil when the connection ends without one.
    func status() async -> Int? {
        let socket = socket
        return await withCheckedContinuation { continuation in
            Thread {
                var seen: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 4096)
                while seen.count < 12 {
                    let count = recv(socket, &buffer, buffer.count, 0)
                    guard count > 0 else { break }
                    seen.append(contentsOf: buffer.prefix(count))
                }
                // "HTTP/1.1 404 Not Found"
                continuation.resume(returning: Int(String(decoding: seen.dropFirst(9).prefix(3), as: UTF8.self)))
            }.start()
        }
    }

    /// Returns when the server has closed the connection.
    func end() async {
        let socket = socket
        await withCheckedContinuation { continuation in
            Thread {
                var buffer = [UInt8](repeating: 0, count: 4096)
                while recv(socket, &buffer, buffer.count, 0) > 0 {}
                continuation.resume()
            }.start()
        }
    }
}
