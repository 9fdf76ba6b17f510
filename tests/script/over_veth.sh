# Runs $tests, tests of this folder, and $screens over veth pairs, where there are both kinds of link. Each finds as
# SOCKSTEP a program that adds --link=veth. Sourced with `.`, after lib.sh.

{ [ "$(LAB_LINK='' lab_links | tr '\n' ' ')" = 'tun veth ' ] && [ -z "$LAB_LINK" ]; } ||
	{ echo '1..0 # SKIP there are not both kinds of link here'; exit 0; }

cat >"$directory/sockstep" <<'END'
#!/bin/sh
exec "$SOCKSTEP_PROGRAM" --link=veth "$@"
END
chmod +x "$directory/sockstep"
SOCKSTEP_PROGRAM=$SOCKSTEP SOCKSTEP=$directory/sockstep LAB_LINK=veth
export SOCKSTEP_PROGRAM SOCKSTEP LAB_LINK directory

is 'the link is what was asked for' "$("$SOCKSTEP" --lab --json -e 'wait 1ms' </dev/null | grep -c '"link":"veth"')" 2

# Two at a time.
for test in $tests; do echo "$test"; done | xargs -P 2 -I '{}' sh -c \
	'sh "$top_srcdir/tests/script/{}.test" >"$directory/{}.out" 2>&1; echo $? >"$directory/{}.status"'
[ -x "$top_builddir/tests/screen/drive" ] || screens=
for screen in $screens; do
	"$top_builddir/tests/screen/drive" "$top_srcdir/tests/screen/$screen.screen" >"$directory/$screen.out" 2>&1
	echo $? >"$directory/$screen.status"
done
for test in $tests $screens; do
	grep -q '^1\.\.' "$directory/$test.out" && ! grep -q '^not ok' "$directory/$test.out" &&
		[ "$(cat "$directory/$test.status")" -eq 0 ]
	ok "$test, over veth: $(grep -c '^ok' "$directory/$test.out") tests" ||
		grep -A 12 '^not ok' "$directory/$test.out" | sed 's/^/# /' | head -n 60
done
