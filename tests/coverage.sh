#!/bin/sh
# Sums up what the tests have run, file by file, least first. Run by `make coverage` in a build with --enable-coverage.
set -eu
cd "${top_builddir:?}"
find src -name '*.gcda' | sort | while read -r data; do
	gcov --no-output --object-file "$data" /dev/null 2>/dev/null | awk '
		/^File / { file = $2; gsub(/\047/, "", file) }
		/^Lines executed:/ && file ~ /src\/.*\.c$/ {
			sub(/^.*\/src\//, "src/", file)
			split($2, part, /[:%]/)
			print part[2], $4, file
			file = ""
		}'
done | sort -n | awk '
	{ printf "%6.1f %%  %5d lines  %s\n", $1, $2, $3; lines += $2; run += $1 * $2 }
	END { if (lines > 0) printf "%6.1f %%  %5d lines  in all\n", run / lines, lines }'
