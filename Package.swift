// swift-tools-version: 6.2

import PackageDescription

/// In CI a warning is an error; at a desk it stays a warning, so that half a thought still compiles.
let inContinuousIntegration = Context.environment["CI"] != nil

let settings: [SwiftSetting] =
  [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  ] + (inContinuousIntegration ? [.treatAllWarnings(as: .error)] : [])

/// For the targets that touch C or raw bytes: every unsafe expression says so.
let settingsNearC: [SwiftSetting] = settings + [.strictMemorySafety()]

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioConcurrency: Target.Dependency = .product(name: "NIOConcurrencyHelpers", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")

let package = Package(
  name: "pintle",
  products: [
    .executable(name: "pintle", targets: ["pintle"]),
    .library(name: "IPVS", targets: ["IPVS", "Model"]),
    .library(name: "VRRP", targets: ["VRRP", "Model"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
  ],
  targets: [
    .systemLibrary(
      name: "CKernel", pkgConfig: "libnl-genl-3.0",
      providers: [.apt(["libnl-3-dev", "libnl-genl-3-dev", "libnl-route-3-dev"])]),
    .systemLibrary(
      name: "CNftables", pkgConfig: "libnftables", providers: [.apt(["libnftables-dev"])]),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),

    // The vocabulary, and the pure targets, which know nothing else.
    .target(name: "Model", swiftSettings: settings),
    .target(name: "Configuration", dependencies: ["Model", "CYAML"], swiftSettings: settingsNearC),
    .target(name: "Balancing", dependencies: ["Model"], swiftSettings: settings),
    .target(name: "VRRP", dependencies: ["Model"], swiftSettings: settings),

    // The kernel.
    .target(name: "Netlink", dependencies: ["CKernel"], swiftSettings: settingsNearC),
    .target(name: "IPVS", dependencies: ["Model", "Netlink"], swiftSettings: settingsNearC),

    .target(
      name: "Host", dependencies: ["Model", "Netlink", "CKernel", "CNftables"], swiftSettings: settingsNearC),

    // The servers.
    .target(
      name: "HealthChecks", dependencies: ["Model", "CKernel", nioCore, nioPosix, nioHTTP1, nioTLS, nioSSL],
      swiftSettings: settings),

    // The daemon's ear and mouth.
    .target(
      name: "Control", dependencies: ["Model", nioCore, nioPosix, nioHTTP1], swiftSettings: settings),

    // The program.
    .executableTarget(
      name: "pintle",
      dependencies: [
        "Model", "Configuration", "Balancing", "VRRP", "Netlink", "IPVS", "Host", "HealthChecks", "Control",
        "CKernel", argumentParser, logging, nioCore, nioHTTP1, nioPosix,
      ],
      swiftSettings: settings),

    // What a check costs without the daemon around it, for scripts/bench.
    .executableTarget(
      name: "check-cost", dependencies: ["HealthChecks", "Model", nioCore, nioPosix], path: "Tests/CheckCost",
      swiftSettings: settings),

    .target(
      name: "TestSupport", dependencies: ["Model", "Netlink", "IPVS"], path: "Tests/TestSupport",
      swiftSettings: settings),
    .testTarget(name: "ModelTests", dependencies: ["Model", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "ConfigurationTests", dependencies: ["Configuration", "Model", "TestSupport"],
      exclude: ["Golden"],
      swiftSettings: settings),
    .testTarget(
      name: "BalancingTests", dependencies: ["Balancing", "Model", "TestSupport"], swiftSettings: settings),
    .testTarget(name: "VRRPTests", dependencies: ["VRRP", "Model", "TestSupport"], swiftSettings: settings),
    .testTarget(name: "IPVSTests", dependencies: ["IPVS", "Model", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "HealthChecksTests",
      dependencies: [
        "HealthChecks", "Model", "TestSupport", nioCore, nioPosix, nioHTTP1, nioSSL, nioEmbedded,
        nioConcurrency,
      ],
      swiftSettings: settings),
    .testTarget(
      name: "HostTests", dependencies: ["Host", "Model", "Netlink", "CKernel", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "ControlTests", dependencies: ["Control", "Model", nioCore, nioPosix, nioHTTP1],
      swiftSettings: settings),
    .testTarget(
      name: "InteropTests", dependencies: ["Host", "CKernel", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "LabTests", dependencies: ["CKernel", "Control", "Host", "IPVS", "Model", "TestSupport"],
      swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)
