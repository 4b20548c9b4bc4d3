#!/bin/sh
# Every public header compiles alone, as C11 and as C++17, without a warning.
# usage: headers.sh CC CXX INCLUDE_DIR…
set -eu
cc=$1 cxx=$2
shift 2
flags=
for dir in "$@"; do flags="$flags -I$dir"; done
count=0 failed=0
for dir in "$@"; do
    for header in "$dir"/firstlight/*.h; do
        name=${header#"$dir"/}
        for as in "$cc -x c -std=c11" "$cxx -x c++ -std=c++17"; do
            count=$((count + 1))
            # shellcheck disable=SC2086
            if printf '#include <%s>\n#include <%s>\nint main(void) { return 0; }\n' "$name" "$name" |
                $as -Wall -Wextra -Wpedantic -Werror -fsyntax-only $flags -; then
                echo "ok $count - $name as ${as##*-std=}"
            else
                echo "not ok $count - $name as ${as##*-std=}"
                failed=1
            fi
        done
    done
done
echo "1..$count"
exit $failed
