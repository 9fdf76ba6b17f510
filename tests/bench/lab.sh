#!/bin/sh
# Figures of the lab: over each kind of link that can be had, beside this machine's loopback, beside two socat relays
# between TUN devices, and beside a relay that does nothing but read and write: what the kernel takes by itself.
. "$top_srcdir/tests/bench/lib.sh"

if ! timeout 20 "$SOCKSTEP" --lab -e 'say here' >/dev/null 2>"$directory/refused"; then
	echo "the lab is not measured: $(head -n 1 "$directory/refused")"
	exit 0
fi

# begin_lab LINK: stands as $program, with $client and $server.
begin_lab() {
	begin "$SOCKSTEP" --lab --link="$1"
	say_and_wait || return 1
	for process in $(descendants "$program"); do
		if grep -q ' 10\.0\.0\.1$' "/proc/$process/net/fib_trie"; then client=$process; fi
		if grep -q ' 10\.0\.0\.2$' "/proc/$process/net/fib_trie"; then server=$process; fi
	done
}
within() { timeout 60 "$benches/traffic" --from="$client" --to="$client" "$@"; }
across() { timeout 60 "$benches/traffic" --from="$client" --to="$server" "$@"; }

# ---- the start ----

# Both sides have answered when the second call is printed.
start_of() {
	"$tools/startup" --runs=21 -- 'server: socket(' "$SOCKSTEP" --lab --link="$1" --plain --no-history \
		-e 'client: socket tcp' -e 'server: socket tcp' 2>/dev/null |
		sed -n 's/^startup: median \([0-9.]*\) ms.*/\1/p'
}

# ---- a stream, and one byte there and back ----

# The peer: two namespaces, a TUN device in each, and a relay from each to a SEQPACKET socket between them.
socat_runs() {
	command -v socat >/dev/null || return 1
	relay 1 "UNIX-LISTEN:$directory/relay,type=5" >/dev/null 2>&1 &
	near=$!
	wait_until test -e "$directory/relay" || return 1
	relay 2 "UNIX-CONNECT:$directory/relay,type=5" >/dev/null 2>&1 &
	far=$!
	wait_for "/proc/$near/net/fib_trie" ' 10\.0\.0\.1$' && wait_for "/proc/$far/net/fib_trie" ' 10\.0\.0\.2$'
}
# In the background only: it becomes the relay, in namespaces of its own.
relay() { exec unshare --user --map-root-user --net socat "TUN:10.0.0.$1/24,iff-no-pi,iff-up" "$2"; }
end_socat() {
	kill "$near" "$far" 2>/dev/null
	wait "$near" "$far" 2>/dev/null
}

# The least: one process between two TUN devices that only reads and writes.
least_runs() {
	rm -f "$directory/least.in"
	mkfifo "$directory/least.in"
	"$benches/tun_relay" <"$directory/least.in" >"$directory/least.pids" 2>/dev/null &
	least=$!
	exec 8>"$directory/least.in"
	wait_for "$directory/least.pids" '^[0-9]' || { end_least; return 1; }
	least_near=$(sed -n 1p "$directory/least.pids") least_far=$(sed -n 2p "$directory/least.pids")
}
end_least() {
	exec 8>&-
	wait "$least"
}

# In turn, five times: what else the machine does falls on all alike.
flow() {
	begin_lab "$1" || return
	: >"$directory/wire" >"$directory/loopback" >"$directory/relays"
	: >"$directory/wire.trip" >"$directory/loopback.trip" >"$directory/relays.trip" >"$directory/least.trip"
	for round in 1 2 3 4 5; do
		across stream 10.0.0.2 5001 400 >>"$directory/wire"
		across trips 10.0.0.2 5001 4000 >>"$directory/wire.trip"
		within stream 127.0.0.1 5001 400 >>"$directory/loopback"
		within trips 127.0.0.1 5001 4000 >>"$directory/loopback.trip"
		[ $barely = no ] || "$benches/traffic" --from="$least_near" --to="$least_far" \
			trips 10.0.0.2 5001 4000 >>"$directory/least.trip"
		[ $relays = yes ] || continue
		"$benches/traffic" --from=$near --to=$far stream 10.0.0.2 5001 400 >>"$directory/relays"
		"$benches/traffic" --from=$near --to=$far trips 10.0.0.2 5001 2000 >>"$directory/relays.trip"
	done
	end
	wire=$(median <"$directory/wire") loopback=$(median <"$directory/loopback")
	relay=$(median <"$directory/relays")
	row "one stream, MTU 1500, over $1" "1/4 of loopback's $loopback MiB/s" "$wire MiB/s" "$wire >= $loopback / 4"
	[ $relays = no ] || row '... beside two socat relays' "3 times their $relay MiB/s" "$wire MiB/s" \
		"$wire >= 3 * $relay"
	wire=$(median <"$directory/wire.trip") loopback=$(median <"$directory/loopback.trip")
	row "one byte there and back, over $1" "1.5 times loopback's $loopback us" "$wire us" \
		"$wire <= 1.5 * $loopback"
	least_trip=$(median <"$directory/least.trip")
	[ $barely = no ] || row '... beside a relay that only reads and writes' "1.5 times its $least_trip us" \
		"$wire us" "$wire <= 1.5 * $least_trip"
	[ $relays = no ] || row '... beside two socat relays' "(theirs: $(median <"$directory/relays.trip") us)" \
		"$wire us"
}

