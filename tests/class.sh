#!/bin/sh
# Goes through lessons as a class does: on a terminal, where every pause and every question lasts three seconds, and one
# of them, while the teacher explains something, seventy. A lesson that holds when nobody is there may break here: what
# is held on the wire is sent again, a TIME_WAIT ends.
#
#	CLASS_LESSONS   those lessons, instead of all
#	CLASS_LONG      which pause is the long one, from 1; "every": each in turn. Else it is another in each lesson
#	CLASS_LINK      tun or veth
#	CLASS_AT_ONCE   so many run at the same time (they mostly wait); 8
: "${SOCKSTEP:?}" "${SOCKSTEP_SIDE:?}" "${top_srcdir:?}"
short=3 long=70

# ---- one lesson (as the script calls itself) ----

# What stands in the last line of the screen that is not empty.
last_line() { tmux -L "$socket" capture-pane -p 2>/dev/null | grep -v '^ *$' | tail -n 1; }

is_over() {
	tmux -L "$socket" capture-pane -p -S - 2>/dev/null | grep -q '^The class is over\.$'
}

# Waits until the class is asked for something: prints "pause", "ask", "done", or "failed" when the session's own prompt
# has stood there for longer than any line of a lesson takes.
next_stop() {
	tenths=0
	while [ $tenths -lt 200 ]; do
		case $(last_line) in
		*'[Enter goes on]>'*) echo pause && return ;;
		*'your answer>'*) echo ask && return ;;
		esac
		if is_over; then echo 'done' && return; fi
		tmux -L "$socket" has-session 2>/dev/null || break
		sleep 0.1
		tenths=$((tenths + 1))
	done
	echo failed
}

run_one() {
	socket=class-$$
	stops=0
	options="--plain --trust ${CLASS_LINK:+--link=$CLASS_LINK}"
	tmux -L "$socket" -f /dev/null new-session -d -x 80 -y 50 \
		"exec '$directory/bin/sockstep' $options --lesson '$directory/class/$lesson.step'" || return 1
	tmux -L "$socket" set-option -g history-limit 50000
	trap 'tmux -L "$socket" kill-server 2>/dev/null' EXIT
	while :; do
		stop=$(next_stop)
		case $stop in
		pause | ask) stops=$((stops + 1)) ;;
		*) break ;;
		esac
		if [ $stops -eq "$at" ]; then sleep $long; else sleep $short; fi
		# Who is asked does not know.
		[ "$stop" = ask ] && tmux -L "$socket" send-keys -l 'no idea'
		tmux -L "$socket" send-keys Enter
		sleep 0.5
	done
	tmux -L "$socket" capture-pane -p -J -S - 2>/dev/null | grep -v '^ *$' >"$directory/screen.$lesson.$at"
	[ "$stop" = 'done' ]
}

if [ "$1" = one ]; then
	directory=$2 lesson=$3 at=$4
	if run_one; then
		otherwise=$(grep -c 'The kernel says otherwise now' "$directory/screen.$lesson.$at")
		echo "ok - $lesson, $stops pauses and questions, number $at the long one"
		[ "$otherwise" -eq 0 ] || echo "# $lesson: $otherwise answers no longer held when they were given"
	else
		echo "not ok - $lesson, number $at the long one, stopped after $stops"
		tail -n 12 "$directory/screen.$lesson.$at" | sed 's/^/# /'
		: >"$directory/failed.$lesson.$at"
	fi
	exit 0
fi

# ---- all of them ----

tmux -V >/dev/null 2>&1 || { echo 'tmux is missing' >&2; exit 77; }
directory=$(mktemp -d) || exit 1
trap 'rm -rf "$directory"' EXIT
trap 'exit 130' HUP INT TERM
TMUX_TMPDIR=$directory XDG_STATE_HOME=$directory/state LC_ALL=C.UTF-8 INPUTRC=/dev/null TERM=xterm
export TMUX_TMPDIR XDG_STATE_HOME LC_ALL INPUTRC TERM CLASS_LINK
unset TMUX COLUMNS LINES
mkdir "$directory/bin" "$directory/class" || exit 1
cp "$SOCKSTEP" "$SOCKSTEP_SIDE" "$directory/bin/" || exit 1
turn=0
for path in "$top_srcdir"/lessons/*.step; do
	lesson=$(basename "$path" .step)
	turn=$((turn + 1))
	[ -z "$CLASS_LESSONS" ] || case " $CLASS_LESSONS " in *" $lesson "*) ;; *) continue ;; esac
	{
		cat "$path"
		echo 'say The class is over.'
	} >"$directory/class/$lesson.step"
	count=$(grep -cE '^(pause$|ask )' "$path")
	case $CLASS_LONG in
	every) seq "$count" | sed "s/^/$lesson /" ;;
	'') echo "$lesson $((turn % count + 1))" ;;
	*) echo "$lesson $CLASS_LONG" ;;
	esac
done >"$directory/jobs"
xargs -P "${CLASS_AT_ONCE:-8}" -L 1 sh "$0" one "$directory" <"$directory/jobs"
failed=$(find "$directory" -name 'failed.*' | wc -l)
echo "# $(wc -l <"$directory/jobs") classes, $failed failed"
[ "$failed" -eq 0 ]
