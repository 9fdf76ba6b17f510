#!/bin/sh
# Proves that `./bootstrap check` needs nothing but a minimal Debian:
#
#	tests/clean-root.sh MIRROR [DIRECTORY [COMMAND...]]
#
# Makes such a system with debootstrap (once: DIRECTORY/base is kept), copies it, clones what is committed here into the
# copy and runs COMMAND (./bootstrap check) there as root, without a terminal, with a process and a mount namespace of
# its own, so that nothing that it leaves behind outlives it. Afterwards it looks whether a service was started or
# enabled. Needs root, debootstrap and git. SUITE chooses another release than bookworm.

set -eu

[ $# -ge 1 ] || { sed -n '2,10s/^# \{0,1\}//p' "$0"; exit 2; }
mirror=$1
directory=${2:-$(mktemp -d)}
shift
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- ./bootstrap check
source=$(cd "$(dirname "$0")/.." && pwd)
base=$directory/base
root=$directory/root

if [ ! -e "$base.complete" ]; then
	rm -rf "$base"
	mkdir -p "$base"
	debootstrap --variant=minbase "${SUITE:-bookworm}" "$base" "$mirror"
	touch "$base.complete"
fi
rm -rf "$root"
cp -a "$base" "$root"
git clone --quiet --no-hardlinks "$source" "$root/srv/sockstep"

# debootstrap leaves these to whoever installs the system: every installer and every container's runtime writes them.
printf '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n' >"$root/etc/hosts"

# The mark by which a policy-rc.d that stood here before must be found again.
printf '#!/bin/sh\n# the system'\''s own\nexit 0\n' >"$root/usr/sbin/policy-rc.d"
chmod 750 "$root/usr/sbin/policy-rc.d"
before=$(cd "$root" && stat -c '%i %a %U %s %y' usr/sbin/policy-rc.d)

# A changed root, as of chroot, may make no user namespaces, which the tests need: the root is pivoted.
status=0
ROOT=$root unshare --mount --pid --fork --kill-child sh -euc '
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
	exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root CI=true "$@" </dev/null
' sh "$@" || status=$?

complain() { echo "clean-root: $*" >&2; status=1; }
after=$(cd "$root" && stat -c '%i %a %U %s %y' usr/sbin/policy-rc.d) || after=gone
[ "$before" = "$after" ] || complain "policy-rc.d was not restored: $before, now $after"
[ ! -e "$root/usr/sbin/policy-rc.d.sockstep-aside" ] || complain 'policy-rc.d still stands aside'
enabled=$(cd "$root/etc" && find rc?.d systemd/system \( -name 'S*' -o -path '*.wants/*' \) 2>/dev/null |
	grep -E 'nginx|redis') || :
[ -z "$enabled" ] || complain "enabled:" $enabled
exit $status
