/* WarpRectilinear: where the pixels of an undistorted picture come from, and reading a picture
 * between its pixels. */
#include "warp.h"

#include "flmath.h"

#include <math.h>
#include <string.h>

#define COEFFICIENT_MAX 1e3 /* far beyond any lens; keeps the polynomials finite */
#define FURTHEST        65536.0f

static bool in_range(double v, double limit)
{
    return fabs(v) <= limit; /* not for NaN */
}

static fl_err bad_value(const char *what, double v)
{
    return fl_error(FL_ERR_CORRUPT, "WarpRectilinear with %s %g", what, v);
}

fl_err fl_warp_make(const struct fl_opcode *op, const struct fl_opcode_space *space,
                    struct fl_warp *warp, bool *identity)
{
    double right = space->image_width - 1, bottom = space->image_height - 1;
    double cx = op->u.warp.cx * right, cy = op->u.warp.cy * bottom;
    double mx = fabs(cx) > fabs(right - cx) ? fabs(cx) : fabs(right - cx);
    double my = fabs(cy) > fabs(bottom - cy) ? fabs(cy) : fabs(bottom - cy);
    double m = sqrt(mx * mx + my * my);
    *identity = true;
    if (!in_range(op->u.warp.cx, 16.0) || !in_range(op->u.warp.cy, 16.0))
        return bad_value("centre", in_range(op->u.warp.cx, 16.0) ? op->u.warp.cy : op->u.warp.cx);
    if (op->u.warp.planes != 1 && op->u.warp.planes != 3)
        return bad_value("planes", op->u.warp.planes);
    warp->planes = op->u.warp.planes;
    for (int p = 0; p < warp->planes; p++) {
        for (int i = 0; i < 4; i++) {
            double k = op->u.warp.plane[p].radial[i] - (i == 0 ? 1.0 : 0.0);
            if (!in_range(k, COEFFICIENT_MAX))
                return bad_value("radial coefficient", op->u.warp.plane[p].radial[i]);
            warp->plane[p].radial[i] = (float)k;
            *identity = *identity && k == 0.0;
        }
        for (int i = 0; i < 2; i++) {
            double k = op->u.warp.plane[p].tangential[i];
            if (!in_range(k, COEFFICIENT_MAX))
                return bad_value("tangential coefficient", k);
            warp->plane[p].tangential[i] = (float)k;
            *identity = *identity && k == 0.0;
        }
    }
    warp->cx = (float)(cx - space->x);
    warp->cy = (float)(cy - space->y);
    warp->m = (float)m;
    warp->per_m = m > 0.0 ? (float)(1.0 / m) : 0.0f;
    return fl_success();
}

static float limited(float d)
{
    d = d > -FURTHEST ? d : -FURTHEST; /* also for NaN */
    return d < FURTHEST ? d : FURTHEST;
}

void fl_warp_row(const struct fl_warp *warp, int plane, int y, float *dx, float *dy, int n)
{
    const struct fl_warp_polynomial *p = &warp->plane[warp->planes == 1 ? 0 : plane];
    const float *k = p->radial, t0 = p->tangential[0], t1 = p->tangential[1];
    for (int x = 0; x < n; x++) {
        float u = (((float)x - warp->cx) + dx[x]) * warp->per_m;
        float v = (((float)y - warp->cy) + dy[x]) * warp->per_m;
        float r2 = u * u + v * v, uv = 2.0f * (u * v);
        float f = k[0] + r2 * (k[1] + r2 * (k[2] + r2 * k[3]));
        float du = u * f + (t1 * (r2 + 2.0f * (u * u)) + t0 * uv);
        float dv = v * f + (t0 * (r2 + 2.0f * (v * v)) + t1 * uv);
        dx[x] = limited(dx[x] + warp->m * du);
        dy[x] = limited(dy[x] + warp->m * dv);
    }
}

static double lanczos3(double x)
{
    double a = FL_PI * x;
    if (fabs(x) < 1e-9)
        return 1.0;
    return fabs(x) >= 3.0 ? 0.0 : 3.0 * fl_sin(a) * fl_sin(a / 3.0) / (a * a);
}

void fl_warp_table_make(struct fl_warp_table *table)
{
    memset(table, 0, sizeof *table);
    table->weight[0][2] = 1.0f; /* on a pixel: exactly that */
    for (int i = 1; i < FL_WARP_PHASES; i++) {
        double w[FL_WARP_TAPS], sum = 0.0;
        for (int k = 0; k < FL_WARP_TAPS; k++) {
            w[k] = lanczos3((double)(k - 2) - (double)i / FL_WARP_PHASES);
            sum += w[k];
        }
        for (int k = 0; k < FL_WARP_TAPS; k++)
            table->weight[i][k] = (float)(w[k] / sum);
    }
}

static int clamped(int i, int size)
{
    return i < 0 ? 0 : i < size ? i : size - 1;
}

/* A place as the pixel before it and the phase to the next. */
static int split(int at, float d, int *phase)
{
    float whole = floorf(d);
    int i = at + (int)whole;
    *phase = (int)((d - whole) * FL_WARP_PHASES + 0.5f);
    if (*phase < FL_WARP_PHASES)
        return i;
    *phase = 0;
    return i + 1;
}

/* 36 pixels to one value, kept within what the four around the place span: in linear light a
 * filter's lobes would draw dark rings around everything bright. */
static float read_taps(const float *const row[FL_WARP_TAPS], const int column[FL_WARP_TAPS],
                       const float *h, const float *v)
{
    float a = row[2][column[2]], b = row[2][column[3]];
    float c = row[3][column[2]], d = row[3][column[3]];
    float lo = a < b ? a : b, hi = a > b ? a : b, sum = 0.0f;
    for (int j = 0; j < FL_WARP_TAPS; j++) {
        const float *r = row[j];
        float along = (h[0] * r[column[0]] + h[1] * r[column[1]]) +
                      (h[2] * r[column[2]] + h[3] * r[column[3]]) +
                      (h[4] * r[column[4]] + h[5] * r[column[5]]);
        sum += v[j] * along;
    }
    lo = lo < c ? lo : c;
    lo = lo < d ? lo : d;
    hi = hi > c ? hi : c;
    hi = hi > d ? hi : d;
    sum = sum > lo ? sum : lo;
    return sum < hi ? sum : hi;
}

void fl_warp_read(const struct fl_warp_table *table, const struct fl_planes *in, int plane, int y,
                  const float *dx, const float *dy, float *out, int n)
{
    const float *data = in->data[plane];
    const ptrdiff_t stride = in->stride[plane];
    for (int x = 0; x < n; x++) {
        const float *row[FL_WARP_TAPS];
        int column[FL_WARP_TAPS], h, v;
        int i = split(x, dx[x], &h), j = split(y, dy[x], &v);
        for (int k = 0; k < FL_WARP_TAPS; k++) {
            column[k] = clamped(i + k - 2, in->width);
            row[k] = data + clamped(j + k - 2, in->height) * stride;
        }
        out[x] = read_taps(row, column, table->weight[h], table->weight[v]);
    }
}
