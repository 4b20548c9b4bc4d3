/* Mutates tuning files and profiles and reads them: every result must be an error with a message
 * or a tuning whose look-ups are finite, and which written as a profile can be read again.
 *
 *   fuzz_tuning [ITERATIONS [FIRST_SEED]]      per kind of file
 *
 * The file being read stays in the temporary folder when a sanitizer or signal ends the run; its
 * path is printed first. With FUZZ_VERBOSE set, every error message is printed. */
#include "firstlight/tuning.h"

#include <fcntl.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SIZE_MAX_BYTES 32768

static uint32_t state;

static uint32_t next_random(void)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

/* --- the files to start from -------------------------------------------------------------- */

static char *add(char *out, const char *text)
{
    size_t n = strlen(text);
    memcpy(out, text, n + 1);
    return out + n;
}

static char *add_list(char *out, int count, double from, double step)
{
    for (int i = 0; i < count; i++)
        out += sprintf(out, "%s%.3g", i ? ", " : "[", from + step * (i % 7));
    return add(out, "]");
}

static char *add_filters(char *out)
{
    out = add(out, "{\"rpi.geq\": {\"offset\": 204, \"slope\": 0.01}},\n"
                   "{\"rpi.dpc\": {\"strength\": 1}},\n"
                   "{\"rpi.denoise\": {\"normal\": {\"sdn\": {\"deviation\": 1.6, "
                   "\"strength\": 0.5}, \"cdn\": {\"deviation\": 200}, \"tdn\": {}}}},\n"
                   "{\"rpi.contrast\": {\"gamma_curve\": [0, 0, 8192, 24000, 65535, 65535]}},\n"
                   "{\"rpi.sharpen\": {\"threshold\": 0.75, \"limit\": 0.5}},\n"
                   "{\"rpi.cac\": {\"strength\": 0.9, \"lut_rx\": ");
    out = add_list(out, 81, -0.3, 0.1);
    out = add(out, ", \"lut_ry\": ");
    out = add_list(out, 81, -0.3, 0.1);
    out = add(out, ", \"lut_bx\": ");
    out = add_list(out, 81, -0.3, 0.1);
    out = add(out, ", \"lut_by\": ");
    out = add_list(out, 81, -0.3, 0.1);
    return add(out, "}},\n");
}

static char *add_tables(char *out)
{
    out = add(out, "{\"rpi.alsc\": {\"luminance_strength\": 0.8, \"luminance_lut\": ");
    out = add_list(out, 192, 1.0, 0.2);
    out = add(out, ", \"calibrations_Cr\": [{\"ct\": 3000, \"table\": ");
    out = add_list(out, 192, 2.0, 0.1);
    out = add(out, "}, {\"ct\": 5000, \"table\": ");
    out = add_list(out, 192, 3.0, 0.1);
    out = add(out, "}]}},\n{\"rpi.agc\": {\"channels\": [{\"metering_modes\": {\"spot\": "
                   "{\"weights\": ");
    out = add_list(out, 15, 0.0, 1.0);
    return add(out, "}}, \"exposure_modes\": {\"normal\": {\"shutter\": [100, 10000], "
                    "\"gain\": [1, 8]}}, \"constraint_modes\": {\"normal\": [{\"bound\": "
                    "\"LOWER\", \"q_lo\": 0.98, \"q_hi\": 1, \"y_target\": [0, 0.5]}]}, "
                    "\"channel_constraints\": [{\"bound\": \"UPPER\", \"channel\": 1, "
                    "\"factor\": 8}], \"y_target\": [0, 0.16, 1000, 0.165]}]}},\n");
}

static size_t make_rpi(char *out)
{
    char *end = add(out, "{\"version\": 2.0, \"target\": \"bcm2835\", \"algorithms\": [\n"
                         "{\"rpi.black_level\": {\"black_level\": 4096}},\n"
                         "{\"rpi.lux\": {\"reference_shutter_speed\": 20000, "
                         "\"reference_gain\": 1, \"reference_aperture\": 1, "
                         "\"reference_lux\": 800, \"reference_Y\": 12345}},\n"
                         "{\"rpi.noise\": {\"reference_constant\": 1, \"reference_slope\": 3}},\n"
                         "{\"rpi.awb\": {\"priors\": [{\"lux\": 0, \"prior\": [2000, 1, 3000, "
                         "0]}], \"modes\": {\"auto\": {\"lo\": 2500, \"hi\": 8000}}, "
                         "\"ct_curve\": [2500, 0.9, 0.4, 5000, 0.5, 0.7]}},\n"
                         "{\"rpi.ccm\": {\"ccms\": [{\"ct\": 3000, \"ccm\": "
                         "[2, -1, 0, -0.5, 2, -0.5, 0, -1, 2]}]}},\n");
    end = add_filters(end);
    end = add_tables(end);
    return (size_t)(add(end, "]}\n") - out);
}

enum { RPI, PROFILE, KINDS };

static fl_err load(const char *path, int fd, const char *text, size_t size, struct fl_tuning **out)
{
    if (ftruncate(fd, (off_t)size) != 0 || pwrite(fd, text, size, 0) != (ssize_t)size)
        abort();
    return fl_tuning_load(path, NULL, out);
}

