# Completion for fl-bench, fl-capture, fl-convert and fl-inspect in bash. Options and their words come from --help, so
# that this file never falls behind.
_firstlight() {
    local word=$2 before=$3 help words
    help=$("$1" --help 2>/dev/null)
    if [[ $before == --* ]]; then
        # "--preset balanced|fast|best" offers the three words.
        words=$(sed -n "s/^ .*$before \([a-z0-9|]*|[a-z0-9|]*\).*/\1/p" <<<"$help" | tr '|' ' ')
        if [[ $before == --set || $before == --until ]]; then
            words=$("$1" --list-params | sed -n "s/^  \([a-z_]*\.[a-z_]*\) .*/\1=/p")
            [[ $before == --until ]] &&
                words=$("$1" --list-params | sed -n 's/^\([a-z_.]*\): .*/\1/p')
        fi
        if [[ -n $words ]]; then
            mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
            [[ $before == --set ]] && compopt -o nospace
            return
        fi
    fi
    if [[ $word == -* ]]; then
        words=$(sed -n 's/^  .*\(--[a-z-]*\).*/\1/p' <<<"$help")
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
        return
    fi
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
}
complete -F _firstlight fl-bench fl-capture fl-convert fl-inspect
