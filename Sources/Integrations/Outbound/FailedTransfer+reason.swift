import CCurl
import Incidents

extension FailedTransfer {
    /// What it means for a page that was to go by one request.
    var outcome: AttemptOutcome {
        if mayHaveArrived { return AttemptOutcome(.inDoubt, evidence: "\(reason); it may have arrived") }
        return AttemptOutcome(isRefused ? .failedForGood : .failedForNow, evidence: reason)
    }

    /// Ours for what happens often; libcurl's own words otherwise. None holds a host, a URL or a header, so none can
    /// hold a secret.
    static func reason(_ code: CURLcode) -> String {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: "the host name could not be resolved"
        case CURLE_COULDNT_CONNECT: "no connection could be made"
        case CURLE_OPERATION_TIMEDOUT: "it timed out"
        case CURLE_GOT_NOTHING: "the connection was closed without an answer"
        case CURLE_SEND_ERROR, CURLE_RECV_ERROR: "the connection broke"
        case CURLE_SEND_FAIL_REWIND: "a connection kept from before broke after the request had left"
        case CURLE_SSL_CONNECT_ERROR: "the TLS handshake failed"
        case CURLE_PEER_FAILED_VERIFICATION: "the server's certificate is not trusted"
        case CURLE_UNSUPPORTED_PROTOCOL: "the URL's protocol, or the answer's, is not HTTP"
        case CURLE_URL_MALFORMAT: "the URL cannot be read"
        case CURLE_LOGIN_DENIED: "the URL has a user name or a password in it"
        case CURLE_WRITE_ERROR: "the answer's head is too long"
        default: String(cString: curl_easy_strerror(code))
        }
    }
}
