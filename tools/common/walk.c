/* Listing folders. */
#include "walk.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort(struct fl_text_list *list, int from)
{
    if (list->count > from)
        qsort(list->item + from, (size_t)(list->count - from), sizeof *list->item, by_name);
}

/* One folder: its wanted files to `files`, its sub-folders to `folders`, each part sorted. */
static fl_err list_one(const char *folder, bool (*want)(const char *path),
                       struct fl_text_list *files, struct fl_text_list *folders)
{
    int first_file = files->count, first_folder = folders->count;
    size_t length = strlen(folder);
    const char *between = length > 0 && folder[length - 1] == '/' ? "" : "/";
    const struct dirent *entry;
    bool ok = true;
    DIR *dir = opendir(folder);
    if (!dir)
        return fl_error(FL_ERR_IO, "%s", strerror(errno));
    while (ok && (entry = readdir(dir)) != NULL) {
        struct stat link, target;
        struct fl_text path = {0};
        if (entry->d_name[0] == '.')
            continue;
        fl_text_printf(&path, "%s%s%s", folder, between, entry->d_name);
        ok = !path.failed;
        if (ok && lstat(path.data, &link) == 0 && stat(path.data, &target) == 0) {
            if (S_ISDIR(link.st_mode))
                ok = fl_text_list_add(folders, path.data);
            else if (S_ISREG(target.st_mode) && want(path.data))
                ok = fl_text_list_add(files, path.data);
        }
        fl_text_free(&path);
    }
    closedir(dir);
    sort(files, first_file);
    sort(folders, first_folder);
    return ok ? fl_success() : fl_error(FL_ERR_MEMORY, "out of memory");
}

fl_err fl_walk(const char *folder, bool recursive, bool (*want)(const char *path),
               void (*failed)(void *user, const char *folder, fl_err err), void *user,
               struct fl_text_list *files)
{
    struct fl_text_list folders = {0};
    fl_err err = list_one(folder, want, files, &folders);
    /* Folders are added while the list is walked: breadth first, no recursion. */
    for (int i = 0; recursive && i < folders.count && err.code == FL_OK; i++) {
        fl_err sub = list_one(folders.item[i], want, files, &folders);
        if (sub.code == FL_ERR_IO)
            failed(user, folders.item[i], sub);
        else
            err = sub;
    }
    fl_text_list_free(&folders);
    return err;
}
