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

let package = Package(
  name: "pintle",
  products: [
    .library(name: "IPVS", targets: ["IPVS", "Model"]),
  ],
  targets: [
    .systemLibrary(
      name: "CKernel", pkgConfig: "libnl-genl-3.0", providers: [.apt(["libnl-3-dev", "libnl-genl-3-dev"])]),

    // The vocabulary, and the pure targets, which know nothing else.
    .target(name: "Model", swiftSettings: settings),
    .target(name: "Balancing", dependencies: ["Model"], swiftSettings: settings),

    // The kernel.
    .target(name: "Netlink", dependencies: ["CKernel"], swiftSettings: settingsNearC),
    .target(name: "IPVS", dependencies: ["Model", "Netlink"], swiftSettings: settingsNearC),

    .target(
      name: "TestSupport", dependencies: ["Model", "Netlink", "IPVS"], path: "Tests/TestSupport",
      swiftSettings: settings),
    .testTarget(name: "ModelTests", dependencies: ["Model", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "BalancingTests", dependencies: ["Balancing", "Model", "TestSupport"], swiftSettings: settings),
    .testTarget(name: "IPVSTests", dependencies: ["IPVS", "Model", "TestSupport"], swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)
