import Foundation

/// Whether an address of the internet is one that anybody may be sent to: not this machine, nor a network that only
/// this machine can reach.
///
/// Somebody who may write an address into a configuration, or a server that redirects, must not make Tocsin ask a
/// neighbour for something. Source: the special-purpose registries of IANA (RFC 6890).
public enum PublicAddress {
    /// A host's addresses as numbers, or why it must not be asked.
    public enum Lookup: Sendable, Hashable {
        case addresses([String])
        /// A clause: "the host has no address".
        case refused(String)
    }

    /// Looks the name up, which may take a while: not on a thread that others wait for. All of its addresses must be
    /// public, for the next connection may take any.
    public static func lookUp(_ host: String, allowsPrivate: Bool = false) -> Lookup {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0, let list else { return .refused("the host has no address") }
        defer { freeaddrinfo(list) }
        var found: [String] = []
        var next: UnsafeMutablePointer<addrinfo>? = list
        while let entry = next {
            next = entry.pointee.ai_next
            guard let address = entry.pointee.ai_addr, let bytes = bytes(of: address) else { continue }
            guard allowsPrivate || isPublic(bytes) else {
                return .refused("the host is in a private network, and only public ones are asked")
            }
            let text = text(bytes)
            if !found.contains(text) { found.append(text) }
        }
        return found.isEmpty ? .refused("the host has no address") : .addresses(found)
    }

    /// - Parameter bytes: four of IPv4 or sixteen of IPv6, in network order.
    public static func isPublic(_ bytes: [UInt8]) -> Bool {
        switch bytes.count {
        case 4: return !specialV4.contains { bytes.starts(with: $0.prefix, bits: $0.bits) }
        case 16:
            // What carries an address of IPv4 leads where that leads.
            if bytes.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], bits: 96)
                || bytes.starts(with: [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0], bits: 96)
            {
                return isPublic(Array(bytes.suffix(4)))
            }
            if bytes.starts(with: [0x20, 0x02], bits: 16) { return isPublic(Array(bytes[2..<6])) }
            // Global unicast is 2000::/3 and nothing else.
            return bytes.starts(with: [0x20], bits: 3)
                && !specialV6.contains { bytes.starts(with: $0.prefix, bits: $0.bits) }
        default: return false
        }
    }

    private static let specialV4: [(prefix: [UInt8], bits: Int)] = [
        ([0], 8), ([10], 8), ([100, 64], 10), ([127], 8), ([169, 254], 16), ([172, 16], 12), ([192, 0, 0], 24),
        ([192, 0, 2], 24), ([192, 88, 99], 24), ([192, 168], 16), ([198, 18], 15), ([198, 51, 100], 24),
        ([203, 0, 113], 24), ([224], 3),
    ]

    /// Teredo and the rest of 2001::/23, and what documentation uses.
    private static let specialV6: [(prefix: [UInt8], bits: Int)] = [
        ([0x20, 0x01, 0x00], 23), ([0x20, 0x01, 0x0D, 0xB8], 32), ([0x3F, 0xFF, 0x00], 20),
    ]

    private static func bytes(of address: UnsafeMutablePointer<sockaddr>) -> [UInt8]? {
        switch Int32(address.pointee.sa_family) {
        case AF_INET:
            return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { pointer in
                withUnsafeBytes(of: pointer.pointee.sin_addr) { Array($0) }
            }
        case AF_INET6:
            return address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { pointer in
                withUnsafeBytes(of: pointer.pointee.sin6_addr) { Array($0) }
            }
        default: return nil
        }
    }

    private static func text(_ bytes: [UInt8]) -> String {
        guard bytes.count == 16 else { return bytes.map(String.init).joined(separator: ".") }
        let groups = stride(from: 0, to: 16, by: 2).map { Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]) }
        return "[" + groups.map { String($0, radix: 16) }.joined(separator: ":") + "]"
    }
}

extension [UInt8] {
    fileprivate func starts(with prefix: [UInt8], bits: Int) -> Bool {
        for index in 0..<(bits + 7) / 8 {
            let mask = UInt8(truncatingIfNeeded: 0xFF << Swift.max(0, 8 * (index + 1) - bits))
            guard self[index] & mask == (index < prefix.count ? prefix[index] : 0) & mask else { return false }
        }
        return true
    }
}
