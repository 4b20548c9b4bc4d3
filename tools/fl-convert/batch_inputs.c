/* Planning a batch: from operands to items with their sidecars. */
#include "batch_plan.h"
#include "name_template.h"
#include "sidecar.h"
#include "walk.h"

#include "firstlight/source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

const struct fl_shot *fl_item_shot(const struct fl_batch *batch, const struct fl_item *item)
{
    return item->own ? item->own : &batch->shot;
}

static struct fl_item *add_item(struct fl_batch *batch, const char *input)
{
    struct fl_item *item;
    size_t size = strlen(input) + 1;
    if (batch->count == batch->capacity) {
        int capacity = batch->capacity ? batch->capacity * 2 : 64;
        struct fl_item *larger = realloc(batch->item, (size_t)capacity * sizeof *larger);
        if (!larger)
            return NULL;
        batch->item = larger;
        batch->capacity = capacity;
    }
    item = &batch->item[batch->count];
    memset(item, 0, sizeof *item);
    item->input = malloc(size);
    if (!item->input)
        return NULL;
    memcpy(item->input, input, size);
    item->counter = ++batch->count;
    return item;
}

static fl_err no_memory(void)
{
    return fl_error(FL_ERR_MEMORY, "out of memory");
}

static fl_err add_failed(struct fl_batch *batch, const char *input, fl_err reason)
{
    struct fl_item *item = add_item(batch, input);
    if (!item)
        return no_memory();
    item->err = reason;
    return fl_success();
}

struct walk_user {
    struct fl_batch *batch;
    fl_err err;
};

static void sub_folder_failed(void *user, const char *folder, fl_err err)
{
    struct walk_user *u = user;
    if (u->err.code == FL_OK)
        u->err = add_failed(u->batch, folder, err);
}

static fl_err add_folder(struct fl_batch *batch, const char *folder)
{
    struct fl_text_list files = {0};
    struct walk_user user = {batch, fl_success()};
    fl_err err = fl_walk(folder, batch->options->recursive, fl_source_is_raw_name,
                         sub_folder_failed, &user, &files);
    if (err.code == FL_ERR_IO)
        err = add_failed(batch, folder, err);
    else if (err.code == FL_OK && user.err.code != FL_OK)
        err = user.err;
    else if (err.code == FL_OK && files.count == 0)
        err = add_failed(batch, folder,
                         fl_error(FL_ERR_IO, "a folder without raw files%s",
                                  batch->options->recursive ? "" : " (see --recursive)"));
    for (int i = 0; i < files.count && err.code == FL_OK; i++) {
        struct fl_item *item = add_item(batch, files.item[i]);
        if (item)
            item->folder_bytes = strlen(folder);
        else
            err = no_memory();
    }
    fl_text_list_free(&files);
    return err;
}

static fl_err add_sim(struct fl_batch *batch, const char *input)
{
    struct fl_item *item = add_item(batch, input);
    if (!item)
        return no_memory();
    item->is_sim = true;
    return fl_error_context(fl_sim_input_parse(input, &item->sim), "%.100s", input);
}

static fl_err add_input(struct fl_batch *batch, const char *input)
{
    struct stat st;
    if (fl_sim_input_is(input))
        return add_sim(batch, input);
    if (stat(input, &st) != 0)
        return add_failed(batch, input, fl_error(FL_ERR_IO, "%s", strerror(errno)));
    if (S_ISDIR(st.st_mode))
        return add_folder(batch, input);
    if (!S_ISREG(st.st_mode)) /* a pipe would block, a device never end */
        return add_failed(batch, input, fl_error(FL_ERR_IO, "not a regular file"));
    return add_item(batch, input) ? fl_success() : no_memory();
}

struct sidecar_user {
    struct fl_shot *shot;
    struct fl_pipeline *pipeline;
};

/* Stage parameters are tried at once, so that a refusal has the line where it stands. */
static fl_err set_from_sidecar(void *user, const char *key, const char *value)
{
    struct sidecar_user *u = user;
    FL_TRY(fl_convert_set_shot(u->shot, key, value));
    return strcmp(key, "set") == 0 ? fl_shot_apply(u->shot, u->pipeline) : fl_success();
}

/* The path of the sidecar of `input`, where there is one: NAME.EXT.fl.yaml before NAME.fl.yaml. */
static fl_err find_sidecar(const char *input, char **out)
{
    size_t base = (size_t)(fl_name_of(input) - input) + fl_name_base_length(fl_name_of(input));
    const size_t lengths[] = {strlen(input), base};
    *out = NULL;
    for (int i = 0; i < 2 && !*out; i++) {
        struct fl_text path = {0};
        struct stat st;
        fl_text_add_bytes(&path, input, lengths[i]);
        fl_text_add(&path, ".fl.yaml");
        if (path.failed)
            return no_memory();
        if (stat(path.data, &st) == 0) {
            *out = fl_text_take(&path);
            if (!S_ISREG(st.st_mode))
                return fl_error(FL_ERR_IO, "%s: not a regular file", fl_name_of(*out));
        }
        fl_text_free(&path);
    }
    return fl_success();
}

fl_err fl_item_read_sidecar(struct fl_batch *batch, struct fl_item *item)
{
    struct sidecar_user user;
    fl_err err;
    if (item->is_sim || batch->options->no_sidecars)
        return fl_success();
    FL_TRY(find_sidecar(item->input, &item->sidecar));
    if (!item->sidecar)
        return fl_success();
    item->own = malloc(sizeof *item->own);
    if (!item->own)
        return no_memory();
    if (!fl_shot_copy(item->own, &batch->options->shot))
        return no_memory();
    user.shot = item->own;
    user.pipeline = batch->pipeline;
    err = fl_sidecar_read(item->sidecar, set_from_sidecar, &user, &item->texts);
    if (err.code == FL_OK)
        err = fl_error_context(fl_shot_finish(item->own, fl_convert_output_type(batch->options)),
                               "%s", fl_name_of(item->sidecar));
    return err;
}

fl_err fl_batch_list(struct fl_batch *batch, const struct fl_text_list *inputs)
{
    for (int i = 0; i < inputs->count; i++)
        FL_TRY(add_input(batch, inputs->item[i]));
    return fl_success();
}

void fl_batch_free(struct fl_batch *batch)
{
    for (int i = 0; i < batch->count; i++) {
        struct fl_item *item = &batch->item[i];
        if (item->own)
            fl_shot_free(item->own);
        free(item->own);
        free(item->input);
        free(item->output);
        free(item->sidecar);
        fl_text_list_free(&item->texts);
    }
    free(batch->item);
    fl_claims_free(&batch->claims);
    fl_shot_free(&batch->shot);
    pthread_mutex_destroy(&batch->claims_lock);
}
