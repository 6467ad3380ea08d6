import HTTPTypes

/// The way in of a provider that tells us later what became of something, at `/callbacks/{provider}/{account}/{path}`.
/// It proves who sends before it believes anything.
public protocol CallbackDoor: Sendable {
    /// Why a request is refused whatever its body says, or nil. It is asked before the body is read; nil proves nothing
    /// yet.
    func objection(to headers: HTTPFields, account: String, path: String) -> HookReply?
    /// - Parameters:
    ///   - target: path and query as they were asked for.
    ///   - path: what follows the account.
    func receive(_ request: HookRequest, target: String, account: String, path: String) async -> HookReply
}
