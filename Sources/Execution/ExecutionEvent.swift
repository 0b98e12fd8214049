public import Sites
public import Staging

/// Something that happened while a run was executed, for whoever counts, logs or shows it.
public enum ExecutionEvent: Sendable {
  /// A request ended, the n-th (from 1) of those that served this purpose.
  case requested(RequestRecord, RequestPurpose, sequence: Int)
  /// What became of a row is durable; the record is `nil` when the row never got as far as to be sent.
  case settled(RowOutcome, recordID: Int64?)
  /// The run is held back more than before, or less.
  case throttled(ThrottleStanding, before: ThrottleStanding)
  /// The site has asked everybody to wait so long; not told again of answers that ask for it meanwhile.
  case askedToWait(Duration)
  /// Something made the run stop early; told once.
  case stopping(StopReason)
}

/// What a request was made for.
public enum RequestPurpose: Sendable, Equatable {
  /// Finding out whether the site can be used, and which records the keys mean.
  case preparation
  /// Reading records before they are written, or to see what became of a write; the n-th (from 1) such look.
  case look(number: Int, records: Int)
  /// Reading back what was written.
  case verification
  /// Writing: one row, or several in one batch.
  ///
  /// One delivery may take several requests: a look-up on the way, a login renewed, a batch taken apart.
  case write([SentRow])
}

/// A row on its way out.
public struct SentRow: Sendable, Equatable {
  public var number: Int
  public var recordID: Int64
  /// How many times it has gone out in this process, this one included.
  public var attempt: Int

  public init(number: Int, recordID: Int64, attempt: Int) {
    self.number = number
    self.recordID = recordID
    self.attempt = attempt
  }
}

/// Told of every event, on whichever thread it happened and outside every lock of the execution; it holds that
/// thread up, so it must be quick.
public typealias ExecutionObserver = @Sendable (ExecutionEvent) -> Void
