/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two people ask for a key to each other at once (PROTOCOL section 4, several grants with one peer).
 * The server issues two grants, 1 to x's wish and 2 to y's, and tells both sides of both. Handshakes
 * run over a network that loses and repeats; a CLOSE is sent once. A later grant replaces those that
 * are not OPEN yet, and once its channel is OPEN the earlier one is CLOSED.
 *
 * Checked: both sides end with the channel of the later grant, and with no other.
 */
#define X 0
#define Y 1
#define GRANTS  2
#define LOSSES  2
#define REPEATS 2

#define NONE    0
#define WAITING 1
#define OPEN    2
#define CLOSED  3

typedef Side { byte state[GRANTS + 1] };
Side side[2];
chan told_x = [GRANTS] of { byte };
chan told_y = [GRANTS] of { byte };
/* On their way, for each grant; the initiator of 1 is x, of 2 y. */
bool init_sent[GRANTS + 1], resp_sent[GRANTS + 1], secure_sent[GRANTS + 1], answered[GRANTS + 1];
bool close_to_x[GRANTS + 1], close_to_y[GRANTS + 1];
byte losses = 0, repeats = 0;

#define INITIATOR(grant) (grant - 1)
#define RESPONDER(grant) (2 - grant)
#define STATE(who, grant) side[who].state[grant]

/* It was taken from the network; or it will come again. */
inline take (flag) {
  if
  :: flag = false
  :: repeats < REPEATS -> repeats++
  fi
}

inline close_earlier (who, grant) {
  if
  :: grant == 2 && STATE (who, 1) == OPEN ->
     STATE (who, 1) = CLOSED;
     if
     :: who == X -> close_to_y[1] = true
     :: else -> close_to_x[1] = true
     fi
  :: grant == 2 && STATE (who, 1) == WAITING -> STATE (who, 1) = CLOSED
  :: else -> skip
  fi
}

inline accept_grant (who, grant) {
  STATE (who, grant) = WAITING;
  if
#ifdef FAULT_NOTHING_IS_REPLACED
  :: grant == 2 && STATE (who, 1) == OPEN -> STATE (who, grant) = CLOSED
#endif
  :: grant == 2 && STATE (who, 1) == WAITING -> STATE (who, 1) = CLOSED
#ifdef FAULT_ORDER_DIFFERS
  :: grant == 1 && STATE (who, 2) == WAITING -> STATE (who, 2) = CLOSED
#endif
  :: else -> skip
  fi
}

active proctype Server () {
  told_x ! 1;
#ifdef FAULT_ORDER_DIFFERS
  told_y ! 2;
  told_x ! 2;
  told_y ! 1
#else
  told_y ! 1;
  told_x ! 2;
  told_y ! 2
#endif
}

active proctype Grants () {
  byte grant;
end:
  do
  :: atomic { told_x ? grant -> accept_grant (X, grant); grant = 0 }
  :: atomic { told_y ? grant -> accept_grant (Y, grant); grant = 0 }
  od
}

/* Everything that one grant's two ends do. */
active [GRANTS] proctype Handshake () {
  byte grant = _pid - 1; /* the processes before are Server and Grants */
  byte i = INITIATOR (grant), r = RESPONDER (grant);
end:
  do
  :: atomic { STATE (i, grant) == WAITING && !init_sent[grant] && !resp_sent[grant] ->
       init_sent[grant] = true }
  :: atomic { init_sent[grant] -> take (init_sent[grant]);
       if
       :: STATE (r, grant) == WAITING -> resp_sent[grant] = true
       :: else -> skip
       fi }
  :: atomic { resp_sent[grant] -> take (resp_sent[grant]);
       if
       :: STATE (i, grant) == WAITING ->
          STATE (i, grant) = OPEN; secure_sent[grant] = true; close_earlier (i, grant)
       :: else -> skip
       fi }
  :: atomic { STATE (i, grant) == OPEN && !answered[grant] && !secure_sent[grant] ->
       secure_sent[grant] = true }
  :: atomic { secure_sent[grant] -> take (secure_sent[grant]);
       if
       :: STATE (r, grant) == WAITING -> STATE (r, grant) = OPEN; close_earlier (r, grant)
       :: else -> skip
       fi;
       if
       :: STATE (r, grant) == OPEN -> answered[grant] = true
       :: else -> skip
       fi }
  :: atomic { close_to_x[grant] -> close_to_x[grant] = false; STATE (X, grant) = CLOSED }
  :: atomic { close_to_y[grant] -> close_to_y[grant] = false; STATE (Y, grant) = CLOSED }
  od
}

active proctype Network () {
end:
  do
  :: atomic { losses < LOSSES && init_sent[1] -> losses++; init_sent[1] = false }
  :: atomic { losses < LOSSES && init_sent[2] -> losses++; init_sent[2] = false }
  :: atomic { losses < LOSSES && resp_sent[1] -> losses++; resp_sent[1] = false }
  :: atomic { losses < LOSSES && resp_sent[2] -> losses++; resp_sent[2] = false }
  :: atomic { losses < LOSSES && secure_sent[1] -> losses++; secure_sent[1] = false }
  :: atomic { losses < LOSSES && secure_sent[2] -> losses++; secure_sent[2] = false }
  :: atomic { losses < LOSSES && close_to_x[1] -> losses++; close_to_x[1] = false }
  :: atomic { losses < LOSSES && close_to_y[1] -> losses++; close_to_y[1] = false }
  od
}

/* A world that stands still would not count as one in which nothing happens any more. */
active proctype Time () { bit tick; do :: tick = 1 - tick od }

ltl they_meet { <> [] (STATE (X, 2) == OPEN && STATE (Y, 2) == OPEN &&
                       STATE (X, 1) != OPEN && STATE (Y, 1) != OPEN) }
