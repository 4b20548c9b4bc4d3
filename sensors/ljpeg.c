/* Lossless JPEG (ITU-T T.81 annex H, with the Huffman procedures of annexes C and F): sequential,
 * Huffman-coded, up to four components, all seven predictors, restart intervals of whole rows. */
#include "ljpeg.h"

#include <stdbool.h>
#include <string.h>

#define MAX_COMPONENTS 4
#define FAST_BITS      9 /* codes up to this length are decoded by one look-up */

enum { SOF3 = 0xc3, DHT = 0xc4, SOI = 0xd8, EOI = 0xd9, SOS = 0xda, DRI = 0xdd };

/* Canonical Huffman code (T.81 F.2.2.3): for each length, the largest code and where its values
 * start; and a table for the short ones. */
struct huffman {
    bool defined;
    uint8_t count[17];
    uint8_t value[256];            /* categories; those above 16 are refused when met */
    int32_t max_code[17];          /* -1: no code of this length */
    int32_t first_index[17];       /* index of value = code + first_index */
    uint16_t fast[1 << FAST_BITS]; /* length << 8 | value; 0 = longer */
};

struct decoder {
    const uint8_t *at, *end;
    struct fl_ljpeg_info info;
    struct huffman table[4];
    int component_id[MAX_COMPONENTS];
    const struct huffman *code[MAX_COMPONENTS];
    int predictor;
    unsigned restart_interval; /* pixels, 0: none */
    int restart_rows;
    uint64_t bits; /* left-aligned */
    int bit_count;
    int missing; /* zero bits invented after the end of the data */
};

static unsigned u16(const uint8_t *p)
{
    return (unsigned)(p[0] << 8 | p[1]);
}

/* --- headers ------------------------------------------------------------------------------ */

static fl_err build_table(struct huffman *h)
{
    int32_t code = 0, index = 0;
    memset(h->fast, 0, sizeof h->fast);
    for (int length = 1; length <= 16; length++) {
        h->first_index[length] = index - code;
        if (code + h->count[length] > 1 << length)
            return fl_error(FL_ERR_CORRUPT, "Huffman table has too many codes of %d bits", length);
        for (int k = 0; k < h->count[length]; k++, code++, index++) {
            int low = FAST_BITS - length;
            for (int fill = 0; low >= 0 && fill < 1 << low; fill++)
                h->fast[(code << low) + fill] = (uint16_t)(length << 8 | h->value[index]);
        }
        h->max_code[length] = h->count[length] ? code - 1 : -1;
        code <<= 1;
    }
    h->defined = true;
    return fl_success();
}

static fl_err read_dht(struct decoder *d, const uint8_t *p, size_t size)
{
    while (size > 0) {
        struct huffman *h = &d->table[p[0] & 3];
        size_t total = 0;
        if (size < 17 || p[0] > 3)
            return fl_error(FL_ERR_CORRUPT, "Huffman table header is damaged");
        for (int i = 1; i <= 16; i++)
            total += h->count[i] = p[i];
        if (total > 256 || total > size - 17)
            return fl_error(FL_ERR_CORRUPT, "Huffman table of %zu values does not fit", total);
        memcpy(h->value, p + 17, total);
        FL_TRY(build_table(h));
        p += 17 + total;
        size -= 17 + total;
    }
    return fl_success();
}

static fl_err read_sof(struct decoder *d, const uint8_t *p, size_t size)
{
    struct fl_ljpeg_info *f = &d->info;
    if (size < 6 || size < 6 + (size_t)p[5] * 3)
        return fl_error(FL_ERR_CORRUPT, "frame header is too short");
    f->bits = p[0];
    f->height = (int)u16(p + 1);
    f->width = (int)u16(p + 3);
    f->components = p[5];
    if (f->bits < 2 || f->bits > 16 || f->width < 1 || f->height < 1 || f->components < 1 ||
        f->components > MAX_COMPONENTS)
        return fl_error(FL_ERR_CORRUPT, "frame of %dx%d, %d components of %d bits", f->width,
                        f->height, f->components, f->bits);
    for (int i = 0; i < f->components; i++) {
        d->component_id[i] = p[6 + 3 * i];
        if (p[7 + 3 * i] != 0x11)
            return fl_error(FL_ERR_UNSUPPORTED, "subsampled components are not supported");
    }
    return fl_success();
}

