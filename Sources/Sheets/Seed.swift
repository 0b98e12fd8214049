import Crypto

enum SheetsSeed {}
