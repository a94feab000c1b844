# What was here runs first, since it may stage more; ackgate then judges what will really be committed.
if [ -f "$chained" ] && [ -x "$chained" ]; then
    "$chained" "$@" || exit
fi
exec "$ackgate" "$@"
