import Foundation

/// The rounds of a test that draws its cases at random: all of them in `make test-all`, which sets
/// `BULKPATCH_ALL_ROUNDS`, and one in five in `make test`, so that it answers soon.
public func rounds(_ count: Int) -> Range<Int> {
  0..<(ProcessInfo.processInfo.environment["BULKPATCH_ALL_ROUNDS"] == nil ? max(count / 5, 1) : count)
}
