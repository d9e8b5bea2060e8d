# Parent of one PostgreSQL process for its whole life, run as: sh -c <this> keeper <seconds> <command> <argument>...
#
# Its standard input is a pipe that the JVM holds open and that the kernel closes however the JVM ends. A line on it
# asks for a stop that may take <seconds>; its end means that the JVM is dead, and then the stop must be quick, because
# a successor may be waiting. As the parent it knows the process by a number that cannot be given to another meanwhile.

# The terminal's and a service manager's signals are for the JVM, which decides when the database goes.
trap '' HUP INT QUIT TERM
patience=$1
shift
exec 3<&0 </dev/null

"$@" 3<&- &
child=$!

# Without the log pipe, or its reader would wait for this watcher after PostgreSQL has ended.
(
    if ! read -r line <&3; then
        patience=5
    fi
    # INT: end sessions, write a checkpoint. QUIT: at once, recovery at the next start. KILL: it is stuck.
    for signal in INT QUIT KILL; do
        kill -s "$signal" "$child" || exit
        waited=0
        while [ "$waited" -lt "$patience" ] && kill -0 "$child"; do
            sleep 1
            waited=$((waited + 1))
        done
        patience=5
    done
) >/dev/null 2>&1 &
watcher=$!

wait "$child"
status=$?
kill -s KILL "$watcher" 2>/dev/null
exit "$status"
