// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What the files of the list of people share: people-rows.c knows which of them have rows and where
 * those stand, people-list.c what a person does with them.
 */
#pragma once

#include "gui/view/people-list.h"

struct _SottoPeopleList
{
  GtkScrolledWindow parent_instance;
  SottoPeople *people;
  GtkListBox *list;
  GtkImage *empty_icon;
  GtkLabel *empty_title;
  GtkLabel *empty_text;
  GHashTable *rows; /* SottoPerson (owned) → its row */
  guint first;      /* the first row's place among all */
  guint extent;     /* how many rows there should be */
  int row_height;
  SottoPerson *chosen; /* whose row is marked, as soon as there is one */
  SottoPerson *anchor; /* stays where it is in sight, whoever comes above; NULL at the very top */
  double anchor_offset;
  SottoPerson *focused; /* had the keyboard when rows were moved */
  bool stale;           /* people came, went or moved */
  bool settling;        /* rows came or went and have no place yet */
  guint update;
  guint grow;
  char *opening; /* whom a double-click that is not over yet opened */
  guint reopen;
  guint aim; /* somebody looks for a row: none moves until they found it */
};

/* people-list.c */
void sotto_people_list_show_empty (SottoPeopleList *self);

/* people-rows.c */
void sotto_people_rows_init (SottoPeopleList *self);
void sotto_people_rows_dispose (SottoPeopleList *self);
void sotto_people_rows_follow (SottoPeopleList *self); /* the model, from now on */
void sotto_people_rows_update_now (SottoPeopleList *self);
/* Rows made since the last frame have their place now and not with the next one. */
void sotto_people_rows_settle (SottoPeopleList *self);
/* The row of somebody who may be far out of sight, there and in its place; NULL: nobody is. */
GtkWidget *sotto_people_rows_reveal (SottoPeopleList *self, guint place);
guint sotto_people_rows_get_top (SottoPeopleList *self); /* the first one in sight */
void sotto_people_rows_mark_chosen (SottoPeopleList *self);
