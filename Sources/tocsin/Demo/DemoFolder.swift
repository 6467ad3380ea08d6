import Foundation

/// The temporary folder of one demo: its configuration, its key, its database. Readable by nobody else.
struct DemoFolder {
    let url: URL
    let hookKey: String

    static let model = "ranker"

    /// - Parameter modelServer: where the toy model server listens.
    init(modelServer: String) throws {
        url = FileManager.default.temporaryDirectory.appending(path: "tocsin-demo-\(UUID().uuidString.prefix(8))")
        hookKey = UUID().uuidString.replacing("-", with: "").lowercased()
        try FileManager.default.createDirectory(
            at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try hookKey.write(to: url.appending(path: "watcher.key"), atomically: true, encoding: .utf8)
        try Self.configuration(modelServer: modelServer)
            .write(to: url.appending(path: "tocsin.yaml"), atomically: true, encoding: .utf8)
    }

    func remove() { try? FileManager.default.removeItem(at: url) }

    func file(_ name: String) -> URL { url.appending(path: name) }

    /// A file that a command shown to the reader refers to.
    func write(_ text: String, to name: String) throws {
        try text.write(to: file(name), atomically: true, encoding: .utf8)
    }

    private static func configuration(modelServer: String) -> String {
        """
        # What `tocsin demo` runs with: one model, one person on call, one who is asked when that person does not answer.
        defaults: {unrouted: ranker, last_resort: {page: [user ben]}}
        users:
          ana: {name: Ana Lindt, zone: Europe/Berlin}
          ben: {name: Ben Okoro, zone: America/New_York}
        schedules:
          primary: {zone: UTC, layers: [{name: always, people: [ana]}]}
        policies:
          ml:
            steps:
              - {page: [schedule primary], wait: 5m}
              - {page: [user ben], wait: 10m}
        services:
          ranker:
            name: Ranking model
            policy: ml
            rollback:
              target: {v2: {url: "\(modelServer)", model: \(model)}}
              # A rollback is good when the model gives this answer three times in five seconds, and no other.
              verify:
                golden:
                  request: \(ModelWatcher.question)
                  answer: {score: [\(ModelWatcher.rightAnswer)]}
                  tolerance: 0.001
                for: 5s
                min_samples: 3
        routes:
          - {match: 'model="\(model)"', service: ranker}
        integrations:
          watcher:
            type: generic
            key: {file: watcher.key}
            map:
              key: id
              title: title
              summary: description
              severity: priority
              status: status
              resolved_when: [resolved]
              labels: labels

        """
    }
}