static size_t make_file(int kind, const char *path, int fd, char *out)
{
    size_t size = make_rpi(out);
    struct fl_tuning *t;
    char *text;
    if (kind == RPI)
        return size;
    if (load(path, fd, out, size, &t).code != FL_OK || fl_tuning_profile(t, &text).code != FL_OK)
        abort();
    size = strlen(text);
    if (size > SIZE_MAX_BYTES)
        abort();
    memcpy(out, text, size);
    free(text);
    fl_tuning_free(t);
    return size;
}

/* --- mutations ---------------------------------------------------------------------------- */

static size_t mutate(char *data, size_t size)
{
    static const char *const words[] = {
        "1e308", "-1",   "0",      "nan", "[]",  "{}", "null",    "99999999999999999999",
        "\"\"",  ",",    "x: ",    "- ",  "&a ", "*a", "\n---\n", "true",
        "[[[",   "0x10", "1e-320", "#"};
    int count = 1 + (int)(next_random() % 3);
    for (int i = 0; i < count && size > 64; i++) {
        size_t at = next_random() % size, n = 1 + next_random() % 24;
        const char *word = words[next_random() % (sizeof words / sizeof *words)];
        n = n < size - at ? n : size - at;
        switch (next_random() % 6) {
        case 4:
        case 5: /* another digit where there is one */
            if (data[at] >= '0' && data[at] <= '9')
                data[at] = (char)('0' + next_random() % 10);
            break;
        case 0:
            data[at] = (char)next_random();
            break;
        case 1: /* a word over what is there */
            n = strlen(word) < n ? strlen(word) : n;
            memcpy(data + at, word, n);
            break;
        case 2: /* less */
            memmove(data + at, data + at + n, size - at - n);
            size -= n;
            break;
        default: /* the same again, elsewhere */
            memmove(data + at, data + next_random() % (size - n), n);
        }
    }
    return next_random() % 16 == 0 ? next_random() % size : size;
}

/* --- what a tuning must be ---------------------------------------------------------------- */

static bool look_ups_are_finite(const struct fl_tuning *t)
{
    static float gain[3 * 9 * 7];
    double grey[2] = {1.0, 1.0}, m[9] = {0.0}, sum = 0.0;
    struct fl_noise n = {0.0, 0.0};
    for (double k = 500.0; k < 2e4; k *= 1.7) {
        if (fl_tuning_grey(t, k, grey))
            sum += grey[0] + grey[1] + fl_tuning_cct(t, grey);
        if (fl_tuning_ccm_at(t, k, m))
            sum += m[0] + m[4] + m[8];
        sum += fl_tuning_prior_at(t, 100.0, k);
        if (fl_shading_gains(&t->shading, k, NULL, 9, 7, gain))
            for (int i = 0; i < 3 * 9 * 7; i++)
                sum += (double)gain[i];
    }
    if (fl_tuning_noise(t, 2.0, &n))
        sum += n.s + n.o;
    sum += fl_polyline_at(&t->gamma, 0.5) + fl_tuning_lux(t, 0.01, 1.0, 1.0, 0.2);
    return isfinite(sum);
}

static const char *fault_of(const struct fl_tuning *t, const char *path, int fd)
{
    struct fl_tuning *again = NULL;
    char *text;
    fl_err err;
    if (!look_ups_are_finite(t))
        return "a look-up that is not finite";
    if (fl_tuning_profile(t, &text).code != FL_OK)
        return "no profile";
    err = load(path, fd, text, strlen(text), &again);
    free(text);
    fl_tuning_free(again);
    if (err.code != FL_OK)
        printf("%s\n", err.message);
    return err.code == FL_OK ? NULL : "a profile that cannot be read";
}

static bool run_kind(int kind, unsigned long iterations, uint32_t seed, const char *path, int fd)
{
    static char file[SIZE_MAX_BYTES + 1], copy[SIZE_MAX_BYTES + 1];
    size_t size = make_file(kind, path, fd, file);
    unsigned long taken = 0;
    for (unsigned long i = 0; i < iterations; i++, seed++) {
        struct fl_tuning *t = NULL;
        const char *fault;
        fl_err err;
        state = seed * 2654435761u + 1;
        memcpy(copy, file, size);
        err = load(path, fd, copy, i > 0 ? mutate(copy, size) : size, &t);
        fault = err.code == FL_OK                ? fault_of(t, path, fd)
                : t || !strchr(err.message, ':') ? "an error that says nothing, or with a tuning"
                                                 : NULL;
        if (err.code != FL_OK && getenv("FUZZ_VERBOSE"))
            printf("seed %u: %s\n", (unsigned)seed, err.message);
        taken += err.code == FL_OK;
        fl_tuning_free(t);
        if (fault || taken == 0) {
            printf("seed %u: %s; the file is %s\n", (unsigned)seed,
                   fault ? fault : "the file without mutations is refused", path);
            return false;
        }
    }
    printf("kind %d: %lu files, %lu tunings\n", kind, iterations, taken);
    return true;
}

int main(int argc, char **argv)
{
    unsigned long iterations = argc > 1 ? strtoul(argv[1], NULL, 10) : 3000;
    uint32_t seed = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 1;
    char path[] = "/tmp/fl-fuzz-tuning-XXXXXX";
    int fd = mkstemp(path);
    bool good = fd >= 0;
    printf("the file being read is %s\n", path);
    fflush(stdout);
    for (int kind = 0; kind < KINDS && good; kind++)
        good = run_kind(kind, iterations, seed + (uint32_t)(kind * iterations), path, fd);
    close(fd);
    if (good)
        unlink(path);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
