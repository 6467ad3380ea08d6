import Crypto
import Foundation
import Incidents
import OnCall
import Timekeeping

/// Everything the configuration folder says, validated: the directory that decisions look things up in, and the
/// settings of the shell around it. Secrets are resolved here and appear in no event, log line or error.
public struct Configuration: Sendable {
    public var directory: Directory
    public var integrations: [IntegrationSettings]
    public var channels: ChannelSettings
    /// How the serving layers of services that can be rolled back are reached.
    public var serving: [ServiceID: ServingSettings]
    /// Where a person is reached; from the contacts file, never recorded (S20).
    public var contacts: [UserID: ContactDetails]
    /// What was read, for the directory event. Holds references to secrets, not secrets.
    public var sources: [SourceFile]
    /// The TZif bytes of every zone named in it.
    public var zones: [ZoneID: [UInt8]]
    /// In order of name.
    public var runbooks: [Runbook]
    public var warnings: [String]
    /// Calendars of holidays that are fetched; those of files are time off in the directory already.
    public var holidayFeeds: [HolidayFeed]
    /// Nil when nobody outside watches over this Tocsin.
    public var heartbeat: HeartbeatSettings?

    public init(
        directory: Directory, integrations: [IntegrationSettings] = [], channels: ChannelSettings = ChannelSettings(),
        contacts: [UserID: ContactDetails] = [:], sources: [SourceFile] = [], zones: [ZoneID: [UInt8]] = [:],
        runbooks: [Runbook] = [], warnings: [String] = [], serving: [ServiceID: ServingSettings] = [:],
        holidayFeeds: [HolidayFeed] = [], heartbeat: HeartbeatSettings? = nil
    ) {
        self.directory = directory
        self.integrations = integrations
        self.channels = channels
        self.contacts = contacts
        self.sources = sources
        self.zones = zones
        self.runbooks = runbooks
        self.warnings = warnings
        self.serving = serving
        self.holidayFeeds = holidayFeeds
        self.heartbeat = heartbeat
    }
}

public struct IntegrationSettings: Sendable, Hashable {
    public var id: IntegrationID
    /// The vendor's format: `alertmanager`, `generic`.
    public var type: String
    /// What the sender proves itself with, in the path of `/hooks/{key}`.
    public var key: String
    /// For `generic`: where in the body things are.
    public var mapping: GenericMapping?

    public init(id: IntegrationID, type: String, key: String, mapping: GenericMapping? = nil) {
        self.id = id
        self.type = type
        self.key = key
        self.mapping = mapping
    }
}

/// Where a generic JSON body keeps what an alert needs. Each is a path of member names and array indices such as
/// `data.monitor.id` or `alerts.0.name`; only `key` and `title` are mandatory.
public struct GenericMapping: Sendable, Hashable {
    /// An array of alerts within the body; nil when the body is one alert.
    public var alerts: String?
    public var key: String
    public var title: String
    public var summary: String?
    public var severity: String?
    /// The sender's words for severities, where they are not ours.
    public var severities: [String: Severity]
    public var status: String?
    /// Values of `status` that mean it is over.
    public var resolvedWhen: [String]
    public var episode: String?
    public var group: String?
    /// An object whose scalar members become labels.
    public var labels: String?
    public var links: [String: String]

    public init(
        alerts: String? = nil, key: String, title: String, summary: String? = nil, severity: String? = nil,
        severities: [String: Severity] = [:], status: String? = nil, resolvedWhen: [String] = ["resolved"],
        episode: String? = nil, group: String? = nil, labels: String? = nil, links: [String: String] = [:]
    ) {
        self.alerts = alerts
        self.key = key
        self.title = title
        self.summary = summary
        self.severity = severity
        self.severities = severities
        self.status = status
        self.resolvedWhen = resolvedWhen
        self.episode = episode
        self.group = group
        self.labels = labels
        self.links = links
    }
}

/// The ways out to people. A channel that is nil is not configured.
public struct ChannelSettings: Sendable, Hashable {
    /// One signed webhook for everybody who has none of their own.
    public var webhook: WebhookSettings?
    /// Webhooks that incidents are told to, by name.
    public var webhooks: [String: WebhookSettings]
    public var smtp: SMTPSettings?
    public var ntfy: NtfySettings?
    public var slack: SlackSettings?
    /// Who sends SMS, the preferred first.
    public var sms: [PhoneSettings]
    /// Who calls, the preferred first.
    public var call: [PhoneSettings]

