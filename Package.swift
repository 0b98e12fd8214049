// swift-tools-version: 6.2
import PackageDescription

/// Every target is held to the same rules: Swift 6 mode, explicit imports, no unmarked unsafe code, no warnings.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

/// The same, optimised in debug builds too: unspecialised generics would take most of the tests' time.
///
/// Assertions are still checked.
let fast: [SwiftSetting] =
  strict + [.unsafeFlags(["-O", "-assert-config", "Debug"], .when(configuration: .debug))]

let package = Package(
  name: "bulkpatch",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "bulkpatch", targets: ["bulkpatch"]),
    .executable(name: "bulkpatch-sandbox", targets: ["bulkpatch-sandbox"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .systemLibrary(
      name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(
      name: "CCSV", providers: [.apt(["libcsv-dev"]), .brew(["libcsv"])]),
    .systemLibrary(
      name: "CCurl", pkgConfig: "libcurl",
      providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),
    .systemLibrary(
      name: "CJansson", pkgConfig: "jansson",
      providers: [.apt(["libjansson-dev"]), .brew(["jansson"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),

    .target(name: "JSON", dependencies: ["CJansson"], swiftSettings: fast),
    .target(name: "Catalog", dependencies: ["JSON"], swiftSettings: fast),
    .target(name: "Records", dependencies: ["Catalog", "JSON"], swiftSettings: fast),
    .target(
      name: "Sheets",
      dependencies: [
        // On macOS CryptoKit takes its place.
        .target(name: "CCrypto", condition: .when(platforms: [.linux])), "CCSV", "CZlib", "JSON",
      ],
      swiftSettings: fast),
    .target(name: "Patches", dependencies: ["Catalog", "JSON", "Records", "Sheets"], swiftSettings: fast),
    .target(
      name: "Staging",
      dependencies: ["JSON", "Patches", "Records", "Sheets", .product(name: "GRDB", package: "GRDB.swift")],
      swiftSettings: fast),
    .target(name: "Sites", dependencies: ["CCurl", "Catalog", "JSON", "Records"], swiftSettings: fast),
    .target(
      name: "Execution",
      dependencies: ["Catalog", "JSON", "Records", "Sheets", "Sites", "Staging"], swiftSettings: fast),
    .target(
      name: "Reports",
      dependencies: [
        "JSON", "Records", "Sheets", "Staging", .product(name: "Mustache", package: "swift-mustache"),
      ], swiftSettings: strict),
    .target(
      name: "Console",
      dependencies: [
        "Catalog", "JSON", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: strict),
    .target(
      name: "Sandbox",
      dependencies: [
        "Catalog", "JSON", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ], swiftSettings: fast),
    .target(
      name: "Runs",
      dependencies: [
        "Catalog", "Console", "Execution", "JSON", "Patches", "Records", "Reports", "Sheets", "Sites",
        "Staging",
        .product(name: "Logging", package: "swift-log"), "Yams",
      ], swiftSettings: strict),
    .executableTarget(
      name: "bulkpatch",
      dependencies: [
        "Catalog", "Console", "Execution", "JSON", "Patches", "Records", "Reports", "Runs", "Sheets", "Sites",
        "Staging", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: strict),
    .executableTarget(
      name: "bulkpatch-sandbox",
      dependencies: [
        "Console", "Sandbox", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: strict),

    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
    .testTarget(name: "ArchitectureTests", swiftSettings: strict),
    .testTarget(name: "JSONTests", dependencies: ["JSON", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "CatalogTests", dependencies: ["Catalog", "JSON", "TestSupport"],
      exclude: ["Reference"], swiftSettings: strict),
    .testTarget(
      name: "RecordsTests", dependencies: ["Catalog", "JSON", "Records", "TestSupport"], swiftSettings: strict
    ),
    .testTarget(
      name: "SheetsTests", dependencies: ["CZlib", "JSON", "Sheets", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "PatchesTests",
      dependencies: ["Catalog", "JSON", "Patches", "Records", "Sheets", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "StagingTests",
      dependencies: [
        "JSON", "Patches", "Records", "Sheets", "Staging", "TestSupport",
        .product(name: "GRDB", package: "GRDB.swift"),
      ], swiftSettings: strict),
    .testTarget(
      name: "SitesTests", dependencies: ["CCurl", "Catalog", "JSON", "Records", "Sites", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "ExecutionTests",
      dependencies: [
        "Catalog", "Execution", "JSON", "Patches", "Records", "Sites", "Staging", "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ReportsTests",
      dependencies: ["JSON", "Patches", "Records", "Reports", "Sheets", "Staging", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "SandboxTests",
      dependencies: [
        "Catalog", "JSON", "Sandbox", "TestSupport",
      ], swiftSettings: strict),
    .testTarget(
      name: "NewResourceTests",
      dependencies: [
        "Catalog", "Console", "Execution", "JSON", "Patches", "Runs", "Sandbox", "Sheets", "Sites", "Staging",
        "TestSupport",
        "bulkpatch", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: strict),
    .testTarget(
      name: "CommandLineTests",
      dependencies: [
        "Catalog", "Console", "Execution", "JSON", "Patches", "Reports", "Sheets", "Sites", "Staging",
        "Runs", "TestSupport", "bulkpatch",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "GRDB", package: "GRDB.swift"),
      ], swiftSettings: strict),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "Catalog", "Console", "JSON", "Patches", "Runs", "Sheets", "TestSupport", "bulkpatch",
        "bulkpatch-sandbox",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "GRDB", package: "GRDB.swift"), "Yams",
      ],
      exclude: ["Golden", "OldRuns"],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
