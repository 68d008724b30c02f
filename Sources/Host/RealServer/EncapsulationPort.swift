internal import CKernel
package import Model

/// A UDP port where the kernel takes generic UDP encapsulation off.
package struct EncapsulationPort: Hashable, Sendable {
  /// The port in host order.
  package var port: UInt16
  /// The family of the outer header.
  package var family: AddressFamily

  /// Joins the two.
  package init(port: UInt16, family: AddressFamily) {
    self.port = port
    self.family = family
  }
}
