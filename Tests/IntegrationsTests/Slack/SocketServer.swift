import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Synchronization

/// A WebSocket server on a port of its own: remembers every frame, sends what it is told.
final class SocketServer: Sendable {
    struct Frame: Hashable, Sendable {
        var connection: Int
        var opcode: WebSocketOpcode
        var text: String
        var isMasked: Bool
    }

    private struct State {
        var frames: [Frame] = []
        var connections: [any Channel] = []
        var paths: [String] = []
        var ended = 0
    }

    private let state = Mutex(State())
    private let listener: any Channel

    /// - Parameter greeting: sent first on every connection.
    init(greeting: String? = #"{"type":"hello","num_connections":1}"#) async throws {
        let made = Mutex<SocketServer?>(nil)
        listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                let upgrader = NIOWebSocketServerUpgrader(
                    shouldUpgrade: { channel, head in
                        made.withLock { $0 }?.state.withLock { $0.paths.append(head.uri) }
                        return channel.eventLoop.makeSucceededFuture([:])
                    },
                    upgradePipelineHandler: { channel, _ in
                        channel.eventLoop.makeCompletedFuture {
                            let server = made.withLock { $0 }!
                            try channel.pipeline.syncOperations.addHandler(
                                FrameReader(server: server, number: server.add(channel)))
                            if let greeting { server.write(.text, greeting, to: channel) }
                        }
                    })
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(
                        withServerUpgrade: (upgraders: [upgrader], completionHandler: { _ in }))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        made.withLock { $0 = self }
    }

    var url: String { "ws://127.0.0.1:\(listener.localAddress!.port!)/link/?ticket=x&app_id=A1" }
    var frames: [Frame] { state.withLock { $0.frames } }
    var connectionCount: Int { state.withLock { $0.connections.count } }
    var endedCount: Int { state.withLock { $0.ended } }
    var paths: [String] { state.withLock { $0.paths } }

    func stop() { listener.close(promise: nil) }

    func send(_ opcode: WebSocketOpcode = .text, _ text: String, fin: Bool = true, connection: Int = 0) {
        write(opcode, text, fin: fin, to: state.withLock { $0.connections[connection] })
    }

    func close(connection: Int) { state.withLock { $0.connections[connection] }.close(promise: nil) }

    private func write(_ opcode: WebSocketOpcode, _ text: String, fin: Bool = true, to channel: any Channel) {
        let frame = WebSocketFrame(fin: fin, opcode: opcode, data: ByteBuffer(string: text))
        channel.writeAndFlush(frame, promise: nil)
    }

    private func add(_ channel: any Channel) -> Int {
        // Not by a handler: a connection may have ended before it has one.
        channel.closeFuture.whenComplete { _ in self.state.withLock { $0.ended += 1 } }
        return state.withLock { state in
            state.connections.append(channel)
            return state.connections.count - 1
        }
    }

    private final class FrameReader: ChannelInboundHandler {
        typealias InboundIn = WebSocketFrame

        private let server: SocketServer
        private let number: Int

        init(server: SocketServer, number: Int) {
            self.server = server
            self.number = number
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let frame = unwrapInboundIn(data)
            let seen = Frame(
                connection: number, opcode: frame.opcode, text: String(buffer: frame.unmaskedData),
                isMasked: frame.maskKey != nil)
            server.state.withLock { $0.frames.append(seen) }
        }
    }
}
