/// Who is on call in one schedule throughout `span`.
struct Segment {
    let span: Span
    let duties: [Shift.Assignment]
    let hole: HoleReason?
    /// The rotation that answers, for schedules that stand behind this one; nil when none does.
    let rotation: RotationPosition?
    /// Whom overrides take out, here or in front: they stand behind only where nobody else does.
    let displaced: [UserID]

    static func hole(_ reason: HoleReason, span: Span = Span()) -> Segment {
        Segment(span: span, duties: [], hole: reason, rotation: nil, displaced: [])
    }

    func hasOnCall(_ user: UserID) -> Bool { duties.contains { $0.user == user } }

    /// In whatever order: that is no change of people.
    func hasSamePeople(as other: Segment) -> Bool {
        duties.count == other.duties.count && duties.allSatisfy { other.hasOnCall($0.user) }
    }
}
