import Simulation
import Testing

@Suite struct SeededRandomTests {
    @Test("The same seed gives the same numbers, another one gives others")
    func repeats() {
        var (one, same, other) = (SeededRandom(seed: 7), SeededRandom(seed: 7), SeededRandom(seed: 8))
        let numbers = (0..<100).map { _ in one.next() }
        #expect(numbers == (0..<100).map { _ in same.next() })
        #expect(numbers != (0..<100).map { _ in other.next() })
    }

    @Test("Numbers stay in their range and reach both ends")
    func staysInRange() {
        var random = SeededRandom(seed: 1)
        let numbers = (0..<1000).map { _ in random.number(3...7) }
        #expect(Set(numbers) == [3, 4, 5, 6, 7])
    }

    @Test("Times stay between the shortest and the longest")
    func timesStayBetween() {
        var random = SeededRandom(seed: 1)
        let times = (0..<1000).map { _ in random.time(.seconds(2), .seconds(3600)) }
        #expect(times.allSatisfy { $0 >= .seconds(2) && $0 <= .seconds(3600) })
        #expect(times.contains { $0 < .seconds(10) } && times.contains { $0 > .seconds(1800) })
    }
}
