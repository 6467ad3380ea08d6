import Documents
import Engine
import Foundation
import Incidents
import OnCall
import Testing

/// The valid configuration cut into files before the named sections.
private func cut(_ cuts: KeyValuePairs<String, String>) throws -> [String: String] {
    var files: [String: String] = [:]
    var rest = Reading.base
    for (section, name) in cuts.reversed() {
        let start = try #require(rest.range(of: "\(section):\n")).lowerBound
        files[name] = String(rest[start...])
        rest = String(rest[..<start])
    }
    files["defaults.yaml"] = rest
    return files
}

@Test("A folder of files is one configuration; hidden files, contacts and other files are not part of it")
func folderIsMerged() throws {
    var files = try cut(["users": "people.yaml", "schedules": "schedules.yml", "integrations": "zz.yaml"])
    files["more.yaml"] = "users:\n  dia: {zone: Asia/Singapore}\n"
    files[".hidden.yaml"] = "nonsense: ["
    files["notes.txt"] = "nonsense: ["
    files["contacts.yaml"] = "{}"
    files["empty.yaml"] = "# nothing yet\n"
    let configuration = try Reading(folder: files).configuration()
    #expect(configuration.directory.users.keys.sorted() == ["ana", "ben", "dia"])
    #expect(
        configuration.sources.map(\.path) == [
            "defaults.yaml", "empty.yaml", "more.yaml", "people.yaml", "schedules.yml", "zz.yaml",
        ])
    let alone = try Reading().configuration().directory
    #expect(configuration.directory.policies == alone.policies)
    #expect(configuration.directory.roster.schedules == alone.roster.schedules)
}

@Test("The same name in two files is an error that names both places")
func duplicatesAcrossFiles() throws {
    var files = try cut(["users": "people.yaml"])
    files["z.yaml"] = "users:\n  ana: {zone: UTC}\nroutes: []\n"
    #expect(
        try Reading(folder: files).errors() == [
            "z.yaml:2:3: users.ana: is also written in people.yaml, line 2. Keep one: what is in one file cannot be added "
                + "to in another.",
            "z.yaml:3:9: routes: is also written in people.yaml, line 30. The order of a list counts, so keep all of "
                + "routes in one file.",
        ])
}

@Test("Every file that cannot be parsed is told, and nothing else then")
func everyFileIsTold() throws {
    var files = try cut(["users": "people.yaml"])
    files["a.yaml"] = "users: [\n"
    files["b.yaml"] = "teams: {ml: {members: [ana]}, ml: {members: []}}\n"
    #expect(
        try Reading(folder: files).errors() == [
            "a.yaml:2:1: is not YAML: did not find expected node content.",
            "b.yaml:1:9: \"ml\" is written more than once in the same mapping. Keep one.",
        ])
}

@Test("What is not there, or is not text, is told")
func unreadable() throws {
    var reading = Reading()
    reading.file = "tocsin.yml"
    let missing = try reading.errors()
    #expect(missing.count == 1)
    #expect(missing[0].hasSuffix("tocsin.yml: does not exist. Name a folder of YAML files, or one file."))

    #expect(try Reading(folder: ["notes.txt": ""]).errors()[0].contains("holds no *.yaml file"))
    #expect(try Reading("# nothing\n").errors()[0].contains("holds no configuration"))
    #expect(try Reading(folder: ["a.yaml": ""]).errors()[0].contains("holds no configuration"))
    #expect(
        try Reading("- a\n- b\n").errors()[0]
            == "tocsin.yaml:1:1: is a list, but must be a mapping. Begin with sections such as users:.")
    let large = Reading(Reading.base + String(repeating: "# filler\n", count: 120_000))
    #expect(
        try large.errors() == [
            "tocsin.yaml: is larger than 1 MiB. Split it into several files of one folder."
        ])
    let many = Dictionary(uniqueKeysWithValues: (0...200).map { ("\($0).yaml", "") })
    #expect(try Reading(folder: many).errors()[0].contains("holds more than 200 files"))
}

@Test("Text that is not UTF-8 is told")
func notUTF8() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).yaml")
    try Data([0x75, 0xFF, 0xFE]).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let errors = #expect(throws: ConfigurationErrors.self) {
        try ConfigurationReader(environment: [:]).read(path: file.path, now: Reading.now)
    }
    #expect(errors?.problems.map(\.message) == ["is not UTF-8 text"])
}

@Test("Files in folders within are not read, and that is said")
func folderWithin() throws {
    var files = try cut(["users": "people.yaml"])
    files["more/extra.yaml"] = "users: {}\n"
    #expect(
        try Reading(folder: files).configuration().warnings == [
            "more: is a folder inside the configuration, so its files are not read. Move them up."
        ])
}

@Test("Contacts beside the configuration are read and never recorded; one of nobody is an error")
func contacts() throws {
    var reading = Reading()
    reading.files["contacts.yaml"] = "ana: {webhook: {url: \"https://example.com/ana\", secret: {env: HOOK_SECRET}}}\n"
    let configuration = try reading.configuration()
    #expect(configuration.contacts["ana"]?.webhook?.url == "https://example.com/ana")
    #expect(configuration.sources.map(\.path) == ["tocsin.yaml"])

    reading.files["contacts.yaml"] = "anna: {webhook: {url: \"https://example.com/ana\", secret: abc}}\nben: {sms: 1}\n"
    #expect(
        try reading.errors() == [
            "contacts.yaml:1:1: anna: there is no user \"anna\". Did you mean ana?",
            "contacts.yaml:2:7: ben.sms: is not a key known here. Known: mail, phone, push, webhook.",
        ])
}
