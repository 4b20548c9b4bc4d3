/* The pixels of test DNGs: packing, deflate and lossless JPEG.
 *
 * Written for clearness and independent of the decoder it tests: the JPEG uses one fixed, skewed
 * Huffman code, so that long and short codes both occur. */
#include "dng_writer_pixels.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* Growing output with a bit buffer. */
struct sink {
    uint8_t *data;
    size_t size, room;
    unsigned bits;
    int count;
    bool stuff; /* JPEG: a zero follows 0xff */
};

static void put_byte(struct sink *s, unsigned v)
{
    if (s->size == s->room) {
        s->room = s->room ? s->room * 2 : 256;
        s->data = realloc(s->data, s->room);
        if (!s->data)
            abort();
    }
    s->data[s->size++] = (uint8_t)v;
}

static void put_bits(struct sink *s, unsigned value, int count)
{
    for (int i = count - 1; i >= 0; i--) {
        s->bits = s->bits << 1 | (value >> i & 1);
        if (++s->count == 8) {
            put_byte(s, s->bits & 0xff);
            if (s->stuff && (s->bits & 0xff) == 0xff)
                put_byte(s, 0);
            s->count = 0;
        }
    }
}

/* Fills the last byte with `fill` bits. */
static void flush_bits(struct sink *s, unsigned fill)
{
    while (s->count)
        put_bits(s, fill, 1);
}

/* A sample of a tile; outside the image, the nearest one. */
static unsigned sample(const struct dngw_image *m, int x, int y, int c)
{
    int n = m->samples == 3 ? 3 : 1;
    int cx = x < m->width ? x : m->width - 1, cy = y < m->height ? y : m->height - 1;
    return m->pixels[((size_t)cy * (size_t)m->width + (size_t)cx) * (size_t)n + (size_t)c];
}

/* --- packed ------------------------------------------------------------------------------- */

static void pack_row(struct sink *s, const struct dngw_image *m, bool big, int x, int y,
                     int columns)
{
    int n = m->samples == 3 ? 3 : 1;
    unsigned previous[3] = {0, 0, 0};
    unsigned mask = (1u << m->bits) - 1;
    for (int i = 0; i < columns * n; i++) {
        unsigned raw = sample(m, x + i / n, y, i % n), v = raw;
        if (m->packing == DNGW_DEFLATE && m->predictor == 2)
            v = (raw - previous[i % n]) & mask;
        previous[i % n] = raw;
        if (m->bits == 16 || m->packing == DNGW_WORDS) {
            put_byte(s, big ? v >> 8 : v & 0xff);
            put_byte(s, big ? v & 0xff : v >> 8);
        } else {
            put_bits(s, v, m->bits);
        }
    }
    flush_bits(s, 0);
}

/* --- floating point ----------------------------------------------------------------------- */

/* A normal float, or 0, with fewer bits; high bits are dropped without rounding. */
static uint32_t shorten(float v, int bits)
{
    uint32_t word, sign, exponent, fraction;
    memcpy(&word, &v, sizeof word);
    sign = word >> 31;
    exponent = word >> 23 & 0xff;
    fraction = word & 0x7fffff;
    if (bits == 32)
        return word;
    if (exponent == 0)
        return sign << (bits - 1);
    if (bits == 24)
        return sign << 23 | (exponent - 127 + 64) << 16 | fraction >> 7;
    return sign << 15 | (exponent - 127 + 15) << 10 | fraction >> 13;
}

static uint32_t float_word(const struct dngw_image *m, int x, int y, int c)
{
    int n = m->samples == 3 ? 3 : 1;
    int cx = x < m->width ? x : m->width - 1, cy = y < m->height ? y : m->height - 1;
    return shorten(m->floats[((size_t)cy * (size_t)m->width + (size_t)cx) * (size_t)n + (size_t)c],
                   m->bits);
}

/* With the predictor: planes of bytes, the highest first, each byte less the one `distance`
 * before. */
static void float_row(struct sink *s, const struct dngw_image *m, bool big, int x, int y,
                      int columns)
{
    int n = m->samples == 3 ? 3 : 1, bytes = m->bits / 8, count = columns * n;
    int distance = n * (m->predictor == 34894 ? 2 : 1);
    uint8_t *row = malloc((size_t)(count * bytes));
    if (!row)
        abort();
    for (int i = 0; i < count; i++)
        for (int b = 0; b < bytes; b++) {
            unsigned byte = float_word(m, x + i / n, y, i % n) >> 8 * (bytes - 1 - b) & 0xff;
            if (m->predictor > 1)
                row[b * count + i] = (uint8_t)byte;
            else
                row[i * bytes + (big ? b : bytes - 1 - b)] = (uint8_t)byte;
        }
    for (int i = 0; i < count * bytes; i++)
        put_byte(s,
                 (m->predictor > 1 && i >= distance ? row[i] - row[i - distance] : row[i]) & 0xff);
    free(row);
}

static struct dngw_tile deflate_tile(const struct sink *s)
{
    uLongf size = compressBound((uLong)s->size);
    struct dngw_tile t = {malloc(size), 0};
    if (!t.data || compress2(t.data, &size, s->data, (uLong)s->size, 6) != Z_OK)
        abort();
    t.size = size;
    free(s->data);
    return t;
}

/* --- lossless JPEG ------------------------------------------------------------------------ */

