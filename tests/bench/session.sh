#!/bin/sh
# Figures of a session on this machine's own stack: each beside its goal, and beside a peer or a limit that is measured
# in the same run.
. "$top_srcdir/tests/bench/lib.sh"

heading "A session on this machine's own stack"

# ---- the start ----

"$tools/startup" --runs=21 -- 'client> ' "$SOCKSTEP" --local --plain --no-history -- '> ' "$tools/rlplain" \
	>"$directory/startup" 2>/dev/null
ours=$(awk 'NR == 1 { for (i = 1; i < NF; i++) if ($i == "median") print $(i + 1) }' "$directory/startup")
plain=$(awk 'NR == 2 { for (i = 1; i < NF; i++) if ($i == "median") print $(i + 1) }' "$directory/startup")
row 'prompt ready after start' '5 ms' "$ours ms" "${ours:-99} <= 5"
row '... beyond a plain readline program' "3 ms and its $plain ms" "$ours ms" "${ours:-99} - ${plain:-0} <= 3"

# ---- calls ----

{
	echo 'client: socket tcp'
	awk 'BEGIN { for (i = 0; i < 10000; i++) print "client: getsockname 3" }'
} >"$directory/names.step"
echo 'client: socket tcp' >"$directory/one.step"
for round in 1 2 3 4 5; do
	"$tools/roundtrip" 10000 | sed -E 's/.*total ([0-9]+) us.*/\1/' >>"$directory/trips"
done
trips=$(calculate '%.1f' "$(median <"$directory/trips") / 1000")
all=$(milliseconds "$SOCKSTEP" --local -f "$directory/names.step")
one=$(milliseconds "$SOCKSTEP" --local -f "$directory/one.step")
took=$(calculate %.1f "$all - $one")
row '10,000 getsockname lines of a script' "3 times $trips ms of trips" "$took ms" "$took <= 3 * $trips"

# A whole life of two connected sockets, 100 times, with nobody else's sockets and with 10,000 of them, on a stack of
# their own. What a line costs beyond a getsockname, which looks at nothing, is its observation.
cat >"$directory/lives.step" <<'END'
server: socket tcp
server: bind 3 127.0.0.1:80
server: listen 3 5
END
awk 'BEGIN { for (i = 0; i < 100; i++) print "client: socket tcp\nclient: connect 3 127.0.0.1:80\nserver: accept 3\n" \
	"client: send 3 \"hello\"\nserver: recv 4 100\nclient: close 3\nserver: close 4" }' >>"$directory/lives.step"
cat >"$directory/crowd.sh" <<'END'
ip link set lo up
if [ "$1" -gt 0 ]; then
	mkfifo "$directory/crowd"
	"$benches/traffic" sockets 127.0.0.2 1000 "$1" <"$directory/crowd" >"$directory/crowded" &
	exec 8>"$directory/crowd"
	wait_for "$directory/crowded" ready || exit 1
fi
milliseconds "$SOCKSTEP" --local -f "$directory/lives.step"
exec 8>&-
wait
END
lives() { unshare -rn sh -c '. "$top_srcdir/tests/bench/lib.sh"; directory=$0; trap - EXIT; . "$directory/crowd.sh"' \
	"$directory" "$1"; }
if unshare -rn true 2>/dev/null; then
	alone=$(calculate %.3f "($(lives 0) - $one) / 703")
	crowded=$(calculate %.3f "($(lives 10000) - $one) / 703")
	row 'a call and its whole observation' "(getsockname: $(calculate %.3f "$took / 10000") ms)" "$alone ms"
	row '... with 10,000 sockets of others' '1 ms' "$crowded ms" "$crowded <= 1"
fi

# ---- 50,000 sockets of others, listed, beside ss with the same fields ----

cat >"$directory/many.sh" <<'END'
ip link set lo up
mkfifo "$directory/many"
for last in 2 3 4 5; do
	"$benches/traffic" sockets 127.0.0.$last 1000 12500 <"$directory/many" >"$directory/many.$last" &
done
exec 8>"$directory/many"
for last in 2 3 4 5; do
	wait_for "$directory/many.$last" ready || exit 1
done
echo "$(milliseconds ss -tane) $(milliseconds "$SOCKSTEP" --local -e 'sockets all')"
if [ -x /usr/bin/time ]; then
	for round in 1 2 3 4 5 6 7 8 9; do
		/usr/bin/time -a -f %M -o "$directory/ss" ss -tane >/dev/null
		/usr/bin/time -a -f %M -o "$directory/all" "$SOCKSTEP" --local -e 'sockets all' >/dev/null </dev/null
	done
	median <"$directory/ss"
	median <"$directory/all"
fi
exec 8>&-
wait
END
if has_ss=$(command -v ss) && [ -n "$has_ss" ] && unshare -rn true 2>/dev/null; then
	unshare -rn sh -c '. "$top_srcdir/tests/bench/lib.sh"; directory=$0; trap - EXIT; . "$directory/many.sh"' \
		"$directory" >"$directory/listed"
	set -- $(cat "$directory/listed")
	row 'sockets all, 50,000 of them' "ss -tane: ${1:-?} ms" "${2:-?} ms" "${2:-9} <= ${1:-0}"
	row '... its memory, the lines that it keeps too' "ss: ${3:-?} KiB" "${4:-?} KiB" "${4:-9} <= ${3:-0}"
fi

# ---- two connected sides, and then nothing happens ----

begin "$SOCKSTEP" --local
say_and_wait 'server: socket unix' 'server: bind 3 unix:@bench' 'server: listen 3 1' 'client: socket unix' \
	'client: connect 3 unix:@bench' 'server: accept 3'
side=$(descendants "$program" | sed -n 2p)
row 'PSS of sockstep' '8192 KiB' "$(pss "$program") KiB" "$(pss "$program") <= 8192"
row 'PSS of a side' '4096 KiB' "$(pss "$side") KiB" "$(pss "$side") <= 4096"
ticks() { awk '{ sum += $14 + $15 } END { print sum }' $(printf '/proc/%s/stat ' "$@"); }
everybody="$program $(descendants "$program")"
before=$(ticks $everybody)
sleep 10
used=$(calculate %.2f "($(ticks $everybody) - $before) / $(getconf CLK_TCK) / 10 * 100")
row 'idle, two connected sides, all processes' '0.1 % of a core' "$used %" "$used < 0.1"
end
