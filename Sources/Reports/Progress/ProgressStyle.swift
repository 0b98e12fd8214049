import Foundation

/// The style of a progress display.
public enum ProgressStyle: Sendable, Equatable {
  /// No progress.
  case silent
  /// One plain line now and then, for logs.
  case plain
  /// One line of a terminal that is redrawn.
  case line(isColored: Bool)

  /// Creates the style that fits a stream: a terminal that can move its cursor gets the line.
  ///
  /// It has no colours if `NO_COLOR` is set to anything (no-color.org).
  public init(descriptor: Int32, isQuiet: Bool, environment: [String: String]) {
    self.init(isTerminal: isatty(descriptor) == 1, isQuiet: isQuiet, environment: environment)
  }

  init(isTerminal: Bool, isQuiet: Bool, environment: [String: String]) {
    let terminal = environment["TERM"] ?? ""
    if isQuiet {
      self = .silent
    } else if !isTerminal || terminal.isEmpty || terminal == "dumb" {
      self = .plain
    } else {
      self = .line(isColored: (environment["NO_COLOR"] ?? "").isEmpty)
    }
  }
}

/// The size of a terminal.
enum Terminal {
  /// Returns the current columns of the terminal behind a descriptor; 80 if unknown.
  static func width(_ descriptor: Int32) -> Int {
    var size = winsize()
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}
