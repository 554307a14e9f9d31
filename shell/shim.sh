#!/bin/sh
# autovenv: runs the program of this name in the environment of the project that the present directory belongs to.
# A known project costs no process: its record is read as the hook reads it. Anything else is asked of autovenv itself.
# shellcheck disable=SC1083,SC2016,SC3013,SC3066,SC3067  # -O, -nt and -ef are in every sh that is asked for them here

# Names that no program has in its environment: what is exported there already would be exported with our value.
__autovenv_shims='@SHIMS@'
__autovenv_state='@STATE@'
__autovenv_name=${0##*/}
__autovenv_tab='	'

# Lets autovenv find out and run the program; it writes the record that the next call reads.
__autovenv_ask() {
  if [ -x '@PYTHON@' ]; then
    exec '@PYTHON@' -I -S '@START@' shim "$__autovenv_shims" "$__autovenv_name" "$@"
  fi
  __autovenv_pass "$@"
}

# Runs the next program of that name on PATH. A shim of pyenv or mise that comes back here is passed by.
__autovenv_pass() {
  __autovenv_rest=$PATH:
  __autovenv_again=
  [ "${__AUTOVENV_PASSED-}" != "$__autovenv_name $$" ] || __autovenv_again=1
  while [ -n "$__autovenv_rest" ]; do
    __autovenv_entry=${__autovenv_rest%%:*}
    __autovenv_rest=${__autovenv_rest#*:}
    [ -n "$__autovenv_again" ] && [ "${__autovenv_entry##*/}" = shims ] && continue
    [ -f "$__autovenv_entry/$__autovenv_name" ] && [ -x "$__autovenv_entry/$__autovenv_name" ] || continue
    [ ! "$__autovenv_entry" -ef "$__autovenv_shims" ] || continue
    __AUTOVENV_PASSED="$__autovenv_name $$"
    export __AUTOVENV_PASSED
    exec "$__autovenv_entry/$__autovenv_name" "$@"
  done
  printf 'autovenv: error: `%s` was not found\n  why: no directory on PATH but that of the shims has it\n' \
    "$__autovenv_name" >&2
  exit 127
}

# Reads the record of a directory; false when it is torn, of another version, or out of date.
__autovenv_read() {
  __autovenv_record=$__autovenv_state/at$1/.autovenv-record
  __autovenv_verdict='' __autovenv_flavour='' __autovenv_sets='' __autovenv_whole=''
  while IFS= read -r __autovenv_line; do
    __autovenv_line=${__autovenv_line#moved }
    __autovenv_word=${__autovenv_line%% *}
    __autovenv_value=${__autovenv_line#* }
    __autovenv_stamp=
    if [ "$__autovenv_word" = same ]; then
      __autovenv_stamp=$__autovenv_state/at$1/.autovenv-$__autovenv_token.${__autovenv_value%% *}
      __autovenv_value=${__autovenv_value#* }
    fi
    __autovenv_path=$__autovenv_value
    case $__autovenv_path in
      /*) ;;
      *) __autovenv_path=$1/$__autovenv_path ;;
    esac
    case $__autovenv_word in
      autovenv-record)
        [ "${__autovenv_value%% *}" = 2 ] || return 1
        __autovenv_token=${__autovenv_value#* }
        ;;
      verdict) __autovenv_verdict=$__autovenv_value ;;
      flavour) __autovenv_flavour=$__autovenv_value ;;
      prefix) __autovenv_prefix=$__autovenv_path ;;
      bin) __autovenv_bin=$__autovenv_path ;;
      name) __autovenv_label=$__autovenv_value ;;
      # Put by autovenv itself, which also takes line ends in values for what they are.
      set) __autovenv_sets=1 ;;
      same)
        [ -e "$__autovenv_path" ] && [ -e "$__autovenv_stamp" ] || return 1
        [ ! "$__autovenv_path" -nt "$__autovenv_stamp" ] && [ ! "$__autovenv_path" -ot "$__autovenv_stamp" ] || return 1
        ;;
      newer) [ -e "$__autovenv_path" ] && [ ! "$__autovenv_path" -nt "$__autovenv_record" ] || return 1 ;;
      exists) [ -e "$__autovenv_path" ] || return 1 ;;
      runs) [ -f "$__autovenv_path" ] && [ -x "$__autovenv_path" ] || return 1 ;;
      idle) [ ! -x "$__autovenv_path" ] || return 1 ;;
      absent) [ ! -e "$__autovenv_path" ] && [ ! -L "$__autovenv_path" ] || return 1 ;;
      dangling) [ -L "$__autovenv_path" ] && [ ! -e "$__autovenv_path" ] || return 1 ;;
      own) [ -O "$__autovenv_path" ] || return 1 ;;
      leads)
        __autovenv_value=${__autovenv_path#*"$__autovenv_tab"}
        case $__autovenv_value in
          /*) ;;
          *) __autovenv_value=$1/$__autovenv_value ;;
        esac
        [ "${__autovenv_path%%"$__autovenv_tab"*}" -ef "$__autovenv_value" ] || return 1
        ;;
      variable)
        __autovenv_path=${__autovenv_value%%=*}
        case $__autovenv_path in
          '' | [0-9]* | *[!A-Za-z0-9_]*) return 1 ;;
        esac
        eval "__autovenv_path=\${$__autovenv_path-}"
        [ "$__autovenv_path" = "${__autovenv_value#*=}" ] || return 1
        ;;
      also | warning | hint | outer) ;;
      end) __autovenv_whole=1 ;;
      *) return 1 ;;
    esac
  done <"$__autovenv_record"
  [ -n "$__autovenv_whole" ] && [ -n "$__autovenv_verdict" ] && [ -z "$__autovenv_sets" ]
}

# Tells whether a directory without a record holds a name that makes it worth a look.
__autovenv_marked() {
  for __autovenv_word in '@MARKERS@'; do
    [ ! -e "$__autovenv_directory/$__autovenv_word" ] && [ ! -L "$__autovenv_directory/$__autovenv_word" ] || return 0
  done
  return 1
}

# An sh that compares whole seconds (busybox) cannot tell a record that is out of date.
[ "$__autovenv_shims/.newer" -nt "$__autovenv_shims/.older" ] || __autovenv_ask "$@"

__autovenv_directory=${PWD-}
# The present directory may be gone. Below, an empty one is the root, which is looked at last.
case $__autovenv_directory in
  /*) ;;
  *) __autovenv_pass "$@" ;;
esac
while :; do
  # A path can end in slashes or be nothing but slashes, and each round must make it shorter.
  while [ "$__autovenv_directory" != "${__autovenv_directory%/}" ]; do
    __autovenv_directory=${__autovenv_directory%/}
  done
  __autovenv_verdict=none
  if [ -O "$__autovenv_state/at$__autovenv_directory/.autovenv-record" ]; then
    __autovenv_read "$__autovenv_directory" || __autovenv_ask "$@"
  elif __autovenv_marked; then
    __autovenv_ask "$@"
  fi
  case $__autovenv_verdict in
    stop)
      __autovenv_word="of \`${__autovenv_directory##*/}\`"
      # One by one: what is in a range, or in a class, differs from language to language.
      case ${__autovenv_directory##*/} in
        '' | *[!ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789\ \(\)_.,+@=~-]*)
          __autovenv_word='of this project'
          ;;
      esac
      printf 'autovenv: warning: the environment %s may not be used, so `%s` is the next one on PATH\n' \
        "$__autovenv_word" "$__autovenv_name" >&2
      break
      ;;
    use)
      [ "$__autovenv_name" != python ] || [ -x "$__autovenv_bin/python" ] || __autovenv_ask "$@"
      [ -f "$__autovenv_bin/$__autovenv_name" ] && [ -x "$__autovenv_bin/$__autovenv_name" ] || break
      # First, and there once. Without a PATH there is nothing after it: an empty entry is the present directory.
      __autovenv_rest=${PATH:+:$PATH:}
      while :; do
        case $__autovenv_rest in
          *":$__autovenv_bin:"*) ;;
          *) break ;;
        esac
        __autovenv_rest=${__autovenv_rest%%":$__autovenv_bin:"*}:${__autovenv_rest#*":$__autovenv_bin:"}
      done
      PATH=$__autovenv_bin${__autovenv_rest%:}
      if [ "$__autovenv_flavour" = conda ]; then
        export CONDA_PREFIX="$__autovenv_prefix" CONDA_DEFAULT_ENV="$__autovenv_label" \
          CONDA_PROMPT_MODIFIER="($__autovenv_label) "
      else
        export VIRTUAL_ENV="$__autovenv_prefix" VIRTUAL_ENV_PROMPT="$__autovenv_label"
      fi
      unset PYTHONHOME
      export PATH
      exec "$__autovenv_bin/$__autovenv_name" "$@"
      ;;
  esac
  case $__autovenv_directory in
    '' | "${HOME-}") break ;;
  esac
  for __autovenv_word in '@CEILINGS@'; do
    [ "$__autovenv_directory" != "$__autovenv_word" ] || break 2
  done
  __autovenv_directory=${__autovenv_directory%/*}
done
__autovenv_pass "$@"
