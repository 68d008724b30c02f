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

let package = Package(
  name: "pintle",
  products: [
    .library(name: "Model", targets: ["Model"])
  ],
  targets: [
    // The vocabulary that the other targets exchange.
    .target(name: "Model", swiftSettings: settings)
  ],
  swiftLanguageModes: [.v6]
)
