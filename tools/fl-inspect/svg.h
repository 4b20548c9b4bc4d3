/* Drawing into an SVG: boxes with axes, lines in them, fields of colour. */
#ifndef FL_SVG_H
#define FL_SVG_H

#include "text.h"

/* A box on the page and what it shows. y grows upwards in it. */
struct fl_svg_box {
    double x, y, width, height; /* on the page, from its top left corner */
    double x0, x1, y0, y1;      /* values at the edges */
};

void fl_svg_begin(struct fl_text *out, double width, double height);
void fl_svg_end(struct fl_text *out);

/* Text at a place of the page; anchor "start", "middle" or "end". */
void fl_svg_text(struct fl_text *out, double x, double y, const char *anchor, const char *format,
                 ...) FL_PRINTF(5, 6);

/* The frame of a box with a title above, and marks with numbers at round values. */
void fl_svg_axes(struct fl_text *out, const struct fl_svg_box *box, const char *title);

/* A line through count points; color is a CSS colour. */
void fl_svg_line(struct fl_text *out, const struct fl_svg_box *box, const double *x,
                 const double *y, int count, const char *color);

/* A dot at a value, with a text beside it where text is not NULL. */
void fl_svg_dot(struct fl_text *out, const struct fl_svg_box *box, double x, double y,
                const char *color, const char *text);

/* A field of the box, from value to value, in a shade 0..1 of a colour scale from blue to red. */
void fl_svg_field(struct fl_text *out, const struct fl_svg_box *box, double x0, double y0,
                  double x1, double y1, double shade);

#endif
