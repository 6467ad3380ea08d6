/// Who is on call in one schedule throughout `span`.
struct Segment {
    let span: Span
    let duties: [Shift.Assignment]
    let hole: HoleReason?
    /// The rotation that answers, for schedules that stand behind this one; nil when none does.
    let rotation: Rotation?

    struct Rotation {
        let layer: String
        let position: RotationPosition
        /// Who is on call in front of whoever stands behind next.
        let taken: [UserID]
        /// Who is away from the schedules in front.
        let timeOff: [TimeOff]
    }

    /// Sorted: the order of duties is no change of people.
    var users: [UserID] { duties.map(\.user).sorted() }

    static func hole(_ reason: HoleReason, span: Span = Span()) -> Segment {
        Segment(span: span, duties: [], hole: reason, rotation: nil)
    }
}
