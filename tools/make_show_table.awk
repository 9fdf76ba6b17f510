# Writes src/base/show_table.c: which code points may reach a terminal as they are.
#
#     awk -f tools/make_show_table.awk DIR/DerivedCoreProperties.txt DIR/UnicodeData.txt > src/base/show_table.c
#
# DIR is where the Unicode Character Database lies, with Debian's package unicode-data /usr/share/unicode. The order of
# the two files matters. The fields of UnicodeData.txt are those of Unicode Standard Annex 44, section 4.2.1: code,
# name, general category.
#
# Safe are letters, marks, numbers, punctuation and symbols (general categories L, M, N, P, S), without
# - what Unicode calls default ignorable (zero width, fillers, variation selectors, tags): it shows as nothing;
# - two symbols that show as nothing all the same: U+2800 (Braille without dots) and U+1D159 (null notehead).
# Of the separators (Z) only the space is safe: any other one would pass for it. Everything else (controls, format
# characters with the bidi controls, private use, surrogates, what is unassigned) is not safe.
#
# Marks are the general category M, and those Hangul jamo that a terminal draws into the cell of the one before them.

BEGIN {
	FS = ";"
	for (i = 0; i < 16; i++)
		digit[substr("0123456789ABCDEF", i + 1, 1)] = i
	hidden[from_hex("2800")] = 1
	hidden[from_hex("1D159")] = 1
}

function from_hex(word, i, value)
{
	value = 0
	for (i = 1; i <= length(word); i++)
		value = value * 16 + digit[substr(word, i, 1)]
	return value
}

function kind_of(code, name, category)
{
	if (code in hidden)
		return ""
	if (category ~ /^M/ || name ~ /^HANGUL (JUNGSEONG|JONGSEONG) /)
		return "SHOW_MARK"
	if (category ~ /^[LNPS]/ || code == 32)
		return "SHOW_SAFE"
	return ""
}

function end_range()
{
	if (kind != "")
		ranges[++count] = sprintf("{ 0x%04x, 0x%04x, %s },", first, last, kind)
	kind = ""
}

function add(code, this_kind)
{
	if (this_kind != kind || code != last + 1) {
		end_range()
		first = code
		kind = this_kind
	}
	last = code
	if (this_kind != "")
		total[this_kind]++
}

FILENAME ~ /DerivedCoreProperties/ && FNR == 1 {
	version = $0
	sub(/^# DerivedCoreProperties-/, "", version)
	sub(/\.txt.*$/, "", version)
}

FILENAME ~ /DerivedCoreProperties/ {
	if ($2 ~ /^ *Default_Ignorable_Code_Point /) {
		sub(/ +$/, "", $1)
		ends = split($1, bounds, /\.\./)
		for (code = from_hex(bounds[1]); code <= from_hex(bounds[ends]); code++)
			hidden[code] = 1
	}
	next
}

# A long range has one line for its first code point and one for its last.
$2 ~ /, First>$/ {
	range_first = from_hex($1)
	next
}

{
	code = from_hex($1)
	for (at = $2 ~ /, Last>$/ ? range_first : code; at <= code; at++)
		add(at, kind_of(at, $2, $3))
}

END {
	end_range()
	print "/*"
	print " * Written by tools/make_show_table.awk from the Unicode Character Database " version ": do not edit."
	print " * " total["SHOW_SAFE"] " code points are safe, and " total["SHOW_MARK"] " marks are after a base."
	print " */"
	print "#include \"base/show_table.h\""
	print ""
	print "const char show_unicode_version[] = \"" version "\";"
	print ""
	print "const struct show_range show_table[] = {"
	for (i = 1; i <= count; i += 3) {
		line = "\t" ranges[i]
		for (j = i + 1; j < i + 3 && j <= count; j++)
			line = line " " ranges[j]
		print line
	}
	print "};"
	print ""
	print "const size_t show_table_len = " count ";"
}
