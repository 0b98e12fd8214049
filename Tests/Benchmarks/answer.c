/* A site that answers every write with 200 and nothing, after a delay that is the same for all. It holds any number of
   answers back at once, which nginx does not do without a module.

   answer DELAY-MS MARK [PORT]: prints its port, and once MARK writes are answered, the seconds from the arrival of the
   first to that answer. GET is answered at once, a menu with the names of the benchmarks' sheets, anything else with an
   empty collection, and not counted. It ends when it is killed. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { connections = 512, longest = 65536 };
static const char nothing[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
static const char collection[] =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"items\":[]}";
static const char menu[] =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 241\r\n\r\n"
    "{\"items\":[{\"id\":1,\"lookupName\":\"Solved\"},{\"id\":2,\"lookupName\":\"Unresolved\"},"
    "{\"id\":3,\"lookupName\":\"Waiting\"},{\"id\":4,\"lookupName\":\"Updated\"},"
    "{\"id\":5,\"lookupName\":\"Note\"},{\"id\":6,\"lookupName\":\"Staff Account\"},"
    "{\"id\":7,\"lookupName\":\"Customer\"}]}";

/* A connection: what has arrived of its request, and when it is to be answered (0: the request is not whole). */
static struct { int used; size_t length; double due; } peers[connections];
static char requests[connections][longest];
static int highest;
static double delay, first;
static long mark, answered;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void end(int peer) {
  close(peer);
  peers[peer].used = 0;
}

static void answer(int peer, const char *text, size_t length) {
  peers[peer].due = 0;
  peers[peer].length = 0;
  if (write(peer, text, length) != (ssize_t)length) end(peer);
}

/* Whether the request in the buffer is whole: clients send the next one only after the answer. */
static int is_whole(int peer) {
  char *bytes = requests[peer], *body;
  bytes[peers[peer].length] = 0;
  if (!(body = strstr(bytes, "\r\n\r\n"))) return 0;
  size_t length = 0;
  for (char *line = bytes; line < body; line = strstr(line, "\r\n") + 2)
    if (!strncasecmp(line, "content-length:", 15)) length = strtoul(line + 15, NULL, 10);
  return peers[peer].length >= (size_t)(body + 4 - bytes) + length;
}

static void receive(int peer) {
  ssize_t got = read(peer, requests[peer] + peers[peer].length, longest - 1 - peers[peer].length);
  if (got <= 0) return end(peer);
  peers[peer].length += (size_t)got;
  if (!is_whole(peer)) return;
  if (!strncmp(requests[peer], "GET ", 4)) {
    if (strstr(requests[peer], "/namedIDs/")) return answer(peer, menu, sizeof menu - 1);
    return answer(peer, collection, sizeof collection - 1);
  }
  double time = now();
  if (!first) first = time;
  peers[peer].due = time + delay;
}

static void answer_what_is_due(double time) {
  for (int peer = 0; peer <= highest; peer++) {
    if (!peers[peer].used || !peers[peer].due || peers[peer].due > time) continue;
    answer(peer, nothing, sizeof nothing - 1);
    if (++answered == mark) printf("%.6f\n", now() - first), fflush(stdout);
  }
}

static void greet(int listener) {
  int peer = accept(listener, NULL, NULL), on = 1;
  if (peer < 0) return;
  if (peer >= connections) { close(peer); return; }
  setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  peers[peer].used = 1, peers[peer].length = 0, peers[peer].due = 0;
  if (peer > highest) highest = peer;
}

/* Sleeps until something arrives or the next answer is due. */
static void serve(int listener) {
  fd_set readable;
  FD_ZERO(&readable);
  FD_SET(listener, &readable);
  double next = 0;
  for (int peer = 0; peer <= highest; peer++) {
    if (!peers[peer].used) continue;
    FD_SET(peer, &readable);
    if (peers[peer].due && (!next || peers[peer].due < next)) next = peers[peer].due;
  }
  double wait = next ? next - now() : 3600;
  if (wait < 0) wait = 0;
  struct timespec timeout = {(time_t)wait, (long)((wait - (double)(time_t)wait) * 1e9)};
  if (pselect(highest + 1, &readable, NULL, NULL, &timeout, NULL) > 0) {
    if (FD_ISSET(listener, &readable)) greet(listener);
    for (int peer = 0; peer <= highest; peer++)
      if (peer != listener && peers[peer].used && FD_ISSET(peer, &readable)) receive(peer);
  }
  answer_what_is_due(now());
}

int main(int count, char **arguments) {
  if (count < 3) return fprintf(stderr, "usage: answer DELAY-MS MARK [PORT]\n"), 64;
  delay = atof(arguments[1]) / 1000, mark = atol(arguments[2]);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  address.sin_port = htons((unsigned short)(count > 3 ? atoi(arguments[3]) : 0));
  socklen_t size = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 256)) return perror("answer"), 1;
  getsockname(listener, (struct sockaddr *)&address, &size);
  highest = listener;
  signal(SIGPIPE, SIG_IGN);
  printf("%d\n", ntohs(address.sin_port)), fflush(stdout);
  for (;;) serve(listener);
}
