#!/bin/bash
# Renews docs/quality.md: measures again, makes the pictures, and writes the tables between their
# marks, <!-- NAME --> to <!-- end -->.
#
#   tests/quality/report.sh BUILD [STEP...]
#
# Steps, all by default: measure (table.csv and table_sets.csv, half an hour), pictures (a minute),
# operations (seconds), page (the tables into the page, from the CSV files and from operations.md in
# BUILD). Peers' figures are peers.sh's, which takes long and depends on nothing of ours.
set -euo pipefail

here=$(dirname "$0")
build=$1 page=$here/../../docs/quality.md
shift
[ $# -gt 0 ] || set -- measure pictures operations page

measure() {
    local table
    for table in table table_sets; do
        "$build/tests/quality/quality" table --update "$here/$table.csv" --lists "$here"
    done
}

pictures() {
    "$here/pictures.sh" "$build" "$here/../../docs/quality"
}

operations() {
    "$here/operations.sh" "$build" >"$build/operations.md"
}

# Cells of a set by ISO: ours, then each tool's best row, as dB / SSIM.
against_peers() {
    awk -F, -v wanted="$1" '
        function cell(name, iso, psnr, ssim) {
            if (psnr > best[name " " iso]) {
                best[name " " iso] = psnr
                text[name " " iso] = sprintf("%.2f / %.4f", psnr, ssim)
            }
        }
        $1 != wanted { next }
        FILENAME ~ /peers/ { cell($3, $2, $5, $6); method[$3 " " $2 " " $5] = $4; next }
        $2 == "mean" && $3 == "imx477" && $4 == "D65" && $6 == "right" { cell($7, $5, $8, $9) }
        END {
            print "| " wanted " | no noise | ISO 400 | ISO 1600 | ISO 6400 |"
            print "|---|---|---|---|---|"
            names = split("best,balanced,fast,rawtherapee,dcraw_emu", name, ",")
            isos = split("none,400,1600,6400", iso, ",")
            for (n = 1; n <= names; n++) {
                line = "| " (n < 4 ? name[n] : name[n] ", best row")
                for (i = 1; i <= isos; i++)
                    line = line " | " text[name[n] " " iso[i]]
                print line " |"
            }
        }' "$here/peers.csv" "$here/table_sets.csv"
    echo
}

# Every method of the tools on a set, at each ISO the best row of the method; PSNR.
methods() {
    awk -F, -v wanted="$1" '
        $1 != wanted { next }
        {
            split($4, setting, " ")
            m = $3 " " setting[1]
            if (!(m in known)) { known[m] = 1; order[++count] = m }
            if ($5 > best[m " " $2]) best[m " " $2] = $5
        }
        END {
            print "| method | no noise | ISO 400 | ISO 1600 | ISO 6400 |"
            print "|---|---|---|---|---|"
            for (n = 1; n <= count; n++) {
                m = order[n]
                print "| " m " | " best[m " none"] " | " best[m " 400"] " | " best[m " 1600"] " | " \
                    best[m " 6400"] " |"
            }
        }' "$here/peers.csv"
}

# Rows of table_sets.csv of other cameras and lights, and of wrong noise tags, preset best.
cameras() {
    awk -F, '
        $7 == "best" && $6 == "right" && $2 == "mean" && $5 ~ /none|^400$|1600|6400/ {
            key = $1 ", " $3 ", " $4
            if (!(key in known)) { known[key] = 1; order[++count] = key }
            value[key " " $5] = $8 " / " $9
        }
        END {
            print "| set, camera, light | no noise | ISO 400 | ISO 1600 | ISO 6400 |"
            print "|---|---|---|---|---|"
            for (n = 1; n <= count; n++) {
                k = order[n]
                print "| " k " | " value[k " none"] " | " value[k " 400"] " | " value[k " 1600"] " | " \
                    value[k " 6400"] " |"
            }
        }' "$here/table_sets.csv"
}

tags() {
    awk -F, '
        $7 != "best" || $2 != "mean" || $3 != "imx477" || $4 != "D65" { next }
        { value[$1 " " $5 " " $6] = $8 }
        $6 != "right" && !($1 " " $5 in known) { known[$1 " " $5] = 1; order[++count] = $1 " " $5 }
        END {
            print "| set, ISO | right | missing | 4 times too high | 4 times too low | ISO 100 |"
            print "|---|---|---|---|---|---|"
            for (n = 1; n <= count; n++) {
                k = order[n]
                print "| " k " | " value[k " right"] " | " value[k " none"] " | " value[k " x4"] " | " \
                    value[k " x0.25"] " | " value[k " iso100"] " |"
            }
        }' "$here/table_sets.csv"
}

# block NAME: its text on stdin replaces what is between its marks
block() {
    cat >"$build/block.md"
    awk -v name="$1" -v file="$build/block.md" '
        $0 == "<!-- end -->" { inside = 0 }
        !inside { print }
        $0 == "<!-- " name " -->" {
            inside = 1
            while ((getline line <file) > 0) print line
        }' "$page" >"$build/page.md"
    cp "$build/page.md" "$page"
}

page() {
    { for set in kodak24 saturated boosted; do against_peers $set; done; } | block peers
    methods saturated | block methods
    cameras | block cameras
    tags | block tags
    [ ! -f "$build/operations.md" ] || block operations <"$build/operations.md"
}

for step in "$@"; do
    "$step"
done