/* Codes of each length: two of 2 bits, one of 3 to 15 bits, two of 16: categories 0 to 16. */
static const unsigned char code_counts[16] = {0, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2};

static void put_code(struct sink *s, int category)
{
    unsigned code = 0;
    int index = 0;
    for (int length = 1; length <= 16; length++, code <<= 1)
        for (int k = 0; k < code_counts[length - 1]; k++, code++, index++)
            if (index == category) {
                put_bits(s, code, length);
                return;
            }
    abort();
}

static void put_difference(struct sink *s, int difference)
{
    int d = (int16_t)(uint16_t)difference; /* modulo 2^16 */
    int category = 0;
    if (d == -32768) {
        put_code(s, 16);
        return;
    }
    while (abs(d) >> category)
        category++;
    put_code(s, category);
    put_bits(s, (unsigned)(d < 0 ? d + (1 << category) - 1 : d), category);
}

static int predict(int predictor, int a, int b, int c)
{
    switch (predictor) {
    case 2:
        return b;
    case 3:
        return c;
    case 4:
        return a + b - c;
    case 5:
        return a + ((b - c) >> 1);
    case 6:
        return b + ((a - c) >> 1);
    case 7:
        return (a + b) >> 1;
    default:
        return a;
    }
}

/* The tile as the JPEG sees it: `wide` components-times-columns values a row. */
struct folded {
    const struct dngw_image *m;
    int x, y, n, wide;
};

static int value_at(const struct folded *f, int i, int row)
{
    return (int)sample(f->m, f->x + i / f->n, f->y + row, i % f->n);
}

static void put_jpeg_row(struct sink *s, const struct folded *f, int components, int row,
                         bool fresh)
{
    int predictor = f->m->predictor ? f->m->predictor : 1;
    for (int i = 0; i < f->wide; i++) {
        int p;
        if (i < components)
            p = fresh ? 1 << (f->m->bits - 1) : value_at(f, i, row - 1);
        else if (fresh)
            p = value_at(f, i - components, row);
        else
            p = predict(predictor, value_at(f, i - components, row), value_at(f, i, row - 1),
                        value_at(f, i - components, row - 1));
        put_difference(s, value_at(f, i, row) - p);
    }
}

static void put_u16(struct sink *s, int v)
{
    put_byte(s, (unsigned)v >> 8);
    put_byte(s, (unsigned)v & 0xff);
}

static void put_jpeg_headers(struct sink *s, const struct dngw_image *m, int width, int height,
                             int components)
{
    put_u16(s, 0xffd8);
    put_u16(s, 0xffc4); /* DHT */
    put_u16(s, 2 + 1 + 16 + 17);
    put_byte(s, 0);
    for (int i = 0; i < 16; i++)
        put_byte(s, code_counts[i]);
    for (unsigned i = 0; i <= 16; i++)
        put_byte(s, i);
    put_u16(s, 0xffc3); /* SOF3 */
    put_u16(s, 8 + 3 * components);
    put_byte(s, (unsigned)m->bits);
    put_u16(s, height);
    put_u16(s, width);
    put_byte(s, (unsigned)components);
    for (int i = 0; i < components; i++) {
        put_byte(s, (unsigned)i + 1);
        put_byte(s, 0x11);
        put_byte(s, 0);
    }
    if (m->restart_rows) {
        put_u16(s, 0xffdd); /* DRI */
        put_u16(s, 4);
        put_u16(s, m->restart_rows * width);
    }
    put_u16(s, 0xffda); /* SOS */
    put_u16(s, 6 + 2 * components);
    put_byte(s, (unsigned)components);
    for (int i = 0; i < components; i++) {
        put_byte(s, (unsigned)i + 1);
        put_byte(s, 0);
    }
    put_byte(s, (unsigned)(m->predictor ? m->predictor : 1));
    put_byte(s, 0);
    put_byte(s, 0);
}

static struct dngw_tile encode_jpeg(const struct dngw_image *m, int x, int y, int columns, int rows)
{
    int n = m->samples == 3 ? 3 : 1;
    int components = m->fold ? m->fold : n;
    struct folded f = {m, x, y, n, columns * n};
    struct sink s = {.stuff = false};
    if (f.wide % components)
        abort();
    put_jpeg_headers(&s, m, f.wide / components, rows, components);
    s.stuff = true;
    for (int row = 0; row < rows; row++) {
        bool restart = m->restart_rows && row > 0 && row % m->restart_rows == 0;
        if (restart) {
            flush_bits(&s, 1);
            put_u16(&s, 0xffd0 + (row / m->restart_rows - 1) % 8);
        }
        put_jpeg_row(&s, &f, components, row, row == 0 || restart);
    }
    flush_bits(&s, 1);
    put_u16(&s, 0xffd9);
    return (struct dngw_tile){s.data, s.size};
}

struct dngw_tile dngw_encode(const struct dngw_image *m, bool big_endian, int x, int y, int columns,
                             int rows)
{
    struct sink s = {.stuff = false};
    if (m->packing == DNGW_LJPEG)
        return encode_jpeg(m, x, y, columns, rows);
    for (int row = 0; row < rows; row++)
        if (m->floats)
            float_row(&s, m, big_endian, x, y + row, columns);
        else
            pack_row(&s, m, big_endian, x, y + row, columns);
    if (m->packing == DNGW_DEFLATE)
        return deflate_tile(&s);
    return (struct dngw_tile){s.data, s.size};
}
