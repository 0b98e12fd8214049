/* The floor that sending is compared with: lanes that do nothing but libcurl's work.

   barecurl URL LANES TOTAL: each lane is a thread with one handle and one connection. Together they PATCH the incidents
   1 to TOTAL, with the body of the sheet `fields`. Prints the requests a second; ends with 1 when one is not answered
   with 200. */
#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const char *site;
static long total;
static atomic_long taken;

static size_t discard(char *bytes, size_t size, size_t count, void *unused) {
  (void)bytes, (void)unused;
  return size * count;
}

static void *work(void *unused) {
  struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
  headers = curl_slist_append(headers, "OSvC-CREST-Application-Context: benchmark");
  headers = curl_slist_append(headers, "Expect:");
  CURL *handle = curl_easy_init();
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(handle, CURLOPT_USERPWD, "admin:sandbox");
  curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, "PATCH");
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, discard);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  for (;;) {
    long number = atomic_fetch_add(&taken, 1) + 1, status = 0;
    if (number > total) break;
    char address[256], body[128];
    snprintf(address, sizeof address, "%s/services/rest/connect/v1.4/incidents/%ld", site, number);
    snprintf(body, sizeof body, "{\"assignedTo\":{\"account\":{\"id\":%ld}},\"statusWithType\":{\"status\":{\"id\":1}}}",
             number % 500 + 1);
    curl_easy_setopt(handle, CURLOPT_URL, address);
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, body);
    CURLcode code = curl_easy_perform(handle);
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    if (code != CURLE_OK || status != 200) {
      fprintf(stderr, "barecurl: %s: %s, status %ld\n", address, curl_easy_strerror(code), status);
      exit(1);
    }
  }
  curl_easy_cleanup(handle);
  curl_slist_free_all(headers);
  return unused;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int count, char **arguments) {
  pthread_t lanes[128];
  if (count != 4) return fprintf(stderr, "usage: barecurl URL LANES TOTAL\n"), 64;
  int wanted = atoi(arguments[2]);
  if (wanted < 1 || wanted > 128) return fprintf(stderr, "barecurl: lanes: not 1 to 128: %s\n", arguments[2]), 64;
  site = arguments[1];
  total = atol(arguments[3]);
  curl_global_init(CURL_GLOBAL_ALL);
  double began = now();
  for (int lane = 0; lane < wanted; lane++) pthread_create(&lanes[lane], NULL, work, NULL);
  for (int lane = 0; lane < wanted; lane++) pthread_join(lanes[lane], NULL);
  printf("%.0f\n", (double)total / (now() - began));
}
