/* What makes fl-capture take a picture or stop: keys, signals, time. */
#ifndef FL_CAPTURE_TRIGGER_H
#define FL_CAPTURE_TRIGGER_H

#include <stdbool.h>

#include "firstlight/error.h"

enum fl_event { FL_EVENT_NONE = 0, FL_EVENT_SHOOT, FL_EVENT_QUIT };

/* Catches interrupts, and SIGUSR1 and SIGUSR2 with `signals`. Once per program. Errors: FL_ERR_IO.
 */
fl_err fl_trigger_open(bool keys, bool signals) FL_MUST_USE;
void fl_trigger_close(void);

/* Waits until an event or the moment (of fl_console_clock()); a moment in the past only looks. */
enum fl_event fl_trigger_wait(double until_s);

/* The signal that asked the program to end; 0 = none. */
int fl_trigger_interrupted(void);

#endif
