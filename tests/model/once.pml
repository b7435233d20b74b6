/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Exactly once, over crashes and new channels (PROTOCOL section 4). The sender keeps records in a
 * durable outbox until RECEIVED; the receiver stores, then answers, and answers a known id again. A
 * channel is a pair of ordered streams that lose everything when it closes; either side may die at
 * any moment, which closes it and forgets what was not on the disk.
 *
 * Checked: what is stored is 1, 2, 3 … without a gap or a repeat; nothing leaves the outbox before it
 * is stored; and when the crashes are over, everything arrives.
 */
#define N       3 /* records */
#define CRASHES 2

chan records = [N] of { byte };   /* sender → receiver, of the channel that is open */
chan answers = [2 * N] of { byte };
byte acknowledged = 0; /* sender's disk: the outbox holds the records above this */
byte stored = 0;       /* receiver's disk: the newest record that is there, and as an id */
byte next = 0;         /* sender's memory: what was sent on this channel */
byte crashes = 0;

inline close_channel () {
  d_step {
    do :: nempty (records) -> records ? _ :: empty (records) -> break od;
    do :: nempty (answers) -> answers ? _ :: empty (answers) -> break od;
    next = acknowledged; /* the next channel begins with the oldest that waits */
  }
}

active proctype Sender () {
  byte id;

  do
  :: next < N && nfull (records) -> atomic {
       next++;
       records ! next;
#ifdef FAULT_DROPPED_WHEN_SENT
       acknowledged = next;
#endif
     }
  :: answers ? id -> atomic {
       assert (id <= stored);
       if
       :: id == acknowledged + 1 -> acknowledged = id
       :: else -> skip
       fi;
       id = 0
     }
  :: acknowledged == N -> break
  od
}

active proctype Receiver () {
  byte id;

end:
  do
  :: atomic { records ? id ->
#ifdef FAULT_ANSWERED_BEFORE_STORED
       answers ! id
     };
     atomic {
#endif
#ifdef FAULT_IDS_FORGOTTEN
       stored = stored + 1;
       assert (stored == id)
#else
       if
       :: id == stored + 1 -> stored = id
       :: id <= stored -> skip /* known: answered again, not stored twice */
       :: else -> assert (false) /* a gap */
       fi
#endif
     };
#ifndef FAULT_ANSWERED_BEFORE_STORED
     /* A crash between the two is what a resent record is for. */
     if
     :: nfull (answers) -> answers ! id
     :: full (answers) -> skip
     fi;
#endif
     id = 0
  od
}

/* Kills either side, or cuts the channel. */
active proctype Trouble () {
  do
  :: crashes < CRASHES -> atomic { crashes++; close_channel () }
  :: break
  od
}

/* A world that stands still would not count as one in which nothing happens any more. */
active proctype Time () { bit tick; do :: tick = 1 - tick od }

ltl nothing_is_lost { [] (acknowledged <= stored) }
ltl all_arrives { <> (acknowledged == N && stored == N) }
