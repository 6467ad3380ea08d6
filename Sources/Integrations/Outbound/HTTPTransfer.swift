import CCurl
import Foundation
import Timekeeping

/// One HTTP request on its way, as libcurl sees it. `open` and `close` come in pairs, and `close` answers.
///
/// `@unchecked Sendable` because it is made by one thread, handed to the loop's through a lock, and touched by no
/// other from then on.
final class HTTPTransfer: @unchecked Sendable {
    private let request: OutboundRequest
    private let done: @Sendable (OutboundResult) -> Void
    private var easy: UnsafeMutableRawPointer?
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private var pinnedList: UnsafeMutablePointer<curl_slist>?
    private(set) var refusal = FailedTransfer(reason: "libcurl has no memory left", mayHaveArrived: false)

    private var bytesTaken = 0
    private var collector: ResponseCollector

    init(_ request: OutboundRequest, _ done: @escaping @Sendable (OutboundResult) -> Void) {
        self.request = request
        self.done = done
        collector = ResponseCollector(bodyLimit: request.responseLimit)
    }

    /// The prepared handle; nil when the request is refused, and then `refusal` says why. The caller keeps `self`
    /// alive until `close`.
    func open() -> UnsafeMutableRawPointer? {
        if let objection = request.objection {
            refusal = FailedTransfer(reason: objection, mayHaveArrived: false, isRefused: true)
            return nil
        }
        guard let handle = curl_easy_init() else { return nil }
        easy = handle
        let code = configure(handle)
        guard code == CURLE_OK else {
            refusal = FailedTransfer(
                reason: FailedTransfer.reason(code), mayHaveArrived: false, isRefused: code != CURLE_OUT_OF_MEMORY)
            return nil
        }
        return handle
    }

    func close(_ result: OutboundResult) {
        if let easy { curl_easy_cleanup(easy) }
        curl_slist_free_all(headerList)
        curl_slist_free_all(pinnedList)
        easy = nil
        headerList = nil
        pinnedList = nil
        done(result)
    }

    /// - Precondition: the handle is still open.
    func result(_ code: CURLcode) -> OutboundResult {
        var status = 0
        var microseconds: Int64 = 0
        _ = tocsin_curl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
        _ = tocsin_curl_get_offset(easy, CURLINFO_TOTAL_TIME_T, &microseconds)
        if status >= 200 {
            return .response(
                OutboundResponse(
                    status: status, headers: collector.headers, body: collector.body,
                    elapsed: .microseconds(microseconds)))
        }
        if code == CURLE_OK {
            return .failed(FailedTransfer(reason: "the answer was not HTTP", mayHaveArrived: mayHaveArrived))
        }
        let isRefused =
            !mayHaveArrived
            && [CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT, CURLE_LOGIN_DENIED].contains(code)
        return .failed(
            FailedTransfer(reason: FailedTransfer.reason(code), mayHaveArrived: mayHaveArrived, isRefused: isRefused))
    }

    /// Whether a byte of the request may have left: a head that was written, or a body that libcurl has asked for.
    var mayHaveArrived: Bool {
        var written = 0
        if let easy { _ = tocsin_curl_get_long(easy, CURLINFO_REQUEST_SIZE, &written) }
        return written > 0 || bytesTaken > 0
    }

    static func stopped(mayHaveArrived: Bool) -> FailedTransfer {
        FailedTransfer(reason: "Tocsin is stopping", mayHaveArrived: mayHaveArrived)
    }

    // MARK: Options

    private func configure(_ easy: UnsafeMutableRawPointer) -> CURLcode {
        var options = CurlOptions(easy)
        options.setCommon(timeout: request.timeout)
        options.set(CURLOPT_URL, request.url)
        options.set(CURLOPT_PROTOCOLS_STR, "http,https")
        options.set(CURLOPT_FOLLOWLOCATION, 0)
        options.set(CURLOPT_USERAGENT, "Tocsin")
        options.set(CURLOPT_MAXAGE_CONN, Self.idleSeconds)
        switch request.method {
        case .head: options.set(CURLOPT_NOBODY, 1)
        case .get where request.body.isEmpty: options.set(CURLOPT_HTTPGET, 1)
        case .delete where request.body.isEmpty: options.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        case .get, .post, .put, .patch, .delete:
            options.set(CURLOPT_POST, 1)
            options.check(tocsin_curl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, Int64(request.body.count)))
            options.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        }
        options.check(makeHeaderList() ? CURLE_OK : CURLE_OUT_OF_MEMORY)
        options.check(tocsin_curl_set_list(easy, CURLOPT_HTTPHEADER, headerList))
        if let pinned = request.pinned {
            // "+": it is forgotten like any other answer of a name server.
            let line = "+\(pinned.host):\(pinned.port):\(pinned.addresses.joined(separator: ","))"
            pinnedList = curl_slist_append(nil, line)
            options.check(pinnedList == nil ? CURLE_OUT_OF_MEMORY : CURLE_OK)
            options.check(tocsin_curl_set_list(easy, CURLOPT_RESOLVE, pinnedList))
        }
        options.check(
            tocsin_curl_set_callbacks(
                easy, readBody, writeBody, writeHeader, Unmanaged.passUnretained(self).toOpaque()))
        options.check(tocsin_curl_refuse_resending(easy))
        return options.firstError
    }

    private func makeHeaderList() -> Bool {
        // libcurl's own ideas: wait for "100 Continue", and call every body a form.
        var lines = ["Expect:"]
        if !request.headers.contains(where: { $0.name.lowercased() == "content-type" }) {
            lines.append("Content-Type:")
        }
        for (name, value) in request.headers {
            // "Name:" would remove the header; "Name;" sends it empty.
            lines.append(value.allSatisfy({ $0 == " " || $0 == "\t" }) ? "\(name);" : "\(name): \(value)")
        }
        for line in lines {
            guard let list = curl_slist_append(headerList, line) else { return false }
            headerList = list
        }
        return true
    }

    /// Reusing a connection that the other side is just closing costs an attempt; most servers keep one longer.
    private static let idleSeconds = 30

    // MARK: Called by libcurl

    fileprivate func fill(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, request.body.count - bytesTaken)
        request.body.withUnsafeBytes { bytes in
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[bytesTaken..<bytesTaken + count]))
        }
        bytesTaken += count
        return count
    }

    fileprivate func take(_ bytes: UnsafeRawBufferPointer) -> Bool { collector.take(body: bytes) }
    fileprivate func takeHeader(_ bytes: UnsafeRawBufferPointer) -> Bool { collector.take(headerLine: bytes) }
}

private let readBody: curl_read_callback = { buffer, size, count, context in
    transfer(context).fill(UnsafeMutableRawBufferPointer(start: buffer, count: size * count))
}

private let writeBody: curl_write_callback = { bytes, size, count, context in
    let count = size * count
    let isTaken = transfer(context).take(UnsafeRawBufferPointer(start: bytes, count: count))
    return isTaken ? count : refusal(of: count)
}

private let writeHeader: curl_write_callback = { bytes, size, count, context in
    let count = size * count
    let isTaken = transfer(context).takeHeader(UnsafeRawBufferPointer(start: bytes, count: count))
    return isTaken ? count : refusal(of: count)
}

private func transfer(_ context: UnsafeMutableRawPointer?) -> HTTPTransfer {
    Unmanaged<HTTPTransfer>.fromOpaque(context!).takeUnretainedValue()
}

/// Any number but the one given ends the transfer.
private func refusal(of count: Int) -> Int { count == 0 ? 1 : 0 }
