internal import Configuration
internal import VRRP

/// A virtual router's change of role, for those outside of its thread.
struct RoleChange: Sendable {
  /// The router.
  let router: VirtualRouterConfiguration
  /// From which role to which, and why.
  let transition: VirtualRouter.Transition
  /// Why; of a router that follows its group, why the group changed.
  let cause: VirtualRouter.Reason
}
