/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The login against whoever owns the network (PROTOCOL section 3). HELLO is not authenticated: the
 * client answers whatever nonce it is shown. Everything that was ever sent can be delivered to
 * anybody, any number of times, or never. Keys are symbolic: a token opens for whoever has the same
 * transcript, and its makers are honest.
 *
 * Checked: each of the client's runs is accepted once at most, and a run of the client's succeeds
 * only with the one connection that accepted it.
 */
#define CONNECTIONS 3 /* of the server, each with a fresh Ns of its number */
#define RUNS        2 /* of the client, each with a fresh Ec of its number */

typedef Run { byte nonce; bool sent; bool done };
Run login[RUNS + 1];                    /* LOGIN of a run, bound to the nonce that was shown */
byte accepted[CONNECTIONS + 1];       /* the run that a connection accepted, 0 = none */
byte times[RUNS + 1];                 /* that a run was accepted */

active proctype Client () {
  byte ec;
  byte from;

  do
  :: ec < RUNS -> atomic {
       ec++;
       /* The adversary chooses which HELLO it is shown. */
       if :: login[ec].nonce = 1 :: login[ec].nonce = 2 :: login[ec].nonce = 3 fi;
       login[ec].sent = true
     }
  :: atomic { ec > 0 && login[ec].sent && !login[ec].done ->
       /* Any RESULT that was ever made may come; that it opens says who made it. */
       if :: from = 1 :: from = 2 :: from = 3 fi;
       if
#ifdef FAULT_RESULT_OF_THE_NONCE_ALONE
       :: accepted[from] != 0 && login[ec].nonce == from ->
#else
       :: accepted[from] == ec && login[ec].nonce == from -> /* T2 holds both nonces and the token */
#endif
          login[ec].done = true;
          assert (accepted[from] == ec)
       :: else -> skip
       fi;
       from = 0 }
  :: ec == RUNS -> break
  od
}

#ifdef FAULT_TOKEN_NOT_BOUND
#define OPENS(ec, ns) true
#else
#define OPENS(ec, ns) (login[ec].nonce == ns) /* K0 is of T, which holds HELLO */
#endif

proctype Connection (byte ns) {
  byte ec;

  atomic {
    if :: ec = 1 :: ec = 2 :: ec = 0 fi; /* a LOGIN that was ever sent, or none at all */
    if
    :: ec != 0 && login[ec].sent && OPENS (ec, ns) ->
       accepted[ns] = ec;
       times[ec]++;
       assert (times[ec] == 1)
    :: else -> skip
    fi
  }
}

#ifdef FAULT_NONCE_REPEATED
#define THIRD 2
#else
#define THIRD 3
#endif

init { atomic { run Connection (1); run Connection (2); run Connection (THIRD) } }
