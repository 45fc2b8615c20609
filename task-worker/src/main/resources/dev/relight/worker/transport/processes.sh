# Prints, for each process id given that is alive: the id, what tells it from others that have had the
# id (this boot of the host, and the clock tick since then at which it was started: neither depends on
# the time of day, which may be set), its age in seconds, when it was started in milliseconds since
# 1970 by the time of day as it is now, its user, and its command line.
started() { # PROCESS
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return
  # shellcheck disable=SC2086
  set -- ${stat##*) }
  [ "$1" = Z ] || echo "${20}"
}
now=$(started $$)
ticks=$(getconf CLK_TCK 2>/dev/null || echo 100)
read -r boot_id </proc/sys/kernel/random/boot_id || boot_id=-
boot=$(sed -n 's/^btime //p' /proc/stat)
for process in "$@"; do
  start=$(started "$process")
  [ -n "$start" ] || continue
  user=$(stat -c %U "/proc/$process" 2>/dev/null)
  command=$(tr '\000-\037' ' ' <"/proc/$process/cmdline" 2>/dev/null | head -c 1000)
  printf '%s %s %s %s %s %s\n' "$process" "$boot_id:$start" "$(((now - start) / ticks))" \
    "$((boot * 1000 + start * 1000 / ticks))" "${user:--}" "$command"
done
