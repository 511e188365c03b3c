# Needs a POSIX shell, curl, and sha1sum with sha256sum, or shasum.
set -u
export LC_ALL=C
here=${1:-$into}
case $here in /*) ;; *) here=./$here ;; esac
part='' lfs='' raw='' fetched=0 present=0 kept=0 failed=0
tries=4 patience=${REHYDRATE_WAIT:-120} # seconds to wait for a busy server, each file
[ "$patience" -gt 0 ] || tries=0 patience=1
newline='
'

stop() { rm -f "$part"; echo 'interrupted: what is whole stays, run it again'; exit "$1"; }
trap 'stop 130' INT
trap 'stop 143' TERM
trap 'stop 129' HUP

say() { # $1: a name, $2: words; nothing that a terminal would obey gets through
    printf '  %s: %s\n' "$1" "$2" | tr -d '\000-\011\013-\037\177' | sed \
        -e "s/$(printf '\342\200[\216-\217\252-\256]')/?/g" -e "s/$(printf '\342\201[\246-\251]')/?/g"
}
fail() { failed=$((failed + 1)); say "$target" "failed: $1"; }

# Hashes: $1 is the length of the id that is expected, which tells the algorithm.
digest() {
    case $1 in 40) name=1 ;; *) name=256 ;; esac
    if command -v "sha${name}sum" >/dev/null 2>&1; then "sha${name}sum"; else shasum -a "$name"; fi |
        cut -d ' ' -f 1
}
bytes() { wc -c <"$1" | tr -d ' '; }
blob_id() { { printf 'blob %s\0' "$(bytes "$1")" && cat "$1"; } | digest "${#id}"; }
sha256() { digest 64 <"$1"; }

# Tells whether file $1 has the pinned content, by kind, id and size.
is_right() {
    case $kind in
    lfs) [ "$(bytes "$1")" = "$size" ] && [ "$(sha256 "$1")" = "$id" ] ;;
    *)
        if [ "$(bytes "$1")" = "$size" ]; then
            [ "$(blob_id "$1")" = "$id" ]
        else # perhaps the pinned blob is the Git LFS pointer of what is here
            [ "$kind" = blob ] && [ "$size" -lt 1024 ] && [ "$(pointer_id "$1")" = "$id" ]
        fi
        ;;
    esac
}
pointer_id() {
    text=$(printf 'version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %s' \
        "$(sha256 "$1")" "$(bytes "$1")")
    printf 'blob %s\0%s\n' "$((${#text} + 1))" "$text" | digest "${#id}"
}

# Refuses a target that leaves the folder, by its text or through a link in the folder.
is_safe() {
    case /$target/ in
    *//* | */./* | */../* | */.[Gg][Ii][Tt]/* | */[Gg][Ii][Tt]~[0-9]/*)
        fail 'such a path must not be written'
        return 1
        ;;
    esac
    above=$here rest=$target
    while [ "$rest" != "${rest#*/}" ]; do
        above=$above/${rest%%/*} rest=${rest#*/}
        if [ -L "$above" ] || { [ -e "$above" ] && [ ! -d "$above" ]; }; then
            fail 'a folder above it is a link or a file'
            return 1
        fi
    done
}
make_folder() { mkdir -p "${path%/*}" && is_safe; }

# Downloads to $part and prints what went wrong; takes an address and options for curl.
download() {
    rm -f "$part" && : >"$part" || return 1
    curl --silent --show-error --fail --location --globoff --max-redirs 5 \
        --proto '=https,http' --proto-redir '=https' --connect-timeout 30 \
        --speed-limit 1 --speed-time 30 --retry "$tries" --retry-max-time "$patience" \
        --output "$part" "$@" 2>&1
}
receive() { case $kind in lfs) download_object ;; *) download "$raw$source" ;; esac; }

# Fetches and verifies: 0 it is in $part, 2 it is a pointer to a Git LFS object, 1 $why.
fetch() {
    for try in 1 2; do
        if why=$(receive); then
            is_pointer && return 2
            is_right "$part" && return 0
            why="other bytes arrived than are pinned, in try $try"
        fi
        case $why in *'returned error: 4'* | *'Git LFS'*) break ;; esac
    done
    return 1
}
is_pointer() {
    [ "$kind" = blob ] && [ "$size" -lt 1024 ] && is_right "$part" &&
        grep -q '^version https://[a-z-]*\.github\.com/spec/v1' "$part" &&
        grep -q '^oid sha256:[0-9a-f]\{64\}' "$part"
}

