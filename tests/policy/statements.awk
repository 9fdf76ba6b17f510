# Prints C source one statement a line, "file:line: text": comments are taken out, what stands in string and character
# constants too, so that a search for an identifier finds only code. A statement ends at ; { or }, a directive at the
# end of its line.

function begin_file() {
	flush()
	in_comment = 0
	continued = 0
}

function flush() {
	gsub(/[ \t]+/, " ", text)
	if (text != "" && text != " ")
		print file ":" start ": " text
	text = ""
}

# The line without comments and without the insides of constants.
function code_of(line,    out, char, pair) {
	out = ""
	while (line != "") {
		pair = substr(line, 1, 2)
		char = substr(line, 1, 1)
		if (in_comment) {
			if (pair == "*/") {
				in_comment = 0
				line = substr(line, 3)
			} else
				line = substr(line, 2)
		} else if (pair == "/*") {
			in_comment = 1
			out = out " "
			line = substr(line, 3)
		} else if (pair == "//")
			line = ""
		else if (char == "\"" || char == "'") {
			out = out char char
			line = after_constant(substr(line, 2), char)
		} else {
			out = out char
			line = substr(line, 2)
		}
	}
	return out
}

function after_constant(line, quote,    char) {
	while (line != "") {
		char = substr(line, 1, 1)
		line = substr(line, char == "\\" ? 3 : 2)
		if (char == quote)
			break
	}
	return line
}

FNR == 1 { begin_file(); file = FILENAME }

{
	directive = !in_comment && !continued && /^[ \t]*#/
	continued = directive && /\\$/
	# An included name stands in quotes or brackets and is kept: it is what one searches for.
	line = /^[ \t]*#[ \t]*include/ && !in_comment ? $0 : code_of($0)
	if (directive)
		flush()
	while (line != "") {
		if (text ~ /^[ \t]*$/)
			start = FNR
		if (match(line, /[;{}]/)) {
			text = text substr(line, 1, RSTART)
			line = substr(line, RSTART + 1)
			flush()
		} else {
			text = text line " "
			line = ""
		}
	}
	if (directive)
		flush()
}

END { flush() }
