import HTTPTypes
import Hummingbird
import Integrations
import NIOCore

/// What the toy model server sends back. Where Triton sends nothing beside the status, so does it.
enum ToyAnswer {
    case empty(Int)
    case json(JSONValue, status: Int = 200)
    case text(String)

    var response: Response {
        switch self {
        case .empty(let status): Response(status: .init(code: status))
        case .json(let value, let status): Self.response(value.text, "application/json", status)
        case .text(let text): Self.response(text, "text/plain; version=0.0.4", 200)
        }
    }

    private static func response(_ body: String, _ type: String, _ status: Int) -> Response {
        Response(
            status: .init(code: status), headers: [.contentType: type],
            body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
    }
}

extension ToyRefusal {
    var answer: ToyAnswer { .json(["error": .string(error)], status: status) }
}

/// The input `features` of an inference request: rows of four numbers, flat or nested, as the protocol allows both.
struct FeatureTensor {
    let rows: [[Float]]

    init(_ body: JSONValue, model: String) throws {
        guard case .array(let inputs)? = body["inputs"],
            let input = inputs.first(where: { $0["name"]?.scalar == "features" })
        else {
            throw ToyRefusal.invalid("expected 1 inputs but got 0 inputs for model '\(model)'")
        }
        guard input["datatype"]?.scalar == "FP32" else {
            throw ToyRefusal.invalid("inference input 'features' data-type must be 'FP32'")
        }
        let numbers = try Self.numbers(in: input["data"])
        let shape = Self.shape(of: input)
        guard shape.count == 2, shape[1] == ToyModel.features, shape[0] > 0 else {
            throw ToyRefusal.invalid(
                "unexpected shape for input 'features' for model '\(model)'. Expected [-1,\(ToyModel.features)]")
        }
        guard numbers.count == shape[0] * ToyModel.features else {
            throw ToyRefusal.invalid("input 'features' does not have as many elements as its shape says")
        }
        rows = stride(from: 0, to: numbers.count, by: ToyModel.features).map {
            Array(numbers[$0..<$0 + ToyModel.features])
        }
    }

    private static func shape(of input: JSONValue) -> [Int] {
        guard case .array(let sizes)? = input["shape"] else { return [] }
        // A bound keeps the product of two of them far from overflowing.
        return sizes.compactMap { $0.scalar.flatMap { Int($0) } }.filter { $0 <= 1 << 20 }
    }

    private static func numbers(in value: JSONValue?) throws -> [Float] {
        switch value {
        case .array(let elements): return try elements.flatMap { try numbers(in: $0) }
        case .number(let text):
            if let number = Float(text), number.isFinite { return [number] }
        case .null, .bool, .string, .object, nil: break
        }
        throw ToyRefusal.invalid("unable to parse 'data' of input 'features': a number is expected")
    }
}
