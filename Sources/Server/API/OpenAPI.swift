import HTTPTypes

/// The description of what programs may ask: OpenAPI 3.1.1, made here and served at `/openapi.json`.
enum OpenAPI {
    /// - Parameter server: the address that people reach Tocsin at, without a trailing slash.
    static func document(version: String, server: String) -> JSON {
        var paths: [String: [String: JSON]] = [:]
        for operation in operations {
            paths[operation.path, default: [:]][operation.method.rawValue.lowercased()] = operation.json
        }
        return [
            "openapi": "3.1.1",
            "info": [
                "title": "Tocsin", "version": .string(version),
                "summary": "Takes alerts, finds who is on call, pages until somebody answers.",
                "description": .string(introduction),
            ],
            "servers": [["url": .string(server)]],
            "paths": .object(paths.mapValues { .object($0) }),
            "components": [
                "schemas": .object(
                    [
                        doctorSchemas, drillSchemas, rollbackSchemas, shiftSchemas, reportSchemas, arrangementSchemas,
                        channelSchemas, silenceSchemas,
                    ].reduce(schemas) { $0.merging($1) { one, _ in one } }),
                "securitySchemes": [
                    "adminToken": [
                        "type": "http", "scheme": "bearer",
                        "description": "What 'tocsin serve' prints at its first start.",
                    ]
                ],
                "responses": [
                    "Problem": [
                        "description": "What went wrong, as RFC 9457.",
                        "content": ["application/problem+json": ["schema": reference("Problem")]],
                    ]
                ],
            ],
        ]
    }

    private static let introduction = """
        Times are RFC 3339 in UTC unless their name ends in `_local`. An incident is named `42` or `INC-42`. A member \
        nobody knows is an error (422), and so is an unknown parameter (400). Commands take an \
        `Idempotency-Key`: the same request sent again with the same key within 24 hours is answered and not repeated. \
        503 means that nothing was recorded: try again after `Retry-After`.
        """

    /// One method at one path.
    struct Operation {
        var method: HTTPRequest.Method
        var path: String
        var id: String
        var summary: String
        var parameters: [JSON] = []
        var body: JSON?
        var answers: [Int: JSON]
        var isOpen = false
        /// Whether the same request sent again with the same key is done once.
        var takesKey = true

        var json: JSON {
            var responses = Dictionary(uniqueKeysWithValues: answers.map { (String($0.key), $0.value) })
            if !isOpen { responses["default"] = ["$ref": "#/components/responses/Problem"] }
            var members: [String: JSON] = [
                "operationId": .string(id), "summary": .string(summary), "responses": .object(responses),
                "security": isOpen ? [] : [["adminToken": []]],
            ]
            let inPath = path.split(separator: "/").filter { $0.hasPrefix("{") }.map { name in
                parameter(String(name.dropFirst().dropLast()), in: "path", ["type": "string"])
            }
            let isCommand = takesKey && !isOpen && (method == .post || method == .delete)
            let key =
                isCommand ? [parameter("Idempotency-Key", in: "header", ["type": "string", "maxLength": 200])] : []
            let all = inPath + parameters + key
            if !all.isEmpty { members["parameters"] = .array(all) }
            if let body {
                let isRequired = body["required"] != []
                members["requestBody"] = [
                    "required": .bool(isRequired), "content": ["application/json": ["schema": body]],
                ]
            }
            return .object(members)
        }
    }

    static func reference(_ schema: String) -> JSON { ["$ref": .string("#/components/schemas/\(schema)")] }

    static func parameter(_ name: String, in place: String, _ schema: JSON, _ description: String? = nil) -> JSON {
        var members: [String: JSON] = [
            "name": .string(name), "in": .string(place), "required": .bool(place == "path"), "schema": schema,
        ]
        if let description { members["description"] = .string(description) }
        return .object(members)
    }

    static func answer(_ description: String, _ schema: JSON? = nil) -> JSON {
        guard let schema else { return ["description": .string(description)] }
        return ["description": .string(description), "content": ["application/json": ["schema": schema]]]
    }

    static func text(_ description: String) -> JSON {
        ["description": .string(description), "content": ["text/plain": ["schema": ["type": "string"]]]]
    }

    /// One text in several formats.
    static func texts(_ description: String, _ types: [String]) -> JSON {
        let content = types.map { ($0, ["schema": ["type": "string"]] as JSON) }
        return [
            "description": .string(description), "content": .object(Dictionary(content) { first, _ in first }),
        ]
    }

    static func items(_ schema: String) -> JSON {
        object(["items": ["type": "array", "items": reference(schema)]])
    }

    /// An object with exactly these members. In an answer all are always there; in a request those of `required`.
    static func object(_ members: [String: JSON], required: [String]? = nil) -> JSON {
        let names = (required ?? Array(members.keys)).sorted()
        return [
            "type": "object", "properties": .object(members), "required": .array(names.map { .string($0) }),
            "additionalProperties": false,
        ]
    }
}