static fl_err read_sos(struct decoder *d, const uint8_t *p, size_t size)
{
    int n = d->info.components;
    if (n == 0 || size < 4 + 2 * (size_t)n || p[0] != n)
        return fl_error(FL_ERR_CORRUPT, "scan header does not match the frame");
    for (int i = 0; i < n; i++) {
        const struct huffman *h = &d->table[p[2 + 2 * i] >> 4 & 3];
        if (p[1 + 2 * i] != d->component_id[i] || !h->defined)
            return fl_error(FL_ERR_CORRUPT, "scan names a component or table that is not there");
        d->code[i] = h;
    }
    d->predictor = p[1 + 2 * n];
    if (d->predictor < 1 || d->predictor > 7)
        return fl_error(FL_ERR_CORRUPT, "predictor is %d, must be 1..7", d->predictor);
    if (p[3 + 2 * n] != 0)
        return fl_error(FL_ERR_UNSUPPORTED, "point transform is not supported");
    return fl_success();
}

/* Restarts are taken at row ends only. */
static fl_err check_restart(struct decoder *d)
{
    unsigned width = (unsigned)d->info.width;
    if (width == 0 || d->restart_interval % width != 0)
        return fl_error(FL_ERR_UNSUPPORTED, "restart interval of %u is no multiple of a row",
                        d->restart_interval);
    d->restart_rows = (int)(d->restart_interval / width);
    return fl_success();
}

static fl_err read_segment(struct decoder *d, int marker, const uint8_t *p, size_t size)
{
    switch (marker) {
    case SOF3:
        return read_sof(d, p, size);
    case DHT:
        return read_dht(d, p, size);
    case DRI:
        d->restart_interval = size >= 2 ? u16(p) : 0;
        return fl_success();
    case SOS:
        return read_sos(d, p, size);
    default:
        if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc8 && marker != 0xcc)
            return fl_error(FL_ERR_UNSUPPORTED,
                            "JPEG process SOF%d: only SOF3 (lossless, Huffman) "
                            "is supported",
                            marker - 0xc0);
        return fl_success();
    }
}

/* Reads all segments up to and with the scan's header. */
static fl_err read_headers(struct decoder *d, const uint8_t *data, size_t size)
{
    int marker = 0;
    memset(d, 0, sizeof *d);
    d->at = data;
    d->end = data + size;
    if (size < 4 || data[0] != 0xff || data[1] != SOI)
        return fl_error(FL_ERR_CORRUPT, "does not start as a JPEG");
    d->at += 2;
    while (marker != SOS) {
        size_t length;
        if (d->end - d->at < 4 || d->at[0] != 0xff)
            return fl_error(FL_ERR_CORRUPT, "JPEG headers are damaged or end too early");
        marker = d->at[1];
        if (marker == 0xff) { /* fill byte */
            d->at++;
            continue;
        }
        length = u16(d->at + 2);
        if (length < 2 || length > (size_t)(d->end - d->at) - 2)
            return fl_error(FL_ERR_CORRUPT, "JPEG segment %02x runs past the end", marker);
        FL_TRY(read_segment(d, marker, d->at + 4, length - 2));
        d->at += 2 + length;
    }
    return check_restart(d);
}

fl_err fl_ljpeg_info(const uint8_t *data, size_t size, struct fl_ljpeg_info *out)
{
    struct decoder d;
    FL_TRY(read_headers(&d, data, size));
    *out = d.info;
    return fl_success();
}

/* --- entropy-coded data ------------------------------------------------------------------- */

/* Fills the bit buffer to more than 32 bits. A marker ends the data: zeros follow, counted. */
static void fill_bits(struct decoder *d)
{
    while (d->bit_count <= 56) {
        unsigned byte = 0;
        if (d->at < d->end && (d->at[0] != 0xff || (d->end - d->at >= 2 && d->at[1] == 0))) {
            byte = d->at[0];
            d->at += byte == 0xff ? 2 : 1;
        } else {
            d->missing += 8;
        }
        d->bits |= (uint64_t)byte << (56 - d->bit_count);
        d->bit_count += 8;
    }
}

