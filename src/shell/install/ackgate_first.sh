# What was here runs last, so that it sends nothing (as git-lfs does) that ackgate then refuses.
if [ ! -f "$chained" ] || [ ! -x "$chained" ]; then
    exec "$ackgate" "$@"
fi

# Both need git's lines. They are fed by here-documents, not by a pipe from printf: were that to fail (it is a program
# of its own in some shells, with a limit on its arguments), ackgate would see an empty push, and pass it.
input=$(cat && echo .) || {
    printf '%s\n' "ackgate: refused: cannot read what git says is being pushed" >&2
    exit 1
}
input=${input%.}
if [ -z "$input" ]; then
    "$ackgate" "$@" </dev/null || exit
    exec "$chained" "$@" </dev/null
fi
# A here-document brings the last line end itself.
input=${input%
}
"$ackgate" "$@" <<END || exit
$input
END
exec "$chained" "$@" <<END
$input
END
