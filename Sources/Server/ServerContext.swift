import Hummingbird
import NIOCore

/// What one request carries besides itself.
struct ServerContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The other end of the connection, without its port; behind a proxy, the proxy. Nil when there is no connection.
    let peer: String?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        peer = source.channel.remoteAddress?.ipAddress
    }
}
