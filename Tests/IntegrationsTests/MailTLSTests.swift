import Engine
import Foundation
import Integrations
import Testing

@Suite("Mail under TLS")
struct MailTLSTests {
    private let client = CurlClient()

    @Test("with a certificate we trust it is sent, login and all", arguments: [SMTPSettings.Security.startTLS, .tls])
    func trusted(_ security: SMTPSettings.Security) async throws {
        let server = try SecureMailServer(security)
        defer { server.stop() }
        let result = await client.send(server.mail(trusting: server.certificate))
        #expect(result == .sent(SMTPReply(code: 250, enhancedCode: "2.0.0", queueID: "TLS1")))
        #expect(server.nextLine() == Data("\0pager\0s3cret".utf8).base64EncodedString())
    }

    @Test("with one we do not trust nothing is sent", arguments: [SMTPSettings.Security.startTLS, .tls])
    func untrusted(_ security: SMTPSettings.Security) async throws {
        let server = try SecureMailServer(security)
        defer { server.stop() }
        let other = try SecureMailServer(security)
        defer { other.stop() }
        for trusted in [nil, other.certificate] {
            guard case .failed(let failed) = await client.send(server.mail(trusting: trusted)) else {
                Issue.record("it was sent")
                return
            }
            #expect(failed.reason == "the server's certificate is not trusted")
            #expect(!failed.mayHaveArrived)
            #expect(!failed.isRefused)
        }
        // The first mail it took is the one that was meant to arrive.
        guard case .sent = await client.send(server.mail(trusting: server.certificate, user: nil)) else {
            Issue.record("it was not sent")
            return
        }
        #expect(server.nextLine() == "-")
    }

    @Test("a certificate for another name is not enough")
    func wrongName() async throws {
        let server = try SecureMailServer(.startTLS, name: "DNS:mail.example.org")
        defer { server.stop() }
        guard case .failed(let failed) = await client.send(server.mail(trusting: server.certificate)) else {
            Issue.record("it was sent")
            return
        }
        #expect(failed.reason == "the server's certificate is not trusted")
    }

    @Test("a file of certificates that is not there: not sent")
    func missingFile() async throws {
        let server = try SecureMailServer(.tls)
        defer { server.stop() }
        guard case .failed(let failed) = await client.send(server.mail(trusting: "/nonexistent.pem")) else {
            Issue.record("it was sent")
            return
        }
        #expect(failed.reason == "the file of trusted certificates cannot be read")
        #expect(!failed.isRefused)
    }
}

/// `Fixtures/smtp_tls.py` with a certificate made for it.
private final class SecureMailServer {
    let certificate: String
    private let security: SMTPSettings.Security
    private let folder: URL
    private let process = Process()
    private let output = Pipe()
    private var port = 0

    init(_ security: SMTPSettings.Security, name: String = "IP:127.0.0.1") throws {
        self.security = security
        folder = FileManager.default.temporaryDirectory.appending(path: "smtp-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        certificate = folder.appending(path: "certificate.pem").path
        let key = folder.appending(path: "key.pem").path
        let openssl = Process()
        openssl.executableURL = URL(filePath: "/usr/bin/env")
        openssl.arguments =
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
            + [
                "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=mail", "-addext",
                "subjectAltName=\(name)",
            ]
        openssl.standardError = FileHandle.nullDevice
        try openssl.run()
        openssl.waitUntilExit()
        process.executableURL = URL(filePath: "/usr/bin/env")
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/smtp_tls.py").path
        process.arguments = ["python3", script, certificate, key, security.rawValue]
        process.standardOutput = output
        try process.run()
        port = try #require(Int(nextLine()))
    }

    func stop() {
        // Not SIGTERM: it is blocked in a process that starts on a thread where it is.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }

    /// The next line it prints, waited for.
    func nextLine() -> String {
        var line: [UInt8] = []
        while let byte = try? output.fileHandleForReading.read(upToCount: 1)?.first, byte != 0x0A { line.append(byte) }
        return String(decoding: line, as: UTF8.self)
    }

    func mail(trusting file: String?, user: String? = "pager") -> OutboundMail {
        let settings = SMTPSettings(
            host: "127.0.0.1", port: port, security: security, from: "pager@example.com", user: user,
            password: user.map { _ in "s3cret" }, caFile: file)
        return OutboundMail(
            settings: settings, from: MailAddress("pager@example.com")!, recipients: [MailAddress("ana@example.com")!],
            headers: [("Subject", "hello")], parts: [OutboundMail.Part(type: "text/plain", text: "hello\r\n")])
    }
}
