import Console

/// How the process ends; ArgumentParser has a type of the same name, which is never meant.
typealias ExitCode = Console.ExitCode
