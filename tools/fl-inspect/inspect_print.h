/* What fl-inspect knows about a file, as text and as JSON. */
#ifndef FL_INSPECT_PRINT_H
#define FL_INSPECT_PRINT_H

#include "json.h"

#include "firstlight/firstlight.h"

struct fl_inspected {
    const char *input;
    const struct fl_frame *raw;
    bool measured;
    struct fl_inspection found;
    struct fl_text_list warnings, notes;
};

void fl_inspect_text(const struct fl_inspected *in, struct fl_text *out);
void fl_inspect_json(const struct fl_inspected *in, struct fl_json *json);

/* "GainMap"; for messages and JSON. */
const char *fl_opcode_name(enum fl_opcode_id id);

#endif
