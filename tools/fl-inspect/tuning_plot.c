/* A tuning file as plots. */
#include "svg.h"
#include "tuning_print.h"

#include <stdio.h>

#define PAGE_WIDTH  1000.0
#define ROW_HEIGHT  300.0
#define MARGIN      50.0
#define BOX_WIDTH   260.0
#define BOX_HEIGHT  230.0
#define MAP_COLS    24
#define MAP_ROWS    18
#define CURVE_STEPS 128

/* Box number `column` of a row of three. */
static struct fl_svg_box box_at(int row, int column)
{
    struct fl_svg_box b = {.x = MARGIN + column * (BOX_WIDTH + 60.0),
                           .y = 60.0 + row * ROW_HEIGHT,
                           .width = BOX_WIDTH,
                           .height = BOX_HEIGHT};
    return b;
}

static void widen(double *low, double *high, double v)
{
    *low = v < *low ? v : *low;
    *high = v > *high ? v : *high;
}

/* Room around values, and some even where they are all the same. */
static void pad(double *low, double *high)
{
    double by = 0.08 * (*high - *low);
    by = by > 1e-3 ? by : 1e-3;
    *low -= by;
    *high += by;
}

/* r/g and b/g of grey, from lamp light to shade. */
static void plot_grey(const struct fl_tuning *t, struct fl_text *out)
{
    struct fl_svg_box b = box_at(0, 0);
    double x[CURVE_STEPS + 1], y[CURVE_STEPS + 1], grey[2];
    double from = t->grey[0].cct_k, to = t->grey[t->grey_count - 1].cct_k;
    b.x0 = b.x1 = t->grey[0].rg;
    b.y0 = b.y1 = t->grey[0].bg;
    for (int i = 0; i <= CURVE_STEPS; i++) {
        double mired = 1e6 / from + (1e6 / to - 1e6 / from) * i / CURVE_STEPS;
        (void)fl_tuning_grey(t, 1e6 / mired, grey);
        x[i] = grey[0];
        y[i] = grey[1];
        widen(&b.x0, &b.x1, x[i]);
        widen(&b.y0, &b.y1, y[i]);
    }
    pad(&b.x0, &b.x1);
    pad(&b.y0, &b.y1);
    fl_svg_axes(out, &b, "grey: r/g, and b/g upwards");
    fl_svg_line(out, &b, x, y, CURVE_STEPS + 1, "#000");
    for (int i = 0; i < t->grey_count; i++) {
        char name[32];
        snprintf(name, sizeof name, "%.0f K", t->grey[i].cct_k);
        fl_svg_dot(out, &b, t->grey[i].rg, t->grey[i].bg, "#c00", name);
    }
}

/* What is usual by temperature, a line for each brightness. */
static void plot_priors(const struct fl_tuning *t, struct fl_text *out)
{
    static const char *const colors[] = {"#000", "#06c", "#c60", "#090", "#c0c"};
    struct fl_svg_box b = box_at(0, 1);
    double x[CURVE_STEPS + 1], y[CURVE_STEPS + 1];
    b.x0 = 2000.0;
    b.x1 = 9000.0;
    b.y0 = b.y1 = 0.0;
    for (int k = 0; k < t->prior_count; k++)
        for (int i = 0; i <= CURVE_STEPS; i++)
            widen(&b.y0, &b.y1,
                  fl_polyline_at(&t->prior[k].log_likelihood,
                                 b.x0 + (b.x1 - b.x0) * i / CURVE_STEPS));
    pad(&b.y0, &b.y1);
    fl_svg_axes(out, &b, "priors: log likelihood by kelvin");
    for (int k = 0; k < t->prior_count; k++) {
        const char *color = colors[k % 5];
        for (int i = 0; i <= CURVE_STEPS; i++) {
            x[i] = b.x0 + (b.x1 - b.x0) * i / CURVE_STEPS;
            y[i] = fl_polyline_at(&t->prior[k].log_likelihood, x[i]);
        }
        fl_svg_line(out, &b, x, y, CURVE_STEPS + 1, color);
        fl_text_printf(out, "<g fill=\"%s\">", color);
        fl_svg_text(out, b.x + b.width - 5.0, b.y + 14.0 + 13.0 * k, "end", "%g lux",
                    t->prior[k].lux);
        fl_text_add(out, "</g>\n");
    }
}

/* The camera's tone curve. */
static void plot_tone(const struct fl_tuning *t, struct fl_text *out)
{
    struct fl_svg_box b = box_at(0, 2);
    double x[CURVE_STEPS + 1], y[CURVE_STEPS + 1];
    b.x1 = b.y1 = 1.0;
    fl_svg_axes(out, &b, "tone curve (black), no curve (grey)");
    for (int i = 0; i <= CURVE_STEPS; i++) {
        x[i] = (double)i / CURVE_STEPS;
        y[i] = fl_polyline_at(&t->gamma, x[i]);
    }
    fl_svg_line(out, &b, x, x, CURVE_STEPS + 1, "#aaa");
    fl_svg_line(out, &b, x, y, CURVE_STEPS + 1, "#000");
}

