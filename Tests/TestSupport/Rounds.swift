import Foundation

/// True when all cases are wanted that are drawn at random or make a large table.
///
/// `make test-all` sets `BULKPATCH_ALL_ROUNDS`; `make test` takes one in five, so that it answers soon.
private let isThorough = ProcessInfo.processInfo.environment["BULKPATCH_ALL_ROUNDS"] != nil

/// The rounds of a test that draws its cases at random.
public func rounds(_ count: Int) -> Range<Int> { 0..<(isThorough ? count : max(count / 5, 1)) }

/// The cases of a large table, or every fifth of them from the first.
public func rounds<Case>(of cases: [Case]) -> [Case] {
  isThorough ? cases : stride(from: 0, to: cases.count, by: 5).map { cases[$0] }
}
