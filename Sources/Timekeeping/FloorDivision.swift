extension BinaryInteger {
    /// The quotient rounded toward negative infinity, with a remainder in `0..<divisor`, so that dates before 1970
    /// count the same way as dates after. `divisor` must be positive.
    func flooredQuotientAndRemainder(dividingBy divisor: Self) -> (quotient: Self, remainder: Self) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
