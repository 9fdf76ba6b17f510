#!/bin/sh
# Figures of a session on this machine's own stack: each beside its goal, and beside a peer or a limit that is measured
# in the same run.
tools=$top_builddir/tests/tools
directory=$(mktemp -d) || exit 1
trap 'rm -rf "$directory"' EXIT
XDG_STATE_HOME=$directory
export XDG_STATE_HOME

# row FIGURE GOAL MEASURED CONDITION: the condition is awk's.
row() {
	met=$(awk "BEGIN { print ($4) ? \"met\" : \"not met\" }")
	printf '%-52s %-24s %-24s %s\n' "$1" "$2" "$3" "$met"
}

# milliseconds COMMAND…: of a whole run, the median of five.
milliseconds() {
	for round in 1 2 3 4 5; do
		begin=$(date +%s%N)
		"$@" >/dev/null 2>&1 </dev/null
		end=$(date +%s%N)
		echo $(((end - begin) / 1000))
	done | sort -n | awk 'NR == 3 { printf "%.3f", $1 / 1000 }'
}

# What the program takes of memory that is its own, and its share of what is not; KiB.
pss() { awk '/^Pss:/ { print $2 }' "/proc/$1/smaps_rollup"; }

printf '%-52s %-24s %-24s %s\n' figure goal measured ''

"$tools/startup" --runs=21 -- 'client> ' "$SOCKSTEP" --local --plain --no-history -- '> ' "$tools/rlplain" \
	>"$directory/startup" 2>/dev/null
ours=$(awk 'NR == 1 { for (i = 1; i < NF; i++) if ($i == "median") print $(i + 1) }' "$directory/startup")
plain=$(awk 'NR == 2 { for (i = 1; i < NF; i++) if ($i == "median") print $(i + 1) }' "$directory/startup")
row 'prompt ready after start' '5 ms' "$ours ms" "${ours:-99} <= 5"
row '... beyond a plain readline program' "3 ms ($plain ms and 3)" "$ours ms" "${ours:-99} - ${plain:-0} <= 3"

{
	echo 'client: socket tcp'
	awk 'BEGIN { for (i = 0; i < 10000; i++) print "client: getsockname 3" }'
} >"$directory/names.step"
echo 'client: socket tcp' >"$directory/one.step"
trips=$("$tools/roundtrip" 10000 | sed -E 's/.*total ([0-9]+) us.*/\1/' | awk '{ print $1 / 1000 }')
all=$(milliseconds "$SOCKSTEP" --local -f "$directory/names.step")
one=$(milliseconds "$SOCKSTEP" --local -f "$directory/one.step")
took=$(awk "BEGIN { printf \"%.1f\", $all - $one }")
row '10,000 getsockname lines of a script' "3 x $trips ms" "$took ms" "$took <= 3 * $trips"

# Two connected sides; then nothing happens.
mkfifo "$directory/lines"
"$SOCKSTEP" --local <"$directory/lines" >"$directory/out" 2>&1 &
program=$!
exec 9>"$directory/lines"
printf '%s\n' 'server: socket unix' 'server: bind 3 unix:@bench' 'server: listen 3 1' 'client: socket unix' \
	'client: connect 3 unix:@bench' 'server: accept 3' 'say ready' >&9
for wait in $(seq 500); do
	grep -q '^ready' "$directory/out" && break
	sleep 0.01
done
agent=$(cat "/proc/$program/task/$program/children" | awk '{ print $1 }')
side=$(cat "/proc/$agent/task/$agent/children" | awk '{ print $1 }')
row 'PSS of sockstep' '8192 KiB' "$(pss "$program") KiB" "$(pss "$program") <= 8192"
row 'PSS of a side' '4096 KiB' "$(pss "$side") KiB" "$(pss "$side") <= 4096"
ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }
before=$(ticks "$program")
sleep 10
used=$(awk "BEGIN { printf \"%.2f\", ($(ticks "$program") - $before) / $(getconf CLK_TCK) / 10 * 100 }")
row 'idle, two connected sides' '0.1 % of a core' "$used %" "$used < 0.1"
exec 9>&-
wait "$program"
