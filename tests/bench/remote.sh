#!/bin/sh
# A remote service in a pipe, beside nc, ncat and socat, interleaved in one run: bytes both ways, with TLS, how soon a
# connection is there, many clients. ROUNDS=11 and BYTES=1073741824 are what the goals are meant for; fewer make it
# quicker.
. "$top_srcdir/tests/bench/lib.sh"

rounds=${ROUNDS:-11}
bytes=${BYTES:-1073741824}
peer=$benches/remote_peer
port=${BENCH_PORT:-18000}
results=$directory/results
mkdir "$results"

has() { command -v "$1" >/dev/null; }
# Somebody listens on $port.
listening() { grep -q "$(printf ':%04X 00000000:0000 0A' "$port")" /proc/net/tcp; }
nanoseconds() { date +%s%N; }

# timed NAME SERVER CLIENT: shell commands, which know $port; the time from the client's start to the end of both.
timed() {
	port=$((port + 1))
	eval "$2" &
	server=$!
	wait_until listening
	begin=$(nanoseconds)
	eval "$3"
	wait $server
	calculate '%.3f\n' "($(nanoseconds) - $begin) / 1e9" >>"$results/$1"
}
middle() { median <"$results/$1"; }
# fastest NAME…: the least of their medians.
fastest() { for name; do [ ! -f "$results/$name" ] || middle "$name"; done | sort -g | head -n 1; }
rate() { calculate '%.2f GB/s' "$bytes / 1e9 / $1"; }

feed='head -c $bytes /dev/zero'
sink='"$peer" sink $port'
source='"$peer" source $port $bytes'
heading "bytes through a pipe, median of $rounds rounds of $bytes"
round=0
while [ $round -lt "$rounds" ]; do
	round=$((round + 1))
	timed send.sockstep "$sink" "$feed"' | "$SOCKSTEP" -N 127.0.0.1 $port >/dev/null'
	timed receive.sockstep "$source" '"$SOCKSTEP" -N 127.0.0.1 $port </dev/null | cat >/dev/null'
	if has nc; then
		timed send.nc "$sink" "$feed"' | nc -N 127.0.0.1 $port >/dev/null'
		timed receive.nc "$source" 'nc -N 127.0.0.1 $port </dev/null | cat >/dev/null'
	fi
	if has ncat; then
		timed send.ncat "$sink" "$feed"' | ncat --send-only 127.0.0.1 $port >/dev/null'
		timed receive.ncat "$source" 'ncat --recv-only 127.0.0.1 $port </dev/null | cat >/dev/null'
	fi
	for size in 65536 262144 1048576; do
		has socat || continue
		timed send.socat$size "$sink" "$feed"' | socat -u -b$size - TCP:127.0.0.1:$port'
		timed receive.socat$size "$source" 'socat -u -b$size TCP:127.0.0.1:$port - | cat >/dev/null'
	done
done
for way in send receive; do
	ours=$(middle $way.sockstep)
	best=$(fastest $way.nc $way.ncat $way.socat65536 $way.socat262144 $way.socat1048576)
	for name in nc ncat socat65536 socat262144 socat1048576; do
		[ ! -f "$results/$way.$name" ] || row "  $way: $name" '' "$(rate "$(middle $way.$name)")"
	done
	row "$way" 'at least 0.95 of the fastest' "$(rate "$ours")" "$best >= 0.95 * $ours"
done

if has ncat && has openssl; then
	heading 'bytes through TLS'
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$directory/key.pem" -out "$directory/cert.pem" -days 2 \
		-subj /CN=localhost 2>/dev/null
	serve='"$SOCKSTEP" --tls --cert "$directory/cert.pem" --key "$directory/key.pem" -l -N 127.0.0.1 $port'
	round=0
	while [ $round -lt "$rounds" ]; do
		round=$((round + 1))
		timed tls_send.sockstep "$serve >/dev/null 2>&1 </dev/null" \
			"$feed"' | "$SOCKSTEP" --tls --no-verify -N 127.0.0.1 $port >/dev/null'
		timed tls_send.ncat "$serve >/dev/null 2>&1 </dev/null" \
			"$feed"' | ncat --ssl --send-only 127.0.0.1 $port >/dev/null'
		timed tls_receive.sockstep "$feed | $serve >/dev/null 2>&1" \
			'"$SOCKSTEP" --tls --no-verify -N 127.0.0.1 $port </dev/null | cat >/dev/null'
		timed tls_receive.ncat "$feed | $serve >/dev/null 2>&1" \
			'ncat --ssl --recv-only 127.0.0.1 $port </dev/null | cat >/dev/null'
	done
	for way in tls_send tls_receive; do
		theirs=$(middle $way.ncat)
		row "$way" "ncat --ssl: $(rate "$theirs")" "$(rate "$(middle $way.sockstep)")" \
			"$(middle $way.sockstep) <= $theirs"
	done
fi

heading 'from its start until its connection is accepted'
port=$((port + 1))
if has nc; then
	"$peer" accept $port 101 nc -N 127.0.0.1 $port -- "$SOCKSTEP" -N 127.0.0.1 $port >"$directory/accepted"
	nc=$(sed -n 1p "$directory/accepted")
	ours=$(sed -n 2p "$directory/accepted")
	row 'exec to accepted' "nc's $nc ms and 3 ms" "$ours ms" "$ours <= $nc + 3"
fi

heading '1,000 clients on one listener'
port=$((port + 1))
mkfifo "$directory/hold"
"$SOCKSTEP" -l -k -v 127.0.0.1 $port <"$directory/hold" >"$directory/got" 2>"$directory/said" &
program=$!
exec 9>"$directory/hold"
wait_until listening
begin=$(nanoseconds)
"$peer" clients $port 1000 <"$directory/hold" 9>&- &
all_came() { [ "$(wc -c <"$directory/got")" -ge 1000 ]; }
wait_until all_came
row 'each a descriptor, its byte received' 'all' "$(wc -c <"$directory/got") in $(calculate '%.2f s' \
	"($(nanoseconds) - $begin) / 1e9")" "$(wc -c <"$directory/got") == 1000"
row 'each shown as the call that took it' 'all' "$(grep -c ' accept([0-9]*, .*) = ' "$directory/said")" \
	"$(grep -c ' accept([0-9]*, .*) = ' "$directory/said") >= 1000"
