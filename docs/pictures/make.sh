#!/bin/sh
# Makes the pictures of README.md from a real run: goes through the lesson `handshake` on a terminal, and takes one at
# three of its pauses. SOCKSTEP is the program; the pictures are written beside this script, or into the folder $1.
: "${SOCKSTEP:?}"
into=$(cd "${1:-$(dirname "$0")}" && pwd) || exit 1
directory=$(mktemp -d) || exit 1
socket=pictures-$$
trap 'tmux -L "$socket" kill-server 2>/dev/null; rm -rf "$directory"' EXIT
trap 'exit 130' HUP INT TERM
TMUX_TMPDIR=$directory XDG_STATE_HOME=$directory/state LC_ALL=C.UTF-8 INPUTRC=/dev/null TERM=xterm-256color
export TMUX_TMPDIR XDG_STATE_HOME LC_ALL INPUTRC TERM
unset TMUX COLUMNS LINES NO_COLOR

# The last line of the screen becomes this, at most ten seconds later.
waits()
{
	turn=0
	until tmux -L "$socket" capture-pane -p | grep -v '^ *$' | tail -n 1 | grep -q -F -x -e "$1"; do
		turn=$((turn + 1))
		[ $turn -lt 200 ] || { echo "it does not wait with $1" >&2; exit 1; }
		sleep 0.05
	done
}
type_line()
{
	tmux -L "$socket" send-keys -l -- "$1"
	tmux -L "$socket" send-keys Enter
}
take()
{
	waits '[Enter goes on]>'
	type_line "screenshot $1.svg 100x30"
	turn=0
	until [ -s "$directory/$1.svg" ]; do
		turn=$((turn + 1))
		[ $turn -lt 200 ] || exit 1
		sleep 0.05
	done
	cp "$directory/$1.svg" "$into/" || exit 1
	waits '[Enter goes on]>'
}
go_on()
{
	waits '[Enter goes on]>'
	type_line ''
}
answer()
{
	waits 'your answer>'
	type_line "$1"
}

tmux -L "$socket" -f /dev/null new-session -d -x 100 -y 30 \
	"cd '$directory' && exec '$SOCKSTEP' --no-history --lesson handshake"
go_on
answer listen
take syn
go_on
answer SYN-RECEIVED
take syn-ack
go_on
answer SYN_RECV
go_on
take established

# A large screen: a server has forked for its first client, and a second connection is being closed.
"$SOCKSTEP" --lab \
	-e 'server: socket tcp; server: bind 3 *:80; server: listen 3 5; server: accept 3' \
	-e 'client: socket tcp; client: connect 3 server:80; server: fork; server.2: close 3; server: close 4' \
	-e 'client: send 3 "GET / HTTP/1.0\r\n\r\n"; server.2: recv 4 1024' \
	-e 'server: accept 3; client: socket tcp; client: connect 4 server:80' \
	-e 'wire hold; client: close 4; step; expect server 4 state CLOSE_WAIT; server: recv 4 1024; server: accept 3' \
	-e "screenshot $into/lab.svg 160x45" </dev/null >/dev/null
