#!/bin/sh
# Proves that what README says holds in a minimal Debian, which has nothing:
#
#	tests/clean-root.sh MIRROR [DIRECTORY [COMMAND...]]
#
# Makes such a system with debootstrap (once: DIRECTORY/base is kept), from MIRROR or, for "-", from where debootstrap
# takes it. Then, each time in a copy of it with a clone of what is committed here, without a terminal, and with a
# process and a mount namespace of its own, so that nothing that is left behind outlives it:
#
#	root         ./bootstrap check, then ./bootstrap run: nothing may fail, nothing may be skipped
#	a user who may use sudo         ./bootstrap run
#	a user without                  ./bootstrap run prints the command that is needed, and ends with 1
#
# or COMMAND alone, as root. Each time it looks whether a service was started or enabled, and whether a process is left.
# Needs root, debootstrap and git. SUITE chooses another release than bookworm.

set -u

[ $# -ge 1 ] || { sed -n '2,16s/^# \{0,1\}//p' "$0"; exit 2; }
mirror=$1
directory=${2:-$(mktemp -d)}
shift
[ $# -eq 0 ] || shift
source=$(cd "$(dirname "$0")/.." && pwd)
base=$directory/base
root=$directory/root
log=$directory/log
failures=0

complain() { echo "clean-root: $*" >&2; failures=$((failures + 1)); }

make_base() {
	[ ! -e "$base.complete" ] || return 0
	[ "$mirror" != - ] || mirror=
	rm -rf "$base"
	mkdir -p "$base"
	debootstrap --variant=minbase "${SUITE:-bookworm}" "$base" $mirror && touch "$base.complete"
}

make_root() {
	rm -rf "$root"
	cp -a "$base" "$root" && git clone --quiet --no-hardlinks "$source" "$root/srv/sockstep" || exit 2
	# debootstrap leaves these to whoever installs: every installer and every container's runtime writes them.
	printf '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n' >"$root/etc/hosts"
	# The mark by which a policy-rc.d that stood here before must be found again.
	printf '#!/bin/sh\n# the system'\''s own\nexit 0\n' >"$root/usr/sbin/policy-rc.d"
	chmod 750 "$root/usr/sbin/policy-rc.d"
}
policy() { (cd "$root" && stat -c '%i %a %U %s %y' usr/sbin/policy-rc.d) 2>/dev/null || echo gone; }

# What runs in it as its first process: WHO COMMAND...
inner='
	mount --bind "$ROOT" "$ROOT"
	cd "$ROOT"
	mkdir -p old
	mount -t proc proc proc
	mount --rbind /sys sys
	mount --rbind /dev dev
	mount -t tmpfs tmpfs run
	pivot_root . old
	umount -l old
	rmdir old
	cd /srv/sockstep
	PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
	export PATH
	who=$1
	shift
	if [ "$who" = sudoer ]; then
		apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends sudo
		echo "person ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/person
	fi >/dev/null 2>&1
	if [ "$who" != root ]; then
		useradd --create-home person
		chown -R person: /srv/sockstep
		set -- setpriv --reuid=person --regid=person --init-groups env HOME=/home/person "$@"
	fi
	status=0
	env -i PATH="$PATH" HOME=/root CI=true "$@" </dev/null || status=$?
	cd /proc
	for process in [1-9]*; do
		name=$(cat "$process/comm" 2>/dev/null) || continue
		[ "$process" -eq 1 ] || [ "$name" = cat ] || { echo "left behind: $process $name" >&2; status=3; }
	done
	exit $status
'

# in_root WHO STATUS COMMAND...: in a fresh copy, and it must end so. A changed root, as of chroot, may make no user
# namespaces, which the tests need: the root is pivoted.
in_root() {
	who=$1 expected=$2
	shift 2
	make_root
	before=$(policy)
	echo "==== $who: $*"
	{
		ROOT=$root unshare --mount --pid --fork --kill-child sh -euc "$inner" sh "$who" "$@" 2>&1
		echo "status $?"
	} | tee "$log"
	[ "$(tail -n 1 "$log")" = "status $expected" ] || complain "$who: $*: not status $expected"
	after=$(policy)
	[ "$before" = "$after" ] || complain "policy-rc.d was not restored: $before, now $after"
	[ ! -e "$root/usr/sbin/policy-rc.d.sockstep-aside" ] || complain 'policy-rc.d still stands aside'
	enabled=$(cd "$root/etc" && find rc?.d systemd/system \( -name 'S*' -o -path '*.wants/*' \) 2>/dev/null |
		grep -E 'nginx|redis') && complain "enabled:" $enabled
	return 0
}
says() { grep -q -e "$1" "$log" || complain "nothing of this kind was said: $1"; }

make_base || exit 2
if [ $# -gt 0 ]; then
	in_root root 0 "$@"
else
	in_root user 1 ./bootstrap run
	says '^To be installed: apt-get update; .*apt-get .*install -y .*libreadline-dev'
	says 'this needs root, and there is no sudo: run the command above as root$'
	in_root sudoer 0 ./bootstrap run --lab -e 'say it runs'
	says '^it runs$'
	in_root root 0 sh -c './bootstrap check && ./bootstrap run --lab -e "say it runs"'
	says '^[1-9][0-9]* passed, 0 failed, 0 skipped$'
	says '^it runs$'
fi
echo "clean-root: $failures complaints"
[ $failures -eq 0 ]
