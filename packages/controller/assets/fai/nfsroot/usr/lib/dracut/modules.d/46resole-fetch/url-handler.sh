
# Fetches URL into RAM and prints the file's name. dracut's own handler starts again from zero, in
# another file, after each interruption, and waits for ever on a connection that died silently.
resole_fetch_url() {
    local url="$1" out="$2"
    if [ -z "$out" ]; then
        mkdir -p /tmp/resole-live
        out="/tmp/resole-live/${url##*/}"
    fi
    if ! /usr/local/sbin/resole-fetch "$url" "$out" 2> /dev/kmsg; then
        echo '<3>resole: the installer cannot be fetched; rebooting' > /dev/kmsg
        sleep 5
        echo b > /proc/sysrq-trigger
    fi
    [ -n "$2" ] || echo "$out"
}
add_url_handler resole_fetch_url http https
