// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Every number of the protocol and every limit on what a peer can make us do, under the name of its
 * field. Sections are those of docs/protocol.md. Times are microseconds of the monotonic clock
 * unless the name says otherwise (_S seconds, _MS milliseconds).
 */
#pragma once

#include <glib.h>

#define SOTTO_US_PER_MS G_GINT64_CONSTANT (1000)
#define SOTTO_US_PER_S  G_GINT64_CONSTANT (1000000)

/* Section 2: notation, keys, password */
#define SOTTO_PROTOCOL_VERSION 1
#define SOTTO_REALM_MAX        64
#define SOTTO_REALM_MADE_LEN   16 /* characters of a realm we make */
#define SOTTO_INVITE_MAX       32
#define SOTTO_ADDR_MAX_LEN     19                             /* family, 16 bytes, port */
#define SOTTO_U64_LIMIT        (G_GUINT64_CONSTANT (1) << 62) /* offsets, limits and sizes are below */
#define SOTTO_RSA_BITS_MIN     2048
#define SOTTO_RSA_BITS_MAX     4096
#define SOTTO_RSA_BITS_MADE    3072
#define SOTTO_WRAP_MAX         (SOTTO_RSA_BITS_MAX / 8)
#define SOTTO_SCRYPT_N         32768
#define SOTTO_SCRYPT_R         8
#define SOTTO_SCRYPT_P         1
#define SOTTO_SCRYPT_MAXMEM    (64u * 1024 * 1024) /* OpenSSL's default refuses these N and r */
#define SOTTO_BCRYPT_INPUT_LEN 43                  /* unpadded base64url of H */
#define SOTTO_BCRYPT_HASH_LEN  60
#define SOTTO_BCRYPT_COST_MIN  4
#define SOTTO_BCRYPT_COST_MAX  14
#define SOTTO_BCRYPT_COST      10 /* default; below it the server warns at start */

/* Section 3: control connection */
#define SOTTO_FRAME_LENGTH_LEN      4
#define SOTTO_FRAME_TO_SERVER_MAX   1024  /* before READY; these count type and body */
#define SOTTO_FRAME_FROM_SERVER_MAX 4096  /* before READY */
#define SOTTO_FRAME_READY_MAX       16384 /* both ways after READY */
#define SOTTO_NONCE_LEN             16    /* Ns */
#define SOTTO_LOGIN_BODY_LEN        175   /* padded plaintext of LOGIN's token */
#define SOTTO_RESUME_BODY_LEN       63
#define SOTTO_RESULT_BODY_LEN       511
#define SOTTO_TICKET_BODY_LEN       95
#define SOTTO_TICKET_SLOT_S         43200
#define SOTTO_TICKET_SLOTS_BEFORE   2 /* the current slot and this many older ones open */
#define SOTTO_TICKET_LIFE_S         86400
#define SOTTO_HELLO_ROTATE          (60 * SOTTO_US_PER_S) /* Es made anew; the old kept as long again */
#define SOTTO_ADDRESS_MAX           3                     /* declared addresses */
#define SOTTO_CANDIDATE_MAX         4                     /* addresses in a grant */
#define SOTTO_USERS_PAGE            200                   /* names in one USERS */
#define SOTTO_PRESENCE_MAX          255                   /* changes in one PRESENCE (n is a u8) */
#define SOTTO_GRANT_TTL_S           120
#define SOTTO_GRANT_REPEAT          (10 * SOTTO_US_PER_S) /* crossing KEYREQs share one grant */
#define SOTTO_GRANT_REFRESH         (60 * SOTTO_US_PER_S) /* at most, only because we moved */
#define SOTTO_GRANTS_PER_ASKER      64
#define SOTTO_GRANT_FORGET          (600 * SOTTO_US_PER_S)
#define SOTTO_RELAY_UNASKED_MAX     20

