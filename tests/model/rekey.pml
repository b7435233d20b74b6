/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rekeying an open channel (PROTOCOL section 4), over a network that loses, repeats and reorders.
 * i asks with REKEY1, r answers REKEY2, both sealed in the old epoch; i seals in the new one from
 * REKEY2 on, r from the first datagram that comes in it. An old receive key may be gone at any time
 * after the switch, which is worse than the ten seconds that it is kept.
 *
 * Keys are symbolic: that of an epoch is the number of r's share, i's being one an epoch anyhow.
 *
 * Checked: both sides of an epoch have the same key; nobody seals in an epoch that the other side
 * could not have a key for; and what is lost delays a rekey but never stops it.
 */
#define EPOCHS  3 /* 0, 1, 2 */
#define SLOTS   3 /* datagrams on their way at once */
#define LOSSES  2
#define REPEATS 2

#define FREE   0
#define PING   1
#define REKEY1 2
#define REKEY2 3

typedef Datagram { byte kind; bit to_r; byte epoch; byte key; byte share };
Datagram net[SLOTS];
byte key_i[EPOCHS], key_r[EPOCHS]; /* 0 = none, or erased */
byte epoch_i = 0, epoch_r = 0;     /* that each side seals in */
bool asked = false;                /* i waits for REKEY2 */
bool heard = true;                 /* i has had a datagram in its epoch */
byte answered = 0;                 /* the epoch of r's newest share */
byte shares = 1;                   /* made by r so far; that of epoch 0 came with the handshake */
byte losses = 0, repeats = 0;

inline send (towards_r, k, e, sealed, what) {
  if
  :: net[0].kind == FREE -> slot = 0
  :: net[0].kind != FREE && net[1].kind == FREE -> slot = 1
  :: net[0].kind != FREE && net[1].kind != FREE && net[2].kind == FREE -> slot = 2
  :: else -> slot = SLOTS /* no room in the network: lost */
  fi;
  if
  :: slot < SLOTS ->
     net[slot].kind = k; net[slot].to_r = towards_r; net[slot].epoch = e;
     net[slot].key = sealed; net[slot].share = what
  :: else -> skip
  fi;
  slot = 0
}

#define quiet(way) ((net[0].kind == FREE || net[0].to_r != way) && \
                    (net[1].kind == FREE || net[1].to_r != way) && \
                    (net[2].kind == FREE || net[2].to_r != way))
#define SILENT (quiet (0) && quiet (1)) /* then a timer asks again */

/* One of those on their way, any of them; it may come once more. */
inline receive (way) {
  if
  :: net[0].kind != FREE && net[0].to_r == way -> at = 0
  :: net[1].kind != FREE && net[1].to_r == way -> at = 1
  :: net[2].kind != FREE && net[2].to_r == way -> at = 2
  fi;
  got.kind = net[at].kind; got.epoch = net[at].epoch; got.key = net[at].key; got.share = net[at].share;
  if
  :: repeats < REPEATS -> repeats++
  :: net[at].kind = FREE; net[at].epoch = 0; net[at].key = 0; net[at].share = 0
  fi;
  at = 0
}

inline forget () { got.kind = 0; got.epoch = 0; got.key = 0; got.share = 0 }

active proctype Initiator () {
  byte slot, at;
  Datagram got;

  atomic { key_i[0] = 1; key_r[0] = 1 };
end:
  do
  :: atomic { !asked && heard && epoch_i < EPOCHS - 1 ->
       asked = true; send (1, REKEY1, epoch_i, key_i[epoch_i], 0) }
  :: atomic { asked && SILENT -> send (1, REKEY1, epoch_i, key_i[epoch_i], 0) }
  :: atomic { !heard && SILENT -> send (1, PING, epoch_i, key_i[epoch_i], 0) }
  :: atomic { epoch_i > 0 && key_i[epoch_i - 1] != 0 -> key_i[epoch_i - 1] = 0 }
  :: atomic { !quiet (0) -> receive (0);
       assert (got.epoch <= epoch_i); /* r seals in nothing that i may not have yet */
       if
       :: key_i[got.epoch] == got.key && got.kind == REKEY2 && asked && got.epoch == epoch_i ->
          asked = false;
          epoch_i++;
          heard = false;
          key_i[epoch_i] = got.share;
          assert (key_r[epoch_i] == 0 || key_r[epoch_i] == key_i[epoch_i]);
          send (1, PING, epoch_i, key_i[epoch_i], 0)
       :: key_i[got.epoch] == got.key && got.kind == PING ->
          if :: got.epoch == epoch_i -> heard = true :: else -> skip fi
       :: else -> skip
       fi;
       forget () }
  od
}

active proctype Responder () {
  byte slot, at;
  Datagram got;

end:
  do
  :: atomic { epoch_r > 0 && key_r[epoch_r - 1] != 0 -> key_r[epoch_r - 1] = 0 }
  :: atomic { !quiet (1) -> receive (1);
       if
       :: key_r[got.epoch] != got.key || got.key == 0 -> skip
       :: else ->
          if
          :: got.epoch > epoch_r -> epoch_r = got.epoch
          :: else -> skip
          fi;
          if
          :: got.kind == REKEY1 && got.epoch == epoch_r ->
#ifdef FAULT_NEW_SHARE_EACH_TIME
             if :: shares < 5 -> shares++ :: else -> skip fi;
             key_r[epoch_r + 1] = shares;
#else
             if
             :: answered == epoch_r -> answered++; shares++; key_r[answered] = shares
             :: else -> skip /* a repeat changes nothing */
             fi;
#endif
#ifdef FAULT_ANSWERED_IN_THE_NEW_EPOCH
             send (0, REKEY2, epoch_r + 1, key_r[epoch_r + 1], key_r[epoch_r + 1])
#else
             send (0, REKEY2, epoch_r, key_r[epoch_r], key_r[epoch_r + 1])
#endif
#ifdef FAULT_SWITCHED_TOO_EARLY
             ; epoch_r++
#endif
          :: got.kind == PING -> send (0, PING, epoch_r, key_r[epoch_r], 0)
          :: else -> skip
          fi
       fi;
       forget () }
  od
}

active proctype Network () {
end:
  do
  :: atomic { losses < LOSSES && net[0].kind != FREE ->
       losses++; net[0].kind = FREE; net[0].epoch = 0; net[0].key = 0; net[0].share = 0 }
  :: atomic { losses < LOSSES && net[1].kind != FREE ->
       losses++; net[1].kind = FREE; net[1].epoch = 0; net[1].key = 0; net[1].share = 0 }
  od
}

/* A world that stands still would not count as one in which nothing happens any more. */
active proctype Time () { bit tick; do :: tick = 1 - tick od }

ltl same_key { [] ((key_i[1] == 0 || key_r[1] == 0 || key_i[1] == key_r[1]) &&
                   (key_i[2] == 0 || key_r[2] == 0 || key_i[2] == key_r[2])) }
ltl never_stuck { <> (epoch_i == EPOCHS - 1 && epoch_r == EPOCHS - 1) }
