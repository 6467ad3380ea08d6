import CCurl
import Foundation
import Timekeeping

/// What libcurl needs of the process and of each thread that runs it.
enum CurlLibrary {
    /// Before anything else; any number of times, from any thread.
    static func prepare() { precondition(isReady, "libcurl could not be initialised") }

    /// Thread-safe, once a process.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

    /// With `CURLOPT_NOSIGNAL` libcurl leaves SIGPIPE alone, and the TLS library may raise it. For the calling thread
    /// only: what the rest of the process does with signals is not ours to change.
    static func blockBrokenPipeSignal() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    static let connectMilliseconds = 5000
    private static let longestMilliseconds: Int64 = 3_600_000

    static func milliseconds(_ timeout: Duration) -> Int {
        Int(max(1, min(timeout.milliseconds, longestMilliseconds)))
    }
}

/// Sets options one after the other; the first that fails is the answer.
struct CurlOptions {
    let easy: UnsafeMutableRawPointer
    private(set) var firstError = CURLE_OK

    init(_ easy: UnsafeMutableRawPointer) { self.easy = easy }

    mutating func check(_ code: CURLcode) { if firstError == CURLE_OK { firstError = code } }
    mutating func set(_ option: CURLoption, _ value: Int) { check(tocsin_curl_set_long(easy, option, value)) }
    mutating func set(_ option: CURLoption, _ value: String) { check(tocsin_curl_set_string(easy, option, value)) }

    /// No proxy from the environment, no signals, and an end.
    mutating func setCommon(timeout: Duration) {
        set(CURLOPT_PROXY, "")
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        let milliseconds = CurlLibrary.milliseconds(timeout)
        set(CURLOPT_TIMEOUT_MS, milliseconds)
        set(CURLOPT_CONNECTTIMEOUT_MS, min(milliseconds, CurlLibrary.connectMilliseconds))
        check(tocsin_curl_leave_resolver_behind(easy))
    }
}
