// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What the engine's files about files share. engine-files-wishes.c: what a person wants;
 * engine-files-folders.c where they lie; engine-files.c what people hear and what is kept;
 * engine-offers.c the records about them; engine-files-out.c and -in.c the bytes. Only transfers
 * that are not over are in memory.
 */
#pragma once

#include "shared/client/engine-private.h"
#include "shared/client/file-reader.h"
#include "shared/client/file-writer.h"
#include "shared/client/history-files.h"
#include "shared/client/lane.h"
#include "shared/client/transfer.h"

typedef struct
{
  SottoTransfer transfer; /* first: the key in the engine's table */
  SottoEngine *engine;
  uint64_t place; /* in the history */
  bool fleeting;
  char *path;      /* own: what is sent; theirs: its place, once one is chosen */
  SottoLine *line; /* borrowed: the channel on which it is offered, NULL = none */
  bool told;       /* in this run */
  bool withdrawn;  /* own, ended: they are to hear of it yet */

  /* own */
  SottoFileStamp stamp;
  SottoFileReader *reader;
  GQueue blocks;    /* GBytes, read and not yet taken by the channel */
  gsize taken;      /* of the first of them */
  gsize waiting;    /* in all of them */
  uint64_t asked;   /* the reader was asked for all below */
  uint64_t came;    /* and has brought this */
  uint64_t base;    /* where the stream begins in the file */
  uint64_t written; /* of the stream */
  uint64_t left;    /* of that, in packets */
  bool hash_wanted;
  bool at_end; /* the last block is the hash: FIN goes with its last byte */

  /* theirs */
  SottoFileWriter *writer;
  bool opened;     /* the partial file is */
  bool recovering; /* it may be in its place already */
  bool paused;
  SottoRefuseCode early_end; /* it ended before it was on the disk */
  gsize window;              /* of credit */
  gsize used;                /* of it, since it last grew */
  gint64 window_at;
} SottoFile;

/* engine-files.c */
SottoFile *
sotto_engine_find_file (SottoEngine *self, const SottoName *peer, bool own, const SottoId *id);
SottoFile *sotto_engine_add_file (SottoEngine *self,
                                  const SottoName *peer,
                                  const SottoId *id,
                                  bool own,
                                  const SottoHistoryFile *what);
/* Whose work it was; NULL when it is not known any more. */
SottoFile *sotto_engine_file_of_result (SottoEngine *self, GAsyncResult *result, GError **error);
guint sotto_engine_count_offers (SottoEngine *self, const SottoName *peer); /* theirs */
void sotto_file_tell (SottoFile *file, SottoFileState state);
void sotto_file_tell_error (SottoFile *file, const GError *error);
/* What became of it, onto the disk; then sotto_file_on_kept. */
void sotto_file_keep (SottoFile *file, SottoHistoryFileState state);
void sotto_file_keep_own (SottoFile *file,
                          const void *body,
                          gsize n,
                          GAsyncReadyCallback callback); /* when it is offered */
void sotto_file_keep_theirs (SottoFile *file,
                             SottoHistoryFileState state,
                             GAsyncReadyCallback callback); /* when it came */
/* It is over. by_us: they are told. */
void sotto_file_end (SottoFile *file, SottoRefuseCode code, bool by_us);

/* engine-files-folders.c */
void sotto_engine_sweep_folders (SottoEngine *self);
char *sotto_engine_folder_of_made (SottoEngine *self);
void sotto_file_remove_made (SottoFile *file);        /* nothing happens to anybody else's */
SottoLane *sotto_engine_get_lane (SottoEngine *self); /* for what is looked at */

/* engine-offers.c */
void sotto_engine_leave_outbox (SottoEngine *self, const SottoTransfer *transfer);
void sotto_file_on_kept (SottoFile *file, SottoHistoryFileState state);
bool sotto_file_send_refusal (SottoFile *file); /* false: there is no channel */

/* engine-files-out.c */
void sotto_file_start_out (SottoFile *file, uint64_t offset);
void sotto_file_pump_out (SottoFile *file);
void sotto_file_set_left (SottoFile *file, uint64_t offset);
void sotto_file_stop_out (SottoFile *file); /* the channel is gone, or it is over */

/* engine-files-in.c */
void sotto_file_prepare_in (SottoFile *file); /* opens what is there, then accepts */
void sotto_file_accept_in (SottoFile *file);  /* FILE_ACCEPT, when all is ready for it */
void sotto_file_pump_in (SottoFile *file);
void sotto_file_recover_in (SottoFile *file);
void sotto_file_place_in (SottoFile *file); /* its path is on the disk */
