import Console
import JSON
import Testing

@testable import Runs
@testable import bulkpatch

@Suite struct ExitCodeTests {
  // The macros' expansion must not see both the type and the executable's name for it.
  typealias ExitCode = Console.ExitCode

  /// DESIGN section 3, code by code.
  static let design: [Int32: String] = [
    0: "success", 1: "rows-failed", 2: "changes-pending", 3: "stopped-early", 4: "outcomes-unknown",
    5: "conflicts", 11: "locked", 12: "window-closed", 64: "usage", 65: "unreadable-sheet",
    66: "no-such-file", 69: "unreachable", 70: "internal-error", 74: "input-output", 75: "try-later",
    77: "refused", 78: "configuration", 130: "interrupted", 143: "terminated",
  ]

  @Test func matchesTheTableOfTheDesign() {
    let table = Dictionary(uniqueKeysWithValues: ExitCode.allCases.map { ($0.rawValue, $0.name) })
    #expect(table == Self.design)
  }

  @Test func everyCodeSaysWhatItMeansInWordsOfItsOwn() {
    #expect(Set(ExitCode.allCases.map(\.meaning)).count == ExitCode.allCases.count)
  }

  @Test func helpListsTheWholeTable() {
    let manual = Bulkpatch.manual.text(exitCodesIn: nil)
    for code in ExitCode.allCases {
      #expect(manual.contains("  \(code.rawValue)"))
      #expect(manual.contains(code.meaning))
    }
  }

  @Test(
    arguments: [
      ([], .success),
      ([.success], .success),
      ([.rowsFailed, .success], .rowsFailed),
      ([.rowsFailed, .conflicts], .conflicts),
      ([.conflicts, .outcomesUnknown, .rowsFailed], .outcomesUnknown),
      ([.outcomesUnknown, .inputOutput], .inputOutput),
      ([.outcomesUnknown, .refused], .refused),
      ([.internalError, .inputOutput, .refused], .internalError),
      ([.rowsFailed, .terminated], .terminated),
      ([.stoppedEarly, .rowsFailed], .stoppedEarly),
      ([.tryLater, .outcomesUnknown], .tryLater),
    ] as [([ExitCode], ExitCode)])
  func mostSeriousWins(codes: [ExitCode], worst: ExitCode) {
    #expect(ExitCode.worst(codes) == worst)
    #expect(ExitCode.worst(codes.reversed()) == worst)
  }

  @Test func worstOfAnyTwoIsOneOfThemWhicheverComesFirst() {
    for left in ExitCode.allCases {
      for right in ExitCode.allCases {
        let worst = ExitCode.worst([left, right])
        #expect(worst == left || worst == right)
        #expect(worst == ExitCode.worst([right, left]))
      }
    }
  }
}

@Suite struct UserErrorTests {
  @Test func saysPlaceMessageAndHintOnLinesOfTheirOwn() {
    let error = UserError(
      .configuration, place: "a.yaml:3", "unknown key 'lane'", hint: "did you mean 'lanes'?")
    #expect(error.text == "bulkpatch: a.yaml:3: unknown key 'lane'\nhint: did you mean 'lanes'?\n")
    #expect(
      error.json.text() == """
        {"error":{"code":"configuration","message":"unknown key 'lane'","place":"a.yaml:3",\
        "hint":"did you mean 'lanes'?"},"exit_code":78}
        """)
  }

  @Test func leavesOutWhatItDoesNotHave() {
    let error = UserError(.usage, "nothing to do")
    #expect(error.text == "bulkpatch: nothing to do\n")
    #expect(error.json.text() == #"{"error":{"code":"usage","message":"nothing to do"},"exit_code":64}"#)
  }
}
