// swift-tools-version:6.2
import Foundation
import PackageDescription

// Two graphs in one manifest.
//
// The *fast lane* (TOCSIN_FAST=1) holds the pure targets, the simulation and their tests, and needs nothing but
// swift-collections: it builds from nothing in seconds, so the part where a mistake pages the wrong person is the part
// with the shortest loop. The full graph adds the shell around it. See CONTRIBUTING.md.
let environment = ProcessInfo.processInfo.environment
let fastLane = environment["TOCSIN_FAST"] == "1"

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

var dependencies: [Package.Dependency] = [
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0")
]
let heap: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let deque: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")

var products: [Product] = []
var targets: [Target] = [
    .target(name: "Timekeeping", swiftSettings: settings),
    .target(name: "OnCall", dependencies: ["Timekeeping"], swiftSettings: settings),
    .target(
        name: "Incidents", dependencies: ["OnCall", "Timekeeping", heap, deque], exclude: ["decisions"],
        swiftSettings: settings),
    .target(
        name: "EngineCore", dependencies: ["Incidents", "OnCall", "Timekeeping", deque], exclude: ["decisions"],
        swiftSettings: settings),
    .target(name: "Commands", dependencies: ["Incidents", "OnCall", "Timekeeping"], swiftSettings: settings),
    .target(
        name: "Simulation", dependencies: ["EngineCore", "Incidents", "OnCall", "Timekeeping", heap],
        exclude: ["decisions"], swiftSettings: settings),
    .testTarget(
        name: "TimekeepingTests", dependencies: ["Timekeeping"], exclude: ["zoneinfo_oracle.py"],
        swiftSettings: settings),
    .testTarget(name: "OnCallTests", dependencies: ["OnCall", "Timekeeping"], swiftSettings: settings),
    .testTarget(
        name: "EngineCoreTests", dependencies: ["EngineCore", "Incidents", "OnCall", "Timekeeping"],
        swiftSettings: settings),
    .testTarget(
        name: "CommandsTests", dependencies: ["Commands", "Incidents", "OnCall", "Timekeeping"],
        swiftSettings: settings),
    .testTarget(
        name: "SimulationTests", dependencies: ["Simulation", "EngineCore", "Incidents", "OnCall", "Timekeeping"],
        swiftSettings: settings),
    .testTarget(name: "TidyTests", swiftSettings: settings),
]

if fastLane {
    targets.append(
        .executableTarget(
            name: "roster-bench", dependencies: ["OnCall", "Timekeeping"], path: "Tests/Bench/RosterBench",
            swiftSettings: settings))
} else {
    dependencies += [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    ]
    targets += [
        .target(
            name: "Engine",
            dependencies: [
                "Commands", "EngineCore", "Incidents", "OnCall", "Timekeeping",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: settings),
        .target(
            name: "SQLiteStore", dependencies: ["Engine", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: settings),
        .systemLibrary(name: "CLibcurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(name: "CCurl", dependencies: ["CLibcurl"]),
        .target(
            name: "Integrations",
            dependencies: [
                "Engine", "CCurl",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
            ], swiftSettings: settings),
        .systemLibrary(
            name: "CLibcmarkGFM", pkgConfig: "libcmark-gfm",
            providers: [.apt(["libcmark-gfm-dev", "libcmark-gfm-extensions-dev"])]),
        .target(
            name: "Documents",
            dependencies: [
                "CLibcmarkGFM", "Commands", "Engine", .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "Yams", package: "Yams"),
            ], swiftSettings: settings),
        .target(
            name: "Server",
            dependencies: [
                "Engine", "EngineCore", "Incidents", "OnCall", "Timekeeping",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: settings),
        .executableTarget(
            name: "tocsin",
            dependencies: [
                "Server", "Integrations", "Documents", "SQLiteStore", "Engine",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
            ], swiftSettings: settings),
        .target(
            name: "LogDoubles", dependencies: ["Engine", "EngineCore", "Incidents", "OnCall", "Timekeeping"],
            path: "Tests/LogDoubles", swiftSettings: settings),
        .testTarget(
            name: "EngineTests",
            dependencies: [
                "LogDoubles", "Engine", "EngineCore", "Incidents", "OnCall", "Timekeeping",
                .product(name: "Crypto", package: "swift-crypto"),
            ], exclude: ["Golden", "GoldenPictures"], swiftSettings: settings),
        .testTarget(
            name: "StoreTests",
            dependencies: [
                "LogDoubles", "SQLiteStore", "Engine", "EngineCore", "Incidents", "OnCall", "Timekeeping",
                .product(name: "GRDB", package: "GRDB.swift"),
            ], swiftSettings: settings),
        .testTarget(
            name: "IntegrationsTests",
            dependencies: [
                "Integrations", "Engine", "EngineCore", "Incidents", "OnCall", "Timekeeping",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
            ], exclude: ["Fixtures"], swiftSettings: settings),
        .testTarget(
            name: "DocumentsTests",
            dependencies: [
                "LogDoubles", "Documents", "Simulation", "Engine", "EngineCore", "Incidents", "OnCall", "Timekeeping",
                .product(name: "Logging", package: "swift-log"),
            ], exclude: ["Fixtures"], swiftSettings: settings),
        .testTarget(
            name: "ServerTests",
            dependencies: [
                "LogDoubles", "Server", "SQLiteStore", "Integrations", "Engine", "EngineCore", "Incidents", "OnCall",
                "Timekeeping",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: settings),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "LogDoubles", "tocsin", "Server", "SQLiteStore", "Integrations", "Engine", "EngineCore", "Incidents",
                "OnCall", "Timekeeping",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], exclude: ["Models"], swiftSettings: settings),
    ]
    products.append(.executable(name: "tocsin", targets: ["tocsin"]))
}

let package = Package(
    name: "tocsin",
    platforms: [.macOS(.v15)],
    products: products,
    dependencies: dependencies,
    targets: targets,
    swiftLanguageModes: [.v6]
)
