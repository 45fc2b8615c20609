# Stands in front of everything that Relight does on a host, so that it is done once.
#
#   sh -s -- MODE NONCE HOME INSTALL CHAIN FENCE ACTION LIMIT [COMMAND [ARGUMENT]...]
#
#   peek   runs the command, asking nobody; for reading only
#   read   takes the fence, then runs the command; for reading only
#   run    takes the fence, then sees to it that the action is done once: what an earlier attempt of
#          the chain did successfully is taken as it is, what is running is waited for, what failed
#          is done again
#   rerun  as run, but nothing that was done before counts
#   end    ends what is running and lets nothing more in under this fence
#
# The fences of an installation rise: whoever comes with a lower one than the highest that was seen
# is turned away. CHAIN names attempts that belong together; an action of another chain makes all
# that was done before a thing of the past. After LIMIT seconds nothing is begun, and what runs is
# ended with its children. A command has a session of its own and goes on when the connection is
# lost; daemons that leave its process group are left alone.
#
# The answer is one line behind a newline, then as many bytes of output and errors as it says:
#
#   relight NONCE OUTCOME CODE FENCE OUTPUT-BYTES ERROR-BYTES
#
#   done        CODE is the command's, FENCE that of the attempt which ran it
#   expired     it was ended after its time
#   lost        it was ended from outside, its outcome is not known
#   late        there was no time left; CODE is 1 where something else was running here before
#   superseded  FENCE is the highest that was seen
#   broken      nothing was done; the errors say why
#
# Needs flock, setsid, timeout and mkfifo beside a POSIX shell.

mode=$1 nonce=$2 home=$3 install=$4 chain=$5 fence=$6 action=$7 limit=$8
shift 8

base=$home/.relight
runs=$base/runs
# Seconds that nobody sets forward or back.
read -r now _ </proc/uptime
deadline=$((${now%%.*} + limit))
waited=0
mask=$(umask)
umask 077

# Runs one command. The lock on "alive" tells that it is not done: the kernel lets it go whatever
# becomes of the runner, and neither the command nor its daemons have it.
# shellcheck disable=SC2016
runner='
directory=$1 home=$2 limit=$3 mask=$4
shift 4
cd "$directory" || exit
# Pipes, as a daemon that keeps its output open must neither fill the disk nor be hurt.
mkfifo stdout stderr
{ head -c 262144 >out; exec cat >/dev/null; } <stdout 8>&- &
out=$!
{ head -c 262144 >err; exec cat >/dev/null; } <stderr 8>&- &
err=$!
read -r began _ </proc/uptime
(
  exec >stdout 2>stderr 8>&-
  cd "$home" && umask "$mask" && exec setsid timeout -k 5 "$limit" "$@"
) &
group=$!
{
  echo "$group"
  cut -d " " -f 22 "/proc/$group/stat"
} >group
wait "$group"
code=$?
rm stdout stderr
read -r ended _ </proc/uptime
if [ $((${ended%%.*} - ${began%%.*})) -ge "$limit" ]; then
  kill -s KILL -- "-$group" 2>/dev/null
  code=expired
fi
# All output is here now, unless a daemon keeps it open: that is not waited for.
trap : ALRM
(sleep 1 && kill -s ALRM $$) 8>&- &
wait "$out" "$err"
echo "$code" >code
'

reply() { # OUTCOME CODE FENCE [DIRECTORY]
  out=${4:+$4/out} err=${4:+$4/err}
  printf '\nrelight %s %s %s %s %d %d\n' "$nonce" "$1" "$2" "$3" \
    "$(wc -c <"${out:-/dev/null}")" "$(wc -c <"${err:-/dev/null}")"
  cat "${out:-/dev/null}" "${err:-/dev/null}"
  exit
}

broken() { # REASON
  printf '\nrelight %s broken - 0 0 %d\n%s' "$nonce" "${#1}" "$1"
  exit
}

unwritable() {
  why=$( (echo probe | tee "$base/probe" >/dev/null) 2>&1)
  rm -f "$base/probe"
  broken "cannot write to $base${why:+: ${why##*: }}"
}

lock() {
  flock 9
}

unlock() {
  flock -u 9
}

is_alive() { # DIRECTORY
  ! flock -n "$1/alive" true
}

await() { # DIRECTORY
  flock -s "$1/alive" true
}

nap() {
  sleep 0.1 2>/dev/null || sleep 1
}

