import Dispatch
import Engine
import Incidents

/// The built-in inbox: shows pages where Tocsin runs. Needs no account, so a first page can be seen in a minute.
public final class InboxPager: Pager {
    private let print: @Sendable (String) -> Void
    /// Pages are printed whole and one after the other, and never on the caller's thread.
    private let queue = DispatchQueue(label: "tocsin.inbox")

    /// - Parameter print: takes a block of lines with its last line break; may block.
    public init(print: @escaping @Sendable (String) -> Void) { self.print = print }

    public func send(_ message: PageMessage, done: @escaping @Sendable (AttemptOutcome) -> Void) {
        queue.async { [print] in
            print(PageText.terminal(message))
            done(AttemptOutcome(.delivered, evidence: "shown in the inbox"))
        }
    }

    public func send(_ notice: Notice, to address: String?, done: @escaping @Sendable (AttemptOutcome) -> Void) {
        queue.async { [print] in
            print(PageText.terminal(notice))
            done(AttemptOutcome(.delivered, evidence: "shown in the inbox"))
        }
    }
}
