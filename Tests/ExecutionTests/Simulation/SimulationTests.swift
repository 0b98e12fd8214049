import Dispatch
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Execution

/// Many runs at a site that throttles, stalls, loses answers and finishes late, by a process that is killed
/// at any moment and resumed.
///
/// `BULKPATCH_SIMULATION_SEED=7` runs only seed 7 and prints all events.
@Suite struct SimulationTests {
  fileprivate static let environment = ProcessInfo.processInfo.environment
  private static let chunk = 250

  @Test func everySeedCarriesEveryPatchOutOnceAndInOrder() {
    if let seed = Self.environment["BULKPATCH_SIMULATION_SEED"].flatMap({ UInt64($0) }) {
      return Self.replay(seed)
    }
    Self.run(rounds(4_000).count)
  }

  @Test(arguments: [1, 2, 3, 5, 8, 13, 21, 34])
  func aSeedIsAlwaysTheSameRun(_ seed: UInt64) {
    let (one, other) = (Simulation(seed: seed, isTraced: true), Simulation(seed: seed, isTraced: true))
    #expect(one.run() == other.run())
    let difference = zip(one.referee.trace, other.referee.trace).first { $0 != $1 }
    #expect(difference == nil)
  }

  /// Runs this many seeds, from 0, on all cores, and records those that fail.
  fileprivate static func run(_ count: Int) {
    let failures = Mutex<[UInt64: [String]]>([:])
    let began = ContinuousClock.now
    DispatchQueue.concurrentPerform(iterations: (count + chunk - 1) / chunk) { part in
      for seed in part * chunk..<min((part + 1) * chunk, count) {
        // A broken rule is broken again and again, and a run that loops takes its time.
        if failures.withLock({ $0.count }) >= 20 { return }
        let faults = Simulation(seed: UInt64(seed)).run()
        if !faults.isEmpty { failures.withLock { $0[UInt64(seed)] = faults } }
      }
    }
    let seconds = (ContinuousClock.now - began) / .seconds(1)
    print("\(count) simulated runs in \(Int(seconds)) s, \(Int(Double(count) / seconds)) a second")
    let failed = failures.withLock { $0 }.sorted { $0.key < $1.key }
    let list = failed.prefix(20).map { "seed \($0.key): \($0.value.joined(separator: "; "))" }
    #expect(failed.isEmpty, "at least \(failed.count) seeds fail:\n\(list.joined(separator: "\n"))")
    if let first = failed.first { replay(first.key) }
  }

  private static func replay(_ seed: UInt64) {
    let simulation = Simulation(seed: seed, isTraced: true)
    let faults = simulation.run()
    print("simulation of seed \(seed):\n\(simulation.referee.trace.joined(separator: "\n"))")
    #expect(
      faults.isEmpty,
      "seed \(seed): \(faults.joined(separator: "; ")); BULKPATCH_SIMULATION_SEED=\(seed) runs it alone")
  }
}

/// As many seeds as take a minute; `BULKPATCH_SIMULATION_SEEDS=1000000` sets the number.
@Suite struct LongSimulationTests {
  @Test func everySeedCarriesEveryPatchOutOnceAndInOrder() {
    SimulationTests.run(
      SimulationTests.environment["BULKPATCH_SIMULATION_SEEDS"].flatMap { Int($0) } ?? 100_000)
  }
}
