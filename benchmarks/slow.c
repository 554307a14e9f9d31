/* Preloaded, makes every look at a file below $SLOW_BELOW take 5 ms, as a network file system does. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void wait_for(const char *path) {
    static const char *below;
    struct timespec delay = {0, 5000000};
    if (!below && !(below = getenv("SLOW_BELOW"))) below = "/nowhere";
    if (path && strncmp(path, below, strlen(below)) == 0) nanosleep(&delay, NULL);
}

#define SLOW(name, parameters, arguments)                                     \
    int name parameters {                                                     \
        static int(*next) parameters;                                         \
        if (!next) next = (int(*) parameters)dlsym(RTLD_NEXT, #name);         \
        wait_for(path);                                                       \
        return next arguments;                                                \
    }

SLOW(stat, (const char *path, struct stat *found), (path, found))
SLOW(lstat, (const char *path, struct stat *found), (path, found))
SLOW(stat64, (const char *path, struct stat64 *found), (path, found))
SLOW(lstat64, (const char *path, struct stat64 *found), (path, found))
SLOW(fstatat, (int at, const char *path, struct stat *found, int flags), (at, path, found, flags))
SLOW(fstatat64, (int at, const char *path, struct stat64 *found, int flags), (at, path, found, flags))
SLOW(__xstat, (int version, const char *path, struct stat *found), (version, path, found))
SLOW(__lxstat, (int version, const char *path, struct stat *found), (version, path, found))
SLOW(access, (const char *path, int mode), (path, mode))
SLOW(eaccess, (const char *path, int mode), (path, mode))
SLOW(faccessat, (int at, const char *path, int mode, int flags), (at, path, mode, flags))
