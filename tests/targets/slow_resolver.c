/* A resolver for a process that preloads this: it knows every host name as 127.0.0.1, and from some
   question on it does not answer any more. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

typedef int (*resolver)(const char *, const char *, const struct addrinfo *, struct addrinfo **);

static atomic_int asked;

int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
                struct addrinfo **found)
{
    const char *answers = getenv("RESOLVER_ANSWERS");
    (void)host;
    if (atomic_fetch_add(&asked, 1) >= (answers ? atoi(answers) : 0))
        for (;;)
            sleep(600);
    return ((resolver)dlsym(RTLD_NEXT, "getaddrinfo"))("127.0.0.1", service, hints, found);
}