    public init(
        webhook: WebhookSettings? = nil, webhooks: [String: WebhookSettings] = [:], smtp: SMTPSettings? = nil,
        ntfy: NtfySettings? = nil, slack: SlackSettings? = nil, sms: [PhoneSettings] = [], call: [PhoneSettings] = []
    ) {
        self.webhook = webhook
        self.webhooks = webhooks
        self.smtp = smtp
        self.ntfy = ntfy
        self.slack = slack
        self.sms = sms
        self.call = call
    }
}

/// Where one person is reached, from the contacts file and, for chat ids, from the configuration. Never recorded.
public struct ContactDetails: Sendable, Hashable {
    public var webhook: WebhookSettings?
    /// `local@domain`.
    public var mail: String?
    /// An ntfy topic. Whoever knows it can read it.
    public var push: String?
    /// A Slack user id such as `U01ANA`.
    public var slack: String?
    /// For SMS and calls, in E.164.
    public var phone: String?

    public init(
        webhook: WebhookSettings? = nil, mail: String? = nil, push: String? = nil, slack: String? = nil,
        phone: String? = nil
    ) {
        self.phone = phone
        self.webhook = webhook
        self.mail = mail
        self.push = push
        self.slack = slack
    }
}

/// A mail server that takes our mail.
public struct SMTPSettings: Sendable, Hashable {
    public enum Security: String, Sendable, Hashable, CaseIterable {
        /// Plain at first, then TLS or nothing (usually port 587).
        case startTLS = "starttls"
        /// TLS from the first byte (usually port 465).
        case tls
        /// No TLS: only for a server on this machine.
        case none
    }

    public var host: String
    public var port: Int
    public var security: Security
    /// `local@domain`.
    public var from: String
    public var user: String?
    public var password: String?
    /// A PEM file of certificates to trust instead of the system's.
    public var caFile: String?
    /// What we call ourselves in EHLO; the domain of `from` when nil.
    public var helo: String?

    public init(
        host: String, port: Int = 587, security: Security = .startTLS, from: String, user: String? = nil,
        password: String? = nil, caFile: String? = nil, helo: String? = nil
    ) {
        self.host = host
        self.port = port
        self.security = security
        self.from = from
        self.user = user
        self.password = password
        self.caFile = caFile
        self.helo = helo
    }
}

/// An ntfy server.
public struct NtfySettings: Sendable, Hashable {
    /// `https://ntfy.example.com`, without a topic.
    public var url: String
    /// An access token, `tk_…`.
    public var token: String?

    public init(url: String, token: String? = nil) {
        self.url = url
        self.token = token
    }
}

/// A Slack app in one workspace.
public struct SlackSettings: Sendable, Hashable {
    /// `xoxb-…`.
    public var bot: String
    /// For requests that Slack sends us; nil when there are none (Socket Mode).
    public var signingSecret: String?
    /// `xapp-…`, for Socket Mode; nil when Slack reaches us by HTTP.
    public var app: String?
    /// Where Slack's Web API is; another address only in tests and behind gateways.
    public var api: String

    public static let standardAPI = "https://slack.com/api"

    public init(bot: String, signingSecret: String? = nil, app: String? = nil, api: String = Self.standardAPI) {
        self.bot = bot
        self.signingSecret = signingSecret
        self.app = app
        self.api = api
    }
}

public struct WebhookSettings: Sendable, Hashable {
    /// `http` or `https`.
    public var url: String
    /// The key, decoded from its `whsec_…` form: 24 to 64 bytes (Standard Webhooks).
    public var secret: [UInt8]

    public init(url: String, secret: [UInt8]) {
        self.url = url
        self.secret = secret
    }
}

extension Configuration {
    var zoneFiles: [ZoneFile] {
        zones.sorted { $0.key < $1.key }.map { ZoneFile(zone: $0.key, base64: Data($0.value).base64EncodedString()) }
    }

    /// Names this version: lower-case hex SHA-256 over the sources and the zone rules they were read under.
    public var digest: String {
        var hash = SHA256()
        func add(_ text: String) {
            hash.update(data: Data("\(text.utf8.count):\(text)".utf8))
        }
        for source in sources {
            add(source.path)
            add(source.text)
        }
        for zone in zoneFiles {
            add(zone.zone.rawValue)
            add(zone.base64)
        }
        return Hex.encode(hash.finalize())
    }
}
