/* Drawing into an SVG. */
#include "svg.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

static double page_x(const struct fl_svg_box *b, double x)
{
    return b->x + b->width * (x - b->x0) / (b->x1 - b->x0);
}

static double page_y(const struct fl_svg_box *b, double y)
{
    return b->y + b->height * (b->y1 - y) / (b->y1 - b->y0);
}

void fl_svg_begin(struct fl_text *out, double width, double height)
{
    fl_text_printf(out,
                   "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%g\" height=\"%g\" "
                   "viewBox=\"0 0 %g %g\" font-family=\"sans-serif\" font-size=\"11\">\n"
                   "<rect width=\"%g\" height=\"%g\" fill=\"#fff\"/>\n",
                   width, height, width, height, width, height);
}

void fl_svg_end(struct fl_text *out)
{
    fl_text_add(out, "</svg>\n");
}

void fl_svg_text(struct fl_text *out, double x, double y, const char *anchor, const char *format,
                 ...)
{
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    fl_text_printf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", x, y, anchor);
    for (const char *p = text; *p; p++) {
        char one[2] = {*p, '\0'};
        fl_text_add_printable(out, *p == '<'   ? "&lt;"
                                   : *p == '&' ? "&amp;"
                                   : *p == '>' ? "&gt;"
                                               : one);
    }
    fl_text_add(out, "</text>\n");
}

/* 1, 2 or 5 times a power of ten: about six steps over a range. */
static double round_step(double range)
{
    double raw = range / 6.0, ten = pow(10.0, floor(log10(raw))), lead = raw / ten;
    return ten * (lead < 1.5 ? 1.0 : lead < 3.5 ? 2.0 : lead < 7.5 ? 5.0 : 10.0);
}

void fl_svg_axes(struct fl_text *out, const struct fl_svg_box *b, const char *title)
{
    double dx = round_step(b->x1 - b->x0), dy = round_step(b->y1 - b->y0);
    fl_text_printf(out,
                   "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"none\" "
                   "stroke=\"#888\"/>\n",
                   b->x, b->y, b->width, b->height);
    fl_svg_text(out, b->x, b->y - 6.0, "start", "%s", title);
    for (double v = ceil(b->x0 / dx) * dx; v <= b->x1 * (1.0 + 1e-9); v += dx) {
        double x = page_x(b, v);
        fl_text_printf(out, "<path d=\"M%.1f %.1fv-4\" stroke=\"#888\"/>\n", x, b->y + b->height);
        fl_svg_text(out, x, b->y + b->height + 13.0, "middle", "%.4g", v);
    }
    for (double v = ceil(b->y0 / dy) * dy; v <= b->y1 + 1e-9 * fabs(b->y1); v += dy) {
        double y = page_y(b, v);
        fl_text_printf(out, "<path d=\"M%.1f %.1fh4\" stroke=\"#888\"/>\n", b->x, y);
        fl_svg_text(out, b->x - 4.0, y + 4.0, "end", "%.4g", fabs(v) < 1e-9 * dy ? 0.0 : v);
    }
}

void fl_svg_line(struct fl_text *out, const struct fl_svg_box *b, const double *x, const double *y,
                 int count, const char *color)
{
    fl_text_printf(out, "<polyline fill=\"none\" stroke=\"%s\" points=\"", color);
    for (int i = 0; i < count; i++)
        fl_text_printf(out, "%s%.1f,%.1f", i ? " " : "", page_x(b, x[i]), page_y(b, y[i]));
    fl_text_add(out, "\"/>\n");
}

void fl_svg_dot(struct fl_text *out, const struct fl_svg_box *b, double x, double y,
                const char *color, const char *text)
{
    fl_text_printf(out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\" fill=\"%s\"/>\n", page_x(b, x),
                   page_y(b, y), color);
    if (text)
        fl_svg_text(out, page_x(b, x) + 5.0, page_y(b, y) - 4.0, "start", "%s", text);
}

void fl_svg_field(struct fl_text *out, const struct fl_svg_box *b, double x0, double y0, double x1,
                  double y1, double shade)
{
    double t = shade > 0.0 ? (shade < 1.0 ? shade : 1.0) : 0.0;
    int red = (int)(255.0 * (t < 0.5 ? 2.0 * t : 1.0)),
        blue = (int)(255.0 * (t < 0.5 ? 1.0 : 2.0 - 2.0 * t));
    int green = (int)(255.0 * (t < 0.5 ? 0.4 + 1.2 * t : 2.0 - 2.0 * t));
    fl_text_printf(out,
                   "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
                   "fill=\"#%02x%02x%02x\"/>\n",
                   page_x(b, x0), page_y(b, y1), page_x(b, x1) - page_x(b, x0) + 0.2,
                   page_y(b, y0) - page_y(b, y1) + 0.2, red, green, blue);
}