# ---- a step ----

# Handshake and close, each segment by hand: from the line to the last state that changed.
write_steps() {
	cat <<-'END'
		> wire hold
		< "status":"hold"
		> server: socket tcp
		> server: bind 3 *:80
		> server: listen 3 5
		< "to":"LISTEN"
	END
	for round in $(seq 30); do
		cat <<-'END'
			> client: socket tcp
			> client: connect 3 server:80
			< "status":"blocked"
			> step
			< "to":"SYN_RECV"
			!
			> step
			< "from":"SYN_SENT","to":"ESTABLISHED"
			!
			> step
			< "from":"SYN_RECV","to":"ESTABLISHED"
			!
			> server: accept 3
			< "result":4
			> client: close 3
			< "flags":"FIN,ACK"
			> step
			< "to":"CLOSE_WAIT"
			!
			< "verdict":"held"
			> step
			< "to":"FIN_WAIT2"
			!
			> server: close 4
			< "flags":"FIN,ACK"
			> step
			< "to":"TIME_WAIT"
			!
			< "verdict":"held"
			> step
			< "from":"LAST_ACK","to":"CLOSED"
			!
		END
	done
}

# The median, and the greatest of 210. One that is the program's own (what is used for the first time, a pause between
# two looks) comes in each run; one of a machine with other things to do comes in some, so the quietest of ten counts,
# beside the greatest of as many bare wakes in it.
step_by_step() {
	: >"$directory/runs"
	for run in $(seq 10); do
		write_steps | "$benches/timed_lines" --wakes "$SOCKSTEP" --lab --link="$1" --json >"$directory/both"
		cut -d ' ' -f 1 "$directory/both" >"$directory/steps"
		cut -d ' ' -f 2 "$directory/both" >"$directory/wakes"
		echo "$(greatest <"$directory/steps") $(greatest <"$directory/wakes") $(median <"$directory/steps")" \
			"$(wc -l <"$directory/steps")" >>"$directory/runs"
	done
	read -r most wake step count <<-END
	$(sort -g "$directory/runs" | head -n 1)
	END
	row "from step to all changed states, over $1" '2 ms' "$step ms" "$step <= 2"
	row "... the greatest of ${count:-no} steps" "2 ms and a bare wake's $wake" "$most ms" \
		"$count >= 200 && $most <= 2 + $wake"
}

# ---- very many held segments ----

hold_very_many() {
	begin_lab "$1" || return
	before=$(pss "$program")
	say_and_wait 'wire hold'
	round=0
	until say_and_wait wire && grep -q '^wire held, 100000 waiting' "$directory/out"; do
		round=$((round + 1))
		[ $round -lt 20 ] || break
		across datagrams 10.0.0.2 9 10000 >/dev/null
	done
	full=$(pss "$program")
	across datagrams 10.0.0.2 9 20000 >/dev/null
	over=$(pss "$program")
	say_and_wait wire segments
	held=$(grep '^wire held' "$directory/out" | tail -n 1 | sed 's/^wire held, \([0-9]*\).*/\1/')
	row "held segments, over $1" '100000' "${held:-none}" "${held:-0} >= 100000"
	row '... memory of so many' '2 KiB for each' "$(((full - before) / 1024)) MiB" "$full - $before <= 200000"
	row '... and of 20,000 more' '4 MiB' "$(((over - full) / 1024)) MiB" "$over - $full <= 4096"
	dropped=$(sed -n 's/^wire held, .* \([0-9]*\) dropped since it was full$/\1/p' "$directory/out" | tail -n 1)
	row '... whose drop `wire` counts' '20000' "${dropped:-none}" "${dropped:-0} >= 20000"
	end
}

# ---- an idle lab ----

# Under strace from the start: one that is attached interrupts what sleeps.
look_at_idle() {
	begin strace -f -ttt -o "$directory/trace" "$SOCKSTEP" --lab --link="$1"
	say_and_wait 'server: socket tcp' 'server: bind 3 *:80' 'server: listen 3 5' 'client: socket tcp' \
		'client: connect 3 server:80' 'server: accept 3' || return
	sleep 1
	from=$(date +%s.%N)
	sleep 10
	calls=$(awk -v from="$from" '$2 >= from && $2 < from + 10' "$directory/trace" | wc -l)
	row "system calls of an idle lab in 10 s, over $1" '0' "$calls" "$calls == 0"
	[ "$calls" -eq 0 ] || awk -v from="$from" '$2 >= from && $2 < from + 10' "$directory/trace" | head -n 5
	end
}

links=veth
timeout 20 "$SOCKSTEP" --lab --link=tun -e 'say here' >/dev/null 2>&1 && links='tun veth'
heading "The lab (links: $links)"
for link in $links; do
	start=$(start_of $link)
	row "lab with both sides ready, over $link" '12 ms' "$start ms" "${start:-99} <= 12"
done
relays=no
[ "$links" = veth ] || { socat_runs && relays=yes; }
barely=no
[ "$links" = veth ] || { least_runs && barely=yes; }
for link in $links; do
	flow $link
done
[ $barely = no ] || end_least
[ $relays = no ] || end_socat
for link in $links; do
	step_by_step "$link"
done
hold_very_many "${links%% *}"
if strace -o /dev/null true 2>/dev/null; then
	for link in $links; do
		look_at_idle $link
	done
fi
