# hostile.sh NAME DIRECTORY: writes the sample of that name, and a script that lets it arrive by all ways there are, to
# the directory: `sample`, `arrive.step`, `typed`, `serve.step`. "Mq" marks where it begins.

case $1 in
alternate-screen) bytes='\033[?1049h\033[2J' ;;
clear) bytes='\033[H\033[2J\033[3J' ;;
hidden-cursor) bytes='\033[?25l\033(0abc' ;;
reset) bytes='\033c\033]104\007' ;;
raw-c1) bytes='\23331mred' ;;
utf8-c1) bytes='\302\23331mred' ;;
overprint) bytes='\bX\013Y\014Z\rW' ;;
questions) bytes='\033[c\033[5n\033[6n\005' ;;
strings) bytes='\033P+q544e\033\\\033_apc\033\\\033^pm\033\\' ;;
modes) bytes='\033[?1000h\033[?1003h\033[?1006h\033[?2004h' ;;
clipboard) bytes='\033]52;c;aGVsbG8=\007' ;;
title) bytes='\033]0;owned\007\033]2;owned\007\033[21t' ;;
bidi) bytes='\342\200\256drow\342\200\254' ;;
marks) bytes="a$(printf '\\314\\201%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24)" ;;
invalid) bytes='\377\376\300\257\355\240\200\364\220\200\200' ;;
*) exit 1 ;;
esac
cd "$2" || exit 1
printf "Mq$bytes" >sample
escaped=$(od -An -v -tx1 sample | tr -d '\n' | sed 's/ /\\x/g')
name=$(printf '%s' "$escaped" | cut -c 1-320)

# As data both ways, as addresses and names, of files too; each call's outcome, good or bad, is shown.
cat >arrive.step <<END
server: socket tcp
server: bind 3 *:80
server: listen 3 5
client: socket tcp
client: connect 3 server:80
server: accept 3
client: send 3 @$2/sample
server: recv 4 1000
server: send 4 "$escaped"
client: recv 3 1000
client: socket unix
client: bind 4 unix:@$name
client: listen 4 1
client: getsockname 4
client: socket unix
client: connect 5 unix:@$name
client: getpeername 5
client: connect 3 unix:/$name
client: getaddrinfo "$escaped" "$escaped"
client: open "/tmp/$name" O_RDONLY
why
client: socketpair unix-dgram
client: send 6 "$escaped"
client: recv 7 1000
say done
END
# What is no line of the language, as somebody might paste it.
{ printf 'Mq'; printf "$bytes"; } >typed
cat >serve.step <<END
server: socket tcp
server: setsockopt 3 SOL_SOCKET SO_REUSEADDR 1
server: bind 3 127.0.0.1:0
server: listen 3 5
server: getsockname 3
say ready
server: accept 3
server: send 4 @$2/sample
server: recv 4 100
END
