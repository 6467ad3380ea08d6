import Documents
import Engine
import Integrations
import Timekeeping

extension HolidayReading {
    /// From the internet, read as a configuration's own calendars are.
    convenience init(_ configuration: ConfigurationDesk, _ reader: ConfigurationReader, _ client: CurlClient) {
        let fetcher = CalendarFetcher(client: client)
        self.init(
            configuration: configuration, fetch: { await fetcher.fetch($0, since: $1) },
            read: { text, calendar, zones, now in
                let (timeOff, problems) = reader.holidays(text, calendar: calendar, of: zones, now: now)
                return (timeOff, problems.map(\.description))
            })
    }
}
