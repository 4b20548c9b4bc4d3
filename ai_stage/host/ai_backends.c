/* Finds a backend: built in, or in a library that was named. Nothing is searched for. */
#include "ai_host.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

static fl_err check(const char *name, const struct fl_ai_backend *b)
{
    if (!b || b->size < sizeof *b)
        return fl_error(FL_ERR_UNSUPPORTED, "%s: its backend is shorter than this version's", name);
    if (b->abi != FL_AI_ABI)
        return fl_error(FL_ERR_UNSUPPORTED, "%s: made for version %u of the interface, not %d",
                        name, b->abi, FL_AI_ABI);
    if (!b->name || !b->open || !b->run || !b->close)
        return fl_error(FL_ERR_UNSUPPORTED, "%s: a function is missing", name);
    return fl_success();
}

fl_err fl_ai_find_backend(const char *name, const struct fl_ai_backend **out, void **library)
{
    const struct fl_ai_backend *(*get)(void);
    void *symbol;
    fl_err err;
    *library = NULL;
    *out = NULL;
    if (!name || strcmp(name, "native") == 0)
        *out = &fl_ai_native;
    else if (strcmp(name, "identity") == 0)
        *out = &fl_ai_identity;
    if (*out)
        return fl_success();
    if (!strchr(name, '/'))
        return fl_error(FL_ERR_RANGE,
                        "unknown backend '%s'; known: native, identity, or the path of a library "
                        "with a slash in it",
                        name);
    *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (!*library)
        return fl_error(FL_ERR_IO, "backend %s", dlerror());
    symbol = dlsym(*library, "fl_ai_backend");
    memcpy(&get, &symbol, sizeof get); /* C has no cast from data to functions */
    *out = symbol ? get() : NULL;
    err = symbol ? check(name, *out)
                 : fl_error(FL_ERR_UNSUPPORTED, "%s exports no fl_ai_backend()", name);
    if (err.code != FL_OK) {
        dlclose(*library);
        *library = NULL;
        *out = NULL;
    }
    return err;
}
