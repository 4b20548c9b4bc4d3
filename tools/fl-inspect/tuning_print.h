/* What a tuning file says: as text, as JSON, as plots. */
#ifndef FL_TUNING_PRINT_H
#define FL_TUNING_PRINT_H

#include "json.h"

#include "firstlight/tuning_data.h"

/* True where the name is that of a tuning file or profile. */
bool fl_tuning_is_name(const char *path);

void fl_tuning_text(const char *input, const struct fl_tuning *tuning,
                    const struct fl_text_list *notes, struct fl_text *out);
void fl_tuning_json(const char *input, const struct fl_tuning *tuning,
                    const struct fl_text_list *notes, struct fl_json *json);

/* An SVG picture: the curve of grey, its priors, tone curve, matrices, shading. */
void fl_tuning_plot(const char *input, const struct fl_tuning *tuning, struct fl_text *out);

#endif
