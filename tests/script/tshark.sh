# What a session's segments are to us, and to tshark, which reads what it saved. Sourced with `.`, after lib.sh; skips
# the test where there is no tshark, libpcap or lab.

tshark --version >/dev/null 2>&1 || { echo '1..0 # SKIP tshark is not installed'; exit 0; }
"$SOCKSTEP" --lab -e "save $directory/x.pcap" </dev/null 2>&1 | grep -q libpcap &&
	{ echo '1..0 # SKIP built without libpcap'; exit 0; }
[ -n "$(lab_links)" ] || { echo '1..0 # SKIP no lab can be made here'; exit 0; }
HOME=$directory XDG_CONFIG_HOME=$directory
export HOME XDG_CONFIG_HOME

# number|flags|seq|ack|win|len|names, of each TCP segment that `segments` printed.
ours() {
	awk '$2 ~ /^#[0-9]+$/ && / seq=[0-9]+/ && !/fragment @|ICMP/ {
		line = $0
		sub(/.* > [^ ]+ [^ ]+  /, "", line)
		flags = line; sub(/ seq=.*/, "", flags); if (flags == "no flags") flags = ""
		seq = line; sub(/.* seq=/, "", seq); sub(/ .*/, "", seq)
		ack = 0
		if (line ~ / ack=/) { ack = line; sub(/.* ack=/, "", ack); sub(/ .*/, "", ack) }
		win = line; sub(/.* win=/, "", win); sub(/ .*/, "", win)
		len = line; sub(/.* len=/, "", len); sub(/ .*/, "", len)
		names = ""
		while (match(line, /\[TCP [^]]*\]/)) {
			names = names " " substr(line, RSTART, RLENGTH)
			line = substr(line, RSTART + RLENGTH)
		}
		print substr($2, 2) "|" flags "|" seq "|" ack "|" win "|" len "|" names
	}' "$1" | sort_names
}

theirs() {
	tshark -n -r "$1" -Y 'tcp && !icmp && !icmpv6' -o tcp.desegment_tcp_streams:FALSE \
		-T fields -E separator='|' -E occurrence=f -e frame.number -e tcp.flags -e tcp.seq -e tcp.ack \
		-e tcp.window_size -e tcp.len -e _ws.col.Info 2>/dev/null | awk -F'|' '
	function bit(value, n) { return int(value / n) % 2 }
	{
		value = 0
		for (i = 3; i <= length($2); i++) value = value * 16 + index("0123456789abcdef", substr($2, i, 1)) - 1
		flags = ""
		split("SYN 2 FIN 1 RST 4 PSH 8 ACK 16 URG 32 ECE 64 CWR 128 AE 256", names, " ")
		for (i = 1; i < 18; i += 2)
			if (bit(value, names[i + 1])) flags = flags (flags == "" ? "" : ",") names[i]
		rest = $7
		found = ""
		while (match(rest, /\[TCP [^]]*\]/)) {
			if (substr(rest, RSTART, RLENGTH) !~ /segment of a reassembled|Fast Open|CHECKSUM/)
				found = found " " substr(rest, RSTART, RLENGTH)
			rest = substr(rest, RSTART + RLENGTH)
		}
		print $1 "|" flags "|" $3 "|" (bit(value, 16) ? $4 : 0) "|" $5 "|" $6 "|" found
	}' | sort_names
}

# Names may stand in any order.
sort_names() {
	awk -F'|' '{
		sub(/^ */, "", $7)
		count = split($7, names, "] *")
		for (i = 2; i <= count; i++) {
			name = names[i]
			for (j = i - 1; j > 0 && names[j] > name; j--) names[j + 1] = names[j]
			names[j + 1] = name
		}
		line = ""
		for (i = 1; i <= count; i++) {
			sub(/^ */, "", names[i])
			if (names[i] != "") line = line names[i] "] "
		}
		print $1 "|" $2 "|" $3 "|" $4 "|" $5 "|" $6 "|" line
	}'
}

# play NAME: the script NAME.step; what it printed is in NAME.out, what it ended with in NAME.status.
play() {
	timeout -k 5 60 "$SOCKSTEP" --lab -f "$directory/$1.step" >"$directory/$1.out" 2>&1 </dev/null
	echo $? >"$directory/$1.status"
}

# agree NAME TITLE: what was played holds, and tshark reads what it saved as we printed it.
agree() {
	is "$2 holds, and is saved" "$(cat "$directory/$1.status")" 0 ||
		tail -n 5 "$directory/$1.out" | cut -c -200 | sed 's/^/# /'
	sed -n '/^ *[0-9.]* #1 /,$p' "$directory/$1.out" >"$directory/$1.segments"
	ours "$directory/$1.segments" >"$directory/ours"
	theirs "$directory/$1.pcap" >"$directory/theirs"
	is "$2: tshark reads the same ($(wc -l <"$directory/ours") segments of TCP)" "$(cat "$directory/theirs")" \
		"$(cat "$directory/ours")"
}

both() {
	play "$1"
	agree "$@"
}
