# Prints, for each process id given that is alive, the id, the clock tick since boot at which it was
# started, and its age in seconds.
started() { # PROCESS
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return
  # shellcheck disable=SC2086
  set -- ${stat##*) }
  [ "$1" = Z ] || echo "${20}"
}
now=$(started $$)
ticks=$(getconf CLK_TCK 2>/dev/null || echo 100)
for process in "$@"; do
  start=$(started "$process")
  [ -z "$start" ] || echo "$process $start $(((now - start) / ticks))"
done
