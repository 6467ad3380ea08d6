/// Where the server listens, and its limits: every one has a size, so that nobody can make it hold more than it should.
public struct ServerSettings: Sendable, Hashable {
    public var host: String
    /// 0 takes any free port; `TocsinServer` tells which.
    public var port: Int
    /// Tocsin's own version, shown in `/api/v1/status` and `tocsin_build_info`.
    public var version: String
    /// Bytes of a request's body.
    public var maxBody: Int
    /// Connections open at once; more wait in the kernel's queue.
    public var maxConnections: Int
    /// A connection that says nothing for this long is closed.
    public var idleTimeout: Duration
    /// A body must have arrived whole within this time, however slowly it drips.
    public var bodyTimeout: Duration

    /// Bytes of all header fields of a request. Alertmanager sends a few hundred, a browser a few thousand.
    static let maxHeaderBytes = 32 * 1024
    static let maxHeaderFields = 100

    public init(
        host: String = "127.0.0.1", port: Int = 8080, version: String, maxBody: Int = 1024 * 1024,
        maxConnections: Int = 1000, idleTimeout: Duration = .seconds(60), bodyTimeout: Duration = .seconds(30)
    ) {
        self.host = host
        self.port = port
        self.version = version
        self.maxBody = maxBody
        self.maxConnections = maxConnections
        self.idleTimeout = idleTimeout
        self.bodyTimeout = bodyTimeout
    }
}
