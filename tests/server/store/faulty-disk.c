/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <sqlite3.h>
#include <stdatomic.h>

#include "tests/server/store/faulty-disk.h"

typedef struct {
  sqlite3_file  parent;
  sqlite3_file *real;       /* behind this structure, in the same memory */
} FaultyFile;

static atomic_int state;
static sqlite3_vfs faulty_vfs;

#define REAL(file) (((FaultyFile *) (file))->real)

static int
faulty_close (sqlite3_file *file)
{
  return REAL (file)->pMethods->xClose (REAL (file));
}

static int
faulty_read (sqlite3_file  *file,
             void          *data,
             int            n,
             sqlite3_int64  offset)
{
  return REAL (file)->pMethods->xRead (REAL (file), data, n, offset);
}

static int
faulty_write (sqlite3_file  *file,
              const void    *data,
              int            n,
              sqlite3_int64  offset)
{
  if (atomic_load (&state) == FAULTY_DISK_IS_FULL)
    return SQLITE_FULL;

  return REAL (file)->pMethods->xWrite (REAL (file), data, n, offset);
}

static int
faulty_truncate (sqlite3_file  *file,
                 sqlite3_int64  size)
{
  return REAL (file)->pMethods->xTruncate (REAL (file), size);
}

static int
faulty_sync (sqlite3_file *file,
             int           flags)
{
  if (atomic_load (&state) == FAULTY_DISK_CANNOT_SYNC)
    return SQLITE_IOERR_FSYNC;

  return REAL (file)->pMethods->xSync (REAL (file), flags);
}

static int
faulty_file_size (sqlite3_file  *file,
                  sqlite3_int64 *size)
{
  return REAL (file)->pMethods->xFileSize (REAL (file), size);
}

static int
faulty_lock (sqlite3_file *file,
             int           lock)
{
  return REAL (file)->pMethods->xLock (REAL (file), lock);
}

static int
faulty_unlock (sqlite3_file *file,
               int           lock)
{
  return REAL (file)->pMethods->xUnlock (REAL (file), lock);
}

static int
faulty_check_reserved_lock (sqlite3_file *file,
                            int          *result)
{
  return REAL (file)->pMethods->xCheckReservedLock (REAL (file), result);
}

static int
faulty_file_control (sqlite3_file *file,
                     int           operation,
                     void         *argument)
{
  return REAL (file)->pMethods->xFileControl (REAL (file), operation, argument);
}

static int
faulty_sector_size (sqlite3_file *file)
{
  return REAL (file)->pMethods->xSectorSize (REAL (file));
}

static int
faulty_device_characteristics (sqlite3_file *file)
{
  return REAL (file)->pMethods->xDeviceCharacteristics (REAL (file));
}

static int
faulty_shm_map (sqlite3_file   *file,
                int             page,
                int             size,
                int             extend,
                void volatile **memory)
{
  return REAL (file)->pMethods->xShmMap (REAL (file), page, size, extend, memory);
}

static int
faulty_shm_lock (sqlite3_file *file,
                 int           offset,
                 int           n,
                 int           flags)
{
  return REAL (file)->pMethods->xShmLock (REAL (file), offset, n, flags);
}

static void
faulty_shm_barrier (sqlite3_file *file)
{
  REAL (file)->pMethods->xShmBarrier (REAL (file));
}

static int
faulty_shm_unmap (sqlite3_file *file,
                  int           deletes)
{
  return REAL (file)->pMethods->xShmUnmap (REAL (file), deletes);
}

static const sqlite3_io_methods faulty_methods = {
  .iVersion = 2,
  .xClose = faulty_close,
  .xRead = faulty_read,
  .xWrite = faulty_write,
  .xTruncate = faulty_truncate,
  .xSync = faulty_sync,
  .xFileSize = faulty_file_size,
  .xLock = faulty_lock,
  .xUnlock = faulty_unlock,
  .xCheckReservedLock = faulty_check_reserved_lock,
  .xFileControl = faulty_file_control,
  .xSectorSize = faulty_sector_size,
  .xDeviceCharacteristics = faulty_device_characteristics,
  .xShmMap = faulty_shm_map,
  .xShmLock = faulty_shm_lock,
  .xShmBarrier = faulty_shm_barrier,
  .xShmUnmap = faulty_shm_unmap,
};

static int
faulty_open (sqlite3_vfs  *vfs,
             sqlite3_filename name,
             sqlite3_file *file,
             int           flags,
             int          *out_flags)
{
  sqlite3_vfs *real = vfs->pAppData;
  FaultyFile *self = (FaultyFile *) file;
  int code;

  self->real = (sqlite3_file *) (self + 1);
  code = real->xOpen (real, name, self->real, flags, out_flags);
  self->parent.pMethods = self->real->pMethods != NULL ? &faulty_methods : NULL;

  return code;
}

void
faulty_disk_install (void)
{
  sqlite3_vfs *real = sqlite3_vfs_find (NULL);

  faulty_vfs = *real;
  faulty_vfs.zName = "faulty";
  faulty_vfs.szOsFile = sizeof (FaultyFile) + real->szOsFile;
  faulty_vfs.xOpen = faulty_open;
  faulty_vfs.pAppData = real;
  faulty_vfs.pNext = NULL;

  g_assert_cmpint (sqlite3_vfs_register (&faulty_vfs, TRUE), ==, SQLITE_OK);
}

void
faulty_disk_set_state (FaultyDiskState new_state)
{
  atomic_store (&state, new_state);
}
