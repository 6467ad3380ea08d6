import EngineCore

extension World {
    /// No service of these worlds has a serving layer.
    func serve(_ call: ServingCall) {}
}
