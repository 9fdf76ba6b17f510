# What the tests of real services share: services are started from a directory of the test's own, in a network in which
# every port is free, waited for until they answer, and ended with the test. Sourced with `.` after lib.sh.

# Daemons are in sbin, and not everybody's PATH has it.
PATH=$PATH:/usr/sbin:/sbin:/usr/libexec
LC_ALL=C.UTF-8
export LC_ALL
services=

# Ended by their process ids, and waited for: nothing is left when the test ends.
cleanup() {
	for service in $services; do kill "$service" 2>/dev/null; done
	wait
	cd /
	rm -rf "$directory"
}
trap cleanup EXIT
trap 'exit 1' HUP INT TERM
cd "$directory" || exit 1

# start PROGRAM ARGUMENTS…: in the background, its words into services.log; $started is its process.
start() {
	"$@" >>services.log 2>&1 </dev/null &
	started=$!
	services="$services $started"
}
# Some of them refuse to be root, which we are here by name.
as_nobody='unshare --user --map-user=65534 --map-group=65534'

# until_true COMMAND…: it succeeds, before the service that was started last ends, and before long.
until_true() {
	tries=0
	until "$@" >/dev/null 2>&1; do
		tries=$((tries + 1))
		if [ $tries -gt 600 ] || ! kill -0 "$started" 2>/dev/null; then
			sed 's/^/# /' services.log
			return 1
		fi
		sleep 0.05
	done
}
# Somebody listens at that port; it is not connected to, for there are services that mind.
is_listening() { grep -q "$(printf ':%04X 0*:0000 0A' "$1")" /proc/net/tcp /proc/net/tcp6; }
listens() { until_true is_listening "$1"; }

# steps ARGUMENTS…: sockstep in this network; sets $out, $err and $got.
steps() {
	timeout -k 5 60 "$SOCKSTEP" "$@" >out 2>err </dev/null
	got=$?
	out=$(plain <out)
	err=$(cat err)
}
# spoken WHAT PATTERN: the last steps() succeeded, and a line of its transcript matches (grep -E).
spoken() {
	[ "$got$err" = 0 ] && printf '%s\n' "$out" | grep -qE -e "$2"
	ok "$1" || printf '%s\n' "$got" "$out" "$err" "expected: $2" | sed 's/^/# /'
}

skip() { echo "ok $((number += 1)) # SKIP $1"; }
# missing PROGRAM: true, and a test is skipped, if it is not installed.
missing() {
	command -v "$1" >/dev/null && return 1
	skip "$1 is not installed"
}

# begin_nginx PORT: for what listens there; begins its configuration, which is written on standard input: servers.
begin_nginx() {
	mkdir html
	{
		cat <<END
daemon off;
master_process off;
user root;
pid $directory/nginx.pid;
error_log $directory/services.log;
events { }
http {
	access_log off;
	server_tokens off;
	client_body_temp_path $directory/body;
	proxy_temp_path $directory/proxy;
	fastcgi_temp_path $directory/fastcgi;
	uwsgi_temp_path $directory/uwsgi;
	scgi_temp_path $directory/scgi;
END
		cat
		echo '}'
	} >nginx.conf
	start nginx -c "$directory/nginx.conf" -p "$directory" -e "$directory/services.log"
	listens "$1"
}

# A certificate for localhost that signs itself.
make_certificate() {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 30 -subj '/CN=localhost' \
		-addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' 2>/dev/null
}
# True: sockstep can do no TLS here, for the reason in $why_no_tls.
without_tls() {
	why_no_tls='openssl is missing'
	command -v openssl >/dev/null || return 0
	why_no_tls='built without OpenSSL'
	printf '1 socket(AF_INET, SOCK_STREAM, 0)\n2 tls 3 client\n' | "$SOCKSTEP_SIDE" | grep -q 'without-openssl'
}

# begins_tls NAME PROTOCOL PORT REQUEST ANSWER [OCTAL]: by option in a pipe, and by hand as two lines. REQUEST is sent
# through TLS (OCTAL: as printf(1) has it, where that differs); ANSWER matches what comes back.
begins_tls() {
	steps -n -e "starttls 3 $2; tls 3 localhost ca=cert.pem; SSL_write 3 \"$4\"; SSL_read 3 1000" 127.0.0.1 "$3"
	spoken "$1: STARTTLS is two lines, and then it answers through TLS" "^client: SSL_read\\(3, \".*($5)"
	like "$1: what TLS came to is said" "$out" '^client 3: TLS established: TLSv1\.[23], .* certificate verified$'
	# What a pipe's end would be to them differs: so it is the answer that ends it.
	mkfifo "hold.$2"
	timeout -k 5 60 "$SOCKSTEP" --starttls="$2" --tls=localhost --ca cert.pem 127.0.0.1 "$3" \
		<"hold.$2" >came 2>err &
	pipe=$!
	exec 9>"hold.$2"
	printf "${6-$4}" >&9
	until_true grep -aqE -e "$5" came
	ok "$1: --starttls=$2 in a pipe" || od -c came err | sed 's/^/# /'
	exec 9>&-
	kill "$pipe"
	wait "$pipe" 2>/dev/null
	steps -n -e "starttls 3 $2; tls 3 example.com ca=cert.pem" 127.0.0.1 "$3"
	like "$1: a certificate of another name is refused" "$got $err" \
		'^1 .*no TLS: certificate verify failed: hostname mismatch'
}
