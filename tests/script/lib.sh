# What script tests share: TAP, a network of one's own, transcripts without what chance decides. Sourced with `.`.

number=0
directory=$(mktemp -d) || exit 1
trap 'rm -rf "$directory"' EXIT
XDG_STATE_HOME=$directory/state
export XDG_STATE_HOME

# ok WHAT: the last command succeeded.
ok() {
	status=$?
	number=$((number + 1))
	if [ $status -eq 0 ]; then echo "ok $number - $1"; else echo "not ok $number - $1"; fi
	return $status
}

# is WHAT GOT EXPECTED: false if they differ.
is() {
	[ "$2" = "$3" ]
	ok "$1" && return
	printf '%s\n' "$3" >"$directory/expected"
	printf '%s\n' "$2" >"$directory/got"
	diff -u "$directory/expected" "$directory/got" | sed 's/^/# /'
	return 1
}

# like WHAT TEXT PATTERN: a line of the text matches (grep -E).
like() {
	printf '%s\n' "$2" | grep -qE -e "$3"
	ok "$1" || printf '%s\n' "$2" "expected: $3" | sed 's/^/# /'
}

# A network namespace with nothing but its loopback, so that every port is free. As root or through a user namespace.
alone() {
	unshare -rn sh -c 'ip link set lo up && exec "$@"' alone "$@"
}

# run ARGUMENTS…: sockstep on a stack of its own; sets $out, $err and $got.
run() {
	alone timeout -k 5 60 "$SOCKSTEP" --local "$@" >"$directory/out" 2>"$directory/err" </dev/null
	got=$?
	out=$(plain <"$directory/out")
	err=$(cat "$directory/err")
}

# Ports that the kernel chose and process numbers differ from run to run; and not everybody may make TUN devices.
plain() {
	sed -E '/^The links are veth pairs: /d
		s/:(3[2-9]|[45][0-9]|60)[0-9]{3}\b/:EPHEMERAL/g; s/fork\(\) = [1-9][0-9]*/fork() = PID/
		s/(waitpid\()[0-9]+/\1PID/; s/(waitpid.*) = [0-9]+$/\1 = PID/; s/si_pid=[0-9]+/si_pid=PID/
		s/si_uid=[0-9]+/si_uid=UID/'
}

# The kinds of link that a lab can have here, or that one of them which LAB_LINK names.
lab_links() {
	for kind in ${LAB_LINK:-tun veth}; do
		timeout -k 5 20 "$SOCKSTEP" --lab --link="$kind" -e quit </dev/null >/dev/null 2>&1 && echo "$kind"
	done
}

finish() {
	echo "1..$number"
}
