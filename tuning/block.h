/* The blocks of a tuning. One function reads each, from Raspberry Pi's files and from our own
 * profiles alike: the keys and units are the same. */
#ifndef FL_BLOCK_H
#define FL_BLOCK_H

#include "yaml_value.h"

#include "firstlight/log.h"

struct fl_block_reader {
    const struct fl_yaml_tree *tree;
    const struct fl_log *log;
    bool strict; /* our own profile: unknown keys are errors, tables say how large they are */
    struct fl_tuning *out;
};

/* Levels and tables stand on a scale of 16 bits. */
#define FL_BLOCK_SCALE 65535.0

/* What is read before an error stays in *out, whose owner frees it.
 * Errors: FL_ERR_CORRUPT, FL_ERR_MEMORY. */
typedef fl_err (*fl_block_read)(const struct fl_block_reader *r, const struct fl_yaml_node *block);

fl_err fl_block_black_level(const struct fl_block_reader *r, const struct fl_yaml_node *block);
fl_err fl_block_lux(const struct fl_block_reader *r, const struct fl_yaml_node *block);
fl_err fl_block_noise(const struct fl_block_reader *r, const struct fl_yaml_node *block);
fl_err fl_block_awb(const struct fl_block_reader *r, const struct fl_yaml_node *block);
fl_err fl_block_agc(const struct fl_block_reader *r, const struct fl_yaml_node *block);
fl_err fl_block_alsc(const struct fl_block_reader *r, const struct fl_yaml_node *block);
fl_err fl_block_ccm(const struct fl_block_reader *r, const struct fl_yaml_node *block);
fl_err fl_block_cac(const struct fl_block_reader *r, const struct fl_yaml_node *block);
fl_err fl_block_contrast(const struct fl_block_reader *r, const struct fl_yaml_node *block);
fl_err fl_block_denoise(const struct fl_block_reader *r, const struct fl_yaml_node *block);
fl_err fl_block_sdn(const struct fl_block_reader *r, const struct fl_yaml_node *block);
fl_err fl_block_geq(const struct fl_block_reader *r, const struct fl_yaml_node *block);
fl_err fl_block_dpc(const struct fl_block_reader *r, const struct fl_yaml_node *block);
fl_err fl_block_sharpen(const struct fl_block_reader *r, const struct fl_yaml_node *block);

/* A block is a map, and in our own profiles it has no keys but these, and none of them twice;
 * keys ends with NULL; NULL: any. Errors: FL_ERR_CORRUPT. */
fl_err fl_block_keys(const struct fl_block_reader *r, const struct fl_yaml_node *map,
                     const char *const *keys) FL_MUST_USE;

/* Zeroed memory for a list. Errors: FL_ERR_MEMORY. */
fl_err fl_block_alloc(const struct fl_block_reader *r, int count, size_t size,
                      void **out) FL_MUST_USE;

/* Letters, digits and few other characters: what can stand in a message and a file as it is. */
bool fl_block_is_plain(const char *text);

/* A map's key as a name. */
fl_err fl_block_name(const struct fl_block_reader *r, const struct fl_yaml_node *node,
                     char name[FL_TUNING_NAME]) FL_MUST_USE;

/* A function of brightness at a key; absent: *out stays as it is. */
fl_err fl_block_polyline_at(const struct fl_block_reader *r, const struct fl_yaml_node *map,
                            const char *key, double min, double max,
                            struct fl_polyline *out) FL_MUST_USE;

#endif
