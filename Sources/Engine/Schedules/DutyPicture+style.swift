/// Colours and letters. Written out instead of by variables, because not everything that shows SVG knows them.
extension DutyPicture {
    /// Rules for everything inside `.duty`, and nothing else.
    public static func css(_ theme: Theme) -> String {
        let both = shapes
        switch theme {
        case .light: return both + rules(.light)
        case .dark: return both + rules(.dark)
        case .auto: return "\(both)\(rules(.light))@media (prefers-color-scheme: dark) {\n\(rules(.dark))}\n"
        }
    }

    private static let shapes = """
        .duty text { font: 12px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
        .duty .head { font-size: 17px; font-weight: 700; } .duty .strong { font-weight: 600; }
        .duty text.quiet { font-size: 10.5px; } .duty text.tiny { font-size: 9px; }
        .duty text.small { font-size: 10px; } .duty text.legend { font-size: 11px; }
        .duty text.flag-ink { font-size: 10px; font-weight: 700; } .duty .hole-ink { font-weight: 700; }
        .duty .middle { text-anchor: middle; } .duty .end { text-anchor: end; }
        .duty line.change { stroke-width: 2; stroke-dasharray: 4 3; } .duty line.now { stroke-width: 2; }
        .duty .override { stroke-width: 2; stroke-dasharray: 5 3; }
        .duty .cover { stroke-width: 2; stroke-dasharray: 1.5 2.5; }

        """

    private struct Palette {
        let ground, ink, quiet, line, hour, weekend, lane, night, dark, now, change, changeInk, off, edge: String
        let holeA, holeB, holeInk: String
        let shades: [DutyColours.Shade]

        static let light = Palette(
            ground: "#ffffff", ink: "#1c1e21", quiet: "#5b6068", line: "#b9bcc2", hour: "#e3e4e6", weekend: "#f3f2ec",
            lane: "#f4f6f9", night: "#c3cbe0", dark: "#0b1020", now: "#b3141d", change: "#8a4b00",
            changeInk: "#ffffff", off: "#6b7280", edge: "#111111", holeA: "#ffffff", holeB: "#d4001a",
            holeInk: "#ffffff", shades: DutyColours.light)

        static let dark = Palette(
            ground: "#121417", ink: "#e4e6e9", quiet: "#9aa1ab", line: "#4a515b", hour: "#2a2e35", weekend: "#191c21",
            lane: "#343a44", night: "#171a21", dark: "#05070d", now: "#ff7b78", change: "#ffc14d",
            changeInk: "#111111", off: "#9aa1ab", edge: "#ffffff", holeA: "#2a0507", holeB: "#ff4d57",
            holeInk: "#111111", shades: DutyColours.dark)
    }

    private static func rules(_ p: Palette) -> String {
        let people = p.shades.enumerated().map { place, shade in
            ".duty .c\(place) { fill: \(shade.fill); } .duty .t\(place) { fill: \(shade.ink); }\n"
        }
        return """
            .duty .ground { fill: \(p.ground); } .duty text { fill: \(p.ink); }
            .duty text.quiet, .duty text.tiny { fill: \(p.quiet); }
            .duty line.day { stroke: \(p.line); } .duty line.hour { stroke: \(p.hour); }
            .duty line.tick { stroke: \(p.ground); stroke-width: 2; }
            .duty .weekend { fill: \(p.weekend); } .duty .lane { fill: \(p.lane); } .duty .night { fill: \(p.night); }
            .duty .dark { fill: \(p.dark); } .duty .off { fill: \(p.off); }
            .duty line.now { stroke: \(p.now); } .duty path.now, .duty rect.now { fill: \(p.now); }
            .duty line.change { stroke: \(p.change); } .duty .flag { fill: \(p.change); }
            .duty text.flag-ink { fill: \(p.changeInk); }
            .duty .hole { stroke: \(p.holeB); } .duty .hole-a { fill: \(p.holeA); } .duty .hole-b { fill: \(p.holeB); }
            .duty text.hole-ink { fill: \(p.holeInk); }
            .duty .override, .duty .cover { stroke: \(p.edge); }
            \(people.joined())
            """
    }
}
