# Prints the process id in a file, if it is alive and of this program: FILE PROGRAM. The number in a
# file that was left behind may be somebody else's by now.
[ -s "$1" ] && read -r process <"$1"
case $process in '' | *[!0-9]*) exit ;; esac
read -r name <"/proc/$process/comm" || exit 0
if [ "$name" = "$(printf %.15s "$2")" ] ||
  tr '\000' '\n' <"/proc/$process/cmdline" | head -n 2 | sed 's:.*/::' | grep -Fqxe "$2"; then
  echo "$process"
fi
