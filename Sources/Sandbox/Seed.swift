import GRDB
import Hummingbird

enum SandboxSeed {}
