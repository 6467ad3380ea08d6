import Crypto
import Foundation
import Incidents
import OnCall
import Timekeeping

/// Links into Tocsin: to an incident, and the signed ones in pages.
///
/// A signed link names the page, the person and its end, and proves by HMAC-SHA256 that we made it. It lets its bearer
/// acknowledge that one incident, and others told in the same message, as that person, and see to its rollback as far as that person may, and nothing else.
public struct Links: Sendable {
    private let publicURL: String
    private let key: SymmetricKey

    init(publicURL: String, key: [UInt8]) {
        self.publicURL = publicURL
        self.key = SymmetricKey(data: key)
    }

    public var home: String { "\(publicURL)/" }
    public var silences: String { "\(publicURL)/silences" }
    public func incident(_ id: Incident.ID) -> String { "\(publicURL)/incidents/\(id.number)" }
    /// When who is on call there, and where it can be changed.
    public func schedule(_ id: ScheduleID) -> String { "\(publicURL)/schedules/\(id)" }
    /// The draft of its post-mortem, as a page.
    public func postmortem(_ id: Incident.ID) -> String { "\(incident(id))/postmortem" }

    public func acknowledge(_ page: PageID, user: UserID, expiresAt: Instant) -> String {
        "\(publicURL)/a/\(token(.acknowledge, "\(page) \(user) \(expiresAt.milliseconds)"))"
    }

    /// For who is logged in to the console; with the incident, its commands name it.
    public func runbook(_ id: RunbookID, for incident: Incident.ID? = nil) -> String {
        "\(publicURL)/runbooks/\(id)\(incident.map { "?incident=\($0.number)" } ?? "")"
    }

    public func runbook(_ runbook: LinkedRunbook, for incident: Incident.ID) -> RunbookLink {
        RunbookLink(title: runbook.title, url: self.runbook(runbook.id, for: incident))
    }

    /// Shows runbooks to whoever has the link, until then: this one, those it leads to, and any other whose name is
    /// known, each with that incident's commands. It only shows them, and changes nothing.
    public func runbook(_ runbook: LinkedRunbook, _ incident: Incident.ID, expiresAt: Instant) -> RunbookLink {
        let token = token(.runbooks, "\(incident.number) \(expiresAt.milliseconds)")
        return RunbookLink(title: runbook.title, url: "\(publicURL)/runbooks/\(runbook.id)?page=\(token)")
    }

    /// What follows the address that people reach Tocsin at.
    public func path(_ link: String) -> String { String(link.dropFirst(publicURL.count)) }

    /// How long a personal link works. It is asked for and followed at once.
    public static let personalLife = Duration.hours(1)

    /// Opens that person's own page, `/me`, and nothing else.
    public func personal(_ user: UserID, expiresAt: Instant) -> String {
        "\(publicURL)/me/\(token(.personal, "\(expiresAt.milliseconds) \(user)"))"
    }

    /// Where a calendar is fetched, as long as it is not revoked. Nobody can guess it, and nothing in the log tells it:
    /// that holds the calendar's number only.
    public func calendar(_ id: Int) -> String { "\(publicURL)/ical/\(token(.calendar, String(id))).ics" }

    /// The calendar that this is the address of; whether it is revoked is another question.
    public func readCalendar(token: String) -> Int? { claim(.calendar, of: token).flatMap { Int($0) } }

    public enum Problem: Error, Sendable { case invalid, expired }

    public func readAcknowledge(token: String, now: Instant) -> Result<AcknowledgeLink, Problem> {
        guard let claim = claim(.acknowledge, of: token) else { return .failure(.invalid) }
        let fields = claim.split(separator: " ")
        guard fields.count == 3, let page = PageID(String(fields[0])), let expires = Int64(fields[2])
        else { return .failure(.invalid) }
        let expiresAt = Instant(milliseconds: expires)
        guard now < expiresAt else { return .failure(.expired) }
        return .success(
            AcknowledgeLink(page: page, user: UserID(rawValue: String(fields[1])), expiresAt: expiresAt))
    }