/* The nine entries by temperature, in the colour of their row. */
static void plot_matrices(const struct fl_tuning *t, struct fl_text *out)
{
    static const char *const colors[3] = {"#c00", "#080", "#00c"};
    struct fl_svg_box b = box_at(1, 0);
    double x[CURVE_STEPS + 1], y[9][CURVE_STEPS + 1], m[9];
    b.x0 = t->ccm[0].cct_k - 500.0;
    b.x1 = t->ccm[t->ccm_count - 1].cct_k + 500.0;
    b.y0 = b.y1 = 0.0;
    for (int i = 0; i <= CURVE_STEPS; i++) {
        x[i] = b.x0 + (b.x1 - b.x0) * i / CURVE_STEPS;
        (void)fl_tuning_ccm_at(t, x[i], m);
        for (int k = 0; k < 9; k++) {
            y[k][i] = m[k];
            widen(&b.y0, &b.y1, m[k]);
        }
    }
    pad(&b.y0, &b.y1);
    fl_svg_axes(out, &b, "matrix by kelvin: rows red, green, blue");
    for (int k = 0; k < 9; k++)
        fl_svg_line(out, &b, x, y[k], CURVE_STEPS + 1, colors[k / 3]);
    for (int i = 0; i < t->ccm_count; i++)
        for (int k = 0; k < 9; k++)
            fl_svg_dot(out, &b, t->ccm[i].cct_k, t->ccm[i].matrix[k], colors[k / 3], NULL);
}

/* How red and blue are to be moved, as short strokes. */
static void plot_lateral(const struct fl_tuning *t, struct fl_text *out)
{
    struct fl_svg_box b = box_at(1, 1);
    const struct fl_lateral_color *l = &t->lateral;
    b.x1 = b.y1 = FL_CAC_SIDE + 1;
    fl_svg_axes(out, &b, "moves of red and blue: a step is a pixel");
    for (int i = 0; i < FL_CAC_SIDE * FL_CAC_SIDE; i++) {
        double col = i % FL_CAC_SIDE + 1, row = FL_CAC_SIDE - i / FL_CAC_SIDE;
        const double rx[2] = {col, col + (double)l->red_x[i]};
        const double ry[2] = {row, row - (double)l->red_y[i]};
        const double bx[2] = {col, col + (double)l->blue_x[i]};
        const double by[2] = {row, row - (double)l->blue_y[i]};
        fl_svg_line(out, &b, rx, ry, 2, "#c00");
        fl_svg_line(out, &b, bx, by, 2, "#00c");
    }
}

/* Gains of one colour over the sensor. */
static void plot_map(const float *gain, const char *title, int row, int column, struct fl_text *out)
{
    struct fl_svg_box b = box_at(row, column);
    double low = (double)gain[0], high = low;
    b.x1 = MAP_COLS;
    b.y1 = MAP_ROWS;
    for (int i = 0; i < MAP_COLS * MAP_ROWS; i++)
        widen(&low, &high, (double)gain[i]);
    for (int i = 0; i < MAP_COLS * MAP_ROWS; i++) {
        double x = i % MAP_COLS, y = MAP_ROWS - 1 - i / MAP_COLS;
        fl_svg_field(out, &b, x, y, x + 1.0, y + 1.0,
                     high > low ? ((double)gain[i] - low) / (high - low) : 0.0);
    }
    fl_svg_text(out, b.x, b.y - 6.0, "start", "%s: %.3f (blue) to %.3f (red)", title, low, high);
}

static void plot_shading(const struct fl_tuning *t, int row, struct fl_text *out)
{
    static const char *const names[3] = {"red", "green", "blue"};
    const struct fl_shading *s = &t->shading;
    float gain[3 * MAP_COLS * MAP_ROWS];
    int tables = s->red_count > 1 ? 2 : 1;
    for (int i = 0; i < tables; i++) {
        double cct_k = s->red_count > 0 ? s->red[i == 0 ? 0 : s->red_count - 1].cct_k : 4500.0;
        if (!fl_shading_gains(s, cct_k, NULL, MAP_COLS, MAP_ROWS, gain))
            return;
        for (int c = 0; c < 3; c++) {
            char title[64];
            snprintf(title, sizeof title, "gain of %s at %.0f K", names[c], cct_k);
            plot_map(gain + (size_t)c * MAP_COLS * MAP_ROWS, title, row + i, c, out);
        }
    }
}

void fl_tuning_plot(const char *input, const struct fl_tuning *t, struct fl_text *out)
{
    int maps = t->shading.cols > 0 ? (t->shading.red_count > 1 ? 2 : 1) : 0;
    fl_svg_begin(out, PAGE_WIDTH, 60.0 + ROW_HEIGHT * (2 + maps));
    fl_svg_text(out, MARGIN, 24.0, "start", "%s  %s %s", input, t->sensor, t->target);
    if (t->grey_count >= 2)
        plot_grey(t, out);
    if (t->prior_count > 0)
        plot_priors(t, out);
    if (t->gamma.count > 0)
        plot_tone(t, out);
    if (t->ccm_count > 0)
        plot_matrices(t, out);
    if (t->lateral.known)
        plot_lateral(t, out);
    plot_shading(t, 2, out);
    fl_svg_end(out);
}
