#!/bin/bash
# dracut module: the live image is fetched by resole-fetch, which resumes and does not give up.

check() {
    return 0
}

depends() {
    echo url-lib
}

install() {
    inst_script /usr/local/sbin/resole-fetch
    inst_multiple curl sleep mkdir
    # dracut asks the handler that was registered last first: after those of url-lib itself.
    cat "$moddir/url-handler.sh" >> "$initdir/lib/url-lib.sh"
}
