import Foundation
import Testing

/// Debian's postfix with a configuration, queue and mailbox of its own: STARTTLS required, one mailbox for everybody at
/// `example.test`. It can be told to refuse and be stopped.
///
/// `@unchecked`: nothing changes after `init`.
final class MailServer: @unchecked Sendable {
    let port: Int
    private let folder: URL
    private var configuration: String { folder.appending(path: "conf").path }
    var certificate: String { folder.appending(path: "cert.pem").path }

    init() async throws {
        guard getuid() == 0 else { throw Trouble("postfix starts as root only: run this test as root") }
        port = try Installation.freePort()
        // Postfix's own users must be able to enter it.
        folder = URL(filePath: "/tmp/tocsin-postfix-\(UUID().uuidString.prefix(8))")
        for name in ["conf", "queue", "data", "mail"] {
            try FileManager.default.createDirectory(
                at: folder.appending(path: name), withIntermediateDirectories: true)
        }
        try run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", path("key.pem"), "-out", certificate,
                "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
            ])
        try main.write(toFile: path("conf/main.cf"), atomically: true, encoding: .utf8)
        try services.write(toFile: path("conf/master.cf"), atomically: true, encoding: .utf8)
        try run("/usr/bin/chown", ["postfix", path("data")])
        try run("/usr/bin/chown", ["65534", path("mail")])
        try await start()
    }

    private func path(_ name: String) -> String { folder.appending(path: name).path }

    private var main: String {
        """
        compatibility_level = 3.6
        queue_directory = \(path("queue"))
        data_directory = \(path("data"))
        mail_owner = postfix
        setgid_group = postdrop
        myhostname = mail.example.test
        mydestination =
        inet_interfaces = 127.0.0.1
        inet_protocols = ipv4
        mynetworks = 127.0.0.0/8
        virtual_mailbox_domains = example.test
        virtual_mailbox_base = \(path("mail"))
        virtual_mailbox_maps = static:inbox/
        virtual_uid_maps = static:65534
        virtual_gid_maps = static:65534
        smtpd_tls_cert_file = \(certificate)
        smtpd_tls_key_file = \(path("key.pem"))
        smtpd_tls_security_level = encrypt
        smtpd_peername_lookup = no
        maillog_file = \(path("mail.log"))
        maillog_file_prefixes = \(folder.path)
        default_transport = error
        relay_transport = error

        """
    }

    private var services: String {
        """
        127.0.0.1:\(port) inet n - n - - smtpd
        postlog unix-dgram n - n - 1 postlogd
        pickup unix n - n 60 1 pickup
        cleanup unix n - n - 0 cleanup
        qmgr unix n - n 300 1 qmgr
        rewrite unix - - n - - trivial-rewrite
        bounce unix - - n - 0 bounce
        defer unix - - n - 0 bounce
        trace unix - - n - 0 bounce
        verify unix - - n - 1 verify
        flush unix n - n 1000? 0 flush
        proxymap unix - - n - - proxymap
        anvil unix - - n - 1 anvil
        scache unix - - n - 1 scache
        tlsmgr unix - - n 1000? 1 tlsmgr
        virtual unix - n n - - virtual
        error unix - - n - - error
        retry unix - - n - - error

        """
    }

    // MARK: What it is told

    func start() async throws {
        try run("/usr/sbin/postfix", ["-c", configuration, "start"])
        try await eventually("postfix listens") { [port] in try Self.listens(port) ? true : nil }
    }

    /// Nobody listens any more.
    func stop() throws { try run("/usr/sbin/postfix", ["-c", configuration, "stop"]) }

    /// Every client is answered 450 4.3.2 from now on.
    func refuse() throws { try tell("smtpd_client_restrictions=defer") }

    /// - Parameter whileStopped: it will be so after the next start.
    func accept(whileStopped: Bool = false) throws { try tell("smtpd_client_restrictions=", reload: !whileStopped) }

    private func tell(_ setting: String, reload: Bool = true) throws {
        try run("/usr/sbin/postconf", ["-c", configuration, "-e", setting])
        if reload { try run("/usr/sbin/postfix", ["-c", configuration, "reload"]) }
    }

    func remove() {
        try? stop()
        try? FileManager.default.removeItem(at: folder)
    }

    // MARK: What arrived

    /// Every message in the mailbox, the oldest first.
    func messages() -> [Mail] {
        let inbox = folder.appending(path: "mail/inbox/new")
        let files = (try? FileManager.default.contentsOfDirectory(at: inbox, includingPropertiesForKeys: nil)) ?? []
        return files.sorted { Self.arrival($0) < Self.arrival($1) }
            .compactMap { try? String(contentsOf: $0, encoding: .utf8) }.map(Mail.init)
    }

    /// A Maildir name begins with seconds and holds microseconds behind an M.
    private static func arrival(_ file: URL) -> (Int, Int) {
        let parts = file.lastPathComponent.split(separator: ".")
        let micro = parts.count > 1 ? parts[1].split(separator: "M").last.flatMap { Int($0) } : nil
        return (parts.first.flatMap { Int($0) } ?? 0, micro ?? 0)
    }

    func log() -> String { (try? String(contentsOfFile: path("mail.log"), encoding: .utf8)) ?? "" }

    private func run(_ program: String, _ arguments: [String]) throws {
        _ = try Installation.run(URL(filePath: program), arguments)
    }

    private static func listens(_ port: Int) throws -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        address.sin_port = UInt16(port).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                connect(descriptor, raw, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}

/// A message as it lies in the mailbox.
struct Mail: Sendable {
    let source: String

    /// The first header of that name, unfolded, still encoded.
    func header(_ name: String) -> String? {
        let head = source.replacing("\r\n", with: "\n").split(separator: "\n\n", maxSplits: 1).first ?? ""
        var lines: [String] = []
        for line in head.split(separator: "\n") {
            if let first = line.first, first == " " || first == "\t", !lines.isEmpty {
                lines[lines.count - 1] += " " + line.drop { $0 == " " || $0 == "\t" }
            } else {
                lines.append(String(line))
            }
        }
        return lines.first { $0.lowercased().hasPrefix("\(name.lowercased()):") }
            .map { String($0.dropFirst(name.count + 1).drop { $0 == " " }) }
    }

    /// The plain text part as an independent reader decodes it.
    func text() throws -> String { try read("m.get_body(('plain',)).get_content()") }
    func html() throws -> String { try read("m.get_body(('html',)).get_content()") }
    func subject() throws -> String { try read("str(m['Subject'])") }

    private func read(_ expression: String) throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: "tocsin-\(UUID().uuidString).eml")
        try source.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let script =
            "import sys,email,email.policy; m=email.message_from_binary_file(open(sys.argv[1],'rb'),"
            + "policy=email.policy.default); sys.stdout.write(\(expression))"
        return try Installation.run(
            PythonDouble.root.appending(path: ".venv-tests/bin/python"), ["-c", script, file.path])
    }
}
