// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A clock that is ahead as far as a test wants, to be preloaded into a program under test. The file
 * named by SOTTO_CLOCK holds two numbers of 64 bits, in seconds: of the time of day, and of the
 * time that only passes. Both may be changed at any time.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

typedef struct
{
  int64_t real;
  int64_t monotonic;
} Ahead;

static const volatile Ahead *ahead;

__attribute__ ((constructor)) static void
find_ahead (void)
{
  const char *path = getenv ("SOTTO_CLOCK");
  int fd = path != NULL ? open (path, O_RDONLY | O_CLOEXEC) : -1;
  void *map = fd >= 0 ? mmap (NULL, sizeof *ahead, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;

  if (fd >= 0)
    close (fd);
  if (map != MAP_FAILED)
    ahead = map;
}

int
clock_gettime (clockid_t clock, struct timespec *out)
{
  int status = (int)syscall (SYS_clock_gettime, clock, out);

  if (status == 0 && ahead != NULL && clock == CLOCK_REALTIME)
    out->tv_sec += ahead->real;
  if (status == 0 && ahead != NULL && clock == CLOCK_MONOTONIC)
    out->tv_sec += ahead->monotonic;
  return status;
}

int
gettimeofday (struct timeval *restrict out, void *restrict zone)
{
  struct timespec now;

  clock_gettime (CLOCK_REALTIME, &now);
  out->tv_sec = now.tv_sec;
  out->tv_usec = now.tv_nsec / 1000;
  return 0;
}

time_t
time (time_t *out)
{
  struct timespec now;

  clock_gettime (CLOCK_REALTIME, &now);
  if (out != NULL)
    *out = now.tv_sec;
  return now.tv_sec;
}
