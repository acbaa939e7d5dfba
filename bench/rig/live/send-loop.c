/* The kernel's floor: accept SOCKETS connections, answer each handshake, then send() the same WIRE_BYTES to all of them
   PER_SECOND times a second. Nothing else is done, so nothing on this machine can send to sockets one by one for less. */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int number(const char *name) {
  const char *text = getenv(name);
  return text ? atoi(text) : 0;
}

int main(void) {
  int count = number("SOCKETS"), bytes = number("WIRE_BYTES"), rate = number("PER_SECOND");
  int listener = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  signal(SIGPIPE, SIG_IGN);
  bind(listener, (struct sockaddr *)&address, sizeof address);
  listen(listener, 1024);
  getsockname(listener, (struct sockaddr *)&address, &length);
  printf("{\"listening\": %d}\n", ntohs(address.sin_port));
  fflush(stdout);

  int *sockets = calloc(count, sizeof *sockets);
  char request[2048];
  const char *answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
  for (int n = 0; n < count; n++) {
    sockets[n] = accept(listener, NULL, NULL);
    setsockopt(sockets[n], IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    size_t have = 0;
    while (have < sizeof request - 1) {
      ssize_t got = read(sockets[n], request + have, sizeof request - 1 - have);
      if (got <= 0) break;
      have += got;
      request[have] = 0;
      if (strstr(request, "\r\n\r\n")) break;
    }
    if (write(sockets[n], answer, strlen(answer)) < 0) return 1;
  }

  unsigned char *frame = malloc(bytes);
  int header = bytes > 127 ? 4 : 2, text = bytes - header;
  memset(frame, 'x', bytes);
  frame[0] = 0x81;
  if (header == 2) frame[1] = text;
  else frame[1] = 126, frame[2] = text >> 8, frame[3] = text & 255;
  struct timespec pause = {rate > 1 ? 0 : 1, rate > 1 ? 1000000000L / rate : 0};
  for (;;) {
    for (int n = 0; n < count; n++) send(sockets[n], frame, bytes, MSG_DONTWAIT | MSG_NOSIGNAL);
    nanosleep(&pause, NULL);
  }
}
