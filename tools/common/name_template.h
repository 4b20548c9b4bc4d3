/* Names of output files made from a template such as "out/%d/%n_%04c.%e".
 *
 *     %n  the input's name without folder and extension     %m  camera model
 *     %d  capture date, YYYYMMDD                            %i  ISO
 *     %t  capture time, HHMMSS                              %e  extension of the output's format
 *     %c  counter from 1; %04c pads with zeros              %%  a percent sign
 *
 * What the file does not know becomes "unknown". Text from a file never adds a folder. */
#ifndef FL_NAME_TEMPLATE_H
#define FL_NAME_TEMPLATE_H

#include "text.h"

#include "firstlight/meta.h"

struct fl_name_parts {
    const char *base;
    const char *extension;
    int counter;
    const struct fl_meta *meta; /* NULL: %d %t %m %i stay as they are */
};

/* Errors: FL_ERR_RANGE naming the code that is not one, or that there is none. */
fl_err fl_name_check(const char *name_template) FL_MUST_USE;

/* Whether the template has codes that only the file itself can fill: %d %t %m %i. */
bool fl_name_needs_meta(const char *name_template);

/* Appends the name. The template must have passed fl_name_check(). */
void fl_name_expand(const char *name_template, const struct fl_name_parts *parts,
                    struct fl_text *out);

/* Parts of a path: the name without folder, its length without the extension, and the extension
 * without dot ("" where there is none). A leading dot begins no extension. */
const char *fl_name_of(const char *path);
size_t fl_name_base_length(const char *name);
const char *fl_name_extension(const char *name);

#endif
