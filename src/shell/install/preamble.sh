#!/bin/sh
@MARKER@
# `verify-gate install` writes this file anew. The hook that was here before is kept as @HOOK@.ackgate-chained.

ackgate=@LOCATION@

case $0 in
*/*) folder=${0%/*} ;;
*) folder=. ;;
esac
chained=$folder/@HOOK@.ackgate-chained
# A link of that name may have come to lead here: this would run itself for ever.
[ "$0" != "$chained" ] || chained=

if [ ! -f "$ackgate" ] || [ ! -x "$ackgate" ]; then
    missing=$ackgate
    ackgate=$(command -v @PROGRAM@) || {
        {
            printf '%s\n' "ackgate: refused: @PROGRAM@ is not on PATH, nor at $missing"
            printf '%s\n' "  put it back: run \`cargo install --path .\` in ackgate's sources, then \`verify-gate install\` here"
            printf '%s\n' "  or do without: delete the hook file $0"
            [ ! -e "$chained" ] || printf '%s\n' "  and give $chained its old name, @HOOK@, again"
        } >&2
        exit 1
    }
fi

