public import Records
public import Sites
public import Staging

/// An event in the execution of a run, for counters, logs and displays.
public enum ExecutionEvent: Sendable {
  /// A request ended, the n-th (from 1) of its purpose.
  case requested(RequestRecord, RequestPurpose, sequence: Int)
  /// The outcome of a row is durable; the record is `nil` if the row was never ready to be sent.
  case settled(RowOutcome, recordID: RecordID?)
  /// The run is held back more than before, or less.
  case throttled(ThrottleStanding, before: ThrottleStanding)
  /// The site has asked all lanes to wait this long; not repeated for further such answers during the wait.
  case askedToWait(Duration)
  /// The run stops early; reported once.
  case stopping(StopReason)
}

/// The purpose of a request.
public enum RequestPurpose: Sendable, Equatable {
  /// Checks whether the site can be used, and which records the keys mean.
  case preparation
  /// Reads records before they are written, or to find out what became of a write; the n-th (from 1) such look.
  case look(number: Int, records: Int)
  /// Reads back what was written.
  case verification
  /// Writes one row, or several in one batch.
  ///
  /// One delivery may take several requests: a look-up on the way, a renewed login, a batch that is split.
  case write([SentRow])
}

/// A row on its way out.
public struct SentRow: Sendable, Equatable {
  public var number: Int
  public var recordID: RecordID
  /// The number of times it has been sent in this process, this one included.
  public var attempt: Int

  public init(number: Int, recordID: RecordID, attempt: Int) {
    self.number = number
    self.recordID = recordID
    self.attempt = attempt
  }
}

/// Receives every event, on the thread where it happened and outside every lock of the execution.
///
/// It delays that thread, so it must be quick.
public typealias ExecutionObserver = @Sendable (ExecutionEvent) -> Void
