// SPDX-License-Identifier: GPL-3.0-or-later
/* A password from whoever runs sottoctl: typed twice without echo, or a line of standard input. */
#pragma once

#include "shared/base/secret.h"

/* NULL and *out_wrong (static text) when there is none to be used. */
SottoSecret *sotto_ctl_password_read (const char *user, const char **out_wrong);
