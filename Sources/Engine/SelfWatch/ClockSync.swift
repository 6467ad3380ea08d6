import Foundation

/// What the kernel knows of its clock's synchronisation (adjtimex(2)).
struct ClockSync {
    let isSynchronised: Bool
    let mostErrorMilliseconds: Int

    /// `struct timex` where `long` has 64 bits: maxerror at 24, status at 40. Neither it nor the call is in what Swift
    /// imports of the C library, so both are found by name.
    private static let maxErrorOffset = 24
    private static let statusOffset = 40
    private static let size = 512
    /// STA_UNSYNC.
    private static let unsynchronised: Int32 = 0x40

    /// Nil where the system does not say.
    static var now: ClockSync? {
        guard MemoryLayout<Int>.size == 8, let symbol = dlsym(nil, "adjtimex") else { return nil }
        typealias Call = @convention(c) (UnsafeMutableRawPointer) -> Int32
        let call = unsafeBitCast(symbol, to: Call.self)
        // `modes` of nought changes nothing.
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        defer { buffer.deallocate() }
        buffer.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        guard call(buffer) >= 0 else { return nil }
        let status = buffer.load(fromByteOffset: statusOffset, as: Int32.self)
        let error = buffer.load(fromByteOffset: maxErrorOffset, as: Int.self)
        return ClockSync(isSynchronised: status & unsynchronised == 0, mostErrorMilliseconds: error / 1000)
    }
}
