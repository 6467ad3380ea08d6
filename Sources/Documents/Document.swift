import Incidents

/// All files of a configuration as one: its top-level sections, each with what every file says about it.
struct Document {
    static let sections = [
        "defaults", "users", "teams", "schedules", "policies", "services", "routes", "integrations", "channels",
    ]

    /// Stands for the whole when something is missing from it.
    let root: Field
    private let parts: [String: [Field]]

    /// Nil when nothing is there to be read, which is said.
    init?(_ sources: [SourceFile], named name: String, _ problems: Problems) {
        let roots = sources.compactMap { YAMLText.root(of: $0, problems) }
        if problems.hasErrors { return nil }
        var parts: [String: [Field]] = [:]
        for root in roots {
            let hint = "Begin with sections such as users:."
            guard let section = root.section(Self.sections, hint) else { continue }
            for name in Self.sections {
                if let field = section[name] { parts[name, default: []].append(field) }
            }
        }
        guard let root = roots.first(where: { !$0.isEmpty }) ?? roots.first else {
            problems.error(
                ConfigurationProblem(
                    file: name, message: "holds no configuration",
                    hint: "It needs at least the sections defaults, users, policies and services."))
            return nil
        }
        self.root = root
        self.parts = parts
    }

    /// The members of a section from every file, in order of file. Two with the same name are an error.
    func entries(of section: String, _ hint: String = "") -> [Field.Entry] {
        var merged: [Field.Entry] = []
        var seen: [String: Field] = [:]
        for entry in (parts[section] ?? []).flatMap({ $0.entries(hint) ?? [] }) {
            guard let first = seen[entry.name] else {
                seen[entry.name] = entry.key
                merged.append(entry)
                continue
            }
            entry.key.error(
                "is also written in \(first.file), line \(first.node.place?.line ?? 1)",
                "Keep one: what is in one file cannot be added to in another.")
        }
        return merged
    }

    /// The items of a section that is a list. In several files their order would be nobody's choice, so that is an
    /// error.
    func items(of section: String, _ hint: String) -> [Field] {
        let fields = parts[section] ?? []
        for other in fields.dropFirst() {
            other.error(
                "is also written in \(fields[0].file), line \(fields[0].node.place?.line ?? 1)",
                "The order of a list counts, so keep all of \(section) in one file.")
        }
        return fields.first?.items(hint) ?? []
    }

    /// A section with known keys; one without any when no file has it.
    func section(_ section: String, _ known: [String]) -> Section {
        Section(field: parts[section]?.first ?? root.child(section), entries: entries(of: section), known: known)
    }
}
