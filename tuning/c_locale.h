/* Numbers have a decimal point, whatever the host program's locale says. */
#ifndef FL_C_LOCALE_H
#define FL_C_LOCALE_H

#include <locale.h>
#include <stdbool.h>

struct fl_c_locale {
    locale_t mine, before;
};

/* For the calling thread, until it leaves. False without memory. */
static inline bool fl_c_locale_enter(struct fl_c_locale *l)
{
    l->mine = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    if (!l->mine)
        return false;
    l->before = uselocale(l->mine);
    return true;
}

static inline void fl_c_locale_leave(const struct fl_c_locale *l)
{
    uselocale(l->before);
    freelocale(l->mine);
}

#endif
