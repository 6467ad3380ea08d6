import EngineCore
import Incidents

extension Engine {
    /// The incident whose one message in a room that is: a reply below it is about that incident. Nil when it is
    /// nobody's, or its incident was resolved too long ago to matter.
    public func incident(shownBy message: PostedMessage, on platform: String) -> Incident.ID? {
        read { core in
            core.book.incidents.values.first { incident in
                incident.chats.contains { room, state in
                    room.platform == platform && state.channel == message.channel && state.message == message.id
                }
            }?.id
        }
    }
}
