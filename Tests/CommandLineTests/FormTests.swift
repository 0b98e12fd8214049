import Console
import Foundation
import Testing

@testable import Runs
@testable import bulkpatch

@Suite struct FormTests {
  @Test(arguments: [
    ("500ms", Duration.milliseconds(500)), ("0s", .zero), ("1s", .seconds(1)), ("2m", .seconds(120)),
    ("1h", .seconds(3600)),
  ])
  func readsDurations(text: String, duration: Duration) {
    #expect(Form.duration.read(text) == duration)
  }

  @Test(arguments: ["", "1", "s", "-1s", "1.5s", "1 s", "1d", "1S", "99999999999999999999s", "9999999999h"])
  func refusesOtherDurations(text: String) {
    #expect(Form.duration.read(text) == nil)
  }

  @Test func refusesATimeoutOfNothing() {
    #expect(Form.timeout.read("0s") == nil)
  }

  @Test(arguments: [("1B", 1), ("20MiB", 20 << 20), ("20 MiB", 20 << 20), ("3KiB", 3072), ("1GiB", 1 << 30)])
  func readsSizes(text: String, bytes: Int) {
    #expect(Form.size.read(text) == bytes)
  }

  @Test(arguments: ["", "20", "0MiB", "20MB", "MiB", "-1B", "9223372036854775807GiB", "1.5MiB"])
  func refusesOtherSizes(text: String) {
    #expect(Form.size.read(text) == nil)
  }

  @Test(arguments: [("5%", 0.05), ("100%", 1), ("0.5%", 0.005)])
  func readsPercentages(text: String, share: Double) {
    #expect(Form.percent.read(text) == share)
  }

  @Test(arguments: ["", "5", "0%", "101%", "-5%", "1e1%", "%", "five%", "1.2.3%"])
  func refusesOtherPercentages(text: String) {
    #expect(Form.percent.read(text) == nil)
  }

  @Test(arguments: ["1", "64", "128"])
  func readsLanes(text: String) {
    #expect(Form.lanes.read(text) == Int(text))
  }

  @Test(arguments: ["0", "129", "-4", "4.0", "four", "", " 4", "+4", "٤"])
  func refusesOtherLanes(text: String) {
    #expect(Form.lanes.read(text) == nil)
  }

  @Test(arguments: [
    ("true", true), ("yes", true), ("On", true), ("false", false), ("No", false), ("OFF", false),
    ("1", nil), ("y", nil), ("", nil),
  ])
  func readsTheWordsOfYAMLForBooleans(text: String, value: Bool?) {
    #expect(Form.boolean.read(text) == value)
  }

  @Test(arguments: [("Europe/Paris", 3600), ("UTC", 0), ("Z", 0), ("+02:00", 7200), ("-03:30", -12600)])
  func readsTimeZones(text: String, secondsInWinter: Int) throws {
    let zone = try #require(Form.timeZone.read(text))
    #expect(zone.secondsFromGMT(for: .init(timeIntervalSince1970: 1_704_067_200)) == secondsInWinter)
  }

  @Test(arguments: ["", "Paris", "+2", "+15:00", "02:00", "+02:60", "+2:0"])
  func refusesOtherTimeZones(text: String) {
    #expect(Form.timeZone.read(text) == nil)
  }

  @Test(arguments: [
    ("dd-MM-yyyy HH:mm", true), ("yyyy-MM-dd", true), ("HH:mm", false), ("dd MMM yyyy", false),
  ])
  func takesDatePatternsThatNeedNoGuessing(pattern: String, isTaken: Bool) {
    #expect((Form.dateTimeFormat.read(pattern) != nil) == isTaken)
  }

  @Test(arguments: [("tab", "\t"), ("\t", "\t"), (#"\t"#, "\t"), (";", ";"), ("|", "|"), (",", ",")])
  func readsDelimiters(text: String, delimiter: Unicode.Scalar) {
    #expect(Form.delimiter.read(text) == UInt8(ascii: delimiter))
  }

  @Test func flagsSayWhatTheyMustBe() {
    #expect(throws: UserError(.usage, "--lanes must be a whole number from 1 to 128, not '500'")) {
      try Form.lanes.value(ofFlag: "lanes", "500")
    }
  }

  @Test(arguments: [("10/s", 10), ("600/min", 10), ("3600/h", 1), ("0.5/s", 0.5)])
  func readsARate(text: String, perSecond: Double) {
    #expect(Form.rate.read(text) == perSecond)
  }

  @Test(arguments: ["10", "0/s", "-1/s", "10/d", "/s", "10/s/s", "1e3/s", "10 /s", "nan/s", "."])
  func refusesWhatIsNoRate(text: String) {
    #expect(Form.rate.read(text) == nil)
  }
}
