\builtin test "$-" = "${-#*i}" || \builtin eval '\builtin shopt -q interactive_comments && __autovenv_comments= || __autovenv_comments=1
\builtin shopt -s interactive_comments
# autovenv: the right Python first in every shell. The hook for bash 3.2 and later.
# shellcheck shell=bash
# shellcheck disable=SC1003,SC2016,SC2034,SC2154,SC2178,SC2317  # globals are shared; hints show commands as they are typed
# == Loading, first part ===============================================================================================

# Aliases are expanded while functions are defined, so they are off until the end of this file.
\builtin shopt -q expand_aliases && __autovenv_aliases=1 || __autovenv_aliases=
\builtin shopt -u expand_aliases
# Under `set -a` functions are exported as they are defined; the shield gives the flags back.
__autovenv_flags=$-
builtin set +a

# A function cannot have come in as a variable: without it, state of that name is a stranger'\''s.
if ! builtin declare -F __autovenv_update >/dev/null; then
  builtin unset -v __autovenv_root __autovenv_prefix __autovenv_bin __autovenv_name __autovenv_flavour \
    __autovenv_here __autovenv_seen __autovenv_old_path __autovenv_old_hand __autovenv_entered_path \
    __autovenv_held __autovenv_off __autovenv_hand __autovenv_shown __autovenv_told __autovenv_options \
    __autovenv_found __autovenv_owns_deactivate __autovenv_labelled __autovenv_framed __autovenv_lent __autovenv_lenders
fi

# == Manners ===========================================================================================================

# Puts the user'\''s options aside; a door calls this first.
__autovenv_shield() {
  # Set by a door that Ctrl-C left open: those were the user'\''s options.
  [[ -z ${__autovenv_options-} ]] || __autovenv_unshield
  __autovenv_options=.
  case ${__autovenv_flags=$-} in
    *[aekETu]*)
      __autovenv_options+=$__autovenv_flags
      builtin set +aekETu
      # Under `set -a` it was made for children too.
      builtin export -n __autovenv_options
      ;;
  esac
  builtin unset -v __autovenv_flags
  if builtin shopt -q nocasematch; then
    __autovenv_options+=N
    builtin shopt -u nocasematch
  fi
}

# Gives the user'\''s options back; a door calls this last.
__autovenv_unshield() {
  local options=$__autovenv_options
  __autovenv_options=
  [[ $options != . ]] || return 0
  [[ $options != *N* ]] || builtin shopt -s nocasematch
  [[ $options != *E* ]] || builtin set -E
  [[ $options != *T* ]] || builtin set -T
  [[ $options != *u* ]] || builtin set -u
  [[ $options != *a* ]] || builtin set -a
  [[ $options != *k* ]] || builtin set -k
  [[ $options != *e* ]] || builtin set -e
}

# From here to the end of the file too: `set -k` would take words away, `set -a` export what is ours.
__autovenv_shield

# == Settings ==========================================================================================================

__autovenv_tool=('\''/opt/autovenv/bin/python'\'' '\''-I'\'' '\''-S'\'' '\''/opt/autovenv/lib/autovenv/__main__.py'\'')

