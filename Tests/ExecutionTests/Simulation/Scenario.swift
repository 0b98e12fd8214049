import Catalog
import Execution
import Records
import Staging

/// All that is drawn before a simulation begins: the sheet, the settings, and how bad the night will be.
struct Scenario {
  struct Row {
    var record: Int
    var patch: SimulatedPatch
    /// Never valid, so that later rows of its record wait.
    var isRejected = false
    /// The site refuses it for good.
    var isRefused = false
  }

  let seed: UInt64
  var rows: [Row] = []
  let records: Int

  // The job.
  let holdsRecords: Bool
  let takesSnapshots: Bool
  let retry: RetryPolicy
  /// Requests per second at most.
  let rate: Double?
  let breaker: BreakerRule
  let stopRule: StopRule
  /// Microseconds, as all times here.
  let settle: Int
  let timeOut: Int

  // The site.
  /// Writes may carry a condition, and batches are known.
  let isFusion: Bool
  let normalisesTexts: Bool
  /// A usual answer takes up to this.
  let latency: Int
  /// One answer in this many takes ten times that.
  let slowAnswers: Int
  /// Percent of the requests that end badly, and of the reads.
  let trouble: Int
  let lookTrouble: Int
  let outages: [Outage]
  /// The rate at which another client changes a record.
  let otherWrites: Int

  // The process.
  /// Percent of the commits that find the disk full.
  let diskTrouble: Int
  /// A commit takes up to this.
  let commitTime: Int
  /// Lives that may be cut short; those after them are left alone, so that the run ends.
  let troubledLives: Int

  /// A time in which the site serves no request.
  struct Outage {
    enum Kind: CaseIterable { case closed, busy, busyAndSaysWhen, silent }
    var from: Int
    var to: Int
    var kind: Kind
  }

  init(seed: UInt64, _ dice: inout Dice) {
    self.seed = seed
    let isLarge = dice.happens(2)
    records = dice.from(1, to: isLarge ? 12 : 5)
    holdsRecords = dice.happens(75)
    takesSnapshots = dice.happens(75)
    retry = RetryPolicy(
      attempts: dice.from(1, to: 5), base: .microseconds(dice.one(of: [0, 1_000, 500_000])), cap: .seconds(30)
    )
    rate = dice.happens(10) ? Double(dice.one(of: [5, 50, 1_000])) : nil
    breaker = BreakerRule(
      failures: dice.happens(30) ? dice.from(1, to: 4) : nil,
      patience: .seconds(dice.one(of: [0, 60, 1_800])))
    stopRule =
      switch dice.below(10) {
      case 0: StopRule(failures: dice.from(1, to: 3))
      case 1: StopRule(failureRate: 0.5, minimumSample: dice.from(1, to: 4))
      default: StopRule()
      }
    settle = dice.one(of: [1_000, 500_000, 2_000_000])
    timeOut = dice.one(of: [1_000_000, 5_000_000, 30_000_000])
    isFusion = dice.happens(50)
    normalisesTexts = dice.happens(50)
    latency = dice.one(of: [200, 5_000, 50_000])
    slowAnswers = dice.one(of: [10, 1_000])
    trouble = dice.one(of: [0, 10, 10, 25, 50])
    lookTrouble = dice.one(of: [0, 0, 10, 30])
    otherWrites = dice.happens(25) ? dice.from(1, to: 4) : 0
    diskTrouble = dice.happens(5) ? 15 : 0
    commitTime = dice.one(of: [100, 3_000, 30_000])
    troubledLives = dice.one(of: [0, 1, 1, 1, 2, 2, 3])
    var outages: [Outage] = []
    if dice.happens(15) {
      let from = dice.below(latency * 10)
      let kind = dice.one(of: Outage.Kind.allCases)
      outages.append(
        Outage(from: from, to: from + dice.one(of: [20_000, 1_000_000, 60_000_000]), kind: kind))
    }
    self.outages = outages
    let count = isLarge ? dice.from(12, to: 40) : dice.one(of: [2, 2, 2, 3, 3, 3, 4, 4, 6, 10])
    let kinds = dice.one(of: Scenario.sheets)
    for _ in 0..<count {
      let patch = dice.one(of: dice.one(of: kinds))
      var row = Row(record: dice.below(records), patch: patch)
      switch dice.below(40) {
      case 0: row.isRejected = true
      case 1, 2: row.isRefused = true
      default: break
      }
      rows.append(row)
    }
  }

  private static let sheets: [[[SimulatedPatch]]] = [
    [SimulatedPatch.fieldUpdates], [SimulatedPatch.appends],
    [SimulatedPatch.fieldUpdates, SimulatedPatch.appends],
    [SimulatedPatch.fieldUpdates, SimulatedPatch.appends, SimulatedPatch.rewrites],
    [SimulatedPatch.appends, SimulatedPatch.rewrites],
  ]
}

extension Scenario {
  /// Incidents, as far as the simulated site knows them; with few attributes every look-up is quick.
  static let resource: ResourceType = {
    var resource = ResourceType.incidents
    resource.fields = resource.fields.filter { SimulatedPatch.attributes.contains($0.path) }
    resource.lists = resource.lists.filter { $0.name == "threads" }
    return resource
  }()

  /// The sheet as it is staged.
  var stagedRows: [(staged: StagedRow, isRejected: Bool)] {
    var ordinals = Array(repeating: 0, count: records)
    return rows.enumerated().map { index, row in
      ordinals[row.record] += 1
      let staged = StagedRow(
        number: index + 1, line: index + 2, recordID: .integer(Int64(row.record + 1)),
        ordinal: ordinals[row.record],
        recordRows: rows.count { $0.record == row.record }, patch: row.patch.body, element: row.patch.element,
        isIdempotent: row.patch.isIdempotent, attempts: 0)
      return (staged, row.isRejected)
    }
  }
}
