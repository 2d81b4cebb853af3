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

# make_certificate FILE NAME ADDRESSES: an authority of this folder alone, dir/tls/ca.pem, and a certificate
# by it, dir/tls/FILE.crt with its key.
make_certificate() {
    mkdir -p "$dir/tls"
    (
        umask 077
        cd "$dir/tls"
        cat >openssl.cnf <<EOF
[req]
distinguished_name = name
[name]
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = $3
EOF
        openssl ecparam -name prime256v1 -genkey -noout -out ca.key
        openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out "$1.key"
        openssl req -config openssl.cnf -new -x509 -key ca.key -subj "/CN=trawl tests" -days 30 \
            -extensions ca -out ca.pem
        openssl req -config openssl.cnf -new -key "$1.key" -subj "/CN=$2" -out "$1.csr"
        openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -set_serial 1 -days 30 \
            -extfile openssl.cnf -extensions server -out "$1.crt" 2>/dev/null
    )
}