# Takes the settings, each `name=value`.
__autovenv_configure() {
  local word
  __autovenv_names=() __autovenv_markers=() __autovenv_ceilings=() __autovenv_silence='\'' '\''
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

# bash before 5.0 compares file times in whole seconds.
__autovenv_coarse=()
[[ ${BASH_VERSINFO[0]} -ge 5 ]] || __autovenv_coarse=(--coarse)

# == Messages ==========================================================================================================

# What a function finds it leaves in __autovenv_reply: a command substitution would cost a process.

# Prints a message, its kind first, once in this shell.
__autovenv_say() {
  local kind=$1 level=$2 what=$3 why=$4 hint=$5 text
  [[ $__autovenv_silence != *" $kind "* ]] || return 0
  text="autovenv: $level: $what"
  [[ -z $why ]] || text+=$'\''\n'\''"  why: $why"
  [[ -z $hint ]] || text+=$'\''\n'\''"  hint: $hint"
  # A subshell cannot remember that it said something, and may be somebody'\''s input.
  [[ $BASH_SUBSHELL == 0 && $__autovenv_told != *$'\''\a'\''"$text"$'\''\a'\''* ]] || return 0
  __autovenv_told+=$'\''\a'\''$text$'\''\a'\''
  builtin printf '\''%s\n'\'' "$text" >&2
}

# Makes a path fit for a message: home as ~, and nothing in it that a terminal obeys.
__autovenv_tidy() {
  local text=$1 mark at shown='\'''\'' character
  if [[ -n ${HOME-} && $HOME != / && "$text/" == "$HOME/"* ]]; then
    text="~${text#"$HOME"}"
  fi
  for mark in $'\''\330\234'\'' $'\''\342\200\216'\'' $'\''\342\200\217'\'' $'\''\342\200\250'\'' $'\''\342\200\251'\'' $'\''\342\200\252'\'' $'\''\342\200\253'\'' \
    $'\''\342\200\254'\'' $'\''\342\200\255'\'' $'\''\342\200\256'\'' $'\''\342\201\246'\'' $'\''\342\201\247'\'' $'\''\342\201\250'\'' $'\''\342\201\251'\''; do
    while [[ $text == *"$mark"* ]]; do
      text="${text%%"$mark"*}?${text#*"$mark"}"
    done
  done
  if [[ $text == *[[:cntrl:]]* ]]; then
    for ((at = 0; at < ${#text}; at++)); do
      character=${text:$at:1}
      [[ $character != [[:cntrl:]] ]] || character='\''?'\''
      shown+=$character
    done
    text=$shown
  fi
  __autovenv_reply=$text
}

# == Records ===========================================================================================================

# Reads the text of a record for a directory; false when it is torn, or when something it was made from has changed.
__autovenv_read() {
  local directory=$1 record=$2 fresh=$3 stamps line file reference late verdict same='\'''\'' stamp='\'''\'' newer='\'''\'' there='\'''\'' more=() moved=() wanted=() warnings=() hints=()
  builtin set -- "${__autovenv_lines[@]}"
  [[ $1 == "autovenv-record 2 "* && ${*:$#} == end ]] || return 1
  stamps=${record%/*}/.autovenv-${1##* }.
  __autovenv_found_flavour='\'''\'' __autovenv_found_prefix='\'''\'' __autovenv_found_bin='\'''\'' __autovenv_found_name='\'''\'' __autovenv_found_sets=()
  builtin shift
  for line; do
    late=
    if [[ $line == "moved "* ]]; then late=1 line=${line#moved }; fi
    file=${line#* }
    if [[ $line == "same "* ]]; then
      reference=$stamps${file%% *} file=${file#* }
    fi
    [[ $file == /* ]] || file=$directory/$file
    case $late$line in
      "verdict "*) verdict=${line#* } ;;
      "flavour "*) __autovenv_found_flavour=${line#* } ;;
      "prefix "*) __autovenv_found_prefix=$file ;;
      "bin "*) __autovenv_found_bin=$file ;;
      "name "*) __autovenv_found_name=${line#* } ;;
      "set "*) __autovenv_found_sets+=("${line#* }") ;;
      "same "*)
        if [[ -z $same ]]; then same=$file stamp=$reference; else more+=(-o "$file" -nt "$reference" -o "$file" -ot "$reference"); fi
        ;;
      "1same "*) moved+=(-o "$file" -nt "$reference" -o "$file" -ot "$reference") ;;
      "newer "*)
        # That it is gone is looked for after a move only.
        moved+=(-o ! -e "$file")
        if [[ $fresh == known ]]; then continue; fi
        if [[ -z $newer ]]; then newer=$file; else more+=(-o "$file" -nt "$record"); fi
        ;;
      "1newer "*) moved+=(-o ! -e "$file" -o "$file" -nt "$record") ;;
      "exists "*)
        if [[ -z $there ]]; then there=$file; else more+=(-o ! -e "$file"); fi
        ;;
      "1exists "*) moved+=(-o ! -e "$file") ;;
      "absent "*) [[ $line$fresh == "absent .known" ]] || more+=(-o -e "$file" -o -L "$file") ;;
      "1absent "*) moved+=(-o -e "$file" -o -L "$file") ;;
      "dangling "*) more+=(-o ! -L "$file" -o -e "$file") ;;
      "1dangling "*) moved+=(-o ! -L "$file" -o -e "$file") ;;
      "own "*) more+=(-o ! -O "$file") ;;
      "1own "*) moved+=(-o ! -O "$file") ;;
      "leads "* | "1leads "*)
        reference=${file#*$'\''\t'\''}
        [[ $reference == /* ]] || reference=$directory/$reference
        if [[ -n $late ]]; then
          moved+=(-o ! "${file%%$'\''\t'\''*}" -ef "$reference")
        else
          more+=(-o ! "${file%%$'\''\t'\''*}" -ef "$reference")
        fi
        ;;
      "variable "*)
        [[ ${line#* } == [A-Za-z_]*=* && ${line%%=*} != "variable "*[!A-Za-z0-9_]* ]] || return 1
        wanted+=("${line#* }")
        ;;
      "warning "*) warnings+=("${line#* }") ;;
      "hint "*) hints+=("${line#* }") ;;
      end) ;;
      # Of another version.
      *) return 1 ;;
    esac
  done
  # The first stamp is the sign that the record is current; what is compared with it shows that already.
  [[ $stamp == "${stamps}0" || $stamps == *-. ]] || more+=(-o ! -e "${stamps}0")
  moved=(${moved[@]+"${moved[@]}"} ${more[@]+"${more[@]}"})
  if [[ $fresh != fresh ]]; then
    [[ ! $same -nt $stamp && ! $same -ot $stamp && ! $newer -nt $record && -e ${there:-/} ]] || return 1
    [[ -z ${moved[0]-} ]] || ! builtin test '\'''\'' "${moved[@]}" || return 1
    [[ -z ${wanted[0]-} ]] || __autovenv_expect "${wanted[@]}" || return 1
  fi
  __autovenv_found_verdict=$verdict
  if [[ $verdict != stop && $fresh != known && $stamps != *-. && -z ${warnings[0]-}${hints[0]-}${__autovenv_found_sets[0]-} ]]; then
    __autovenv_keep "$directory" "$verdict" "$__autovenv_found_flavour" "$__autovenv_found_prefix" "$__autovenv_found_bin" "$__autovenv_found_name" \
      "$same" "$stamp" "$newer" "${newer:+$record}" "${there:-/}" "${#moved[@]}" "${moved[@]}" "${#more[@]}" "${more[@]}" "${wanted[@]}"
  fi
  if [[ -z $__autovenv_same ]]; then
    __autovenv_same=$same __autovenv_stamp=$stamp
  elif [[ -n $same ]]; then
    more+=(-o "$same" -nt "$stamp" -o "$same" -ot "$stamp")
  fi
  if [[ -z $__autovenv_newer ]]; then
    __autovenv_newer=$newer __autovenv_record=${newer:+$record}
  elif [[ -n $newer ]]; then
    more+=(-o "$newer" -nt "$record")
  fi
  if [[ $__autovenv_there == / ]]; then
    __autovenv_there=${there:-/}
  elif [[ -n $there ]]; then
    more+=(-o ! -e "$there")
  fi
  [[ -z ${more[0]-} ]] || __autovenv_more+=("${more[@]}")
  [[ -z ${warnings[0]-} ]] || __autovenv_warnings+=("${warnings[@]}")
  [[ -z ${hints[0]-} ]] || __autovenv_hints+=("${hints[@]}")
}

# Tells whether variables, each `name=value`, have the values that a record was made with.
__autovenv_expect() {
  local line name
  for line; do
    name=${line%%=*}
    [[ ${!name-} != "${line#*=}" ]] || continue
    # What is not exported is not set, for the resolver as for the tools.
    __autovenv_describe "$name"
    [[ $__autovenv_reply != *x* && -z ${line#*=} ]] || return 1
  done
}

# Keeps what was read of a directory in the shell'\''s memory.
__autovenv_keep() {
  local directory=${1:-/} number
  [[ -n $__autovenv_memory ]] || return 0
  number=${__autovenv_kept[$directory]-${#__autovenv_kept[@]}}
  builtin shift
  builtin eval "__autovenv_kept_$number=(\"\$@\")"
  __autovenv_kept[$directory]=$number
}

# Takes from memory what was read of a directory; false when something that its record was made from has changed.
__autovenv_recall() {
  local verdict name="__autovenv_kept_${__autovenv_kept[$1]}[@]" moved more
  builtin set -- "${!name}"
  [[ ! $6 -nt $7 && ! $6 -ot $7 && ! $8 -nt $9 && -e ${10} ]] || return 1
  moved=("${@:12:${11}}")
  [[ -z ${moved[0]-} ]] || ! builtin test '\'''\'' "${moved[@]}" || return 1
  verdict=$1 __autovenv_found_flavour=$2 __autovenv_found_prefix=$3 __autovenv_found_bin=$4 __autovenv_found_name=$5 __autovenv_found_sets=() \
  __autovenv_same=$6 __autovenv_stamp=$7 __autovenv_newer=$8 __autovenv_record=$9 __autovenv_there=${10}
  builtin shift $((11 + ${11}))
  more=("${@:2:$1}")
  builtin shift $((1 + $1))
  (($# == 0)) || __autovenv_expect "$@" || {
    __autovenv_same='\'''\'' __autovenv_stamp='\'''\'' __autovenv_newer='\'''\'' __autovenv_record='\'''\'' __autovenv_there=/
    return 1
  }
  [[ -z ${more[0]-} ]] || __autovenv_more+=("${more[@]}")
  __autovenv_found_verdict=$verdict
}

# Reads the file of a record, if it is ours.
__autovenv_load() {
  __autovenv_lines=()
  [[ -O $1 ]] || return 1
  IFS=$'\''\n'\'' builtin read -r -d '\'''\'' -a __autovenv_lines <"$1" || :
}

# Starts the resolver for a directory and reads what it prints.
__autovenv_ask() {
  local directory=$1 record=$2 text
  if text=$("${__autovenv_tool[@]}" resolve "${__autovenv_coarse[@]}" "${directory:-/}" </dev/null 2>/dev/null); then
    IFS=$'\''\n'\'' builtin read -r -d '\'''\'' -a __autovenv_lines <<<"$text"
    __autovenv_read "$directory" "$record" fresh && return
  fi
  __autovenv_tidy "${__autovenv_tool[0]}"
  __autovenv_say tool warning '\''autovenv could not be started; only projects that it knows are activated'\'' \
    "\`$__autovenv_reply\` is gone or fails" '\''install autovenv again, then start a new shell'\''
  # A record that is out of date is better than none, as long as the environment in it is there and the same.
  __autovenv_load "$record" && __autovenv_read "$directory" "$record" known
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

# Walks up from the present directory to the first one with an environment.
__autovenv_find() {
  local directory=$PWD record name
  # What a prompt looks at: a file that must be as old as its stamp, one that must not be newer than its record, one that
  # must be there, and what else must not be, in the words of `test`, which takes no absolute path for one of them.
  __autovenv_same='\'''\'' __autovenv_stamp='\'''\'' __autovenv_newer='\'''\'' __autovenv_record='\'''\'' __autovenv_there=/ __autovenv_more=() __autovenv_warnings=() __autovenv_hints=()
  __autovenv_found='\'''\''
  while :; do
    # A path can end in slashes or be nothing but slashes, and each round must make it shorter.
    while [[ $directory == */ ]]; do directory=${directory%/}; done
    record=$__autovenv_state/at$directory/.autovenv-record
    __autovenv_found_verdict=
    # Only the first of a walk: of a second one, what a prompt looks at would have to be put together anew.
    if [[ -n $__autovenv_memory && -n ${__autovenv_kept[${directory:-/}]-} && $__autovenv_there$__autovenv_record$__autovenv_same == / ]] && __autovenv_recall "${directory:-/}"; then
      :
    elif [[ -O $record ]] && __autovenv_load "$record"; then
      __autovenv_read "$directory" "$record" '\'''\'' || __autovenv_ask "$directory" "$record"
    elif __autovenv_marked "$directory"; then
      __autovenv_ask "$directory" "$record"
    elif [[ $directory == "$PWD" ]]; then
      for name in "${__autovenv_names[@]}"; do __autovenv_more+=(-o -e "$directory/$name" -o -L "$directory/$name"); done
    fi
    if [[ $__autovenv_found_verdict == use || $__autovenv_found_verdict == stop ]]; then
      __autovenv_found=${directory:-/}
      return
    fi
    [[ $directory == /* && $directory != "${HOME-}" ]] || return 0
    for name in "${__autovenv_ceilings[@]}"; do
      [[ $directory != "$name" ]] || return 0
    done
    directory=${directory%/*}
  done
}

# Tells whether a path that the last walk looked at has changed.
__autovenv_changed() {
  [[ ! $__autovenv_same -nt $__autovenv_stamp && ! $__autovenv_same -ot $__autovenv_stamp && ! $__autovenv_newer -nt $__autovenv_record && -e $__autovenv_there ]] || return 0
  builtin test '\'''\'' "${__autovenv_more[@]}"
}

# == Environment =======================================================================================================

# Cuts a PATH, between colons, at an entry or several in a row that are in it.
__autovenv_cut() {
  # By lengths: to look for a pattern from the left takes time by the square of what is found.
  __autovenv_before=${1%%":$2:"*}
  __autovenv_after=${1:${#__autovenv_before}+${#2}+2}
}

# Takes a directory out of a PATH.
__autovenv_strip() {
  local entries=:$1:
  while [[ $entries == *":$2:"* ]]; do
    __autovenv_cut "$entries" "$2"
    entries=$__autovenv_before:$__autovenv_after
  done
  entries=${entries#:}
  __autovenv_reply=${entries%:}
}

# Makes of a PATH what it would be without us.
__autovenv_clean() {
  local previous next entries=:$1:
  if [[ -n ${__autovenv_old_path+set} && $1 == "$__autovenv_entered_path" ]]; then
    __autovenv_reply=$__autovenv_old_path
    return
  fi
  if [[ -n ${__autovenv_old_path-} && $entries == *":$__autovenv_entered_path:"* ]]; then
    # Nothing was changed but before and behind it.
    __autovenv_cut "$entries" "$__autovenv_entered_path"
    entries=$__autovenv_before:$__autovenv_old_path:$__autovenv_after
    entries=${entries#:}
    __autovenv_reply=${entries%:}
    return
  fi
  if [[ $entries == *":$__autovenv_bin:"* ]]; then
    # The first is ours, others were put there by hand.
    __autovenv_cut "$entries" "$__autovenv_bin"
    entries=$__autovenv_before:$__autovenv_after
  fi
  __autovenv_reply=${entries#:}
  __autovenv_reply=${__autovenv_reply%:}
  [[ -n ${__AUTOVENV_BETWEEN+set} ]] || return 0
  # It was on PATH before we came: it goes back between the entries that it stood between.
  previous=${__AUTOVENV_BETWEEN%%:*} next=${__AUTOVENV_BETWEEN#*:}
  if [[ -n $previous && $entries == *":$previous:"* ]]; then
    __autovenv_cut "$entries" "$previous"
    entries=$__autovenv_before:$previous:$__autovenv_bin:$__autovenv_after
  elif [[ -n $next && $entries == *":$next:"* ]]; then
    __autovenv_cut "$entries" "$next"
    entries=$__autovenv_before:$__autovenv_bin:$next:$__autovenv_after
  else
    entries=$entries$__autovenv_bin:
  fi
  entries=${entries#:}
  __autovenv_reply=${entries%:}
}

# Tells the attributes of a variable: an x among them is exported, an a is an array.
__autovenv_describe() {
  if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 404)); then
    __autovenv_reply=
    [[ -z ${!1+set} ]] || __autovenv_reply=${!1@a}
  else
    # The only subshell of the hook: before 4.4, and where the variable is set.
    __autovenv_reply=$(builtin declare -p "$1" 2>/dev/null)
    __autovenv_reply=${__autovenv_reply#declare -}
    __autovenv_reply=${__autovenv_reply%% *}
  fi
}

# Tells whether a variable can be given a value: to try would end the function that does.
__autovenv_writable() {
  if [[ ${BASH_VERSINFO[0]} -ge 5 && -n ${!1+set} ]]; then
    [[ ${!1@a} != *r* ]]
  else
    builtin local "$1" 2>/dev/null
  fi
}

# Gives a variable a value, exported, and keeps what it was before in __AUTOVENV_OLD_<name>.
__autovenv_put() {
  local name=$1 old=__AUTOVENV_OLD_$1
  [[ -z ${!name+set} ]] || __autovenv_writable "$name" || return 0
  if [[ -n ${!name+set} ]]; then
    __autovenv_describe "$name"
    # The first character says whether it was exported.
    if [[ $__autovenv_reply == *x* ]]; then
      builtin export "$old==${!name}"
    else
      builtin export "$old=-${!name}"
    fi
    builtin unset -v "$name"
  elif [[ -n ${!old+set} ]]; then
    builtin unset -v "$old"
  fi
  if (($# > 1)); then builtin export "$name=$2"; fi
}

# Gives a variable back what it was before, unless the user has changed it since.
__autovenv_restore() {
  local name=$1 old=__AUTOVENV_OLD_$1
  __autovenv_writable "$name" || return 0
  if [[ ${!name-} == "${2-}" && (-n ${!name+set} || $# == 1) ]]; then
    builtin unset -v "$name"
    case ${!old-} in
      "="*) builtin export "$name=${!old#?}" ;;
      "-"*) builtin printf -v "$name" '\''%s'\'' "${!old#?}" ;;
    esac
  fi
  [[ -z ${!old+set} ]] || builtin unset -v "$old"
}

# Activates the environment that was found.
__autovenv_enter() {
  local name
  for name in PATH VIRTUAL_ENV VIRTUAL_ENV_PROMPT; do
    [[ -z ${!name+set} ]] || __autovenv_writable $name || {
      __autovenv_say path warning "\`$name\` cannot be changed, so nothing is activated" '\''it was made readonly in this shell'\'' \
        "take \`readonly $name\` out of your startup files"
      return 0
    }
  done
  # Empty first, set at the very end: what a Ctrl-C leaves half done is cleaned up like what a parent shell left.
  __autovenv_root=
  __autovenv_prefix=$__autovenv_found_prefix __autovenv_bin=$__autovenv_found_bin
  __autovenv_name=$__autovenv_found_name __autovenv_flavour=$__autovenv_found_flavour
  __AUTOVENV_PREFIX=$__autovenv_prefix __AUTOVENV_BIN=$__autovenv_bin
  builtin export __AUTOVENV_PREFIX __AUTOVENV_BIN
  if [[ $__autovenv_flavour == conda ]]; then
    __autovenv_put CONDA_PREFIX "$__autovenv_prefix"
    __autovenv_put CONDA_DEFAULT_ENV "$__autovenv_name"
    __autovenv_put CONDA_PROMPT_MODIFIER "($__autovenv_name) "
  else
    __autovenv_put VIRTUAL_ENV "$__autovenv_prefix"
    __autovenv_put VIRTUAL_ENV_PROMPT "$__autovenv_name"
  fi
  [[ -z ${PYTHONHOME+set}${__AUTOVENV_OLD_PYTHONHOME+set} ]] || __autovenv_put PYTHONHOME
  __autovenv_old_path=${PATH-} __autovenv_old_hand=${_OLD_VIRTUAL_PATH-}
  builtin unset -v __AUTOVENV_BETWEEN
  if [[ :$__autovenv_old_path: == *":$__autovenv_bin:"* ]]; then
    __autovenv_cut ":$__autovenv_old_path::" "$__autovenv_bin"
    __AUTOVENV_BETWEEN=${__autovenv_before##*:}:${__autovenv_after%%:*}
    builtin export __AUTOVENV_BETWEEN
  fi
  __autovenv_reply=$__autovenv_old_path
  [[ -z ${__AUTOVENV_BETWEEN+set} ]] || __autovenv_strip "$__autovenv_old_path" "$__autovenv_bin"
  # Assigning PATH also drops the command hash.
  PATH=$__autovenv_bin${__autovenv_reply:+:$__autovenv_reply} __autovenv_entered_path=$__autovenv_bin${__autovenv_reply:+:$__autovenv_reply}
  builtin export PATH
  # Takes away an attribute that no function has: that prints nothing and tells whether there is one.
  if ! builtin declare -f +i deactivate; then
    deactivate() { __autovenv_deactivate "$@"; }
    __autovenv_owns_deactivate=1
  fi
  __autovenv_root=$__autovenv_found
}

# Goes straight from one environment to the next, if all is as it was left.
__autovenv_switch() {
  [[ -n $__autovenv_root && $__autovenv_flavour == venv && $__autovenv_found_flavour == venv &&
    ${PATH-} == "${__autovenv_entered_path-}" && ${VIRTUAL_ENV-} == "$__autovenv_prefix" &&
    ${VIRTUAL_ENV_PROMPT-} == "$__autovenv_name" && -z ${PYTHONHOME+set}${__AUTOVENV_BETWEEN+set} &&
    :$__autovenv_old_path: != *":$__autovenv_found_bin:"* &&
    (${BASH_VERSINFO[0]} -lt 5 || ${PATH@a}${VIRTUAL_ENV@a}${VIRTUAL_ENV_PROMPT@a} != *r*) ]] || return 1
  [[ -z ${DIRENV_DIFF-}${__MISE_DIFF-} ]] || __autovenv_lend
  # In one command: what comes between two could be a Ctrl-C. Assigning PATH also drops the command hash.
  __autovenv_root=$__autovenv_found __autovenv_prefix=$__autovenv_found_prefix __autovenv_bin=$__autovenv_found_bin \
    __autovenv_name=$__autovenv_found_name __AUTOVENV_PREFIX=$__autovenv_found_prefix __AUTOVENV_BIN=$__autovenv_found_bin \
    VIRTUAL_ENV=$__autovenv_found_prefix VIRTUAL_ENV_PROMPT=$__autovenv_found_name \
    PATH=$__autovenv_found_bin${__autovenv_old_path:+:$__autovenv_old_path} __autovenv_entered_path=$__autovenv_found_bin${__autovenv_old_path:+:$__autovenv_old_path}
}

# Takes back what entering did.
__autovenv_leave() {
  [[ -n $__autovenv_root ]] || return 0
  if [[ $__autovenv_flavour == conda ]]; then
    __autovenv_restore CONDA_PROMPT_MODIFIER "($__autovenv_name) "
    __autovenv_restore CONDA_DEFAULT_ENV "$__autovenv_name"
    __autovenv_restore CONDA_PREFIX "$__autovenv_prefix"
  else
    __autovenv_restore VIRTUAL_ENV_PROMPT "$__autovenv_name"
    __autovenv_restore VIRTUAL_ENV "$__autovenv_prefix"
  fi
  [[ -z ${__AUTOVENV_OLD_PYTHONHOME+set} ]] || __autovenv_restore PYTHONHOME
  __autovenv_clean "${PATH-}"
  ! __autovenv_writable PATH || PATH=$__autovenv_reply
  __autovenv_lend
  __autovenv_forget
}

# Forgets what is active, without touching it.
__autovenv_forget() {
  __autovenv_root=
  builtin unset -v __AUTOVENV_PREFIX __AUTOVENV_BIN __AUTOVENV_BETWEEN __autovenv_old_path
  if [[ -n $__autovenv_owns_deactivate ]]; then
    builtin unset -f deactivate
    __autovenv_owns_deactivate=
  fi
}

# Cleans up what a parent shell had activated; it is found again where it belongs.
__autovenv_adopt() {
  local commands
  if [[ -n ${__AUTOVENV_PREFIX-} ]]; then
    for commands in /bin /Scripts '\'''\''; do
      # Whoever made these variables, only an environment'\''s own directory is taken off PATH.
      [[ ${__AUTOVENV_BIN-} == "$__AUTOVENV_PREFIX$commands" ]] || continue
      __autovenv_prefix=$__AUTOVENV_PREFIX __autovenv_bin=$__AUTOVENV_BIN __autovenv_root=/
      __autovenv_flavour=venv __autovenv_name=${VIRTUAL_ENV_PROMPT-}
      if [[ ${VIRTUAL_ENV-} != "$__autovenv_prefix" && ${CONDA_PREFIX-} == "$__autovenv_prefix" ]]; then
        __autovenv_flavour=conda __autovenv_name=${CONDA_DEFAULT_ENV-}
      fi
      # An exported PS1 came along with its label.
      __autovenv_escape "$__autovenv_name"
      [[ -n $__autovenv_shown ]] || __autovenv_shown="($__autovenv_reply) "
      __autovenv_leave
      break
    done
  fi
  builtin unset -v __AUTOVENV_PREFIX __AUTOVENV_BIN __AUTOVENV_BETWEEN
}

# Notes an environment that is left while direnv or mise holds variables as they were with it: it is lent to them.
__autovenv_lend() {
  [[ -n ${DIRENV_DIFF-}${__MISE_DIFF-} && -z ${__AUTOVENV_BETWEEN+set} ]] || return 0
  __autovenv_lent+=("$__autovenv_prefix" "$__autovenv_bin" "$__autovenv_name")
}

# Takes away what direnv (2.32) or mise (2026.9) has brought back. What is active is left, to be entered anew: first on PATH.
__autovenv_recover() {
  local at chosen='\'''\'' bin=$__autovenv_bin
  # Where they had none of theirs active, the one that is now has not come back: they have chosen it.
  [[ -n $__autovenv_hand || -z ${DIRENV_DIFF-}${__MISE_DIFF-} ]] || chosen=${VIRTUAL_ENV-}
  if [[ -n $__autovenv_root && ${_OLD_VIRTUAL_PATH-} == "$__autovenv_old_hand" ]]; then
    # They may have put it there once more.
    [[ -z ${__AUTOVENV_BETWEEN+set} ]] || bin=
    __autovenv_leave
    [[ -z $bin ]] || {
      __autovenv_strip "${PATH-}" "$bin"
      PATH=$__autovenv_reply
    }
  fi
  # Nobody deactivated by hand what they took away.
  __autovenv_hand=
  for ((at = 0; at < ${#__autovenv_lent[@]}; at += 3)); do
    [[ ${__autovenv_lent[at]} != "$chosen" ]] || continue
    __autovenv_strip "${PATH-}" "${__autovenv_lent[at + 1]}"
    PATH=$__autovenv_reply
    [[ ${VIRTUAL_ENV-} != "${__autovenv_lent[at]}" ]] || builtin unset -v VIRTUAL_ENV
    [[ ${VIRTUAL_ENV_PROMPT-} != "${__autovenv_lent[at + 2]}" || -n ${VIRTUAL_ENV-} ]] || builtin unset -v VIRTUAL_ENV_PROMPT
  done
  [[ -n ${DIRENV_DIFF-}${__MISE_DIFF-} ]] || __autovenv_lent=()
}

# == What the user did by hand =========================================================================================

# Notices an environment that was activated or deactivated by hand since the last look.
__autovenv_reconcile() {
  local now=${VIRTUAL_ENV-}
  if [[ -n $__autovenv_root ]]; then
    [[ $__autovenv_flavour != conda ]] || now=${CONDA_PREFIX-}
    # A parent shell may have left that variable: only one that came after us is of a script sourced over ours.
    if [[ -n ${VIRTUAL_ENV-} && ${_OLD_VIRTUAL_PATH-} != "$__autovenv_old_hand" ]]; then
      __autovenv_yield
    elif [[ $now != "$__autovenv_prefix" ]]; then
      [[ -n $now && $__autovenv_flavour != conda ]] || __autovenv_held=$__autovenv_root
      __autovenv_leave
    elif [[ -z $__autovenv_seen ]]; then
      # The rc file was read again, and may have made PATH anew: what is active is left, to be entered first on PATH.
      __autovenv_leave
    fi
  elif [[ -n $__autovenv_hand && -z $now ]]; then
    # It takes over again at the next entry, not under the user'\''s hands.
    __autovenv_held=$__autovenv_found
  fi
}

# Gives way to an `activate` that was sourced over ours, so that its `deactivate` finds nothing of ours to bring back.
__autovenv_yield() {
  local entries given=$_OLD_VIRTUAL_PATH
  __autovenv_clean "$given"
  _OLD_VIRTUAL_PATH=$__autovenv_reply
  if [[ -n ${_OLD_VIRTUAL_PS1+set} && -n $__autovenv_shown ]]; then
    _OLD_VIRTUAL_PS1=${_OLD_VIRTUAL_PS1/#"$__autovenv_shown"/}
  fi
  if [[ -n ${__AUTOVENV_OLD_PYTHONHOME+set} ]]; then
    # What the script has put aside itself was set after us.
    [[ -n ${_OLD_VIRTUAL_PYTHONHOME-} ]] || _OLD_VIRTUAL_PYTHONHOME=${__AUTOVENV_OLD_PYTHONHOME#?}
    builtin unset -v __AUTOVENV_OLD_PYTHONHOME
  fi
  __autovenv_owns_deactivate=
  if [[ $VIRTUAL_ENV != "$__autovenv_prefix" ]]; then
    # Its name is the script'\''s, also where it is the same.
    [[ $__autovenv_flavour == conda ]] || __autovenv_name='\'''\''
    __autovenv_leave
    return
  fi
  # The same environment: what the script put first on PATH stays, ours goes.
  if [[ $PATH == "$__autovenv_bin:$given" ]]; then
    PATH=$__autovenv_bin:$_OLD_VIRTUAL_PATH
  else
    __autovenv_cut ":$PATH:" "$__autovenv_bin"
    entries=$__autovenv_before
    __autovenv_strip "$__autovenv_after" "$__autovenv_bin"
    entries+=:$__autovenv_bin:$__autovenv_reply
    entries=${entries#:}
    PATH=${entries%:}
  fi
  builtin unset -v __AUTOVENV_OLD_VIRTUAL_ENV __AUTOVENV_OLD_VIRTUAL_ENV_PROMPT
  __autovenv_forget
}

# == The wrong python ==================================================================================================

# Finds the first directory on PATH with a python.
__autovenv_seek() {
  local entries=${PATH-}:
  while [[ -n $entries ]]; do
    __autovenv_reply=${entries%%:*} entries=${entries#*:}
    # bash alone reads a quoted ~ on PATH as home.
    [[ $__autovenv_reply/ != [~]/* ]] || __autovenv_reply=${HOME-}${__autovenv_reply#"~"}
    [[ ! -f $__autovenv_reply/python || ! -x $__autovenv_reply/python ]] || return 0
  done
  __autovenv_reply=
  return 1
}

# Warns when `python` would run something from outside the project.
__autovenv_check() {
  local bin=$1 hint='\''run `autovenv doctor`'\'' word='\'''\'' python
  [[ -e $bin/python || -e $bin/python3 ]] || return 0
  if ((BASH_VERSINFO[0] >= 4)); then
    word=${BASH_ALIASES[python]-}
  elif builtin alias python >/dev/null 2>&1; then
    word=$(builtin alias python)
    word=${word#*=\'\''}
    word=${word%\'\''}
  fi
  if [[ -n $word ]]; then
    # What runs it and does not choose which one: Git for Windows makes an alias for `winpty python.exe`.
    while [[ $word == *[[:space:]]* ]]; do
      case ${word%%[[:space:]]*} in
        command | env | exec | noglob | nocorrect | winpty | *=*) word=${word#*[[:space:]]} ;;
        *) break ;;
      esac
    done
    word=${word%%[[:space:]]*}
    if [[ ${word##*/} != python* || (${word%/*} != "$word" && ${word%/*} != "$bin") || ! -e $bin/${word##*/} ]]; then
      __autovenv_tidy "$word"
      __autovenv_say alias warning "\`python\` is an alias for \`$__autovenv_reply\`, outside this project" \
        '\''an alias comes before every directory on PATH'\'' '\''run `unalias python`'\''
      return
    fi
  fi
  if builtin declare -f +i python; then
    __autovenv_say alias warning '\''`python` is a function, not the interpreter of this project'\'' \
      '\''a function comes before every directory on PATH'\'' '\''run `unset -f python`'\''
    return
  fi
  __autovenv_seek || return 0
  [[ $__autovenv_reply != "$bin" && ! $__autovenv_reply -ef $bin ]] || return 0
  __autovenv_tidy "$__autovenv_reply"
  python=$__autovenv_reply/python word=$__autovenv_reply
  if [[ -n $__autovenv_hand ]]; then
    __autovenv_tidy "$__autovenv_hand"
    # What a parent shell activated came without its function.
    ! builtin declare -f +i deactivate || hint='\''run `deactivate`, then `autovenv on`'\''
    __autovenv_say by-hand warning "\`python\` is \`$python\`, outside this project" \
      "\`$__autovenv_reply\` was activated by hand" "$hint"
    return
  fi
  __autovenv_tidy "${bin#"${__autovenv_found%/}/"}"
  if [[ ! -e $bin/python ]]; then
    __autovenv_say path warning "\`python\` is \`$python\`, outside this project" \
      "\`$__autovenv_reply\` has a \`python3\` and no \`python\`" '\''run `python3`'\''
  elif [[ :$PATH: == *":$bin:"* ]]; then
    __autovenv_say path warning "\`python\` is \`$python\`, outside this project" \
      "\`$word\` comes before \`$__autovenv_reply\` on PATH" "$hint"
  else
    __autovenv_say path warning "\`python\` is \`$python\`, outside this project" \
      "\`$__autovenv_reply\` is not on PATH any more" "$hint"
  fi
}

# Prints what there is to say about the present directory.
__autovenv_report() {
  # The usual case, as cheaply as can be: nothing.
  if [[ -z ${__autovenv_warnings[0]-} && -n $__autovenv_root && ${PATH-} == "$__autovenv_bin:"* && -x $__autovenv_bin/python &&
    ${BASH_VERSINFO[0]} -ge 4 && -z ${BASH_ALIASES[python]-} ]] && ! builtin declare -f +i python; then return 0; fi
  local message rest
  for message in "${__autovenv_warnings[@]}"; do
    rest=${message#*$'\''\t'\''}
    __autovenv_say record warning "${message%%$'\''\t'\''*}" "${rest%%$'\''\t'\''*}" "${rest#*$'\''\t'\''}"
  done
  if [[ -z $__autovenv_found && -z $__autovenv_hand ]]; then
    for message in "${__autovenv_hints[@]}"; do
      rest=${message#*$'\''\t'\''}
      __autovenv_say record note "${message%%$'\''\t'\''*}" "${rest%%$'\''\t'\''*}" "${rest#*$'\''\t'\''}"
    done
  fi
  if [[ -n $__autovenv_root || (-n $__autovenv_hand && $__autovenv_found_verdict == use && -z ${__autovenv_early-}) ]]; then
    __autovenv_check "$__autovenv_found_bin"
  fi
}

# == Prompt ============================================================================================================

# Makes the environment'\''s name fit for a prompt that is expanded.
__autovenv_escape() {
  local at character
  __autovenv_reply=$1
  [[ $1 == *[\\\$\`!]* ]] || return 0
  __autovenv_reply=
  for ((at = 0; at < ${#1}; at++)); do
    character=${1:$at:1}
    case $character in
      '\''\'\'' | '\''$'\'' | '\''`'\'')
        # Backslashes are decoded first; then, under promptvars and in posix mode, the rest is expanded like a double-quoted word.
        if builtin shopt -q promptvars || builtin shopt -qo posix; then
          [[ $character != '\''\'\'' ]] || character='\''\\'\''
          character="\\\\$character"
        else
          [[ $character != '\''\'\'' ]] || character='\''\\'\''
        fi
        ;;
      '\''!'\'')
        ! builtin shopt -qo posix || character='\''!!'\''
        ;;
    esac
    __autovenv_reply+=$character
  done
}

# Puts the environment'\''s name before the prompt, or takes it away.
__autovenv_decorate() {
  local label='\'''\'' before=$__autovenv_shown steady=1 open close rest first last
  __autovenv_labelled='\'''\''
  if [[ -n $__autovenv_root && -n $__autovenv_show && -z ${VIRTUAL_ENV_DISABLE_PROMPT-} ]]; then
    label="($__autovenv_name) "
    if [[ $__autovenv_name == *[\\\$\`!%]* ]]; then
      # How that must be written depends on options: it is made anew at every prompt.
      __autovenv_escape "$__autovenv_name"
      label="($__autovenv_reply) " steady='\'''\''
    fi
  fi
  [[ -n ${PS1+set} && ($label != "$__autovenv_shown" || $PS1 != "$label"*) ]] || {
    __autovenv_labelled=$steady
    return 0
  }
  if [[ -n $__autovenv_shown && $PS1 == "$__autovenv_shown"* ]]; then
    PS1=${PS1#"$__autovenv_shown"}
  else
    # What a terminal'\''s shell integration puts around the prompt takes no room: behind it the label is still first.
    open='\''\['\'' close='\''\]'\'' rest=$PS1
    while [[ $rest == "$open"*"$close"* ]]; do rest=${rest#*"$close"}; done
    if [[ -n $label && $label == "$__autovenv_shown" && $rest == "$label"* ]]; then
      __autovenv_framed=$PS1 __autovenv_labelled=$steady
      return
    fi
    # A prompt that was rebuilt has no old label; one that was edited may have it in the middle.
    if [[ -n $__autovenv_shown && $PS1 == *"$__autovenv_shown"* ]]; then
      PS1=${PS1%%"$__autovenv_shown"*}${PS1#*"$__autovenv_shown"}
    fi
    # VS Code (1.100) puts its marks around every prompt that it does not know, around its own with another label too, and
    # kitty (0.42) its first wherever it is not: once is enough.
    while [[ $PS1 == "$open"*"$close"* ]]; do
      first=${PS1%%"$close"*}$close
      [[ $first == *][16]33\;* && $PS1 == "$first$first"* ]] || break
      PS1=${PS1#"$first"}
    done
    while [[ $PS1 == *"$open"*"$close" ]]; do
      last=$open${PS1##*"$open"}
      [[ $last == *][16]33\;* && $PS1 == *"$last$last" ]] || break
      PS1=${PS1%"$last"}
    done
  fi
  __autovenv_shown=$label
  # Where nothing of ours was shown, what looks like it is the user'\''s.
  [[ -n $before && $PS1 == "$label"* ]] || PS1=$label$PS1
  # At the very end: what a Ctrl-C leaves half done is looked at again.
  __autovenv_labelled=$steady
}

# == Events ============================================================================================================

# Makes the shell what it should be in the present directory.
__autovenv_update() {
  # Empty until this has run to its end: a Ctrl-C in the middle makes the next prompt look again.
  __autovenv_here=
  # Whose `cd` has replaced ours may call functions, as zsh does: mise (2026.9) and rvm do.
  if [[ -n $__autovenv_wrap_cd && -n ${chpwd_functions+set} && " ${chpwd_functions[*]} " != *" __autovenv_moved "* ]]; then
    chpwd_functions+=(__autovenv_moved)
  fi
  if [[ -z $__autovenv_root ]]; then __autovenv_adopt; fi
  [[ ${DIRENV_DIFF-}:${__MISE_DIFF-} == "$__autovenv_lenders" ]] || __autovenv_recover
  # As it was left at the last look: nothing was done by hand.
  if [[ ${PATH-}:${VIRTUAL_ENV-}:${CONDA_PREFIX-}:${VIRTUAL_ENV_DISABLE_PROMPT-} != "$__autovenv_seen" ]]; then __autovenv_reconcile; fi
  __autovenv_hand=
  if [[ -n ${VIRTUAL_ENV-} && $VIRTUAL_ENV != "$__autovenv_prefix" || -n ${VIRTUAL_ENV-} && -z $__autovenv_root ]]; then
    [[ ! -e $VIRTUAL_ENV/pyvenv.cfg ]] || __autovenv_hand=$VIRTUAL_ENV
  fi
  if [[ $PWD == /* ]]; then
    __autovenv_find
    # It may be deleted underfoot.
    [[ -z $__autovenv_hand ]] || __autovenv_more+=(-o ! -e "$__autovenv_hand/pyvenv.cfg")
    [[ $__autovenv_held == "$__autovenv_found" ]] || __autovenv_held=
    if [[ $__autovenv_found_verdict != use || -n $__autovenv_off || -n $__autovenv_held || -n $__autovenv_hand ]]; then
      __autovenv_leave
    elif [[ -z $__autovenv_root || $__autovenv_prefix != "$__autovenv_found_prefix" ||
      $__autovenv_bin != "$__autovenv_found_bin" || $__autovenv_name != "$__autovenv_found_name" ]]; then
      __autovenv_switch || {
        __autovenv_leave
        __autovenv_enter
      }
    else
      __autovenv_root=$__autovenv_found
      # What is active may have been built anew.
      [[ $- != *h* ]] || builtin hash -r
    fi
    [[ -n $__autovenv_off || -n $__autovenv_held ]] || __autovenv_report
  fi
  __autovenv_remember
}

# Remembers what the shell looks like, to see at the next prompt whether it has changed.
__autovenv_remember() {
  __autovenv_labelled='\'''\'' __autovenv_here=$PWD
  __autovenv_seen=${PATH-}:${VIRTUAL_ENV-}:${CONDA_PREFIX-}:${VIRTUAL_ENV_DISABLE_PROMPT-}
  __autovenv_lenders=${DIRENV_DIFF-}:${__MISE_DIFF-}
}

# Looks whether anything has changed since the last look, and acts on it.
__autovenv_look() {
  if [[ $PWD != "$__autovenv_here" ||
    ${PATH-}:${VIRTUAL_ENV-}:${CONDA_PREFIX-}:${VIRTUAL_ENV_DISABLE_PROMPT-} != "$__autovenv_seen" ]] || __autovenv_changed; then
    __autovenv_update
  fi
}

# Runs before every prompt.
__autovenv_prompt() {
  # Called as `__autovenv_prompt && \:`, so that its status, the user'\''s, sets off neither `set -e` nor an ERR trap.
  local code=$?
  # The usual case, as cheaply as can be: all is as it was. Under functrace a DEBUG trap would see every step, and where
  # nocasematch makes an A of an a, more than is equal would pass for it.
  # shellcheck disable=SC2050
  if [[ $- != *[Tu]* && a != A && -n $__autovenv_labelled && $PWD == "$__autovenv_here" &&
    ${PATH-}:${VIRTUAL_ENV-}:${CONDA_PREFIX-}:${VIRTUAL_ENV_DISABLE_PROMPT-} == "$__autovenv_seen" &&
    (${PS1-} == "$__autovenv_shown"* || ${PS1-} == "$__autovenv_framed") &&
    ! $__autovenv_same -nt $__autovenv_stamp && ! $__autovenv_same -ot $__autovenv_stamp && ! $__autovenv_newer -nt $__autovenv_record && -e $__autovenv_there ]]; then
    if [[ -z ${__autovenv_more-} ]] || ! builtin test '\'''\'' "${__autovenv_more[@]}"; then return $code; fi
  fi
  __autovenv_shield
  __autovenv_look
  __autovenv_decorate
  __autovenv_unshield
  return $code
}

# Runs after a change of directory.
__autovenv_moved() {
  # shellcheck disable=SC2050
  [[ $- != *[aekETu]* && a != A && -z ${__autovenv_options-} ]] || __autovenv_shield
  # direnv and mise may not have taken theirs away yet: of that the prompt judges.
  local __autovenv_early=${DIRENV_DIFF-}${__MISE_DIFF-}
  if [[ $PWD == "$__autovenv_here" ]]; then
    __autovenv_look
  else
    __autovenv_update
    __autovenv_decorate
    [[ -z $__autovenv_early || -z $__autovenv_hand ]] || __autovenv_here=
  fi
  [[ -z ${__autovenv_options-} ]] || __autovenv_unshield
}

# == Commands ==========================================================================================================

# Changes the directory with a builtin, and what is active with it: `cd project && python x.py` on one line.
__autovenv_go() {
  builtin "$@" || return
  __autovenv_moved || :
  # $_ is what it would be without us; in posix mode, `${!#}` is $!.
  : "${@:$#}"
}

# Takes the active environment off until the user leaves the project and comes back.
__autovenv_deactivate() {
  __autovenv_shield
  [[ ${1-} == nondestructive ]] || __autovenv_held=$__autovenv_root
  __autovenv_leave
  __autovenv_decorate
  __autovenv_remember
  [[ -n $__autovenv_held ]] || __autovenv_here=
  __autovenv_unshield
}

# Tells the doctor what only the shell itself can see: lines of a word and a value.
__autovenv_gather() {
  local name text
  case "${PROMPT_COMMAND[*]-}" in
    *__autovenv_prompt*) __autovenv_reply="registered yes" ;;
    *) __autovenv_reply="registered no" ;;
  esac
  __autovenv_reply+=$'\''\n'\''
  for name in python python3 pip pip3 deactivate conda mamba micromamba; do
    if text=$(builtin alias "$name" 2>/dev/null); then
      text=${text#*=\'\''}
      __autovenv_reply+="alias $name=${text%\'\''}"$'\''\n'\''
    fi
    ! builtin declare -F "$name" >/dev/null || __autovenv_reply+="function $name"$'\''\n'\''
    ! text=$(builtin hash -t "$name" 2>/dev/null) || __autovenv_reply+="hash $name=$text"$'\''\n'\''
  done
  ! builtin shopt -qo posix || __autovenv_reply+="option posix"$'\''\n'\''
  builtin shopt -qo hashall || __autovenv_reply+="option nohashall"$'\''\n'\''
  if [[ -n $__autovenv_off ]]; then
    __autovenv_reply+="state off"
  elif [[ -n $__autovenv_held ]]; then
    __autovenv_reply+="state held"
  elif [[ -n $__autovenv_hand ]]; then
    __autovenv_reply+="state hand"
  elif [[ -n $__autovenv_root ]]; then
    __autovenv_reply+="state active"
  else
    __autovenv_reply+="state none"
  fi
}

# The command: `off` and `on` concern this shell, all else is the executable'\''s.
autovenv() {
  local code=0
  __autovenv_shield
  case ${#}${1-} in
    1off)
      __autovenv_off=1
      __autovenv_update
      __autovenv_decorate
      ;;
    1on)
      __autovenv_off='\'''\'' __autovenv_held='\'''\'' __autovenv_hand='\'''\'' __autovenv_told='\'''\''
      __autovenv_update
      __autovenv_decorate
      ;;
    *)
      __autovenv_reply=
      [[ ${1-} != doctor ]] || __autovenv_gather
      __autovenv_unshield
      __AUTOVENV_SHELL=bash __AUTOVENV_HOOK=$__autovenv_version __AUTOVENV_FACTS=$__autovenv_reply \
        "${__autovenv_tool[@]}" "$@" || code=$?
      __autovenv_shield
      __autovenv_here=
      ;;
  esac
  __autovenv_unshield
  return $code
}

# == Loading ===========================================================================================================

# Has the shell call us before every prompt and, where it can, after every change of directory.
__autovenv_register() {
  local command='\''__autovenv_prompt && \:'\'' present=${PROMPT_COMMAND-} at element
  case "${PROMPT_COMMAND[*]-}" in
    *__autovenv_prompt*) return ;;
  esac
  # Where an administrator has it so, the wrapped `cd` still works.
  __autovenv_writable PROMPT_COMMAND || return 0
  # What runs after theirs VS Code (1.100) and bash-preexec (0.6) take for the user'\''s command.
  case "${PROMPT_COMMAND[*]-}" in
    *__bp_interactive_mode*)
      for at in "${!PROMPT_COMMAND[@]}"; do
        element=${PROMPT_COMMAND[at]}
        [[ $element == *__bp_interactive_mode* ]] || continue
        element=${element%%__bp_interactive_mode*}$command$'\''\n'\''__bp_interactive_mode${element#*__bp_interactive_mode}
        if [[ $at == 0 ]]; then PROMPT_COMMAND=$element; else PROMPT_COMMAND[at]=$element; fi
        return
      done
      ;;
    *__bp_install* | *__vsc_prompt_cmd*)
      PROMPT_COMMAND=$command$'\''\n'\''$present
      return
      ;;
  esac
  __autovenv_describe PROMPT_COMMAND
  if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 501)) && [[ -z ${PROMPT_COMMAND+set} || $__autovenv_reply == *a* ]]; then
    PROMPT_COMMAND+=("$command")
    return
  fi
  # A child shell without the hook may inherit it.
  [[ $__autovenv_reply != *x* ]] || command="[[ -z \${__autovenv_version-} ]] || $command"
  PROMPT_COMMAND=$present${present:+$'\''\n'\''}$command
}

# Wraps `cd`, `pushd` and `popd` where the user has not. Exported, they reach shells that have nothing else of ours.
__autovenv_wrap() {
  local name
  for name in cd pushd popd; do
    builtin declare -F "$name" >/dev/null || case $name in
      cd) cd() { if [[ -n ${__autovenv_version-} ]]; then __autovenv_go cd "$@"; else builtin cd "$@"; fi; } ;;
      pushd) pushd() { if [[ -n ${__autovenv_version-} ]]; then __autovenv_go pushd "$@"; else builtin pushd "$@"; fi; } ;;
      popd) popd() { if [[ -n ${__autovenv_version-} ]]; then __autovenv_go popd "$@"; else builtin popd "$@"; fi; } ;;
    esac
  done
}

# Starts the hook in this shell, or starts it anew.
__autovenv_start() {
  __autovenv_configure "$@"
  : "${__autovenv_root=}" "${__autovenv_held=}" "${__autovenv_off=}" "${__autovenv_hand=}" "${__autovenv_shown=}" \
    "${__autovenv_told=}" "${__autovenv_found=}" "${__autovenv_prefix=}" "${__autovenv_owns_deactivate=}" \
    "${__autovenv_labelled=}" "${__autovenv_framed=}" "${__autovenv_lenders=:}"
  __autovenv_here='\'''\'' __autovenv_seen='\'''\'' __autovenv_memory='\'''\''
  if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 402)); then
    __autovenv_memory=1
    builtin unset -v __autovenv_kept
    builtin declare -gA __autovenv_kept
  fi
  __autovenv_writable PS1 || __autovenv_show=
  __autovenv_register
  [[ -z $__autovenv_wrap_cd ]] || __autovenv_wrap
}

__autovenv_start '\''version=1.2.3'\'' '\''state=/home/user/.local/state/autovenv'\'' '\''wrap_cd=1'\'' '\''prompt=1'\'' '\''ceiling=/home/user/work'\'' '\''silence=shadow'\'' '\''name=.venv'\'' '\''name=venv'\'' '\''marker=pyproject.toml'\''
__autovenv_unshield
[[ -z $__autovenv_aliases ]] || builtin shopt -s expand_aliases
\builtin unset -v __autovenv_aliases
\builtin test -z "$__autovenv_comments" || \builtin shopt -u interactive_comments
\builtin unset -v __autovenv_comments
'
