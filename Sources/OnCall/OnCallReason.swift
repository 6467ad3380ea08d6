/// Why a person is on call.
public enum OnCallReason: Hashable, Sendable {
    /// It is their turn in that layer. `turn` counts from 0 at the era's beginning, by turns used up.
    case rotation(layer: String, turn: Int)
    /// An override says so. `inPlaceOf` is whom it displaced; nil where nobody else would have been on call. `origin` is the
    /// agreement it follows from, if it does.
    case override(id: Int, inPlaceOf: UserID?, origin: Override.Origin? = nil)
    /// It is the turn of `of`, who is off.
    case timeOffCover(of: UserID, layer: String)
    /// They come next in the rotation of the schedule they stand behind, where `primary` is on call.
    case behind(ScheduleID, primary: UserID)

    /// One plain clause that follows a person's name, such as "has turn 3 of layer week". Others are named by their ids,
    /// as the log may name them.
    public var explanation: String { explanation(naming: \.rawValue) }

    /// The same with the names that a reader knows people by.
    public func explanation(naming name: (UserID) -> String) -> String {
        switch self {
        case .rotation(let layer, let turn): "has turn \(turn + 1) of layer \(layer)"
        case .override(let id, let displaced?, let origin):
            "is on call in place of \(name(displaced)) by override \(id)\(Self.clause(origin))"
        case .override(let id, nil, let origin): "is on call by override \(id)\(Self.clause(origin))"
        case .timeOffCover(let absent, let layer): "covers for \(name(absent)), who is off, in layer \(layer)"
        case .behind(let schedule, let primary): "comes next after \(name(primary)) in schedule \(schedule)"
        }
    }

    private static func clause(_ origin: Override.Origin?) -> String {
        guard let origin else { return "" }
        return origin.isSwap
            ? ", a swap agreed on (cover request \(origin.coverRequest))"
            : ", as agreed on (cover request \(origin.coverRequest))"
    }
}
