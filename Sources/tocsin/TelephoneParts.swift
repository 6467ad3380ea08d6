import Engine
import Incidents
import Integrations
import Logging
import OnCall
import Server
import ServiceLifecycle
import Timekeeping

/// Everything about telephony that stands before the engine does. The way in and the watch over calls come after it.
struct TelephoneParts: Sendable {
    let telephone: Telephone
    let sms: SMSPager
    let call: CallPager
    private let book: ContactBook
    private let log: Logger

    init(book: ContactBook, curl: CurlClient, channels gates: Channels, publicURL: String, log: Logger) {
        self.book = book
        self.log = log
        telephone = Telephone(
            channels: { book.channels }, client: curl, gates: gates, publicURL: publicURL, now: { HostTime.now },
            log: log)
        sms = SMSPager(telephone: telephone, address: { book.address(of: $0, .sms) })
        call = CallPager(telephone: telephone, address: { book.address(of: $0, .call) })
    }

    func replies(desk: any CommandDesk) -> PhoneReplies {
        PhoneReplies(
            person: { [book] in book.person(withPhone: $0) }, desk: desk, now: { HostTime.now }, log: log)
    }

    func doors(engine: Engine, replies: PhoneReplies) -> [String: any CallbackDoor] {
        Dictionary(
            uniqueKeysWithValues: PhoneSettings.Vendor.allCases.map { vendor in
                (vendor.rawValue, PhoneDoor(vendor, telephone: telephone, engine: engine, replies: replies))
            })
    }

    func watch(engine: Engine, replies: PhoneReplies) -> PhoneWatching {
        PhoneWatching(watch: PhoneWatch(telephone: telephone, engine: engine, replies: replies))
    }
}

/// Hangs up calls and asks after what is under way, for as long as the server runs.
struct PhoneWatching: Service {
    let watch: PhoneWatch

    func run() async throws { await cancelWhenGracefulShutdown { await watch.run() } }
}
