// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What somebody should be warned of before they take a file. Pure: looks at what the sender says of
 * it, for that is all there is before it is accepted.
 */
#pragma once

typedef enum
{
  SOTTO_FILE_RISK_NONE,
  SOTTO_FILE_RISK_PROGRAM,  /* opening it may run it */
  SOTTO_FILE_RISK_DISGUISED /* its name has marks that make it read as another one */
} SottoFileRisk;

SottoFileRisk sotto_file_risk (const char *name, const char *media_type);
