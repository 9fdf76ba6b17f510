#!/bin/sh
# Runs a unit test, bounded: cmocka has "not ok" before a test that skipped itself, which other readers of TAP, as
# automake's, take for a failure. Who hangs is killed after SECONDS_MOST (300).
exec 4>&1
status=$({
	{
		timeout -k 10 "${SECONDS_MOST:-300}" "$@" 3>&- 4>&-
		echo $? >&3
	} | sed 's/^not ok \([0-9]* # SKIP\)/ok \1/' >&4
} 3>&1)
exit "$status"
