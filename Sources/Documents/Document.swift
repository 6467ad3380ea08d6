import Commands
import Incidents

/// All files of a configuration as one: its top-level sections, each with what every file says about it.
struct Document {
    /// The top-level sections, each with an example for somebody who wrote it wrongly.
    private static let examples: KeyValuePairs = [
        "defaults": "Write it like {unrouted: platform, last_resort: {page: [user ana]}}.",
        "users": "Write it like ana: {name: Ana Lindt, zone: Europe/Berlin}.",
        "teams": "Write it like ml: {members: [ana, ben]}.",
        "schedules": "Write it like primary: {zone: Europe/Berlin, layers: [...]}.",
        "policies": "Write it like ml: {steps: [{page: [user ana], wait: 5m}]}.",
        "services": "Write it like ranker: {policy: ml}.",
        "routes": "Write it like [{match: 'model=\"ranker\"', service: ranker}].",
        "integrations": "Write it like prod: {type: alertmanager, key: {env: KEY_AM}}.",
        "holidays": "Write it like germany: {file: holidays/de.ics}.",
        "channels": "Write it like ntfy: {url: \"https://ntfy.example.com\"}.",
        "heartbeat": "Write it like {url: {env: HEARTBEAT_URL}, every: 1m}.",
        "runbooks": "Name a folder of Markdown files, such as runbooks.",
    ]

    /// Stands for the whole when something is missing from it.
    private let root: Field
    /// What each file says about a section.
    private var parts: [String: [Field]] = [:]
    private var merged: [String: [Field.Entry]] = [:]
    /// Sections that somebody probably meant and misspelt, and what is in them.
    private var misspelt: [String: [Field.Entry]] = [:]

    /// Nil when nothing is there to be read, which is said.
    init?(_ sources: [SourceFile], named name: String, _ problems: Problems) {
        let roots = sources.compactMap { YAMLText.root(of: $0, problems) }
        if problems.hasErrors { return nil }
        guard let root = roots.first(where: { !$0.isEmpty }) ?? roots.first else {
            problems.error(
                ConfigurationProblem(
                    file: name, message: "holds no configuration",
                    hint: "It needs at least the sections defaults, users, policies and services."))
            return nil
        }
        self.root = root
        for root in roots { add(root) }
        for (section, example) in Self.examples where section != "routes" && section != "runbooks" {
            merged[section] = Self.merge(parts[section] ?? [], example)
        }
    }

    /// The members of a section from every file, in order of file.
    func entries(of section: String) -> [Field.Entry] { merged[section] ?? [] }

    /// What may be referred to without a further error: one slip is told once.
    func names(of section: String) -> [String] {
        (entries(of: section) + (misspelt[section] ?? [])).map(\.name)
    }

    /// The items of a section that is a list. In several files their order would be nobody's choice, so that is an
    /// error.
    func items(of section: String) -> [Field] {
        let fields = parts[section] ?? []
        for other in fields.dropFirst() {
            other.error(
                "is also written in \(fields[0].file), line \(fields[0].node.place?.line ?? 1)",
                "The order of a list counts, so keep all of \(section) in one file.")
        }
        return fields.first?.items(Self.examples.first { $0.key == section }?.value ?? "") ?? []
    }

    /// The value of a section that is one value. In two files it is an error.
    func field(of section: String) -> Field? {
        let fields = parts[section] ?? []
        for other in fields.dropFirst() {
            other.error("is also written in \(fields[0].file), line \(fields[0].node.place?.line ?? 1)", "Keep one.")
        }
        return fields.first
    }

    /// A section with known keys; one without any when no file has it.
    func section(_ section: String, _ known: [String]) -> Section {
        Section(
            field: parts[section]?.first ?? root.child(section), entries: entries(of: section), known: known,
            isMisspelt: misspelt[section] != nil)
    }

    private mutating func add(_ root: Field) {
        let sections = Self.examples.map(\.key)
        for entry in root.entries("Begin with sections such as users:.") ?? [] {
            if sections.contains(entry.name) {
                parts[entry.name, default: []].append(entry.value)
                continue
            }
            entry.key.error("is not a section", NearestName.hint(entry.name, in: sections, noun: "section"))
            if let meant = NearestName.find(entry.name, in: sections), case .mapping = entry.value.node.value {
                misspelt[meant, default: []] += entry.value.entries() ?? []
            }
        }
    }

    /// Two members with the same name are an error.
    private static func merge(_ parts: [Field], _ example: String) -> [Field.Entry] {
        var merged: [Field.Entry] = []
        var seen: [String: Field] = [:]
        for entry in parts.flatMap({ $0.entries(example) ?? [] }) {
            if let first = seen[entry.name] {
                entry.key.error(
                    "is also written in \(first.file), line \(first.node.place?.line ?? 1)",
                    "Keep one: what is in one file cannot be added to in another.")
            } else {
                seen[entry.name] = entry.key
                merged.append(entry)
            }
        }
        return merged
    }
}
