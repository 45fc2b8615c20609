# Prints the last lines of the newest log of a process: DIRECTORY PROCESS. The logs of ob_mgragent
# may be called mgragent.log, and those that were rotated away ob_mgragent.log.1.
newest=
for file in "$1/$2.log" "$1/$2".log.* "$1/${2#*_}.log"; do
  case $file in *.gz | *.zip) continue ;; esac
  [ -f "$file" ] || continue
  if [ -z "$newest" ] || [ "$file" -nt "$newest" ]; then newest=$file; fi
done
[ -z "$newest" ] || tail -n 10 "$newest" | tail -c 4000
