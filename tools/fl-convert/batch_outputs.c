/* Planning a batch: the outputs' names, and that no two are one. */
#include "batch_plan.h"
#include "name_template.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The folders between the one that was given and the raw, as part of item->input. */
static const char *sub_folders(const struct fl_item *item, size_t *length)
{
    const char *at = item->input + item->folder_bytes, *name = fl_name_of(item->input);
    while (*at == '/')
        at++;
    *length = item->folder_bytes > 0 && name > at ? (size_t)(name - at) : 0;
    return at;
}

/* Below the output folder lies the tree of the folder that was read. */
static void add_place(const struct fl_convert_options *options, const struct fl_item *item,
                      struct fl_text *out)
{
    size_t length;
    const char *folders = sub_folders(item, &length);
    fl_text_add(out, options->output);
    if (options->output[strlen(options->output) - 1] != '/')
        fl_text_add(out, "/");
    fl_text_add_bytes(out, folders, length);
}

/* Where the output of an item lies; `meta` NULL leaves the codes that need the file as they are. */
static char *make_name(const struct fl_batch *batch, const struct fl_item *item,
                       const struct fl_meta *meta)
{
    const struct fl_convert_options *options = batch->options;
    const char *input = item->is_sim ? item->sim.config.scene : item->input;
    const char *name = fl_name_of(input);
    const char *extension = fl_file_type_extension(fl_item_shot(batch, item)->type);
    struct fl_text base = {0}, out = {0};
    struct fl_name_parts parts = {NULL, extension, item->counter, meta};
    fl_text_add_bytes(&base, name, item->is_sim ? strlen(name) : fl_name_base_length(name));
    parts.base = fl_text_get(&base);
    out.failed = base.failed;
    switch (options->target) {
    case FL_TARGET_BESIDE:
        fl_text_add_bytes(&out, input, (size_t)(name - input));
        fl_text_printf(&out, "%s.%s", parts.base, extension);
        break;
    case FL_TARGET_FOLDER:
        add_place(options, item, &out);
        fl_text_printf(&out, "%s.%s", parts.base, extension);
        break;
    case FL_TARGET_TEMPLATE:
        fl_name_expand(options->output, &parts, &out);
        break;
    case FL_TARGET_FILE:
    case FL_TARGET_STDOUT:
        fl_text_add(&out, options->output);
        break;
    }
    fl_text_free(&base);
    return fl_text_take(&out);
}

/* Whether the output is free to write; sets item->skip. */
static fl_err check_existing(const struct fl_batch *batch, struct fl_item *item)
{
    struct stat st;
    if (lstat(item->output, &st) != 0)
        return fl_success();
    if (S_ISDIR(st.st_mode))
        return fl_error(FL_ERR_IO, "%s: is a folder", item->output);
    item->skip = batch->options->skip_existing;
    if (item->skip || batch->options->overwrite)
        return fl_success();
    return fl_error(FL_ERR_IO, "%s exists (see --overwrite and --skip-existing)", item->output);
}

static fl_err claim_output(struct fl_batch *batch, struct fl_item *item)
{
    char *key = NULL;
    fl_err err;
    if (batch->options->target == FL_TARGET_STDOUT)
        return fl_success();
    FL_TRY(fl_claims_key(item->output, item->new_bytes, &key));
    err = fl_claims_add(&batch->claims, key, item->input, false);
    free(key);
    return err.code == FL_OK ? check_existing(batch, item) : err;
}

fl_err fl_batch_name_output(struct fl_batch *batch, struct fl_item *item,
                            const struct fl_meta *meta)
{
    fl_err err;
    size_t folders;
    item->output = make_name(batch, item, meta);
    if (!item->output)
        return fl_error(FL_ERR_MEMORY, "out of memory");
    sub_folders(item, &folders);
    if (folders > 0 && batch->options->target == FL_TARGET_FOLDER)
        item->new_bytes = folders + strlen(fl_name_of(item->output));
    pthread_mutex_lock(&batch->claims_lock);
    err = claim_output(batch, item);
    pthread_mutex_unlock(&batch->claims_lock);
    return err;
}

/* Another job may be making the same ones. */
fl_err fl_batch_make_folders(const struct fl_item *item)
{
    char *at = item->output + strlen(item->output) - item->new_bytes;
    for (; item->new_bytes > 0 && (at = strchr(at, '/')) != NULL; at++) {
        int failed;
        *at = '\0';
        failed = mkdir(item->output, 0777) != 0 && errno != EEXIST ? errno : 0;
        if (failed) {
            fl_err err = fl_error(FL_ERR_IO, "%s: %s", item->output, strerror(failed));
            *at = '/';
            return err;
        }
        *at = '/';
    }
    return fl_success();
}

/* Inputs are claimed first, so that no output ever replaces one. */
static fl_err claim_input(struct fl_batch *batch, const struct fl_item *item)
{
    char *key = NULL;
    fl_err err;
    if (item->is_sim || item->err.code != FL_OK)
        return fl_success();
    err = fl_claims_key(item->input, 0, &key);
    if (err.code == FL_OK)
        err = fl_claims_add(&batch->claims, key, item->input, true);
    free(key);
    return err;
}

static fl_err refuse_several(const struct fl_batch *batch)
{
    const struct fl_convert_options *options = batch->options;
    if (batch->count <= 1)
        return fl_success();
    if (options->target == FL_TARGET_STDOUT)
        return fl_error(FL_ERR_RANGE, "--output -: only one input can go to standard output");
    if (options->target == FL_TARGET_FILE)
        return fl_error(FL_ERR_RANGE,
                        "--output '%.100s' is one file for %d inputs; give a folder (NAME/) or a "
                        "template such as '%%n.%%e'",
                        options->output, batch->count);
    return fl_success();
}

fl_err fl_batch_plan(struct fl_batch *batch, const struct fl_text_list *inputs)
{
    const struct fl_convert_options *options = batch->options;
    bool late = options->target == FL_TARGET_TEMPLATE && fl_name_needs_meta(options->output);
    FL_TRY(fl_batch_list(batch, inputs));
    FL_TRY(refuse_several(batch));
    for (int i = 0; i < batch->count; i++)
        if (batch->item[i].err.code == FL_OK)
            batch->item[i].err = claim_input(batch, &batch->item[i]);
    for (int i = 0; i < batch->count; i++) {
        struct fl_item *item = &batch->item[i];
        if (item->err.code == FL_OK)
            item->err = fl_item_read_sidecar(batch, item);
        if (item->err.code == FL_OK && !late)
            item->err = fl_batch_name_output(batch, item, NULL);
    }
    return fl_success();
}
