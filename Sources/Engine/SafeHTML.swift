/// HTML that was made safe by whoever made it: no scripts, no styles, no address but the web's.
///
/// It has no quotes but around attributes, so `href="` can only stand where a link begins.
public struct SafeHTML: Sendable, Hashable {
    public let text: String

    /// Only for what writes HTML tag by tag and escapes everything else.
    public init(uncheckedText text: String) { self.text = text }
}
