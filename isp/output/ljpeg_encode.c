/* Lossless JPEG: T.81 annex H with predictor 1, the codes of annex K.2.
 *
 * One table serves all components: a second one would save less than a thousandth on mosaics. */
#include "ljpeg_encode.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define CATEGORIES FL_LJPEG_CATEGORIES
#define LONGEST    16 /* bits of a code word */

fl_err fl_ljpeg_open(struct fl_ljpeg *j, size_t samples)
{
    *j = (struct fl_ljpeg){0};
    j->difference = calloc(samples, sizeof *j->difference);
    return j->difference ? fl_success()
                         : fl_error(FL_ERR_MEMORY, "out of memory for lossless JPEG");
}

void fl_ljpeg_close(struct fl_ljpeg *j)
{
    free(j->difference);
    *j = (struct fl_ljpeg){0};
}

void fl_ljpeg_begin(struct fl_ljpeg *j, int width, int height, int components, int bits)
{
    j->width = width;
    j->height = height;
    j->components = components;
    j->bits = bits;
    j->rows = 0;
    memset(j->count, 0, sizeof j->count);
    for (int c = 0; c < components; c++)
        j->first[c] = (uint16_t)(1u << (bits - 1));
}

/* --- differences -------------------------------------------------------------------------- */

/* Bits of a difference's magnitude; the difference of 32768 is the only one of 16. */
static unsigned category_of(uint16_t difference)
{
    int signed_value = (int16_t)difference;
    unsigned magnitude = (unsigned)(signed_value < 0 ? -signed_value : signed_value);
    return magnitude ? 32u - (unsigned)__builtin_clz(magnitude) : 0;
}

void fl_ljpeg_row(struct fl_ljpeg *j, const uint16_t *row)
{
    int n = j->components, samples = j->width * n;
    uint16_t *out = j->difference + (size_t)j->rows * (size_t)samples;
    for (int c = 0; c < n; c++) {
        out[c] = (uint16_t)(row[c] - j->first[c]);
        j->first[c] = row[c];
    }
    for (int i = n; i < samples; i++)
        out[i] = (uint16_t)(row[i] - row[i - n]);
    for (int i = 0; i < samples; i++)
        j->count[category_of(out[i])]++;
    j->rows++;
}

void fl_ljpeg_fill_row(struct fl_ljpeg *j)
{
    size_t samples = (size_t)j->width * (size_t)j->components;
    memset(j->difference + (size_t)j->rows * samples, 0, samples * sizeof *j->difference);
    j->count[0] += (uint32_t)samples;
    j->rows++;
}

/* --- the code ----------------------------------------------------------------------------- */

/* A tree under construction: each symbol knows the tree it is in and its depth there. */
struct forest {
    uint64_t weight[CATEGORIES + 1]; /* of the tree named by its first symbol; 0 = merged or none */
    int tree[CATEGORIES + 1];
    int depth[CATEGORIES + 1];
};

/* The lightest tree but `other`; the last of equals, as K.2 does. -1 where there is none. */
static int lightest(const struct forest *f, int other)
{
    int best = -1;
    for (int i = 0; i <= CATEGORIES; i++)
        if (f->weight[i] > 0 && i != other && (best < 0 || f->weight[i] <= f->weight[best]))
            best = i;
    return best;
}

static void merge(struct forest *f, int a, int b)
{
    f->weight[a] += f->weight[b];
    f->weight[b] = 0;
    for (int i = 0; i <= CATEGORIES; i++) {
        if (f->tree[i] != a && f->tree[i] != b)
            continue;
        f->tree[i] = a;
        f->depth[i]++;
    }
}

/* Shortens words beyond 16 bits (K.3): a pair of the longest becomes one word a bit shorter, its
 * twin hangs below the next shorter word there is. */
static void limit(int words[CATEGORIES + 2])
{
    for (int length = CATEGORIES + 1; length > LONGEST; length--)
        while (words[length] > 0) {
            int shorter = length - 2;
            while (words[shorter] == 0)
                shorter--;
            words[length] -= 2;
            words[length - 1]++;
            words[shorter + 1] += 2;
            words[shorter]--;
        }
}

void fl_ljpeg_code_lengths(const uint32_t count[CATEGORIES], uint8_t length[CATEGORIES])
{
    struct forest f = {{0}, {0}, {0}};
    int words[CATEGORIES + 2] = {0}; /* of each length */
    int a, b, longest = LONGEST;
    bool given[CATEGORIES] = {false};

    for (int i = 0; i <= CATEGORIES; i++) {
        f.tree[i] = i;
        f.weight[i] = i < CATEGORIES ? count[i] : 1; /* the last takes the word of ones */
    }
    while ((a = lightest(&f, -1)) >= 0 && (b = lightest(&f, a)) >= 0)
        merge(&f, a < b ? a : b, a < b ? b : a);
    for (int i = 0; i <= CATEGORIES; i++)
        words[f.depth[i]]++;
    words[0] = 0;
    limit(words);
    while (longest > 0 && words[longest] == 0)
        longest--;
    words[longest]--; /* the word of ones */
    memset(length, 0, CATEGORIES);
    for (int bits = 1; bits <= LONGEST; bits++)
        for (int k = 0; k < words[bits]; k++) { /* the shortest words to the most frequent */
            int best = -1;
            for (int i = 0; i < CATEGORIES; i++)
                if (count[i] > 0 && !given[i] && (best < 0 || count[i] > count[best]))
                    best = i;
            if (best < 0)
                return;
            given[best] = true;
            length[best] = (uint8_t)bits;
        }
}

