# What the measurements share: rows, medians, a sockstep that stands while it is measured. Sourced with `.`.

tools=$top_builddir/tests/tools
benches=$top_builddir/tests/bench
directory=$(mktemp -d) || exit 1
program=
trap 'clean_up' EXIT
trap 'exit 130' INT TERM
XDG_STATE_HOME=$directory
export XDG_STATE_HOME

# What was begun ends at the end of its input, and whoever it began with it.
clean_up() {
	exec 9>&-
	[ -z "$program" ] || { kill "$program"; wait "$program"; } 2>/dev/null
	rm -rf "$directory"
}

heading() { printf '\n%s\n%-52s %-34s %-22s\n' "$1" figure goal measured; }

# row FIGURE GOAL MEASURED [CONDITION]: the condition is awk's; without one it is for comparison only.
row() {
	met=
	[ $# -eq 3 ] || met=$(awk "BEGIN { print ($4) ? \"met\" : \"not met\" }" 2>/dev/null || echo 'not measured')
	printf '%-52s %-34s %-22s %s\n' "$1" "$2" "$3" "$met"
}

# calculate FORMAT EXPRESSION: by awk.
calculate() { awk "BEGIN { printf \"$1\", $2 }" 2>/dev/null; }

# The middle one of the numbers on standard input, of an even count the upper one; and the greatest.
median() { sort -g | awk '{ all[NR] = $1 } END { if (NR) print all[int(NR / 2) + 1] }'; }
greatest() { sort -g | tail -n 1; }

# milliseconds COMMAND…: of a whole run, the median of five.
milliseconds() {
	for round in 1 2 3 4 5; do
		begin=$(date +%s%N)
		"$@" >/dev/null 2>&1 </dev/null
		end=$(date +%s%N)
		calculate '%.3f\n' "($end - $begin) / 1000000"
	done | median
}

# What the program takes of memory that is its own, and its share of what is not; KiB.
pss() { awk '/^Pss:/ { print $2 }' "/proc/$1/smaps_rollup"; }

children() { cat "/proc/$1/task/$1/children"; }
descendants() {
	for child in $(children "$1"); do
		echo "$child"
		descendants "$child"
	done
}

# wait_until COMMAND…: until it succeeds; false after ten seconds.
wait_until() {
	turn=0
	until "$@" 2>/dev/null; do
		turn=$((turn + 1))
		[ $turn -lt 1000 ] || return 1
		sleep 0.01
	done
}
# wait_for FILE PATTERN: until a line of the file matches.
wait_for() { wait_until grep -q -e "$2" "$1"; }

# begin COMMAND…: it stands as $program, prints to $directory/out, and gets what is said to it, until end.
begin() {
	rm -f "$directory/lines" "$directory/out"
	mkfifo "$directory/lines"
	"$@" <"$directory/lines" >"$directory/out" 2>&1 &
	program=$!
	exec 9>"$directory/lines"
}

# say_and_wait LINE…: gives it these lines, and waits until they are done.
said=0
say_and_wait() {
	said=$((said + 1))
	printf '%s\n' "$@" "say done $said" >&9
	wait_for "$directory/out" "^done $said\$"
}

end() {
	exec 9>&-
	wait "$program"
	program=
}
