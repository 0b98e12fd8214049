// Memory for libcurl out of each thread's own cache.
//
// glibc serves small requests of `malloc` from a cache of the thread, without a lock, but never those of `calloc`, and
// what `realloc` enlarges only under the lock of a heap. libcurl makes a dozen of both for each transfer, and lanes would
// queue for the lock. `malloc`, and a copy, do the same without one.
#ifndef BULKPATCH_CCURL_MEMORY_H
#define BULKPATCH_CCURL_MEMORY_H

#include <curl/curl.h>

#ifdef __GLIBC__
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

// The largest request that the thread's cache serves.
static const size_t ccurl_largest_cached = 1032;

static inline void *ccurl_calloc(size_t count, size_t size) {
  size_t length;
  if (__builtin_mul_overflow(count, size, &length) || length > ccurl_largest_cached) return calloc(count, size);
  void *block = malloc(length);
  // Without this the compiler makes one `calloc` of both calls again.
  __asm__("" : "+r"(block));
  return block ? memset(block, 0, length) : NULL;
}

static inline void *ccurl_realloc(void *block, size_t length) {
  if (!block) return malloc(length);
  size_t usable = malloc_usable_size(block);
  if (length == 0 || length > ccurl_largest_cached || usable > ccurl_largest_cached) return realloc(block, length);
  if (length <= usable) return block;
  void *longer = malloc(length);
  if (!longer) return NULL;
  memcpy(longer, block, usable);
  free(block);
  return longer;
}

static inline CURLcode ccurl_start(void) {
  return curl_global_init_mem(CURL_GLOBAL_DEFAULT, malloc, free, ccurl_realloc, strdup, ccurl_calloc);
}
#else
// A macro with a cast, which Swift does not import.
static inline CURLcode ccurl_start(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }
#endif

#endif
