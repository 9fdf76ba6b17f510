#!/bin/sh
# Figures of the screen, measured from the terminal's side: each beside its goal.
. "$top_srcdir/tests/bench/lib.sh"

figures=$benches/screen_figures
if ! [ -x "$figures" ]; then
	echo 'the screen is not measured: libvterm is missing (Debian: libvterm-dev)'
	exit 0
fi

# measure FIGURE [ARGUMENT] COMMAND: its numbers are `value NAME`.
measure()
{
	timeout 240 "$figures" "$@" >"$directory/numbers" 2>"$directory/trouble" || head -n 1 "$directory/trouble"
}
value() { awk -v name="$1" '$1 == name { print $2 }' "$directory/numbers"; }

heading 'the screen'
if timeout 20 "$SOCKSTEP" --lab -e 'say here' >/dev/null 2>&1; then
	measure first "exec $SOCKSTEP --lab"
	row 'first full screen after start, in the lab' '30 ms' "$(value first) ms" "$(value first) <= 30"

	truncate -s 1G "$directory/big"
	cat >"$directory/stream" <<-END
		server: socket tcp
		server: bind 3 *:80
		server: listen 3 5
		client: socket tcp
		client: connect 3 server:80
		server: accept 3
		client: open $directory/big O_RDONLY
		server: recv 4 1073741824 MSG_WAITALL &
		client: sendfile 3 4 1073741824 &
	END
	measure echo "$directory/stream" "exec $SOCKSTEP --lab"
	row 'key echo, 99 %, a full-speed stream on the wire' "10 ms or twice cat's $(value cat-99) ms" \
		"$(value echo-99) ms" "$(value echo-99) <= 10 || $(value echo-99) <= 2 * $(value cat-99)"

	measure change "exec $SOCKSTEP --lab"
	row 'a step until the new state is shown, median' '5 ms' "$(value change) ms" "$(value change) <= 5"
else
	echo 'the lab is not to be had here: the screen is measured without it'
fi

truncate -s 1G "$directory/big"
cat >"$directory/flood" <<END
server: socket unix
server: bind 3 unix:@flood.$$
server: listen 3 5
client: socket unix
client: connect 3 unix:@flood.$$
server: accept 3
client: open $directory/big O_RDONLY
server: recv 4 1073741824 MSG_WAITALL &
client: sendfile 3 4 1073741824 &
END
measure echo "$directory/flood" "exec $SOCKSTEP --local"
row 'key echo, 99 %, 1 GiB floods into a side' "10 ms or twice cat's $(value cat-99) ms" "$(value echo-99) ms" \
	"$(value echo-99) <= 10 || $(value echo-99) <= 2 * $(value cat-99)"

measure paste "exec $SOCKSTEP --local"
row 'a paste of 10,000 characters' '50 ms' "$(value paste) ms" "$(value paste) <= 50"
row '... written in so many pieces' '10' "$(value paste-pieces)" "$(value paste-pieces) <= 10"

measure sockets 10000 "exec $SOCKSTEP --local"
row 'PSS with 10,000 sockets shown' '16384 KiB' "$(value pss) KiB" "$(value pss) <= 16384"
row 'key echo, 99 %, with them' '10 ms' "$(value key-99) ms" "$(value key-99) <= 10"

measure idle 5 "exec $SOCKSTEP --local"
row 'wakes of an idle screen in 5 s' '0' "$(value wakes)" "$(value wakes) == 0"
