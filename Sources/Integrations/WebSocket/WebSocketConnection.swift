import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket

/// A WebSocket that we opened (RFC 6455). Text only; pings are answered, fragments joined, frames masked.
struct WebSocketConnection: Sendable {
    /// The largest message that is taken, its fragments together.
    static let messageLimit = 1_048_576

    /// From the connection to the server's consent: one that accepts and says nothing must not hold us.
    private static let openingLimit = TimeAmount.seconds(10)

    private let channel: NIOAsyncChannel<WebSocketFrame, WebSocketFrame>

    /// Opens one.
    /// - Parameter silenceLimit: it ends when nothing arrives for that long, a ping included.
    /// - Throws: `WebSocketProblem`, or what the network says.
    static func open(
        _ address: WebAddress, group: any EventLoopGroup, silenceLimit: Duration
    ) async throws -> WebSocketConnection {
        let upgrade = try await ClientBootstrap(group: group)
            .connectTimeout(.seconds(5))
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .connect(host: address.host, port: address.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if address.isSecure {
                        try channel.pipeline.syncOperations.addHandler(tlsHandler(address.host))
                    }
                    let upgraded = try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
                        configuration: .init(upgradeConfiguration: upgrading(address, silenceLimit)))
                    let limit = channel.eventLoop.scheduleTask(in: openingLimit) { channel.close(promise: nil) }
                    upgraded.whenComplete { _ in limit.cancel() }
                    return upgraded
                }
            }
        guard let channel = try await upgrade.get() else { throw WebSocketProblem("it answered without a WebSocket") }
        return WebSocketConnection(channel: channel)
    }

    /// Hands every message to `receive`, and with it the way to answer. Returns when either side has ended it, and
    /// closes it when the task is cancelled.
    func run(
        _ receive: @escaping @Sendable (String, WebSocketWriter) async throws -> Void
    ) async throws {
        try await channel.executeThenClose { inbound, outbound in
            let writer = WebSocketWriter(outbound: outbound, channel: channel.channel)
            for try await frame in inbound {
                switch frame.opcode {
                case .text:
                    try await receive(String(buffer: frame.unmaskedData), writer)
                case .ping: try await writer.send(.pong, frame.unmaskedData)
                case .connectionClose:
                    // Its code is sent back (RFC 6455, section 5.5.1).
                    let code = ByteBuffer(bytes: frame.unmaskedData.readableBytesView.prefix(2))
                    try? await writer.send(.connectionClose, code)
                    return
                case .pong: break
                case .binary, .continuation: break
                default: throw WebSocketProblem("a frame of an unknown kind came")
                }
            }
        }
    }

    // MARK: Opening

    private static func tlsHandler(_ host: String) throws -> NIOSSLClientHandler {
        let context = try NIOSSLContext(configuration: .makeClientConfiguration())
        // An address is no name, and TLS sends only names.
        let isAddress = host.contains(":") || host.allSatisfy { $0.isNumber || $0 == "." }
        return try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : host)
    }

    private static func upgrading(
        _ address: WebAddress, _ silenceLimit: Duration
    ) -> NIOTypedHTTPClientUpgradeConfiguration<NIOAsyncChannel<WebSocketFrame, WebSocketFrame>?> {
        let upgrader = NIOTypedWebSocketClientUpgrader<NIOAsyncChannel<WebSocketFrame, WebSocketFrame>?>(
            maxFrameSize: messageLimit,
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(IdleStateHandler(readTimeout: TimeAmount(silenceLimit)))
                    try pipeline.addHandler(ClosesWhenSilent())
                    try pipeline.addHandler(
                        NIOWebSocketFrameAggregator(
                            minNonFinalFragmentSize: 1, maxAccumulatedFrameCount: 1024,
                            maxAccumulatedFrameSize: messageLimit))
                    return try NIOAsyncChannel<WebSocketFrame, WebSocketFrame>(wrappingChannelSynchronously: channel)
                }
            })
        let port = address.port == (address.isSecure ? 443 : 80) ? "" : ":\(address.port)"
        let host = address.host.contains(":") ? "[\(address.host)]" : address.host
        let head = HTTPRequestHead(
            version: .http1_1, method: .GET, uri: address.target,
            headers: ["Host": "\(host)\(port)", "User-Agent": "tocsin"])
        return NIOTypedHTTPClientUpgradeConfiguration(
            upgradeRequestHead: head, upgraders: [upgrader],
            notUpgradingCompletionHandler: { channel in channel.close().map { nil } })
    }
}

/// The way to answer down a WebSocket; from any task.
struct WebSocketWriter: Sendable {
    fileprivate let outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>
    fileprivate let channel: any Channel

    func send(_ text: String) async throws { try await send(.text, ByteBuffer(string: text)) }

    /// Ends it after that time, if the other side has not.
    func close(after time: Duration) {
        channel.eventLoop.scheduleTask(in: TimeAmount(time)) { [channel] in channel.close(promise: nil) }
    }

    fileprivate func send(_ kind: WebSocketOpcode, _ data: ByteBuffer) async throws {
        try await outbound.write(WebSocketFrame(fin: true, opcode: kind, maskKey: .random(), data: data))
    }
}

/// Why there is no WebSocket.
struct WebSocketProblem: Error, Hashable, Sendable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// A connection whose other end has vanished says nothing at all: no close, no error.
private final class ClosesWhenSilent: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias InboundOut = WebSocketFrame

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent {
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }
}
