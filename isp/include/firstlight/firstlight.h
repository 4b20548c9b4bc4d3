/* All of libfirstlight's core. Sources of frames are in firstlight/source.h. */
#ifndef FIRSTLIGHT_FIRSTLIGHT_H
#define FIRSTLIGHT_FIRSTLIGHT_H

#include "firstlight/error.h"
#include "firstlight/format.h"
#include "firstlight/frame.h"
#include "firstlight/inspect.h"
#include "firstlight/log.h"
#include "firstlight/meta.h"
#include "firstlight/output.h"
#include "firstlight/param.h"
#include "firstlight/pipeline.h"
#include "firstlight/thread.h"
#include "firstlight/tuning_data.h"

#define FL_VERSION_MAJOR 0
#define FL_VERSION_MINOR 1
#define FL_VERSION_PATCH 0
#define FL_VERSION       "0.1.0"

#endif