/* Section 4: datagrams */
#define SOTTO_DATAGRAM_MAGIC       0xC4
#define SOTTO_DATAGRAM_HEADER_LEN  12
#define SOTTO_DATAGRAM_MAX         1221
#define SOTTO_PLAIN_MAX            1151
#define SOTTO_PLAIN_ROOM           (SOTTO_PLAIN_MAX + 1) /* to open one in: Fernet pads */
#define SOTTO_STREAM_DATA_MAX      1127 /* 1151 - 8 (pn) - 16 (type, id, offset, flags, len) */
#define SOTTO_BIND_RETRY           (500 * SOTTO_US_PER_MS)
#define SOTTO_BIND_GIVE_UP         (5 * SOTTO_US_PER_S)
#define SOTTO_BIND_KEEPALIVE       (25 * SOTTO_US_PER_S)
#define SOTTO_BIND_PATIENCE        (1 * SOTTO_US_PER_S) /* no KEYREQ before BOUND, or that long */
#define SOTTO_INIT_FIRST           (250 * SOTTO_US_PER_MS)
#define SOTTO_INIT_INTERVAL_MAX    (1 * SOTTO_US_PER_S)
#define SOTTO_INIT_RELAY_AFTER     (2500 * SOTTO_US_PER_MS)
#define SOTTO_INIT_GIVE_UP         (15 * SOTTO_US_PER_S)
#define SOTTO_RESP_MAX             100
#define SOTTO_PROBE_INTERVAL       (200 * SOTTO_US_PER_MS)
#define SOTTO_PROBE_MAX            25
#define SOTTO_REPLAY_WINDOW        1024
#define SOTTO_REKEY_AFTER          (120 * SOTTO_US_PER_S)
#define SOTTO_REKEY_KEEP_OLD       (10 * SOTTO_US_PER_S)
#define SOTTO_EPOCH_LIFE_MAX       (180 * SOTTO_US_PER_S)
#define SOTTO_KEEPALIVE            (15 * SOTTO_US_PER_S)
#define SOTTO_ACK_RANGE_MAX        16
#define SOTTO_ACK_DELAY_MAX        (25 * SOTTO_US_PER_MS)
#define SOTTO_INITIAL_RTT          (333 * SOTTO_US_PER_MS)
#define SOTTO_AMPLIFICATION_FACTOR 3
#define SOTTO_CHALLENGE_FULL_FROM  407 /* bytes that came: then a full-size challenge */
#define SOTTO_PATH_SEARCH          (30 * SOTTO_US_PER_S) /* on RELAY, for a direct way */
#define SOTTO_PATH_RELAY_AFTER     (1 * SOTTO_US_PER_S)  /* RELAY packet with none directly */
#define SOTTO_PATH_STALL           (3 * SOTTO_US_PER_S)  /* data waits, no ACK */
#define SOTTO_PATH_PINGS           3                     /* unanswered: the direct way is dead */
#define SOTTO_TEXT_MAX             16384
#define SOTTO_RECORD_MAX           65536 /* stream 0: kind and body */
#define SOTTO_MEDIA_TYPE_MAX       255
#define SOTTO_FILE_NAME_MAX        255
#define SOTTO_REACTION_MAX         32
#define SOTTO_STREAM0_CREDIT       (256 * 1024)
#define SOTTO_FILE_CREDIT_MAX      (16 * 1024 * 1024)
#define SOTTO_UNACKED_RECORDS_MAX  4096
#define SOTTO_KNOWN_IDS            8192
#define SOTTO_ANSWERS_MAX          4096
#define SOTTO_STORING_MAX          (1024 * 1024)        /* bytes of a peer under way to the disk */
#define SOTTO_TYPING_LIFE          (8 * SOTTO_US_PER_S) /* its end may be lost */
#define SOTTO_TYPING_REPEAT        (4 * SOTTO_US_PER_S)
#define SOTTO_TYPING_BURST         20 /* changes told to a person, and then so many a second */
#define SOTTO_TYPING_PER_S         2
#define SOTTO_FILES_OPEN_MAX       16
#define SOTTO_SAFETY_NUMBER_LEN    71 /* 12 groups of 5 digits, single spaces */
#define SOTTO_SAFETY_ITERATIONS    5199

/* Section 6: limits and timers */
#define SOTTO_LOGIN_DEADLINE       (10 * SOTTO_US_PER_S)
#define SOTTO_RESULT_DEADLINE      (30 * SOTTO_US_PER_S)
#define SOTTO_SESSION_PING_AFTER   (30 * SOTTO_US_PER_S)
#define SOTTO_SESSION_DEAD_AFTER   (75 * SOTTO_US_PER_S)
#define SOTTO_SESSION_PROBE_WAIT   (5 * SOTTO_US_PER_S) /* as long as a BIND has */
#define SOTTO_SESSION_QUEUE_MAX    (256 * 1024)
#define SOTTO_PRESENCE_BATCH       (50 * SOTTO_US_PER_MS)
#define SOTTO_RETRY_S_MAX          60 /* a FAIL's retry_s is untrusted: wait no longer */
#define SOTTO_RECONNECT_FIRST      (500 * SOTTO_US_PER_MS)
#define SOTTO_RECONNECT_MAX        (20 * SOTTO_US_PER_S)
#define SOTTO_RECONNECT_JITTER     0.5
#define SOTTO_GRANTS_ACTED_PER_MIN 30
#define SOTTO_GRANTS_ACTED_BURST   60
#define SOTTO_ACCOUNT_FAILURES     10 /* in SOTTO_ACCOUNT_WINDOW, then a growing delay */
#define SOTTO_ACCOUNT_WINDOW       (900 * SOTTO_US_PER_S)
#define SOTTO_KEYREQ_RETRY_FIRST   (5 * SOTTO_US_PER_S)
#define SOTTO_KEYREQ_RETRY_MAX     (300 * SOTTO_US_PER_S)