/* What DHT stores: how many words of each length, then their symbols; and the words themselves. */
struct code {
    uint8_t words[LONGEST + 1];
    uint8_t symbol[CATEGORIES];
    uint8_t length[CATEGORIES];
    uint16_t word[CATEGORIES];
    int symbols;
};

static void make_code(const uint32_t count[CATEGORIES], struct code *c)
{
    unsigned next = 0;
    memset(c, 0, sizeof *c);
    fl_ljpeg_code_lengths(count, c->length);
    for (int bits = 1; bits <= LONGEST; bits++, next <<= 1)
        for (int i = 0; i < CATEGORIES; i++)
            if (c->length[i] == bits) {
                c->word[i] = (uint16_t)next++;
                c->words[bits]++;
                c->symbol[c->symbols++] = (uint8_t)i;
            }
}

/* --- the file ----------------------------------------------------------------------------- */

static void put_be16(struct fl_blob *out, int v)
{
    const uint8_t bytes[2] = {(uint8_t)(v >> 8), (uint8_t)v};
    fl_blob_put(out, bytes, sizeof bytes);
}

static void put_byte(struct fl_blob *out, int v)
{
    const uint8_t byte = (uint8_t)v;
    fl_blob_put(out, &byte, 1);
}

static void put_headers(const struct fl_ljpeg *j, const struct code *c, struct fl_blob *out)
{
    put_be16(out, 0xffd8);
    put_be16(out, 0xffc3); /* SOF3: lossless, Huffman */
    put_be16(out, 8 + 3 * j->components);
    put_byte(out, j->bits);
    put_be16(out, j->height);
    put_be16(out, j->width);
    put_byte(out, j->components);
    for (int i = 0; i < j->components; i++) {
        put_byte(out, i);
        put_be16(out, 0x1100); /* not subsampled */
    }
    put_be16(out, 0xffc4); /* DHT */
    put_be16(out, 2 + 1 + LONGEST + c->symbols);
    put_byte(out, 0);
    fl_blob_put(out, c->words + 1, LONGEST);
    fl_blob_put(out, c->symbol, (size_t)c->symbols);
    put_be16(out, 0xffda); /* SOS */
    put_be16(out, 6 + 2 * j->components);
    put_byte(out, j->components);
    for (int i = 0; i < j->components; i++)
        put_be16(out, i << 8); /* table 0 */
    put_byte(out, 1);          /* predictor: the sample to the left */
    put_be16(out, 0);
}

struct bit_writer {
    uint8_t *at;
    uint64_t bits; /* right-aligned */
    int count;     /* below 32 between two calls */
};

/* A byte of ones is followed by a zero, so that it does not pass for a marker. */
static void put_stuffed(struct bit_writer *w, unsigned byte)
{
    *w->at++ = (uint8_t)byte;
    if (byte == 0xff)
        *w->at++ = 0;
}

static void flush_word(struct bit_writer *w)
{
    uint32_t word = (uint32_t)(w->bits >> (w->count - 32));
    uint32_t inverse = ~word;
    w->count -= 32;
    if (((inverse - 0x01010101u) & word & 0x80808080u) == 0) { /* no byte of ones */
        w->at[0] = (uint8_t)(word >> 24);
        w->at[1] = (uint8_t)(word >> 16);
        w->at[2] = (uint8_t)(word >> 8);
        w->at[3] = (uint8_t)word;
        w->at += 4;
        return;
    }
    for (int shift = 24; shift >= 0; shift -= 8)
        put_stuffed(w, word >> shift & 0xff);
}

/* A category's word, then the difference's low bits, less one where it is negative (H.1.2.2). */
static void put_differences(const struct fl_ljpeg *j, const struct code *c, struct bit_writer *w)
{
    size_t samples = (size_t)j->width * (size_t)j->components * (size_t)j->height;
    for (size_t i = 0; i < samples; i++) {
        int value = (int16_t)j->difference[i];
        unsigned category = category_of(j->difference[i]);
        unsigned extra = category < 16 ? category : 0;
        uint32_t low = (uint32_t)(value - (value < 0)) & ((1u << extra) - 1);
        w->bits =
            w->bits << (c->length[category] + extra) | (uint32_t)c->word[category] << extra | low;
        w->count += c->length[category] + (int)extra;
        if (w->count >= 32)
            flush_word(w);
    }
    while (w->count % 8 != 0) { /* filled with ones (F.1.2.3) */
        w->bits = w->bits << 1 | 1;
        w->count++;
    }
    for (; w->count > 0; w->count -= 8)
        put_stuffed(w, (unsigned)(w->bits >> (w->count - 8)) & 0xff);
}

/* Bytes of the coded differences if every one of them were stuffed. */
static size_t most_bytes(const struct fl_ljpeg *j, const struct code *c)
{
    uint64_t bits = 0;
    for (int i = 0; i < CATEGORIES; i++)
        bits += (uint64_t)j->count[i] * (unsigned)(c->length[i] + (i < 16 ? i : 0));
    return (size_t)(2 * (bits / 8 + 8));
}

fl_err fl_ljpeg_end(struct fl_ljpeg *j, struct fl_blob *out)
{
    struct code c;
    struct bit_writer w = {NULL, 0, 0};

    make_code(j->count, &c);
    put_headers(j, &c, out);
    w.at = fl_blob_room(out, most_bytes(j, &c));
    if (w.at) {
        put_differences(j, &c, &w);
        out->size = (size_t)(w.at - out->data);
    }
    put_be16(out, 0xffd9);
    return fl_blob_check(out, "lossless JPEG");
}
