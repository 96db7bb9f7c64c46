/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XML files of the export, by libxml2's writer. Private to the export. */
#ifndef SIM_RECORD_EXPORT_XML_H
#define SIM_RECORD_EXPORT_XML_H

#include "sim/record/export_parts.h"

typedef struct {
    FILE *file;
    const char *name;
    struct _xmlTextWriter *writer;
    bool bad; /* libxml2 could not take something: told when the file is closed */
} sim_export_xml_t;

int sim_export_xml_open(sim_export_t *x, sim_export_xml_t *xml, const char *name);

/* Ends all elements and closes. After a failure `rc` is returned. */
int sim_export_xml_close(sim_export_t *x, sim_export_xml_t *xml, int rc);

void sim_export_xml_start(sim_export_xml_t *xml, const char *element);
void sim_export_xml_end(sim_export_xml_t *xml);
void sim_export_xml_attribute(sim_export_xml_t *xml, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Text of the element that is open. Characters that XML cannot hold become U+FFFD. */
void sim_export_xml_text(sim_export_xml_t *xml, const char *text);

/* A cell as text; real numbers with all their digits. The buffer is for these. */
const char *sim_export_xml_cell(sqlite3_stmt *statement, int column, char *buffer, size_t size);

#endif
