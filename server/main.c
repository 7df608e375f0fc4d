/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <locale.h>

#include "server/command.h"

int
main (int    argc,
      char **argv)
{
  setlocale (LC_CTYPE, "C.UTF-8");

  return enlace_command_run (argc, argv);
}
