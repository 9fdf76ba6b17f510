#!/bin/sh
# Static analysis: gcc -fanalyzer, clang-tidy and cppcheck over the files named in SOURCES, compiled with the flags
# given. Run by `make analyze`, which takes a minute or more and is therefore not part of `make check`. What is not
# installed is left out, and that is said.

set -u
status=0
cd "${top_srcdir:?}" || exit 1
sources=$(printf '%s\n' $SOURCES | grep '\.c$')
processors=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)

# Runs the command for each source file, several at once; {} stands for the file.
for_each() { printf '%s\n' "$sources" | xargs -P "$processors" -I '{}' "$@"; }

complain() { echo "analyze: $1 found something" >&2; status=1; }

if ${CC:-cc} -fanalyzer -E -x c /dev/null >/dev/null 2>&1; then
	echo "analyze: ${CC:-cc} -fanalyzer"
	for_each ${CC:-cc} -O2 -fanalyzer "$@" -Werror -c -o /dev/null '{}' || complain fanalyzer
else
	echo "analyze: ${CC:-cc} has no -fanalyzer: left out"
fi

if command -v clang-tidy >/dev/null; then
	echo 'analyze: clang-tidy'
	for_each clang-tidy --quiet --warnings-as-errors='*' '{}' -- "$@" 2>/dev/null || complain clang-tidy
else
	echo 'analyze: clang-tidy is not installed: left out'
fi

# It reads our own headers only, and must not be troubled by what it does not know of the others.
if command -v cppcheck >/dev/null; then
	echo 'analyze: cppcheck'
	cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
		-j "$processors" --suppress=missingIncludeSystem -I src -D_GNU_SOURCE \
		-DLIBEXECDIR='""' -DPKGDATADIR='""' -DPACKAGE_VERSION='""' $sources || complain cppcheck
else
	echo 'analyze: cppcheck is not installed: left out'
fi
exit $status