    /// The incident that a link to its runbooks was made for.
    public func readRunbooks(token: String, now: Instant) -> Result<Incident.ID, Problem> {
        guard let claim = claim(.runbooks, of: token) else { return .failure(.invalid) }
        let fields = claim.split(separator: " ")
        guard fields.count == 2, let incident = Int(fields[0]), let expires = Int64(fields[1])
        else { return .failure(.invalid) }
        guard now < Instant(milliseconds: expires) else { return .failure(.expired) }
        return .success(Incident.ID(incident))
    }

    public func readPersonal(token: String, now: Instant) -> Result<PersonalLink, Problem> {
        guard let claim = claim(.personal, of: token) else { return .failure(.invalid) }
        let fields = claim.split(separator: " ", maxSplits: 1)
        guard fields.count == 2, let expires = Int64(fields[0]) else { return .failure(.invalid) }
        let expiresAt = Instant(milliseconds: expires)
        guard now < expiresAt else { return .failure(.expired) }
        return .success(PersonalLink(user: UserID(rawValue: String(fields[1])), expiresAt: expiresAt))
    }

    /// How long a call or an SMS is told of by its provider, and a key press in the call counts.
    public static let phoneLife = Duration.hours(2)

    /// Goes to a provider of telephony with one attempt, and comes back with what it tells of it.
    public func phone(_ attempt: AttemptID, user: UserID, expiresAt: Instant) -> String {
        token(.phone, "\(attempt.page) \(attempt.number) \(expiresAt.milliseconds) \(user)")
    }

    public func readPhone(token: String, now: Instant) -> Result<PhoneLink, Problem> {
        guard let claim = claim(.phone, of: token) else { return .failure(.invalid) }
        let fields = claim.split(separator: " ", maxSplits: 3)
        guard fields.count == 4, let page = PageID(String(fields[0])), let number = Int(fields[1]),
            let expires = Int64(fields[2])
        else { return .failure(.invalid) }
        guard now < Instant(milliseconds: expires) else { return .failure(.expired) }
        return .success(
            PhoneLink(attempt: AttemptID(page: page, number: number), user: UserID(rawValue: String(fields[3]))))
    }

    // MARK: Signing

    /// What a token is for is signed with it: one for a page opens no personal page.
    private enum Purpose: String { case acknowledge, calendar, personal, phone, runbooks }

    private func token(_ purpose: Purpose, _ claim: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: signed(purpose, claim), using: key)
        return "\(base64URL(Array(claim.utf8))).\(base64URL(Array(code)))"
    }

    private func claim(_ purpose: Purpose, of token: String) -> String? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard token.utf8.count < 1024, parts.count == 2, let claimBytes = fromBase64URL(parts[0]),
            let signature = fromBase64URL(parts[1]), let claim = String(validating: claimBytes, as: UTF8.self),
            HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: signed(purpose, claim), using: key)
        else { return nil }
        return claim
    }

    private func signed(_ purpose: Purpose, _ claim: String) -> Data { Data("\(purpose.rawValue)\n\(claim)".utf8) }
}

/// What a signed link in a page stands for.
public struct AcknowledgeLink: Sendable, Hashable {
    public let page: PageID
    public let user: UserID
    public let expiresAt: Instant
}

/// One attempt to reach one person by telephone.
public struct PhoneLink: Sendable, Hashable {
    public let attempt: AttemptID
    public let user: UserID

    public init(attempt: AttemptID, user: UserID) {
        self.attempt = attempt
        self.user = user
    }
}

/// Where a runbook can be read.
public struct RunbookLink: Sendable, Hashable {
    public let title: String
    public let url: String

    public init(title: String, url: String) {
        self.title = title
        self.url = url
    }
}

/// What a personal link stands for. Two that are equal are the same link.
public struct PersonalLink: Sendable, Hashable {
    public let user: UserID
    public let expiresAt: Instant

    public init(user: UserID, expiresAt: Instant) {
        self.user = user
        self.expiresAt = expiresAt
    }
}

private func base64URL(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
}

private func fromBase64URL(_ text: Substring) -> [UInt8]? {
    var base64 = text.replacing("-", with: "+").replacing("_", with: "/")
    base64 += String(repeating: "=", count: (4 - base64.count % 4) % 4)
    return Data(base64Encoded: String(base64)).map { Array($0) }
}
