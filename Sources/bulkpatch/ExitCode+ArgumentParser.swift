import Console

/// The exit codes of the process; ArgumentParser's type of the same name is never used.
typealias ExitCode = Console.ExitCode
