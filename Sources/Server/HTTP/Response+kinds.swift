import Engine
import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    static func text(
        _ text: String, status: HTTPResponse.Status = .ok, contentType: String = "text/plain; charset=utf-8"
    ) -> Response {
        Response(
            status: status, headers: [.contentType: contentType],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    static func html(_ page: HTML, status: HTTPResponse.Status = .ok) -> Response {
        .text(page.text, status: status, contentType: "text/html; charset=utf-8")
    }

    static func json(
        _ json: JSON, status: HTTPResponse.Status = .ok, contentType: String = "application/json"
    ) -> Response {
        .text(json.text, status: status, contentType: contentType)
    }

    /// After a POST: look there, with GET.
    static func seeOther(_ path: String) -> Response {
        Response(status: .seeOther, headers: [.location: path])
    }
}

extension Response {
    /// A phone offers to keep it.
    static func card(_ card: ContactCard) -> Response {
        var headers: HTTPFields = [.contentType: "text/vcard; charset=utf-8", .cacheControl: "no-store"]
        headers[.contentDisposition] = "attachment; filename=\"tocsin.vcf\""
        return Response(
            status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: card.text)))
    }
}

extension HookReply {
    var response: Response {
        Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
    }
}
