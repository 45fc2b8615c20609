# What the agent's scripts share. Needs: home.

run=$home/run
faults=$home/faults
record=${home%/*}/record

# Nanoseconds since the epoch.
now() {
  time=$(date +%s%N)
  case $time in
    *N) echo "${time%N}000000000" ;; # a date without %N: whole seconds
    *) echo "$time" ;;
  esac
}

# note start|stop NAME PID: what was done, for whoever checks it later; sets noted_at.
note() {
  noted_at=$(now)
  echo "$noted_at $*" >>"$record"
}

# Whether the process is alive and of this agent: its pid alone may be somebody else's by now.
ours() {
  [ -n "$1" ] && kill -0 "$1" 2>/dev/null || return 1
  if [ -r "/proc/$1/cmdline" ]; then
    read -r line <"/proc/$1/cmdline" # without a newline, so what it returns says nothing
  else
    line=$(ps -o args= -p "$1")
  fi 2>/dev/null
  case $line in
    *"$home/"*) return 0 ;;
    *) return 1 ;;
  esac
}

# tell FIFO MESSAGE: never waits, as an end that is opened for both needs nobody at the other end.
tell() {
  [ ! -p "$1" ] || echo "$2" 1<>"$1"
}

# put NAME STATE PID STARTED_AT: what status will tell of the process.
put() {
  echo "$2 $3 $4" >"$run/$1.state.new" && mv "$run/$1.state.new" "$run/$1.state"
}

# get NAME: sets state, pid and started_at.
get() {
  state=stopped pid=0 started_at=0
  [ ! -e "$run/$1.state" ] || read -r state pid started_at <"$run/$1.state"
}
