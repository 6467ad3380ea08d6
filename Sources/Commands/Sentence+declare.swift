import Incidents

extension Sentence {
    /// `declare sev1 ranker: p99 is high`, in any order before the title, or around a title in quotes.
    func readDeclare() throws -> Reading {
        var options = DeclareOptions()
        var index = 0
        while index < arguments.count, let count = try take(optionAt: index, into: &options) { index += count }
        guard index < arguments.count else { throw noTitle }
        let titleStart = index
        if arguments[index].isQuoted {
            var after = options
            index += 1
            while index < arguments.count, let count = try take(optionAt: index, into: &after) { index += count }
            while index < arguments.count, Noise.follows(arguments[index]) { index += 1 }
            if index == arguments.count { return try declare(arguments[titleStart].text.onOneLine, after) }
        }
        let start = arguments[titleStart].range.lowerBound
        return try declare(title(from: start), options, severityMayBeWithin: arguments[titleStart...])
    }

    private struct DeclareOptions {
        var service: ServiceID?
        var severity: Severity?
        /// Once the service has its colon, the title has begun.
        var isOver = false
    }

    /// How many words were an option: "sev1", "sev 1", "service ranker", "ranker".
    private func take(optionAt index: Int, into options: inout DeclareOptions) throws -> Int? {
        guard !options.isOver else { return nil }
        let word = arguments[index]
        if options.severity == nil, let (severity, count) = try severity(at: index) {
            options.severity = severity
            options.isOver = arguments[index + count - 1].endsInColon && options.service != nil
            return count
        }
        let isSaid = word.says("service")
        guard options.service == nil, !word.isQuoted else { return nil }
        if let found = try name(at: index, [.service], isRequired: false), case .service(let id) = found.named {
            options.service = id
            options.isOver = arguments[index + found.count - 1].endsInColon
            return found.count
        }
        if !isSaid, word.endsInColon, NearestName.find(word.text, in: names.known([.service])) != nil {
            throw notKnown(at: index, [.service])
        }
        return nil
    }

    /// "sev1" or "sev 1". Throws `Unclear` for severities there are not.
    func severity(at index: Int) throws -> (Severity, Int)? {
        let word = arguments[index]
        guard !word.isQuoted else { return nil }
        if let digits = Verb.severityDigits(of: word.lowered) { return (try severity(digits), 1) }
        guard word.says(oneOf: ["sev", "severity"]), index + 1 < arguments.count, !arguments[index + 1].isQuoted,
            arguments[index + 1].text.utf8.allSatisfy(\.isASCIIDigit)
        else { return nil }
        return (try severity(arguments[index + 1].text[...]), 2)
    }

    func severity(_ digits: Substring) throws -> Severity {
        if let severity = Severity(rawValue: "sev\(digits)") { return severity }
        throw Unclear.wrong(
            "There is no sev\(digits.prefix(9)). Nothing was done.", hint: "sev1 is worst, then sev2, sev3 and sev4.")
    }

    private func title(from start: Int) -> String {
        var title = words.string(start..<words.scalars.count).onOneLine.unicodeScalars[...]
        while let first = title.first, first == " " || first == ":" || first.isDash { title = title.dropFirst() }
        return String(title)
    }

    private var noTitle: Unclear {
        .wrong("Say what is wrong. Nothing was declared.", hint: "For example: \(verb.example)")
    }

    private func declare(
        _ title: String, _ options: DeclareOptions, severityMayBeWithin rest: ArraySlice<Word> = []
    ) throws -> Reading {
        guard !title.isEmpty else { throw noTitle }
        let services = scene.directory.services.keys.sorted()
        let severity = options.severity ?? .unknown
        guard let service = options.service ?? (services.count == 1 ? services.first : nil) else {
            guard !services.isEmpty else { throw Unclear.wrong("No service is configured.") }
            let more = services.count - Self.mostOffered
            throw Unclear.choose(
                more > 0 ? "Which service? There are \(more) more beside these." : "Which service?",
                services.prefix(Self.mostOffered).map { choice($0, severity, title, label: $0.rawValue) })
        }
        // "ranker is down sev1" says how bad it is where the title is. Leaving it at sev2 would be a guess.
        let mentioned = rest.lazy.compactMap { word in
            Verb.severityDigits(of: word.lowered).flatMap { Severity(rawValue: "sev\($0)") }
        }.first
        if options.severity == nil, let mentioned {
            let severities = mentioned == .unknown ? [mentioned] : [mentioned, .unknown]
            throw Unclear.choose(
                "How bad is it? The title says \(mentioned.rawValue).",
                severities.map { choice(service, $0, title, label: $0.rawValue) })
        }
        return done(.declare(service, title: title, severity: severity))
    }

    private func choice(_ service: ServiceID, _ severity: Severity, _ title: String, label: String) -> Choice {
        Choice(label: label, line: "declare \(severity.rawValue) service \(service): \(title)")
    }
}
