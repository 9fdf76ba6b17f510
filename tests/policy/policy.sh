# What the policy tests share. A check is a shell function that is called in the root of a tree and prints a line for
# each breach, "file:line: what is wrong". Each test first holds it against our own tree, and then against samples that
# break the rule, since a check that cannot fail says nothing.
#
#	holds RULE CHECK                our own tree has no breach
#	sample FILE                     standard input becomes FILE in the sample tree
#	catches WHAT PATTERN CHECK      the sample tree has a breach whose line matches PATTERN (grep -E)
#	allows WHAT CHECK               the sample tree has no breach
#	finish                          the plan
#
# catches and allows empty the sample tree for the next one.
#
# tests/policy/allowed lists the exceptions, each with its reason: allowed RULE prints the first word of each.

: "${top_srcdir:?}"
policy_directory=$top_srcdir/tests/policy
number=0
sample_tree=$(mktemp -d) || exit 99
trap 'rm -rf "$sample_tree"' EXIT
trap 'exit 130' HUP INT TERM
LC_ALL=C
export LC_ALL

report()
{
	number=$((number + 1))
	printf '%s %d - %s\n' "$1" "$number" "$2"
}

holds()
{
	breaches=$(cd "$top_srcdir" && $2)
	if [ -z "$breaches" ]; then
		report ok "$1"
	else
		report 'not ok' "$1"
		printf '%s\n' "$breaches" | sed 's/^/# /'
	fi
}

sample()
{
	mkdir -p "$sample_tree/$(dirname "$1")"
	cat >"$sample_tree/$1"
}

catches()
{
	breaches=$(cd "$sample_tree" && $3)
	if printf '%s\n' "$breaches" | grep -qE -e "$2"; then
		report ok "catches $1"
	else
		report 'not ok' "catches $1"
		printf '# not found: %s\n' "$2"
		printf '%s\n' "$breaches" | sed 's/^/# /'
	fi
	rm -rf "$sample_tree"/*
}

allows()
{
	breaches=$(cd "$sample_tree" && $2)
	if [ -z "$breaches" ]; then
		report ok "allows $1"
	else
		report 'not ok' "allows $1"
		printf '%s\n' "$breaches" | sed 's/^/# /'
	fi
	rm -rf "$sample_tree"/*
}

finish()
{
	echo "1..$number"
}

allowed()
{
	awk -v rule="$1" '$1 == rule { print $2 }' "$policy_directory/allowed"
}

# C files under the folders given, in a fixed order.
c_files()
{
	find "$@" \( -name '*.c' -o -name '*.h' -o -name '*.def' \) -type f | sort
}

# The files on standard input as statements: see statements.awk.
statements()
{
	xargs -r awk -f "$policy_directory/statements.awk"
}