take_fence() { # FENCE
  file=$base/$install.fence
  highest=0
  [ ! -s "$file" ] || read -r highest <"$file"
  [ "$1" -ge "$highest" ] || reply superseded - "$highest"
  if [ "$1" -gt "$highest" ]; then
    { echo "$1" >"$file.new" && mv "$file.new" "$file"; } || unwritable
  fi
}

launch() { # DIRECTORY COMMAND [ARGUMENT]...
  directory=$1
  shift
  read -r now _ </proc/uptime
  left=$((deadline - ${now%%.*}))
  [ "$left" -gt 0 ] || reply late "$waited" 0
  { mkdir "$directory" && echo "$fence" >"$directory/fence"; } || unwritable
  exec 8>"$directory/alive"
  flock 8
  setsid sh -c "$runner" relight "$directory" "$home" "$left" "$mask" "$@" \
    </dev/null >/dev/null 2>&1 9>&- &
  exec 8>&-
}

code_of() { # DIRECTORY
  code=
  [ ! -s "$1/code" ] || read -r code <"$1/code"
}

tell() { # DIRECTORY
  code_of "$1"
  ran_under=0
  [ ! -s "$1/fence" ] || read -r ran_under <"$1/fence"
  case $code in
    '') reply lost - "$ran_under" ;;
    expired) reply expired - "$ran_under" "$1" ;;
    *) reply 'done' "$code" "$ran_under" "$1" ;;
  esac
}

find_running() {
  for running in "$runs"/*; do
    [ -d "$running" ] && is_alive "$running" && return
  done
  running=
}

signal() { # SIGNAL DIRECTORY
  read -r group <"$2/group" && kill -s "$1" -- "-$group" 2>/dev/null
}

# A runner that was killed leaves its command behind. That the group has begun with it tells that
# the number was not given to somebody else since.
end_orphans() {
  for orphaned in "$runs"/*; do
    [ -s "$orphaned/group" ] && [ ! -s "$orphaned/code" ] || continue
    { read -r group && read -r since; } <"$orphaned/group"
    [ "$(cut -d ' ' -f 22 "/proc/$group/stat" 2>/dev/null)" != "$since" ] ||
      kill -s KILL -- "-$group" 2>/dev/null
  done
}

end() { # DIRECTORY
  # Launched a moment ago, if it has not said what its group is.
  while is_alive "$1" && [ ! -s "$1/group" ]; do nap; done
  signal TERM "$1"
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    is_alive "$1" || break
    nap
  done
  signal KILL "$1"
  await "$1"
}

look() {
  directory=$base/read.$nonce
  trap 'rm -rf "$directory"' EXIT
  launch "$directory" "$@"
  await "$directory"
  tell "$directory"
}

# Whoever is still reading what is there can finish.
put_away() { # DIRECTORY
  rm -rf "$base/old"
  mv "$1" "$base/old"
}

do_once() {
  lock
  take_fence "$fence"
  find_running
  while [ -n "$running" ]; do
    waited=1
    unlock
    await "$running"
    lock
    take_fence "$fence"
    find_running
  done
  end_orphans
  known=
  [ ! -s "$base/chain" ] || read -r known <"$base/chain"
  if [ "$mode" = rerun ] || [ "$known" != "$install $chain" ]; then
    put_away "$runs"
    { mkdir "$runs" && echo "$install $chain" >"$base/chain"; } || unwritable
  fi
  code_of "$runs/$action"
  if [ "$code" != 0 ]; then
    [ ! -d "$runs/$action" ] || put_away "$runs/$action"
    launch "$runs/$action" "$@"
  fi
  cd "$runs/$action" || exit
  unlock
  await .
  tell .
}

[ -d "$home" ] || broken "there is no directory $home"
for tool in flock setsid timeout mkfifo; do
  command -v "$tool" >/dev/null || broken "the host has no $tool"
done
mkdir -p "$runs" || broken "cannot make $base"
exec 9>"$base/lock"

case $mode in
  peek)
    look "$@"
    ;;
  read)
    lock
    take_fence "$fence"
    unlock
    look "$@"
    ;;
  run | rerun)
    do_once "$@"
    ;;
  end)
    lock
    take_fence $((fence + 1))
    find_running
    [ -z "$running" ] || end "$running"
    end_orphans
    reply 'done' 0 "$fence"
    ;;
esac
