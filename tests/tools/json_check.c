/* Reads JSON values, one a line, and fails at the first that is not valid. With arguments, each
 * line must be an object that has these keys. For the tests of the command-line tools. */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEYS_MAX 64
#define DEPTH    32

struct reader {
    const char *s;
    int depth;
    int key_count;
    char key[KEYS_MAX][64]; /* of the outermost object */
};

static bool value(struct reader *r);

static void space(struct reader *r)
{
    while (*r->s == ' ' || *r->s == '\t' || *r->s == '\r' || *r->s == '\n')
        r->s++;
}

static bool literal(struct reader *r, const char *word)
{
    size_t n = strlen(word);
    if (strncmp(r->s, word, n) != 0)
        return false;
    r->s += n;
    return true;
}

static bool string(struct reader *r)
{
    if (*r->s++ != '"')
        return false;
    for (; *r->s != '"'; r->s++) {
        if ((unsigned char)*r->s < 0x20)
            return false;
        if (*r->s != '\\')
            continue;
        r->s++;
        if (*r->s == 'u') {
            for (int i = 0; i < 4; i++)
                if (!isxdigit((unsigned char)*++r->s))
                    return false;
        } else if (!*r->s || !strchr("\"\\/bfnrt", *r->s)) {
            return false;
        }
    }
    r->s++;
    return true;
}

static bool digits(struct reader *r)
{
    if (!isdigit((unsigned char)*r->s))
        return false;
    while (isdigit((unsigned char)*r->s))
        r->s++;
    return true;
}

static bool number(struct reader *r)
{
    if (*r->s == '-')
        r->s++;
    if (*r->s == '0' && isdigit((unsigned char)r->s[1]))
        return false;
    if (!digits(r))
        return false;
    if (*r->s == '.') {
        r->s++;
        if (!digits(r))
            return false;
    }
    if (*r->s == 'e' || *r->s == 'E') {
        r->s++;
        if (*r->s == '+' || *r->s == '-')
            r->s++;
        return digits(r);
    }
    return true;
}

static bool member(struct reader *r)
{
    const char *begin = r->s;
    if (!string(r))
        return false;
    if (r->depth == 1 && r->key_count < KEYS_MAX && r->s - begin < 64) {
        memcpy(r->key[r->key_count], begin + 1, (size_t)(r->s - begin) - 2);
        r->key[r->key_count++][r->s - begin - 2] = '\0';
    }
    space(r);
    if (*r->s++ != ':')
        return false;
    return value(r);
}

static bool sequence(struct reader *r, char end, bool (*one)(struct reader *r))
{
    r->s++;
    if (++r->depth > DEPTH)
        return false;
    space(r);
    if (*r->s == end) {
        r->s++;
        r->depth--;
        return true;
    }
    for (;;) {
        space(r);
        if (!one(r))
            return false;
        space(r);
        if (*r->s == end)
            break;
        if (*r->s++ != ',')
            return false;
    }
    r->s++;
    r->depth--;
    return true;
}

static bool value(struct reader *r)
{
    space(r);
    switch (*r->s) {
    case '{':
        return sequence(r, '}', member);
    case '[':
        return sequence(r, ']', value);
    case '"':
        return string(r);
    case 't':
        return literal(r, "true");
    case 'f':
        return literal(r, "false");
    case 'n':
        return literal(r, "null");
    default:
        return number(r);
    }
}

static bool has_key(const struct reader *r, const char *key)
{
    for (int i = 0; i < r->key_count; i++)
        if (strcmp(r->key[i], key) == 0)
            return true;
    return false;
}

static bool check_line(const char *line, int argc, char **argv)
{
    static struct reader r;
    memset(&r, 0, sizeof r);
    r.s = line;
    if (!value(&r)) {
        fprintf(stderr, "not JSON at byte %ld: %s\n", (long)(r.s - line), line);
        return false;
    }
    space(&r);
    if (*r.s) {
        fprintf(stderr, "more than one value: %s\n", line);
        return false;
    }
    for (int i = 1; i < argc; i++) {
        if (!has_key(&r, argv[i])) {
            fprintf(stderr, "no key %s in: %s\n", argv[i], line);
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    char *line = NULL;
    size_t size = 0;
    int lines = 0;
    bool ok = true;
    while (ok && getline(&line, &size, stdin) > 0) {
        ok = check_line(line, argc, argv);
        lines++;
    }
    free(line);
    if (ok && lines == 0)
        fprintf(stderr, "no JSON at all\n");
    return ok && lines > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
