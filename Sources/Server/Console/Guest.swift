import Engine
import EngineCore
import Hummingbird
import Incidents
import OnCall
import Timekeeping

/// Somebody with a session: of the console, which speaks for anybody, or of a person's own, which speaks for that
/// person alone.
struct Guest {
    let session: Sessions.Session
    let viewer: Viewer

    /// Nil when anybody may be chosen.
    var own: UserID? { session.user }

    /// Who sent the request; the console's session first. Personal ones of people who are gone do not count.
    static func all(_ request: Request, _ engine: Engine, _ sessions: Sessions) -> [Guest] {
        let now = engine.now
        return [sessions.session(of: request, now: now), sessions.personal(of: request, now: now)].compactMap { $0 }
            .filter { session in session.user.map { user in engine.read { $0.directory.users[user] != nil } } ?? true }
            .map { session in
                let viewer = Viewer(engine, sessions, session, request, at: now)
                return Guest(session: session, viewer: viewer.acting(as: session.user))
            }
    }
}

extension Layout {
    /// A page that both kinds of sessions may see.
    static func shared(_ guest: Guest, title: String, refreshSeconds: Int? = nil, _ content: HTML) -> HTML {
        guard let own = guest.own else {
            return console(guest.viewer, title: title, refreshSeconds: refreshSeconds, content)
        }
        let clock = guest.viewer.clock
        return personal(
            title: title, name: guest.viewer.name(own), guards: guest.viewer.guards,
            """
            \(content)
            <p class="quiet small">Times are \(clock.place) time; it is \(clock.clock(guest.viewer.now)) there.</p>
            """)
    }
}
