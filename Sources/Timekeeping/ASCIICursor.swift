/// Reads ASCII text from left to right; every step either succeeds and advances, or returns nil and stays put.
struct ASCIICursor {
    let bytes: [UInt8]
    private(set) var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }
    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func take(_ wanted: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: wanted) else { return false }
        position += 1
        return true
    }

    mutating func take(while belongs: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let start = position
        while position < bytes.count, belongs(bytes[position]) { position += 1 }
        return bytes[start..<position]
    }

    /// A number of `digits` decimal digits (at most 9, so it cannot overflow) that lies in `range`.
    mutating func number(digits: ClosedRange<Int>, in range: ClosedRange<Int>) -> Int? {
        let start = position
        var value = 0
        while position - start < digits.upperBound, let byte = next, byte.isASCIIDigit {
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
            position += 1
        }
        guard position - start >= digits.lowerBound, range.contains(value) else {
            position = start
            return nil
        }
        return value
    }

    mutating func number(digits: Int, in range: ClosedRange<Int>) -> Int? {
        number(digits: digits...digits, in: range)
    }
}

extension UInt8 {
    var isASCIIDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    var isASCIILetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }
}

/// `value` in decimal with at least `width` digits, zeros in front: the year 33 is "0033".
func zeroPadded(_ value: Int, width: Int) -> String {
    let digits = String(value.magnitude)
    let zeros = String(repeating: "0", count: max(0, width - digits.utf8.count))
    return (value < 0 ? "-" : "") + zeros + digits
}
