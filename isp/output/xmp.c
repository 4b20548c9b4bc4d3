/* The XMP packet: a few properties of one rdf:Description, written as text. */
#include "xmp.h"

#include <string.h>

/* A property is one line in each of these two tables. */
static const char *const namespaces[][2] = {
    {"xmp", "http://ns.adobe.com/xap/1.0/"},
    {"Iptc4xmpExt", "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"},
};

struct property {
    const char *name, *value; /* a NULL value is left out */
};

/* Quoted for an attribute; bytes that XML 1.0 forbids become spaces. */
static void put_escaped(struct fl_blob *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '&')
            fl_blob_put_text(out, "&amp;");
        else if (*text == '<')
            fl_blob_put_text(out, "&lt;");
        else if (*text == '"')
            fl_blob_put_text(out, "&quot;");
        else if ((unsigned char)*text < 0x20)
            fl_blob_put_text(out, " ");
        else
            fl_blob_put(out, text, 1);
    }
}

fl_err fl_xmp_write(const struct fl_xmp *xmp, struct fl_blob *out)
{
    const struct property properties[] = {
        {"Iptc4xmpExt:DigitalSourceType", xmp->digital_source_type},
        {"xmp:CreatorTool", xmp->creator_tool},
    };
    size_t i;

    fl_blob_put_text(out, "<?xpacket begin=\"\xef\xbb\xbf\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
                          "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
                          " <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
                          "  <rdf:Description rdf:about=\"\"");
    for (i = 0; i < sizeof namespaces / sizeof *namespaces; i++) {
        fl_blob_put_text(out, "\n    xmlns:");
        fl_blob_put_text(out, namespaces[i][0]);
        fl_blob_put_text(out, "=\"");
        fl_blob_put_text(out, namespaces[i][1]);
        fl_blob_put_text(out, "\"");
    }
    for (i = 0; i < sizeof properties / sizeof *properties; i++) {
        if (!properties[i].value)
            continue;
        fl_blob_put_text(out, "\n   ");
        fl_blob_put_text(out, properties[i].name);
        fl_blob_put_text(out, "=\"");
        put_escaped(out, properties[i].value);
        fl_blob_put_text(out, "\"");
    }
    fl_blob_put_text(out, "/>\n </rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"w\"?>\n");
    return fl_blob_check(out, "XMP");
}
