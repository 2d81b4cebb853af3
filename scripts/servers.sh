# Sourced by the scripts that start servers for tests: who works in a folder, and how it is ended.
# They set dir, the folder of all that is started, self, the script's own path, and LOCK_SECONDS.

# One at a time does things in a folder; one that was removed meanwhile is made anew.
lock() {
    while :; do
        mkdir -p "$dir"
        exec 9<"$dir"
        flock -w "$LOCK_SECONDS" 9 || { say "$dir is in use by another"; exit 1; }
        [ "$dir" -ef /proc/self/fd/9 ] && return
    done
}

# state FOLDER: a letter for the node that runs there (T: held), or fails. A pid is believed only if that
# process works in the folder: it may be another's by now.
state() {
    local pid
    { read -r pid <"$1/pid"; } 2>/dev/null && [ "/proc/$pid/cwd" -ef "$1" ] || return 1
    sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' "/proc/$pid/status" 2>/dev/null | grep '[^ZX]'
}

# signal NAME FOLDER
signal() {
    ! state "$2" >/dev/null || kill -"$1" "$(cat "$2/pid")" 2>/dev/null || true
}

kill_server() {
    signal KILL "$1"
    while state "$1" >/dev/null; do sleep 0.05; done
}

# watch PID: takes all down when that process is gone, unless that was done, or another watches by then.
watch() {
    echo $$ >"$dir/watcher"
    while [ "$(cat "$dir/watcher" 2>/dev/null)" = $$ ]; do
        grep -qs '^State:[[:space:]]*[^ZX]' "/proc/$1/status" || exec "$self" down "$dir"
        sleep 1
    done
}

