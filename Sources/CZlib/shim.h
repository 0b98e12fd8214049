/* zlib as it is. `inflateInit2` is a macro, which Swift cannot call; the function behind it,
   `inflateInit2_`, takes the version and the size of `z_stream` as arguments and needs no wrapper. */
#include <zlib.h>
