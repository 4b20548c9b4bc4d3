/* Errors are values: every fallible function returns one, nothing is kept in globals. */
#ifndef FIRSTLIGHT_ERROR_H
#define FIRSTLIGHT_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define FL_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define FL_MUST_USE          __attribute__((warn_unused_result))
#else
#define FL_PRINTF(fmt, args)
#define FL_MUST_USE
#endif

#if defined(__GNUC__)
#define FL_API __attribute__((visibility("default")))
#else
#define FL_API
#endif

/* What kind of failure; the message says the rest. */
enum fl_code {
    FL_OK = 0,
    FL_ERR_ARGUMENT,    /* the caller passed something the function does not take */
    FL_ERR_RANGE,       /* a parameter is outside its interval, or unknown */
    FL_ERR_IO,          /* the operating system refused: open, read, write, rename */
    FL_ERR_CORRUPT,     /* a file contradicts itself or ends too early */
    FL_ERR_UNSUPPORTED, /* a valid file or request that this version does not handle */
    FL_ERR_MEMORY,      /* allocation failed, or a size would exceed the limit */
    FL_ERR_CANCELLED,   /* the caller's progress function asked to stop */
    FL_ERR_INTERNAL,    /* a bug in firstlight */
    FL_ERR_NOT_FOUND,   /* no such camera */
    FL_ERR_BUSY,        /* another program, or another frame, has it */
    FL_ERR_GONE,        /* the device was unplugged */
    FL_ERR_TIMEOUT      /* nothing came in time */
};

#define FL_MESSAGE_MAX 252

/* A result. code == FL_OK means success and an empty message. The message is one line without a
 * trailing newline, and names the file, key or value and the way out where there is one. */
typedef struct fl_err {
    enum fl_code code;
    char message[FL_MESSAGE_MAX];
} fl_err;

/* The success value. Any thread. */
FL_API fl_err fl_success(void);

/* Builds a failure from a printf format. Too long messages are cut, control characters from file
 * contents are replaced by '?'. Any thread. */
FL_API fl_err fl_error(enum fl_code code, const char *format, ...) FL_PRINTF(2, 3);

/* Puts "context: " before the message of a failure; returns success unchanged. Any thread. */
FL_API fl_err fl_error_context(fl_err err, const char *format, ...) FL_PRINTF(2, 3);

/* Short stable name of a code, for example "corrupt". Never NULL. Any thread. */
FL_API const char *fl_code_name(enum fl_code code);

/* Returns from the calling function when EXPR fails. */
#define FL_TRY(EXPR)                                                                               \
    do {                                                                                           \
        fl_err fl_try_err_ = (EXPR);                                                               \
        if (fl_try_err_.code != FL_OK)                                                             \
            return fl_try_err_;                                                                    \
    } while (0)

#ifdef __cplusplus
}
#endif
#endif