# Asks the Git LFS server where an object is, then downloads it with its headers.
download_object() {
    type=application/vnd.git-lfs+json
    download "$lfs/objects/batch" --header "Accept: $type" --header "Content-Type: $type" \
        --data "{\"operation\":\"download\",\"transfers\":[\"basic\"],\"objects\":[{\"oid\":\"$id\",\"size\":$size}]}" ||
        return 1
    answer=$(tr -d '\r\n' <"$part" | sed 's/\\u0026/\&/g; s/\\u003[dD]/=/g; s,\\/,/,g')
    address=$(printf '%s\n' "$answer" | sed -n 's/.*"href" *: *"\([^"\\]*\)".*/\1/p')
    case $address in
    https://* | http://127.0.0.1:* | http://localhost:*) ;;
    *) echo 'the Git LFS server does not have this object' && return 1 ;;
    esac
    printf '%s\n' "$answer" | sed -n 's/.*"header" *: *{ *"\([^}]*\)" *}.*/\1/p' |
        sed "s/\" *, *\"/\\$newline/g" | sed 's/" *: *"/: /' |
        download "$address" --header @-
}

# Gives the verified part its name, never over something that appeared meanwhile.
keep_part() {
    if [ "$mode" = 755 ]; then chmod +x "$part"; fi
    is_safe || return 0
    if [ -e "$path" ] || [ -L "$path" ]; then
        fail 'something appeared in its place meanwhile'
    elif ln "$part" "$path" 2>/dev/null || mv "$part" "$path"; then
        fetched=$((fetched + 1))
    else
        fail 'it cannot be written'
    fi
}

# One file: kind (blob, pointer, lfs), mode, id, size, target, address after $raw, and
# perhaps an earlier target with the same content.
file() {
    kind=$1 mode=$2 id=$3 size=$4 target=$5 source=${6:-$5} twin=${7:-}
    path=$here/$target
    is_safe || return 0
    if [ -L "$path" ] || { [ -e "$path" ] && [ ! -f "$path" ]; }; then
        fail 'what stands in its place is no plain file'
    elif [ -f "$path" ] && is_right "$path"; then
        present=$((present + 1))
        if [ "$mode" = 755 ]; then chmod +x "$path"; elif [ -x "$path" ]; then chmod a-x "$path"; fi
    elif [ -f "$path" ]; then
        kept=$((kept + 1))
        say "$target" 'edited here and kept'
    elif make_folder; then
        part=${path%/*}/.rehydrate.$$.part
        bring
        rm -f "$part"
    fi
}
bring() {
    if [ -n "$twin" ] && [ -f "$here/$twin" ] && [ ! -L "$here/$twin" ] &&
        is_right "$here/$twin" && cp "$here/$twin" "$part" && is_right "$part"; then
        keep_part
        return
    fi
    fetch
    case $? in
    0) keep_part ;;
    2) # a Git LFS pointer: bring what it stands for
        kind=lfs id=$(sed -n 's/^oid sha256:\([0-9a-f]\{64\}\).*/\1/p' "$part")
        size=$(sed -n 's/^size \([0-9]\{1,18\}\).*/\1/p' "$part")
        if fetch; then keep_part; else fail "$why"; fi
        ;;
    *) fail "$why" ;;
    esac
}

# One symlink: id, target, text. The exporter has checked that it stays in the folder.
link() {
    id=$1 target=$2 text=$3 path=$here/$2
    is_safe || return 0
    if [ "$(printf 'blob %s\0%s' "${#text}" "$text" | digest "${#id}")" != "$id" ]; then
        fail 'the text of the link is not the pinned one'
    elif [ -L "$path" ] && [ "$(readlink "$path")" = "$text" ]; then
        present=$((present + 1))
    elif [ -e "$path" ] || [ -L "$path" ]; then
        fail 'something else stands in the place of the link'
    elif make_folder; then
        if ln -s -- "$text" "$path"; then fetched=$((fetched + 1)); else fail 'it cannot be made'; fi
    fi
}
refuse() { target=$1; fail "$2"; }

finish() {
    state=complete
    [ "$failed" = 0 ] || state=INCOMPLETE
    echo "$state in $here: $fetched fetched and verified, $present already here," \
        "$kept edited here and kept, $failed failed"
    [ "$failed" = 0 ]
}