static void drop_bits(struct decoder *d, int count)
{
    d->bits <<= count;
    d->bit_count -= count;
}

/* Decodes one category; 17 where no code matches. */
static int decode_category(struct decoder *d, const struct huffman *h)
{
    unsigned fast = h->fast[d->bits >> (64 - FAST_BITS)];
    if (fast) {
        drop_bits(d, (int)(fast >> 8));
        return (int)(fast & 0xff);
    }
    for (int length = FAST_BITS + 1; length <= 16; length++) {
        int32_t code = (int32_t)(d->bits >> (64 - length));
        if (code <= h->max_code[length]) {
            drop_bits(d, length);
            return h->value[code + h->first_index[length]];
        }
    }
    return 17;
}

/* Decodes one difference (T.81 F.2.2.1 and H.1.2.2); false where the code is invalid. */
static bool decode_difference(struct decoder *d, const struct huffman *h, int *out)
{
    int category, value;
    if (d->bit_count < 32)
        fill_bits(d);
    category = decode_category(d, h);
    if (category == 0 || category >= 16) {
        *out = category == 16 ? 32768 : 0;
        return category <= 16;
    }
    value = (int)(d->bits >> (64 - category));
    drop_bits(d, category);
    *out = value < 1 << (category - 1) ? value - (1 << category) + 1 : value;
    return true;
}

static int predict(int predictor, int left, int above, int corner)
{
    switch (predictor) {
    case 1:
        return left;
    case 2:
        return above;
    case 3:
        return corner;
    case 4:
        return left + above - corner;
    case 5:
        return left + ((above - corner) >> 1);
    case 6:
        return above + ((left - corner) >> 1);
    default:
        return (left + above) >> 1;
    }
}

/* Decodes one row. `above` is NULL for the first row after a start or restart. The OR of all
 * values goes to *seen. */
static bool decode_row(struct decoder *d, const uint16_t *above, uint16_t *row, unsigned *seen)
{
    int n = d->info.components, c = 0;
    int count = d->info.width * n;
    int predictor = above ? d->predictor : 1;
    for (int i = 0; i < count; i++) {
        int difference, predicted;
        if (!decode_difference(d, d->code[c], &difference))
            return false;
        if (i < n)
            predicted = above ? above[i] : 1 << (d->info.bits - 1);
        else if (predictor == 1)
            predicted = row[i - n];
        else
            predicted = predict(predictor, row[i - n], above[i], above[i - n]);
        row[i] = (uint16_t)(predicted + difference);
        *seen |= row[i];
        c = c + 1 == n ? 0 : c + 1;
    }
    return d->missing <= d->bit_count;
}

/* Moves behind the restart marker that must follow. */
static bool restart(struct decoder *d)
{
    d->bits = 0;
    d->bit_count = 0;
    d->missing = 0;
    while (d->end - d->at >= 2 && d->at[0] != 0xff)
        d->at++;
    if (d->end - d->at < 2 || (d->at[1] & 0xf8) != 0xd0)
        return false;
    d->at += 2;
    return true;
}

fl_err fl_ljpeg_decode(const uint8_t *data, size_t size, int rows, uint16_t *out)
{
    struct decoder d;
    size_t row_values;
    unsigned seen = 0;
    FL_TRY(read_headers(&d, data, size));
    row_values = (size_t)d.info.width * (size_t)d.info.components;
    for (int y = 0; y < rows; y++) {
        uint16_t *row = out + (size_t)y * row_values;
        bool fresh = d.restart_rows > 0 && y % d.restart_rows == 0;
        if ((fresh && y > 0 && !restart(&d)) ||
            !decode_row(&d, y == 0 || fresh ? NULL : row - row_values, row, &seen))
            return fl_error(FL_ERR_CORRUPT, "lossless JPEG is damaged or ends in row %d of %d", y,
                            d.info.height);
    }
    if (seen >> d.info.bits)
        return fl_error(FL_ERR_CORRUPT, "lossless JPEG decodes to values beyond its %d bits",
                        d.info.bits);
    return fl_success();
}
