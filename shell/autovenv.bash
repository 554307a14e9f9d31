# autovenv: the right Python first in every shell. The hook for bash 3.2 and later.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # names are shared by functions through globals and dynamic scope

# == Loading, first part ===============================================================================================

# Aliases are expanded while functions are defined, so they are off until the end of this file.
\builtin shopt -q expand_aliases && __autovenv_aliases=1 || __autovenv_aliases=
\builtin shopt -u expand_aliases

# A function cannot have come in as a variable: without it, state of that name is a stranger's.
if ! builtin declare -F __autovenv_update >/dev/null; then
  builtin unset -v __autovenv_root __autovenv_prefix __autovenv_bin __autovenv_name __autovenv_flavour \
    __autovenv_here __autovenv_path __autovenv_venv __autovenv_old_path __autovenv_entered_path \
    __autovenv_held __autovenv_off __autovenv_hand __autovenv_label __autovenv_told __autovenv_options \
    __autovenv_adopted
fi

# == Settings ==========================================================================================================

__autovenv_tool=('@EXECUTABLE@')

# Takes the settings, each `name=value`.
__autovenv_configure() {
  local word
  __autovenv_names=() __autovenv_markers=() __autovenv_ceilings=() __autovenv_silence=' '
  for word in "$@"; do
    case $word in
      version=*) __autovenv_version=${word#*=} ;;
      state=*) __autovenv_state=${word#*=} ;;
      wrap_cd=*) __autovenv_wrap_cd=${word#*=} ;;
      prompt=*) __autovenv_show=${word#*=} ;;
      ceiling=*) __autovenv_ceilings+=("${word#*=}") ;;
      silence=*) __autovenv_silence+="${word#*=} " ;;
      name=*) __autovenv_names+=("${word#*=}") ;;
      marker=*) __autovenv_markers+=("${word#*=}") ;;
    esac
  done
}

# == Manners ===========================================================================================================

# Puts the user's options aside; a door calls this first.
__autovenv_shield() {
  # Set by a door that Ctrl-C left open: those were the user's options.
  [[ -z ${__autovenv_options-} ]] || __autovenv_unshield
  __autovenv_options=.
  case $- in
    *[aETu]*)
      __autovenv_options+=$-
      builtin set +aETu
      ;;
  esac
  if builtin shopt -q nocasematch; then
    __autovenv_options+=N
    builtin shopt -u nocasematch
  fi
}

# Gives the user's options back; a door calls this last.
__autovenv_unshield() {
  local options=$__autovenv_options
  __autovenv_options=
  [[ $options != . ]] || return 0
  [[ $options != *N* ]] || builtin shopt -s nocasematch
  [[ $options != *E* ]] || builtin set -E
  [[ $options != *T* ]] || builtin set -T
  [[ $options != *u* ]] || builtin set -u
  [[ $options != *a* ]] || builtin set -a
}

# == Messages ==========================================================================================================

# Prints a message, its kind first, once in this shell.
__autovenv_say() {
  local kind=$1 level=$2 what=$3 why=$4 hint=$5 text
  [[ $__autovenv_silence != *" $kind "* ]] || return 0
  text="autovenv: $level: $what"
  [[ -z $why ]] || text+=$'\n'"  why: $why"
  [[ -z $hint ]] || text+=$'\n'"  hint: $hint"
  # A subshell cannot remember that it said something, and may be somebody's input.
  [[ $BASH_SUBSHELL == 0 && $__autovenv_told != *$'\a'"$text"$'\a'* ]] || return 0
  __autovenv_told+=$'\a'$text$'\a'
  builtin printf '%s\n' "$text" >&2
}

