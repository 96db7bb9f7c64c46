/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L
#include "sim/record/export_xml.h"

#include <libxml/chvalid.h>
#include <libxml/xmlwriter.h>
#include <stdarg.h>
#include <string.h>

#include "sim/base/error.h"

/* What cannot be written is seen when the file is closed: libxml2 would print it. */
static int write_bytes(void *file, const char *bytes, int n) {
    (void)fwrite(bytes, 1, (size_t)n, file);
    return n;
}

/* Of a call of libxml2. */
static void take(sim_export_xml_t *xml, int result) {
    xml->bad = xml->bad || result < 0;
}

static int keep_open(void *file) {
    (void)file;
    return 0;
}

int sim_export_xml_open(sim_export_t *x, sim_export_xml_t *xml, const char *name) {
    *xml = (sim_export_xml_t){.name = name, .file = sim_export_open(x, name)};
    if (!xml->file)
        return SIM_ERR_IO;
    xmlOutputBufferPtr buffer = xmlOutputBufferCreateIO(write_bytes, keep_open, xml->file, NULL);
    xml->writer = buffer ? xmlNewTextWriter(buffer) : NULL;
    if (xml->writer) {
        take(xml, xmlTextWriterSetIndent(xml->writer, 1));
        take(xml, xmlTextWriterStartDocument(xml->writer, NULL, "UTF-8", NULL));
        return 0;
    }
    if (buffer)
        (void)xmlOutputBufferClose(buffer);
    fclose(xml->file);
    xml->file = NULL;
    return sim_export_refuse(x, SIM_ERR_MEMORY, "%s", sim_base_strerror(SIM_ERR_MEMORY));
}

int sim_export_xml_close(sim_export_t *x, sim_export_xml_t *xml, int rc) {
    if (!xml->file)
        return rc;
    take(xml, xmlTextWriterEndDocument(xml->writer));
    take(xml, xmlTextWriterFlush(xml->writer));
    xmlFreeTextWriter(xml->writer);
    int closed = sim_export_close(x, xml->file, xml->name);
    rc = rc ? rc : closed;
    if (rc == 0 && xml->bad)
        rc = sim_export_refuse(x, SIM_ERR_MEMORY, "%s could not be written as XML: %s", xml->name,
                               sim_base_strerror(SIM_ERR_MEMORY));
    *xml = (sim_export_xml_t){0};
    return rc;
}

void sim_export_xml_start(sim_export_xml_t *xml, const char *element) {
    take(xml, xmlTextWriterStartElement(xml->writer, BAD_CAST element));
}

void sim_export_xml_end(sim_export_xml_t *xml) {
    take(xml, xmlTextWriterEndElement(xml->writer));
}

/* Most texts are plain, and are written as they are. */
static bool is_plain(const char *text) {
    while (*text >= ' ' && *text < 127)
        text++;
    return *text == '\0';
}

/* Control characters are no XML, not even escaped; nor is what is no UTF-8. NULL: out of memory. */
static char *clean(const char *text) {
    sqlite3_str *out = sqlite3_str_new(NULL);
    while (*text) {
        int length = (int)strnlen(text, 4);
        int c = xmlGetUTF8Char(BAD_CAST text, &length);
        if (c >= 0 && xmlIsCharQ(c))
            sqlite3_str_append(out, text, length);
        else
            sqlite3_str_appendall(out, "\xEF\xBF\xBD");
        text += c >= 0 ? length : 1;
    }
    return sqlite3_str_finish(out);
}

void sim_export_xml_attribute(sim_export_xml_t *xml, const char *name, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *text = sqlite3_vmprintf(format, arguments);
    va_end(arguments);
    bool plain = text && is_plain(text);
    char *cleaned = text && !plain ? clean(text) : NULL;
    const char *written = plain ? text : cleaned;
    take(xml,
         written ? xmlTextWriterWriteAttribute(xml->writer, BAD_CAST name, BAD_CAST written) : -1);
    sqlite3_free(text);
    sqlite3_free(cleaned);
}

void sim_export_xml_text(sim_export_xml_t *xml, const char *text) {
    bool plain = text && is_plain(text);
    char *cleaned = text && !plain ? clean(text) : NULL;
    const char *written = plain ? text : cleaned;
    take(xml, written ? xmlTextWriterWriteString(xml->writer, BAD_CAST written) : -1);
    sqlite3_free(cleaned);
}

const char *sim_export_xml_cell(sqlite3_stmt *statement, int column, char *buffer, size_t size) {
    if (sqlite3_column_type(statement, column) != SQLITE_FLOAT)
        return (const char *)sqlite3_column_text(statement, column);
    sim_export_real(sqlite3_column_double(statement, column), buffer, size);
    return buffer;
}
