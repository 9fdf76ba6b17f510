#!/bin/sh
# The programs under valgrind: each unit test that is named in VALGRIND_TESTS, a script on this machine's own stack with
# its agent and sides, and a lab (its agent makes namespaces, which valgrind does not let it: there sockstep alone).
# Run by `make check-valgrind`, which takes minutes.
set -u
cd "${top_builddir:?}" || exit 1
command -v valgrind >/dev/null || { echo 'valgrind is not installed'; exit 1; }
directory=$(mktemp -d) || exit 1
trap 'rm -rf "$directory"' EXIT
trap 'exit 130' HUP INT TERM
failed=0

# under WHAT VALGRIND-OPTION COMMAND...: what it or any of its processes finds stands in a file of its own. (What
# valgrind says of itself names no place in a program.)
under()
{
	what=$1 option=$2
	shift 2
	rm -f "$directory"/found.*
	timeout -k 10 600 valgrind --quiet --leak-check=full --errors-for-leak-kinds=definite --error-exitcode=99 \
		"$option" --log-file="$directory/found.%p" "$@" </dev/null >"$directory/out" 2>&1
	status=$?
	if [ $status != 0 ] || cat "$directory"/found.* | grep -q '^==[0-9]*==    at 0x'; then
		echo "FAIL: $what (status $status)"
		tail -n 20 "$directory/out"
		cat "$directory"/found.* | grep '^=='
		failed=1
	else
		echo "PASS: $what"
	fi
}

for test in ${VALGRIND_TESTS?}; do
	under "$test" --trace-children=no "$test"
done

cat >"$directory/local.step" <<'END'
server: socketpair unix
server: fork
server.2: recv 4 100
server: send 3 "hello \x00"
client: a = socket udp
client: bind a 127.0.0.1:0
client: connect a 127.0.0.1:9
client: send a hex:00ff
client: getsockopt a SO_RCVBUF
client: poll [3 POLLIN] 0
why
fds
sockets
info 3
history 3
set
END
cat >"$directory/lab.step" <<'END'
server: socket tcp
server: bind 3 *:80
server: listen 3 5
server: accept 3
wire hold
client: socket tcp
client: connect 3 server:80
step until server 4 state ESTABLISHED
client: send 3 "hello"
step
server: recv 4 100
expect received "hello"
wire delay 2ms
wire loss 1%
wire flow
client: close 3
server: recv 4 10
server: close 4
sockets
segments
ladder
why
END
under 'a script on this machine' --trace-children=yes "$SOCKSTEP" --local -f "$directory/local.step"
under 'a lab' --trace-children=no "$SOCKSTEP" --lab -f "$directory/lab.step"
exit $failed