# Makes a path fit for a message: home as ~, and nothing in it that a terminal obeys.
__autovenv_tidy() {
  local text=$1 mark at shown='' character
  if [[ -n ${HOME-} && $HOME != / && "$text/" == "$HOME/"* ]]; then
    text="~${text#"$HOME"}"
  fi
  for mark in $'\330\234' $'\342\200\216' $'\342\200\217' $'\342\200\250' $'\342\200\251' $'\342\200\252' $'\342\200\253' \
    $'\342\200\254' $'\342\200\255' $'\342\200\256' $'\342\201\246' $'\342\201\247' $'\342\201\250' $'\342\201\251'; do
    while [[ $text == *"$mark"* ]]; do
      text="${text%%"$mark"*}?${text#*"$mark"}"
    done
  done
  if [[ $text == *[[:cntrl:]]* ]]; then
    for ((at = 0; at < ${#text}; at++)); do
      character=${text:at:1}
      [[ $character != [[:cntrl:]] ]] || character='?'
      shown+=$character
    done
    text=$shown
  fi
  __autovenv_reply=$text
}

# == Records ===========================================================================================================

# Reads lines of a record for a directory; false when it is torn, or when something it was made from has changed.
__autovenv_read() {
  local directory=$1 record=$2 line word path value stamp token verdict='' flavour='' prefix='' bin='' name=''
  local same=() stamps=() newer=() exists=() absent=() dangling=() warnings=() hints=()
  [[ ${__autovenv_lines[0]-} == 'autovenv-record 1 '* && ${__autovenv_lines[${#__autovenv_lines[@]} - 1]} == end ]] || return 1
  token=${__autovenv_lines[0]##* }
  for line in "${__autovenv_lines[@]}"; do
    word=${line%% *}
    value=${line#* }
    path=$value
    [[ $word != same ]] || path=${value#* }
    [[ $path == /* ]] || path=$directory/$path
    case $word in
      same)
        stamp=${record%/*}/.autovenv-$token.${value%% *}
        [[ ! $path -nt $stamp && ! $path -ot $stamp ]] || return 1
        same+=("$path") stamps+=("$stamp")
        ;;
      newer)
        [[ -e $path && ! $path -nt $record ]] || return 1
        newer+=("$path")
        ;;
      exists)
        [[ -e $path ]] || return 1
        exists+=("$path")
        ;;
      absent)
        [[ ! -e $path && ! -L $path ]] || return 1
        # What is missing outside the project is looked for on a move only.
        [[ $value == /* ]] || absent+=("$path")
        ;;
      dangling)
        [[ -L $path && ! -e $path ]] || return 1
        dangling+=("$path")
        ;;
      variable)
        name=${value%%=*}
        [[ $name != *[!A-Za-z0-9_]* && ${!name-} == "${value#*=}" ]] || return 1
        ;;
      verdict) verdict=$value ;;
      flavour) flavour=$value ;;
      prefix) prefix=$path ;;
      bin) bin=$path ;;
      name) __autovenv_found_name=$value ;;
      warning) warnings+=("$value") ;;
      hint) hints+=("$value") ;;
    esac
  done
  [[ $token == - ]] || exists+=("${record%/*}/.autovenv-$token.0")
  __autovenv_found_verdict=$verdict __autovenv_found_flavour=$flavour __autovenv_found_prefix=$prefix __autovenv_found_bin=$bin
  __autovenv_same+=("${same[@]}") __autovenv_stamps+=("${stamps[@]}")
  __autovenv_exists+=("${exists[@]}") __autovenv_absent+=("${absent[@]}") __autovenv_dangling+=("${dangling[@]}")
  __autovenv_warnings+=("${warnings[@]}") __autovenv_hints+=("${hints[@]}")
  for path in "${newer[@]}"; do
    __autovenv_newer+=("$path") __autovenv_records+=("$record")
  done
}

# Starts the resolver for a directory and reads what it prints.
__autovenv_ask() {
  local directory=$1 text
  if text=$("${__autovenv_tool[@]}" resolve $__autovenv_coarse "${directory:-/}" </dev/null 2>/dev/null); then
    IFS=$'\n' builtin read -r -d '' -a __autovenv_lines <<<"$text"
    __autovenv_fresh=1
    __autovenv_read "$directory" "$__autovenv_state/at$directory/.autovenv-record" && return
  fi
  __autovenv_tidy "${__autovenv_tool[0]}"
  __autovenv_say tool warning 'autovenv could not be started; only projects that it knows are activated' \
    "\`$__autovenv_reply\` is gone or fails" 'install autovenv again, then start a new shell'
  return 1
}

# Tells whether a directory holds a name that makes it worth a look.
__autovenv_marked() {
  local name
  for name in "${__autovenv_names[@]}"; do
    [[ ! -e $1/$name && ! -L $1/$name ]] || return 0
  done
  for name in "${__autovenv_markers[@]}"; do
    [[ ! -e $1/$name ]] || return 0
  done
  return 1
}

# Walks up from the present directory to the first one with an environment, into __autovenv_found*.
__autovenv_find() {
  local directory=$PWD record name fresh
  __autovenv_same=() __autovenv_stamps=() __autovenv_newer=() __autovenv_records=()
  __autovenv_exists=() __autovenv_absent=() __autovenv_dangling=() __autovenv_warnings=() __autovenv_hints=()
  __autovenv_found=''
  while :; do
    # A path can end in slashes or be nothing but slashes, and each round must make it shorter.
    while [[ $directory == */ ]]; do directory=${directory%/}; done
    record=$__autovenv_state/at$directory/.autovenv-record
    __autovenv_found_verdict=
    if [[ -O $record ]]; then
      IFS=$'\n' builtin read -r -d '' -a __autovenv_lines <"$record"
      __autovenv_read "$directory" "$record" || __autovenv_ask "$directory"
    elif __autovenv_marked "$directory"; then
      __autovenv_ask "$directory"
    elif [[ $directory == "$PWD" ]]; then
      for name in "${__autovenv_names[@]}"; do __autovenv_absent+=("$directory/$name"); done
    fi
    case $__autovenv_found_verdict in
      use | stop)
        __autovenv_found=${directory:-/}
        return
        ;;
    esac
    [[ $directory == /* && $directory != "${HOME-}" ]] || return 0
    for name in "${__autovenv_ceilings[@]}"; do
      [[ $directory != "$name" ]] || return 0
    done
    directory=${directory%/*}
  done
}

# Tells whether a path that the last walk looked at has changed.
__autovenv_changed() {
  local at path
  for at in "${!__autovenv_same[@]}"; do
    [[ ! ${__autovenv_same[at]} -nt ${__autovenv_stamps[at]} && ! ${__autovenv_same[at]} -ot ${__autovenv_stamps[at]} ]] || return 0
  done
  for at in "${!__autovenv_newer[@]}"; do
    [[ -e ${__autovenv_newer[at]} && ! ${__autovenv_newer[at]} -nt ${__autovenv_records[at]} ]] || return 0
  done
  for path in "${__autovenv_exists[@]}"; do
    [[ -e $path ]] || return 0
  done
  for path in "${__autovenv_absent[@]}"; do
    [[ ! -e $path && ! -L $path ]] || return 0
  done
  for path in "${__autovenv_dangling[@]}"; do
    [[ -L $path && ! -e $path ]] || return 0
  done
  return 1
}
