// What Swift needs of libcurl beyond its own header: `curl_easy_setopt` and `curl_easy_getinfo` are
// variadic, which Swift cannot call, so each type of argument in use gets a function here. No logic.
#ifndef BULKPATCH_CCURL_SHIM_H
#define BULKPATCH_CCURL_SHIM_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

// CURLOPT_PREREQFUNCTION, which tells whether a request has begun to leave, came with 7.80.0.
#if LIBCURL_VERSION_NUM < 0x075000
#error "libcurl 7.80.0 or later is needed"
#endif

static inline CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

// libcurl copies the text; a null pointer takes the option back.
static inline CURLcode ccurl_set_text(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}

// For CURLOPT_POSTFIELDS, which is not copied and need not end with a NUL.
static inline CURLcode ccurl_set_bytes(CURL *handle, CURLoption option, const void *value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, void *value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_set_headers(CURL *handle, struct curl_slist *value) {
  return curl_easy_setopt(handle, CURLOPT_HTTPHEADER, value);
}

// For CURLOPT_WRITEFUNCTION and CURLOPT_HEADERFUNCTION, which have one type.
static inline CURLcode ccurl_set_receiver(CURL *handle, CURLoption option, curl_write_callback value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_set_before_request(CURL *handle, curl_prereq_callback value) {
  return curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, value);
}

static inline CURLcode ccurl_get_long(CURL *handle, CURLINFO info, long *value) {
  return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode ccurl_get_offset(CURL *handle, CURLINFO info, curl_off_t *value) {
  return curl_easy_getinfo(handle, info, value);
}

static inline CURLMcode ccurl_multi_watch(
    CURLM *multi, curl_socket_callback sockets, curl_multi_timer_callback timer, void *context) {
  curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, sockets);
  curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, context);
  curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, timer);
  return curl_multi_setopt(multi, CURLMOPT_TIMERDATA, context);
}

// The result of a transfer that has ended since the last call; false for none. Swift cannot read the message's union safely.
static inline bool ccurl_multi_ended(CURLM *multi, CURLcode *result) {
  int left;
  CURLMsg *message = curl_multi_info_read(multi, &left);
  if (!message || message->msg != CURLMSG_DONE) return false;
  *result = message->data.result;
  return true;
}

#ifdef __linux__
// <poll.h> declares it only for GNU's own dialect.
extern int ppoll(void *sockets, unsigned long count, const struct timespec *time, const void *signals);

// `poll` with a time in nanoseconds; a negative one waits as long as it takes.
static inline int ccurl_poll(void *sockets, unsigned long count, int64_t nanoseconds) {
  struct timespec time = {(time_t)(nanoseconds / 1000000000), (long)(nanoseconds % 1000000000)};
  return ppoll(sockets, count, nanoseconds < 0 ? NULL : &time, NULL);
}
#endif

// The entries of the site's own certificate, which belong to the handle; null without TLS or without CURLOPT_CERTINFO.
static inline struct curl_slist *ccurl_get_certificate(CURL *handle) {
  struct curl_certinfo *info = NULL;
  if (curl_easy_getinfo(handle, CURLINFO_CERTINFO, &info) != CURLE_OK || !info || info->num_of_certs < 1) return NULL;
  return info->certinfo[0];
}

#endif
