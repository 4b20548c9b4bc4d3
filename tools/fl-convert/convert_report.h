/* What is printed about each file, and the list of stage parameters. */
#ifndef FL_CONVERT_REPORT_H
#define FL_CONVERT_REPORT_H

#include "convert_job.h"

void fl_report_item(const struct fl_job *job, const struct fl_item *item,
                    const struct fl_job_result *result);

/* --list-params, as text or JSON. false when stdout could not be written. */
bool fl_report_params(bool json);

#endif
