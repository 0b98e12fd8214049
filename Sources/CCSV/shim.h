/* libcsv 3 as it is: nothing in its header is beyond Swift's importer, so there is nothing to wrap.
   Debian ships no pkg-config file for it, hence the `link` in the module map. */
#include <csv.h>