/* Our own files */
#define SOTTO_CONFIG_MAX_BYTES        (64 * 1024)
#define SOTTO_JSON_MAX_DEPTH          32
#define SOTTO_DRAFT_MAX               65536 /* bytes */
#define SOTTO_ALIAS_MAX               96    /* bytes of UTF-8 */
#define SOTTO_ALARMS_TOLD_MAX         16    /* at a login; the others when they matter */
#define SOTTO_IDENTITY_FILE_MAX_BYTES (12 * 1024 * 1024) /* an exported identity */

/* The server's own: what is not configurable */
#define SOTTO_EARLY_DROP_FROM    64 /* unauthenticated connections of a /24 (/56) */
#define SOTTO_SOURCES_MAX        65536
#define SOTTO_PENALTY            (10 * SOTTO_US_PER_S)
#define SOTTO_PENALTY_MAX        (60 * SOTTO_US_PER_S)
#define SOTTO_SUSPECT            (60 * SOTTO_US_PER_S) /* after a failed login: served last */
#define SOTTO_FAILED_NAMES_MAX   16384
#define SOTTO_ALLOWANCES_MAX     65536 /* users who asked for keys lately */
#define SOTTO_FAILED_SOURCES_MAX 16    /* of one account */
#define SOTTO_UNWRAP_QUEUE_MAX   512   /* RSA: 2 ms each at 3072 bits */
#define SOTTO_VERIFY_QUEUE_MAX   512   /* bcrypt of passwords: 25 ms each on two threads */
#define SOTTO_SIGNUP_QUEUE_MAX   256
#define SOTTO_BUSY_RETRY_S       5  /* of the order in which a queue empties */
#define SOTTO_FULL_RETRY_S       10 /* a full house: who came back at once would be refused again */
#define SOTTO_LINGER             (2 * SOTTO_US_PER_S) /* for the peer to read our last words */
#define SOTTO_DRAIN              (5 * SOTTO_US_PER_S) /* SIGTERM */
#define SOTTO_SLICE              1750 /* of a presence fan-out, us: 2 ms with its last writes */
#define SOTTO_PRESENCE_SHARE     5    /* it has this part of the time */
#define SOTTO_RELAY_SLOW         (64 * 1024) /* bytes waiting: RELAY to it is dropped */
#define SOTTO_ACCOUNTS_MAX       1000000     /* then sign-ups are UNAVAILABLE */
#define SOTTO_INVITES_MAX        1000 /* open at once; each write of the accounts carries them */
#define SOTTO_INVITE_USES_MAX    100000
#define SOTTO_INVITE_LIFE_MAX_S  (3660 * 86400LL) /* ten years */

/* The server's control socket: one administrator, perhaps with a script or two */
#define SOTTO_CONTROL_CONNECTIONS_MAX 16
#define SOTTO_CONTROL_LINE_MAX        1024        /* a request is a command and a name */
#define SOTTO_CONTROL_QUEUE_MAX       (16 * 1024) /* long answers go on as these are read */
#define SOTTO_CONTROL_IDLE            (30 * SOTTO_US_PER_S) /* neither asking nor reading */

/* The peer transport's own */
#define SOTTO_STREAM_SEND_BUFFER (4 * 1024 * 1024) /* of a file stream: not acknowledged yet */
#define SOTTO_STREAM_GAPS_MAX    16384             /* holes in what came of a stream */
#define SOTTO_STREAMS_MAX        64                /* at once, a direction */
#define SOTTO_STREAM_ENDS_MAX    1024              /* runs of ended ids; in order they are one */
#define SOTTO_PATHS_MAX          8   /* direct addresses remembered; the longest silent goes */
#define SOTTO_PATH_CHALLENGES    3   /* of one round */
#define SOTTO_PATH_RESPONSES_MAX 4   /* waiting for the next transmit; the oldest goes */
#define SOTTO_HANDSHAKE_OUT_MAX  16  /* datagrams waiting for the next transmit */
#define SOTTO_LATE_MAX           256 /* lost packets remembered, in case they are only late */

/* The window */
#define SOTTO_PICTURE_PIXELS_MAX (32 * 1000 * 1000) /* of one shown before it is opened */
#define SOTTO_PICTURE_BYTES_MAX  (32 * 1024 * 1024)
#define SOTTO_CHAT_BUBBLES_MAX   4096 /* of one conversation in memory; the oldest goes first */
