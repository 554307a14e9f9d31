# autovenv: the right Python first in every shell. The hook for bash 3.2 and later.
# What it has in common with zsh's is written in scripts/hooks/common.sh, and put in here by scripts/make_hooks.
# shellcheck shell=bash
# shellcheck disable=SC1003,SC2016,SC2030,SC2031,SC2034,SC2154,SC2178,SC2317  # globals are shared; hints show commands as they are typed
#
# The hook's state: name, what it holds (who sets it).
#   Of the last look at the present directory
#     here, seen_path, seen, lenders    PWD, PATH, other variables, and those of direnv and mise, as they were (remember)
#     lent                              the environment that direnv or mise chose, and PWD then (purge)
#     parted                            PWD when direnv or mise was last about to look (part)
#     calm, whole, quoted               status and flags, PWD, PATH, other variables and PS1, as one pattern or as they are (memo)
#     found, found_*                    the directory with the environment, and what its record says (find)
#     looks, turns, wanted              what a prompt, and a move besides, must look at: words of `test`, variables (note, walk)
#     tests, 1, 2, ..., watched          the looks of a prompt as text, its paths, and of what its functions were made (walk, watch)
#     ahead                             the directory that a switch has found all about (switch)
#     messages                          what the records of the walk have to say (note)
#     its_*                             the record at hand, before it counts (parse, recall)
#     asking                            the directory that the resolver was asked about and has not answered (ask)
#   Of the active environment
#     root, prefix, bin, name, flavour, sets    its directory, what its record said; root is empty where none is (enter)
#     old_path, entered_path, old_hand, between PATH before and after, _OLD_VIRTUAL_PATH then, neighbours of bin (enter)
#     spelled                how PATH spelled bin, in Windows (respell)
#     saved, exported, old_NAME         names of variables that had a value, those exported, the values (save)
#     steady                            whether nothing is special about it, so that a switch is short (remember)
#     owns_deactivate                   whether `deactivate` is ours (define)
#     heard                             the prefix that the user's functions have last heard of (notify)
#     scripted, dropped                 the prefix, where a script activated it (absorb); whether a move has left one (follow)
#   Of the user's will
#     off, held, hand                   `autovenv off`; what was deactivated; what was activated by hand (toggle, judge)
#   Of the prompt
#     shown, gone, framed, labelled     the label, those before, PS1 with it, whether it stands (decorate)
#   Of memory
#     levels, passed, since             what a level holds, their list, and the stamp for them (begin, learn)
#     usual                             the name that most environments have in their project (configure)
#     traces, roots, trace_N, trace_N_NAME  whole walks, and such as end where they begin: what must hold, as a function, and
#                                       what it found (trace)
#     told                              the messages that were printed (say)
#     elsewhere                         where a record is kept that was not to be found where we look (ask)
# Exported: __AUTOVENV_PREFIX, __AUTOVENV_BIN (what is active), __AUTOVENV_BINS (what came onto PATH by us), __AUTOVENV_KEPT
# (the file with what a child shell has to put back). They are only compared.
#
# Local variables begin with `av_`: bash can make none of a name that the user has made readonly.
# == Loading, first part ===============================================================================================

# Aliases are expanded while functions are defined, so they are off until the end of this file.
\builtin shopt -q expand_aliases && __autovenv_aliases=1 || __autovenv_aliases=
\builtin shopt -u expand_aliases
# So are `set -k`, which would take words away, and `set -a`, which would export what is ours; the shield gives them back.
__autovenv_flags=$-
builtin set +aekETu

# A function cannot have come in as a variable: without it, state of that name is a stranger's.
if ! builtin declare -F __autovenv_update >/dev/null; then
  builtin unset -v __autovenv_root __autovenv_prefix __autovenv_bin __autovenv_name __autovenv_flavour __autovenv_sets \
    __autovenv_here __autovenv_seen __autovenv_seen_path __autovenv_old_path __autovenv_old_hand __autovenv_entered_path \
    __autovenv_between __autovenv_spelled __autovenv_saved __autovenv_exported __autovenv_held __autovenv_off __autovenv_hand __autovenv_shown \
    __autovenv_told __autovenv_options __autovenv_found __autovenv_owns_deactivate __autovenv_labelled __autovenv_framed \
    __autovenv_scripted __autovenv_dropped __autovenv_gone __autovenv_lenders __autovenv_asking __autovenv_early __autovenv_heard __autovenv_since __autovenv_passed \
    __autovenv_commands __autovenv_pipes __autovenv_whole __autovenv_tests __autovenv_watched
fi

__autovenv_tool=('@EXECUTABLE@')
# bash before 5.0 compares file times in whole seconds.
__autovenv_coarse=()
[[ ${BASH_VERSINFO[0]} -ge 5 ]] || __autovenv_coarse=(--coarse)
# What a prompt holds between these takes no room.
__autovenv_open='\[' __autovenv_close='\]'
# In a list with `&&` a failure of the user's sets off neither `set -e` nor an ERR trap.
__autovenv_plain_command='__autovenv_prompt_both && \:'

# What runs before every prompt where nothing stands between what looks and what labels: __autovenv_watch puts the looks in.
# bash (5.2) copies a function at each call, what is not run too: so all else stands elsewhere, and what is compared is two
# texts. A status that is not 0 goes another way: to keep it would take as long as ten looks. So does `set -T`, under which
# the DEBUG trap would fire, and `nocasematch`, under which changed paths could compare equal.
__autovenv_both_begin='case $?$- in $__autovenv_calm) [[ a != A && $PWD:$PATH:$VIRTUAL_ENV:$CONDA_PREFIX:$VIRTUAL_ENV_DISABLE_PROMPT:$UV_PROJECT_ENVIRONMENT:$PS1'
__autovenv_both_end=']] || __autovenv_prompt_long ;; *) __autovenv_prompt_again $? ;; esac'

# == Records ===========================================================================================================

# Reads the lines of a file of ours; false when it is not ours.
__autovenv_load() {
  __autovenv_lines=()
  [[ -O $1 ]] || return 1
  IFS=$'\n' builtin read -r -d '' -a __autovenv_lines <"$1" || :
}

# Cuts a text into lines.
__autovenv_split() {
  IFS=$'\n' builtin read -r -d '' -a __autovenv_lines <<<"$1" || :
}

# Takes the lines of a record apart; false when it is torn or of another version.
__autovenv_parse() {
  local av_directory=$1 av_record=$2 av_known=$3 av_stamps av_line av_file av_reference av_word av_moved
  local -a av_tests
  builtin set -- "${__autovenv_lines[@]}"
  (($# > 2)) && [[ $1 == "autovenv-record 2 "* && ${*:$#} == end ]] || return 1
  av_stamps=${av_record%/*}/.autovenv-${1##* }.
  __autovenv_found_flavour="" __autovenv_found_prefix="" __autovenv_found_bin="" __autovenv_found_name="" __autovenv_found_sets=()
  __autovenv_its_looks=() __autovenv_its_moves=() __autovenv_its_wanted=() __autovenv_its_messages=() __autovenv_its_token=${1##* }
  __autovenv_its_place=${av_record%/*}
  builtin shift
  for av_line; do
    av_word=${av_line%% *} av_file=${av_line#* } av_moved="" av_tests=()
    if [[ $av_word == moved ]]; then av_moved=1 av_word=${av_file%% *} av_file=${av_file#* }; fi
    if [[ $av_word == same ]]; then av_reference=$av_stamps${av_file%% *} av_file=${av_file#* }; fi
    if [[ $av_word == leads ]]; then
      av_reference=${av_file#*$'\t'} av_file=${av_file%%$'\t'*}
      [[ $av_reference == /* ]] || av_reference=$av_directory/$av_reference
    fi
    [[ $av_file == /* ]] || av_file=$av_directory/$av_file
    case $av_word in
      kept) __autovenv_its_place=$av_file av_record=$av_file/.autovenv-record av_stamps=$av_file/.autovenv-$__autovenv_its_token. ;;
      verdict) __autovenv_its_verdict=${av_line#* } ;;
      flavour) __autovenv_found_flavour=${av_line#* } ;;
      prefix) __autovenv_found_prefix=$av_file ;;
      bin) __autovenv_found_bin=$av_file ;;
      name) __autovenv_found_name=${av_line#* } ;;
      # conda's other directories on Windows, which PowerShell puts on PATH.
      also) ;;
      set | variable)
        # It becomes part of a name that is looked up.
        [[ ${av_line#* } == [A-Za-z_]*=* && ${av_line%%=*} != *" "*[!A-Za-z0-9_]* ]] || return 1
        if [[ $av_word == set ]]; then __autovenv_found_sets+=("${av_line#* }"); else __autovenv_its_wanted+=("${av_line#* }"); fi
        ;;
      own) av_tests=(-a -O "$av_file") ;;
      same)
        av_tests=(-a ! "$av_file" -nt "$av_reference" -a ! "$av_file" -ot "$av_reference")
        # To zsh alone a file that is not there is neither newer nor older.
        [[ -z ${ZSH_VERSION-} ]] || av_tests=(-a -e "$av_file" -a -e "$av_reference" "${av_tests[@]}")
        ;;
      newer)
        # That it is gone is looked for after a move only, unless something else shows it.
        [[ $av_file == "$__autovenv_found_bin" && -z $av_moved ]] || __autovenv_its_moves+=(-a -e "$av_file")
        [[ -n $av_known && -z $av_moved ]] || av_tests=(-a ! "$av_file" -nt "$av_record")
        ;;
      exists) av_tests=(-a -e "$av_file") ;;
      runs) av_tests=(-a -x "$av_file") ;;
      idle) av_tests=(-a ! -x "$av_file") ;;
      absent)
        # A link that leads nowhere says no more than nothing, to who would read it.
        [[ -n $av_known && $av_line == "absent ." ]] || av_tests=(-a ! -e "$av_file")
        [[ -n $av_moved || ${#av_tests[@]} == 0 ]] || av_tests+=(-a ! -L "$av_file")
        ;;
      dangling) av_tests=(-a -L "$av_file" -a ! -e "$av_file") ;;
      leads) av_tests=(-a "$av_file" -ef "$av_reference") ;;
      warning | hint | outer) __autovenv_its_messages+=("$av_line") ;;
      end) ;;
      *) return 1 ;;
    esac
    if [[ -n $av_moved ]]; then __autovenv_its_moves+=("${av_tests[@]}"); else __autovenv_its_looks+=("${av_tests[@]}"); fi
  done
  if [[ $__autovenv_found_flavour == conda && "${__autovenv_found_sets[*]}" != *CONDA_DEFAULT_ENV=* ]]; then
    __autovenv_found_sets+=("CONDA_DEFAULT_ENV=$__autovenv_found_name" "CONDA_PROMPT_MODIFIER=($__autovenv_found_name) ")
  fi
  # Stamp 0 vanishes when the record is replaced; a `same` line that uses it shows that already.
  [[ " ${__autovenv_its_looks[*]} " == *" ${av_stamps}0 "* || $av_stamps == *-. ]] || __autovenv_its_looks+=(-a -e "${av_stamps}0")
}

# Tells whether variables, each `name=value`, have for programs the values that a record was made with.
__autovenv_expect() {
  # No local variables: at a prompt nothing is put aside yet, and they could be what global ones are.
  for __autovenv_line in "$@"; do
    __autovenv_variable=${__autovenv_line%%=*}
    [[ ${!__autovenv_variable-} != "${__autovenv_line#*=}" ]] || continue
    # What is not exported is not set, for the resolver as for the tools.
    __autovenv_describe "$__autovenv_variable"
    [[ $__autovenv_reply != *x* && -z ${__autovenv_line#*=} ]] || return 1
  done
}

# Tells whether all is still so that the record was made from.
__autovenv_holds() {
  builtin test x "${__autovenv_its_looks[@]}" "${__autovenv_its_moves[@]}" || return 1
  # The usual one without a call.
  [[ "${__autovenv_its_wanted[*]}" == "UV_PROJECT_ENVIRONMENT=${UV_PROJECT_ENVIRONMENT-}" ]] || __autovenv_expect "${__autovenv_its_wanted[@]}"
}

# Notes what a prompt must look at for a record that counts, and what it has to say.
__autovenv_note() {
  __autovenv_found_verdict=$__autovenv_its_verdict
  __autovenv_looks+=("${__autovenv_its_looks[@]}") __autovenv_turns+=("${__autovenv_its_moves[@]}")
  # The usual one is among what every look compares, unless it is set and not exported.
  [[ "${__autovenv_its_wanted[*]}" == "UV_PROJECT_ENVIRONMENT=${UV_PROJECT_ENVIRONMENT-}" ]] || __autovenv_wanted+=("${__autovenv_its_wanted[@]}")
  __autovenv_messages+=("${__autovenv_its_messages[@]}")
}

# Makes words of `test` the text of a `[[`, of names of ours alone: what files are called stays in variables.
__autovenv_phrase() {
  local av_name=__autovenv_$1 av_word av_at=0 av_last="" av_last_but_one="" av_now
  builtin shift
  __autovenv_reply=""
  for av_word; do
    case $av_word in
      /*)
        # To see that two times are equal takes two comparisons of the same two.
        av_now=$av_last_but_one av_last_but_one=$av_last
        if [[ -z $av_now || $av_word != "${av_now#* }" ]]; then
          # Under FORCE_FLOAT zsh makes a fraction of it.
          av_at=$((av_at + 1)) av_at=${av_at%.*}
          av_now="$av_at $av_word"
          builtin eval "$av_name$av_at=\$av_word"
        fi
        av_last=$av_now
        __autovenv_reply+=" \$$av_name${av_now%% *}"
        ;;
      [A-Za-z]*=* | _*=*)
        # A variable, whose name was looked at when the record was read.
        av_at=$((av_at + 1)) av_at=${av_at%.*}
        builtin eval "$av_name$av_at=\${av_word#*=}"
        __autovenv_reply+=" \${${av_word%%=*}-} == \"\$$av_name$av_at\""
        ;;
      -a) __autovenv_reply+=" &&" ;;
      '!' | -[A-Za-z] | -[a-z][a-z]) __autovenv_reply+=" $av_word" ;;
      *)
        __autovenv_reply="-z x"
        return
        ;;
    esac
  done
  __autovenv_reply=${__autovenv_reply#" && "}
}

# Makes of what a prompt looks at the functions that look: each is one `[[`, and names nothing that need not be looked at.
__autovenv_watch() {
  local av_line
  builtin set --
  for av_line in "${__autovenv_wanted[@]}"; do builtin set -- "$@" -a "$av_line"; done
  __autovenv_phrase want_ "$@"
  __autovenv_build "__autovenv_stands() { [[ $__autovenv_tests ]]; }"
  __autovenv_build "__autovenv_prompt_both() { $__autovenv_both_begin == $__autovenv_quoted\$__autovenv_whole$__autovenv_quoted && $__autovenv_tests${__autovenv_reply:+ && $__autovenv_reply} $__autovenv_both_end; }"
  __autovenv_watched=$__autovenv_tests:${__autovenv_wanted[*]}
}

# Reads the record of a directory; false when there is none that holds.
__autovenv_read() {
  __autovenv_load "$2" && __autovenv_parse "$1" "$2" "" && __autovenv_holds || return 1
  __autovenv_note
}

# Starts the resolver for a directory and takes what it prints.
__autovenv_ask() {
  local av_directory=$1 av_record=$2 av_text av_code=0
  if [[ $__autovenv_asking != "${av_directory:-/}" ]]; then
    # Still set at the next look, it was interrupted.
    __autovenv_asking=${av_directory:-/}
    av_text=$("${__autovenv_tool[@]}" resolve "${__autovenv_coarse[@]}" "${av_directory:-/}" </dev/null 2>/dev/null) || av_code=$?
    # By SIGALRM it ends itself when nothing answers, by SIGINT at a Ctrl-C.
    [[ $av_code == 142 || $av_code == 130 ]] || __autovenv_asking=""
    if [[ $av_code == 0 ]]; then
      __autovenv_split "$av_text"
      if __autovenv_parse "$av_directory" "$av_record" ""; then
        if [[ $__autovenv_its_token != - && "${__autovenv_coarse[*]}" != --unkept &&
          ! -e $__autovenv_its_place/.autovenv-record && ! -e $__autovenv_its_place/.autovenv-$__autovenv_its_token.0 ]]; then
          # What is kept there cannot be seen from here (Cygwin's names): one is asked for that need not be.
          __autovenv_coarse=(--unkept)
          __autovenv_ask "$av_directory" "$av_record"
          return
        fi
        __autovenv_note
        [[ -n $__autovenv_elsewhere || $__autovenv_its_place -ef ${av_record%/*} || $__autovenv_its_token == - ]] || {
          __autovenv_elsewhere=$__autovenv_its_place
          __autovenv_tidy "$__autovenv_elsewhere"
          __autovenv_say elsewhere note "what autovenv finds out is not kept where this shell looks" "it is in \`$__autovenv_reply\`" \
            "run \`autovenv doctor state\`"
        }
        return
      fi
    fi
  fi
  if [[ -n $__autovenv_asking ]]; then
    __autovenv_tidy "$__autovenv_asking"
    __autovenv_say tool warning "autovenv gave up looking at \`$__autovenv_reply\`" \
      "it was interrupted, or had no answer within ten seconds" "run \`autovenv on\` to look again"
  else
    __autovenv_tidy "${__autovenv_tool[@]:0:1}"
    __autovenv_say tool warning "autovenv could not be started; only projects that it knows are activated" \
      "\`$__autovenv_reply\` is gone or fails" "install autovenv again, then start a new shell"
  fi
  # A record that is out of date is better than none, as long as the environment in it is there and the same.
  if __autovenv_load "$av_record" && __autovenv_parse "$av_directory" "$av_record" known && __autovenv_holds; then __autovenv_note; fi
}

# Tells whether a directory holds a name that makes it worth a look.
__autovenv_marked() {
  local av_name
  for av_name in "${__autovenv_names[@]}"; do
    [[ ! -e $1/$av_name && ! -L $1/$av_name ]] || return 0
  done
  for av_name in "${__autovenv_markers[@]}"; do
    [[ ! -e $1/$av_name ]] || return 0
  done
  return 1
}

# Tells whether a walk up ends at a directory.
__autovenv_ends() {
  local av_ceiling
  [[ $1 == /* && $1 != "${HOME-}" ]] || return 0
  for av_ceiling in "${__autovenv_ceilings[@]}"; do
    [[ $1 != "$av_ceiling" ]] || return 0
  done
  return 1
}

# Walks up from the present directory to the first one with an environment.
__autovenv_find() {
  if [[ $__autovenv_ahead == "$PWD" ]]; then
    __autovenv_ahead=""
    return
  fi
  ! __autovenv_retrace || return 0
  __autovenv_walk
  __autovenv_trace
}

# Walks up from the present directory, level by level.
__autovenv_walk() {
  local av_directory=$PWD av_record av_name av_at av_up="" av_full=0
  __autovenv_looks=() __autovenv_turns=() __autovenv_wanted=() __autovenv_messages=() __autovenv_found="" __autovenv_unsure=""
  # In Git Bash a server's directory, which would have the records of the drive of its name.
  [[ $PWD != //[a-zA-Z]/* || (${OSTYPE-} != msys && ${OSTYPE-} != cygwin) ]] || return 0
  while :; do
    # A path can end in slashes or be nothing but slashes, and each round must make it shorter.
    while [[ $av_directory == */ ]]; do av_directory=${av_directory%/}; done
    __autovenv_found_verdict=""
    if ! __autovenv_pass "${av_directory:-/}"; then
      av_record=$__autovenv_state/at$av_directory/.autovenv-record
      if [[ -O $av_record ]]; then
        __autovenv_read "$av_directory" "$av_record" || __autovenv_ask "$av_directory" "$av_record"
      elif ((av_full < 100)); then
        # Nobody's project is deeper below its root: what lies above is looked at where it is known.
        av_full=$((av_full + 1))
        ((av_full > 1)) || __autovenv_begin
        # So deep a look takes as long as its path.
        av_at=$av_directory
        [[ ${#av_at} -lt 500 || ! $av_at/. -ef ./$av_up. ]] || av_at=./$av_up.
        if __autovenv_marked "$av_at"; then __autovenv_ask "$av_directory" "$av_record"; else __autovenv_pass_on "${av_directory:-/}"; fi
      else
        __autovenv_climb "$av_directory"
        [[ $__autovenv_reply == "$av_directory" ]] || {
          av_directory=$__autovenv_reply
          continue
        }
      fi
    fi
    if [[ $__autovenv_found_verdict == use || $__autovenv_found_verdict == stop ]]; then
      __autovenv_found=${av_directory:-/}
      break
    fi
    if [[ -n $__autovenv_found_verdict || $av_directory != "$PWD" ]]; then
      :
    elif [[ -n $__autovenv_since && ${BASH_SUBSHELL-}${ZSH_SUBSHELL-} == 0 ]]; then
      # Whatever is made here shows in the directory's time, unless that is in whole seconds, or set back (tar, rsync).
      __autovenv_looks+=(-a "$PWD" -ot "$__autovenv_since" -a ! -e "$PWD/$__autovenv_usual")
    else
      for av_name in "${__autovenv_names[@]}"; do __autovenv_looks+=(-a ! -e "$av_directory/$av_name" -a ! -L "$av_directory/$av_name"); done
    fi
    ! __autovenv_ends "$av_directory" || break
    # By lengths: zsh takes milliseconds to cut a long path at its end.
    av_name=${av_directory##*/} av_up+=../
    av_directory=${av_directory:0:${#av_directory}-${#av_name}-1}
  done
  ((av_full == 0)) || __autovenv_learn
  __autovenv_phrase "" "${__autovenv_looks[@]}"
  __autovenv_tests=${__autovenv_reply:--n x}
}

# Tells whether something that the last walk looked at has changed.
__autovenv_changed() {
  ! __autovenv_stands || ! __autovenv_expect "${__autovenv_wanted[@]}"
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
  local av_entries=:$1:
  while [[ $av_entries == *":$2:"* ]]; do
    __autovenv_cut "$av_entries" "$2"
    av_entries=$__autovenv_before:$__autovenv_after
  done
  av_entries=${av_entries#:}
  __autovenv_reply=${av_entries%:}
}

# Makes of a PATH what it would be without us.
__autovenv_clean() {
  local av_previous av_next av_entries=:$1:
  if [[ -n ${__autovenv_old_path+set} && $1 == "$__autovenv_entered_path" ]]; then
    __autovenv_reply=$__autovenv_old_path
    return
  fi
  if [[ -n ${__autovenv_old_path-} && $av_entries == *":$__autovenv_entered_path:"* ]]; then
    # Nothing was changed but before and behind it.
    __autovenv_cut "$av_entries" "$__autovenv_entered_path"
    av_entries=$__autovenv_before:$__autovenv_old_path:$__autovenv_after
    av_entries=${av_entries#:}
    __autovenv_reply=${av_entries%:}
    return
  fi
  __autovenv_reply=$1
  # Nothing comes onto PATH that is not there.
  [[ $av_entries == *":$__autovenv_bin:"* ]] || return 0
  # The first is ours, others were put there by hand.
  __autovenv_cut "$av_entries" "$__autovenv_bin"
  av_entries=$__autovenv_before:$__autovenv_after
  if [[ -n $__autovenv_between ]]; then
    # It was on PATH before we came: it goes back between the entries that it stood between.
    av_previous=${__autovenv_between%%:*} av_next=${__autovenv_between#*:}
    if [[ -n $av_previous && $av_entries == *":$av_previous:"* ]]; then
      __autovenv_cut "$av_entries" "$av_previous"
      av_entries=$__autovenv_before:$av_previous:${__autovenv_spelled:-$__autovenv_bin}:$__autovenv_after
    elif [[ -n $av_next && $av_entries == *":$av_next:"* ]]; then
      __autovenv_cut "$av_entries" "$av_next"
      av_entries=$__autovenv_before:${__autovenv_spelled:-$__autovenv_bin}:$av_next:$__autovenv_after
    else
      av_entries=$av_entries${__autovenv_spelled:-$__autovenv_bin}:
    fi
  fi
  av_entries=${av_entries#:}
  __autovenv_reply=${av_entries%:}
}

# Saves what a variable is, and unsets it.
__autovenv_save() {
  __autovenv_describe "$1"
  [[ -n $__autovenv_reply && $__autovenv_reply != *r* ]] || return 0
  __autovenv_saved+="$1 "
  [[ $__autovenv_reply != *x* ]] || __autovenv_exported+="$1 "
  # The names are those of this file, and such as a record could not have if they were more than a name.
  builtin eval "__autovenv_old_$1=\$$1"
  builtin unset -v "$1"
}

# Gives a variable a value, exported, and saves what it was before.
__autovenv_put() {
  __autovenv_save "$1"
  __autovenv_describe "$1"
  [[ -n $__autovenv_reply ]] || builtin export "$1=$2"
}

# Gives a variable back what it was before, unless the user has changed it since.
__autovenv_restore() {
  local av_saved=""
  if [[ $__autovenv_saved == *" $1 "* ]]; then
    av_saved=1 __autovenv_saved=${__autovenv_saved%%" $1 "*}" "${__autovenv_saved#*" $1 "}
  fi
  __autovenv_describe "$1"
  if [[ $__autovenv_reply != *r* ]]; then
    if [[ -n $__autovenv_reply ]]; then builtin eval "__autovenv_reply=\"=\$$1\""; fi
    if [[ $__autovenv_reply == "${2+=$2}" ]]; then
      builtin unset -v "$1"
      [[ -z $av_saved ]] || builtin eval "$1=\$__autovenv_old_$1"
      [[ -z $av_saved || $__autovenv_exported != *" $1 "* ]] || builtin export "${1?}"
    fi
  fi
  [[ -z $av_saved ]] || builtin unset -v "__autovenv_old_$1"
  __autovenv_exported=${__autovenv_exported/" $1 "/ }
}

# Finds how the active environment's commands are spelled on PATH: in Windows (Git Bash, MSYS2) neither case nor slashes at the end matter.
__autovenv_respell() {
  local av_entries=${PATH-}: av_entry
  __autovenv_spelled=$__autovenv_bin
  [[ ${OSTYPE-} == msys* || ${OSTYPE-} == cygwin* ]] && [[ :$av_entries != *":$__autovenv_bin:"* ]] || return 0
  while [[ -n $av_entries ]]; do
    av_entry=${av_entries%%:*} av_entries=${av_entries#*:}
    [[ -n $av_entry && $av_entry -ef $__autovenv_bin ]] || continue
    __autovenv_spelled=$av_entry
    return 0
  done
}

# Activates the environment that was found.
__autovenv_enter() {
  local av_name
  for av_name in PATH VIRTUAL_ENV VIRTUAL_ENV_PROMPT; do
    __autovenv_describe $av_name
    [[ $__autovenv_reply != *r* ]] || {
      __autovenv_say path warning "\`$av_name\` cannot be changed, so nothing is activated" "it was made readonly in this shell" \
        "take \`readonly $av_name\` out of your startup files"
      return 0
    }
  done
  # Empty first, set at the very end: what a Ctrl-C leaves half done is cleaned up like what a parent shell left.
  __autovenv_root=""
  __autovenv_prefix=$__autovenv_found_prefix __autovenv_bin=$__autovenv_found_bin
  __autovenv_name=$__autovenv_found_name __autovenv_flavour=$__autovenv_found_flavour __autovenv_sets=("${__autovenv_found_sets[@]}")
  __AUTOVENV_PREFIX=$__autovenv_prefix __AUTOVENV_BIN=$__autovenv_bin
  builtin export __AUTOVENV_PREFIX __AUTOVENV_BIN
  __autovenv_saved=" " __autovenv_exported=" "
  if [[ $__autovenv_flavour == conda ]]; then
    __autovenv_put CONDA_PREFIX "$__autovenv_prefix"
  else
    __autovenv_put VIRTUAL_ENV "$__autovenv_prefix"
    __autovenv_put VIRTUAL_ENV_PROMPT "$__autovenv_name"
  fi
  for av_name in "${__autovenv_sets[@]}"; do __autovenv_put "${av_name%%=*}" "${av_name#*=}"; done
  [[ -z ${PYTHONHOME+set} ]] || __autovenv_save PYTHONHOME
  __autovenv_old_path=${PATH-} __autovenv_old_hand=${_OLD_VIRTUAL_PATH-} __autovenv_between="" __autovenv_reply=${PATH-}
  __autovenv_respell
  if [[ :$__autovenv_old_path: == *":$__autovenv_spelled:"* ]]; then
    __autovenv_cut ":$__autovenv_old_path::" "$__autovenv_spelled"
    __autovenv_between=${__autovenv_before##*:}:${__autovenv_after%%:*}
    __autovenv_strip "$__autovenv_old_path" "$__autovenv_spelled"
  else
    __autovenv_claim "$__autovenv_bin"
  fi
  # Assigning PATH also drops the command hash.
  PATH=$__autovenv_bin${__autovenv_reply:+:$__autovenv_reply} __autovenv_entered_path=$__autovenv_bin${__autovenv_reply:+:$__autovenv_reply}
  builtin export PATH
  __autovenv_hand_down
  __autovenv_define
  __autovenv_root=$__autovenv_found
}

# Takes back what entering did.
__autovenv_leave() {
  local av_name
  [[ -n $__autovenv_root ]] || return 0
  if [[ $__autovenv_flavour == conda ]]; then
    __autovenv_restore CONDA_PREFIX "$__autovenv_prefix"
  else
    __autovenv_restore VIRTUAL_ENV_PROMPT "$__autovenv_name"
    __autovenv_restore VIRTUAL_ENV "$__autovenv_prefix"
  fi
  for av_name in "${__autovenv_sets[@]}"; do __autovenv_restore "${av_name%%=*}" "${av_name#*=}"; done
  [[ $__autovenv_saved != *" PYTHONHOME "* ]] || __autovenv_restore PYTHONHOME
  __autovenv_clean "${PATH-}"
  av_name=$__autovenv_reply
  __autovenv_describe PATH
  [[ $__autovenv_reply == *r* ]] || PATH=$av_name
  __autovenv_scripted=""
  __autovenv_forget
}

# Forgets what is active, without touching it.
__autovenv_forget() {
  __autovenv_root="" __autovenv_between="" __autovenv_saved=" " __autovenv_sets=() __autovenv_steady=""
  builtin unset -v __AUTOVENV_PREFIX __AUTOVENV_BIN __AUTOVENV_KEPT __autovenv_old_path
  if [[ -n $__autovenv_owns_deactivate ]]; then
    __autovenv_undefine
    __autovenv_owns_deactivate=""
  fi
}

# == Events ============================================================================================================

# Makes the shell what it should be in the present directory.
__autovenv_update() {
  local av_before=$__autovenv_found
  # Empty until this has run to its end: a Ctrl-C in the middle makes the next prompt look again.
  __autovenv_here="" __autovenv_whole=-
  [[ -n $__autovenv_root || -z ${__AUTOVENV_PREFIX-} ]] || __autovenv_adopt
  [[ ${PATH-} == "$__autovenv_seen_path" && ${DIRENV_DIFF-}${__MISE_DIFF-} == "$__autovenv_lenders" ]] || __autovenv_purge
  # As long as it is stood there, one Ctrl-C is enough.
  [[ -z $__autovenv_asking || $PWD/ == "${__autovenv_asking%/}"/* ]] || __autovenv_asking=""
  if [[ $PWD == /* ]]; then
    __autovenv_find
    # As it was left at the last look, nothing was done by hand.
    if [[ -n ${VIRTUAL_ENV-}$__autovenv_root$__autovenv_hand && (-n $__autovenv_hand || ${PATH-} != "$__autovenv_seen_path" ||
      (-n ${VIRTUAL_ENV-} && (-z $__autovenv_root || $VIRTUAL_ENV != "$__autovenv_prefix")) ||
      ${VIRTUAL_ENV-}:${CONDA_PREFIX-}:${VIRTUAL_ENV_DISABLE_PROMPT-}:${UV_PROJECT_ENVIRONMENT-} != "$__autovenv_seen") ]]; then __autovenv_judge "$av_before"; fi
    # The rc file was read again, and may have made PATH anew: what is active is entered anew, first on PATH.
    [[ -n $__autovenv_seen || -z $__autovenv_root ]] || __autovenv_leave
    [[ $__autovenv_held == "$__autovenv_found" ]] || __autovenv_held=""
    if [[ $__autovenv_found_verdict != use || -n $__autovenv_off$__autovenv_held$__autovenv_hand ]]; then
      [[ -z $__autovenv_root ]] || __autovenv_leave
    elif [[ -z $__autovenv_root || $__autovenv_prefix != "$__autovenv_found_prefix" || $__autovenv_bin != "$__autovenv_found_bin" ||
      $__autovenv_name != "$__autovenv_found_name" || "${__autovenv_sets[*]}" != "${__autovenv_found_sets[*]}" ]]; then
      __autovenv_leave
      __autovenv_enter
    else
      __autovenv_root=$__autovenv_found
      # What is active may have been built anew.
      __autovenv_rehash
    fi
    [[ -n $__autovenv_off$__autovenv_held || -z $__autovenv_root$__autovenv_hand${__autovenv_messages[*]} ]] || __autovenv_report
  fi
  __autovenv_remember
}

# Remembers what the shell looks like, to see at the next prompt whether it has changed.
__autovenv_remember() {
  __autovenv_labelled="" __autovenv_whole=- __autovenv_here=$PWD __autovenv_seen_path=${PATH-}
  [[ $__autovenv_tests:${__autovenv_wanted[*]} == "$__autovenv_watched" ]] || __autovenv_watch
  __autovenv_seen=${VIRTUAL_ENV-}:${CONDA_PREFIX-}:${VIRTUAL_ENV_DISABLE_PROMPT-}:${UV_PROJECT_ENVIRONMENT-}
  __autovenv_lenders=${DIRENV_DIFF-}${__MISE_DIFF-}
  if [[ -n $__autovenv_root && -n $__autovenv_memory && ${BASH_VERSINFO[0]-5} -ge 5 && ${PATH-} == "$__autovenv_entered_path" && ${#__autovenv_sets[@]} == 0 &&
    $__autovenv_flavour:${VIRTUAL_ENV-}:${VIRTUAL_ENV_PROMPT-} == "venv:$__autovenv_prefix:$__autovenv_name" &&
    -z ${UV_PROJECT_ENVIRONMENT-}${PYTHONHOME-}${__AUTOVENV_KEPT-}$__autovenv_between$__autovenv_asking$__autovenv_off$__autovenv_held$__autovenv_hand$__autovenv_scripted ]]; then
    __autovenv_steady=1
  else
    __autovenv_steady=""
  fi
  # A subshell may be somebody's input.
  if [[ $__autovenv_heard != "${__autovenv_root:+$__autovenv_prefix}" && ${BASH_SUBSHELL-}${ZSH_SUBSHELL-} == 0 ]]; then
    __autovenv_left=$__autovenv_heard __autovenv_heard=${__autovenv_root:+$__autovenv_prefix}
    __autovenv_entered=$__autovenv_heard
  fi
}

# Looks whether anything has changed since the last look, and acts on it.
__autovenv_look() {
  if [[ $PWD != "$__autovenv_here" || ${PATH-} != "$__autovenv_seen_path" ||
    ${VIRTUAL_ENV-}:${CONDA_PREFIX-}:${VIRTUAL_ENV_DISABLE_PROMPT-}:${UV_PROJECT_ENVIRONMENT-} != "$__autovenv_seen" ]] || __autovenv_changed; then
    __autovenv_update
  fi
}

# Runs before every prompt, first: looks whether all is as it was.
__autovenv_prompt() {
  # Whoever comes after it in PROMPT_COMMAND sees the user's status and those of the user's pipe: see __autovenv_register.
  local __autovenv_code=$?
  [[ $# == 0 ]] || __autovenv_spell "$@"
  # The usual case, as cheaply as can be. No fast path under `set -T` (the DEBUG trap would fire) or `nocasematch`
  # (changed paths could compare equal).
  # shellcheck disable=SC2050
  if [[ $- != *[aTu]* && a != A && $PWD == "$__autovenv_here" && ${PATH-} == "$__autovenv_seen_path" &&
    ${VIRTUAL_ENV-}:${CONDA_PREFIX-}:${VIRTUAL_ENV_DISABLE_PROMPT-}:${UV_PROJECT_ENVIRONMENT-} == "$__autovenv_seen" ]] && ! __autovenv_changed; then
    return $__autovenv_code
  fi
  __autovenv_within __autovenv_attend
  __autovenv_notify
  return $__autovenv_code
}

# Runs before every prompt, last: labels it, whoever built it.
__autovenv_label() {
  local __autovenv_code=$?
  # shellcheck disable=SC2050
  if [[ $- != *[aTu]* && a != A && -n $__autovenv_labelled && ${PATH-} == "$__autovenv_seen_path" &&
    ${VIRTUAL_ENV-}:${CONDA_PREFIX-}:${VIRTUAL_ENV_DISABLE_PROMPT-}:${UV_PROJECT_ENVIRONMENT-} == "$__autovenv_seen" &&
    (${PS1-} == "$__autovenv_framed" || (-z ${__autovenv_gone-} && ${PS1-} == "$__autovenv_shown"*)) ]]; then
    return $__autovenv_code
  fi
  __autovenv_within __autovenv_finish
  __autovenv_notify
  return $__autovenv_code
}

# Runs before a prompt after a command that failed, whose status those see who come after it in PROMPT_COMMAND.
__autovenv_prompt_again() {
  if [[ $1 == 0 ]]; then
    # Other flags of `set`.
    __autovenv_prompt_long
  else
    ((1))
    __autovenv_prompt_both
    return "$1"
  fi
}

# Runs before a prompt where not all is as it was.
__autovenv_prompt_long() {
  __autovenv_within __autovenv_serve
  __autovenv_notify
  return 0
}

# Runs after a change of directory.
__autovenv_moved() {
  [[ ${PROMPT_COMMAND-} == "$__autovenv_commands" && -z ${chpwd_functions+set} ]] || __autovenv_within __autovenv_listen
  # shellcheck disable=SC2050
  if [[ -n $__autovenv_steady && $- != *[aekETu]* && a != A && -z $__autovenv_options && ${PATH@a}${VIRTUAL_ENV@a}${VIRTUAL_ENV_PROMPT@a} != *r* &&
    $PWD != "$__autovenv_here" ]] && __autovenv_switch; then
    __autovenv_memo
  else
    # What a function has for its own, or `cd` alone, ends with it: the shell's are seen at the next prompt.
    [[ ${PATH-} == "$__autovenv_seen_path" && -z ${PYTHONHOME+set} &&
      ${VIRTUAL_ENV-}:${CONDA_PREFIX-}:${VIRTUAL_ENV_DISABLE_PROMPT-}:${UV_PROJECT_ENVIRONMENT-} == "$__autovenv_seen" ]] ||
      ! __autovenv_within __autovenv_covered || return 0
    __autovenv_within __autovenv_follow
  fi
  [[ -z $__autovenv_left$__autovenv_entered ]] || __autovenv_notify
}

# Does what a prompt needs first, where not all is as it was.
__autovenv_attend() {
  __autovenv_early="" __autovenv_dropped=""
  if [[ -z $__autovenv_root && -n $__autovenv_owns_deactivate ]]; then
    __autovenv_undefine
    __autovenv_owns_deactivate=""
  fi
  __autovenv_listen
  __autovenv_look
}

# Does what a prompt needs last, where not all is as it was left.
__autovenv_finish() {
  # Whatever came between may have changed directory, PATH or VIRTUAL_ENV.
  __autovenv_look
  __autovenv_decorate
}

# Does what a prompt needs where nothing stands between what looks and what labels.
__autovenv_serve() {
  __autovenv_attend
  __autovenv_decorate
  __autovenv_memo
}

# Does what a change of directory needs.
__autovenv_follow() {
  local av_scripted
  # direnv and mise may not have taken theirs away yet: of that the prompt judges.
  __autovenv_early=${DIRENV_DIFF-}${__MISE_DIFF-}
  if [[ $PWD == "$__autovenv_here" ]]; then
    __autovenv_look
  else
    if ! __autovenv_switch; then
      av_scripted=$__autovenv_scripted
      __autovenv_update
      __autovenv_decorate
      if [[ -n $av_scripted && -z $__autovenv_scripted ]]; then
        # Whoever had a script activate it may be about to call the script's `deactivate`, till the prompt.
        __autovenv_dropped=1 __autovenv_here=""
        __autovenv_define
      fi
    fi
    [[ -z $__autovenv_early || -z $__autovenv_hand ]] || __autovenv_here=""
  fi
  __autovenv_memo
}

# == Memory ============================================================================================================

# Defines a function by a text, in which no alias is expanded.
__autovenv_build() {
  local av_aliases=""
  ! builtin shopt -q expand_aliases || av_aliases=1
  builtin shopt -u expand_aliases
  builtin eval "$1"
  [[ -z $av_aliases ]] || builtin shopt -s expand_aliases
}

# Keeps what a walk found in the shell's memory, with all that must be as it was for the next one to find the same.
__autovenv_trace() {
  local av_level=${PWD%/} av_number av_text=$__autovenv_tests av_values="" av_word
  [[ -n $__autovenv_memory && -z $__autovenv_asking${UV_PROJECT_ENVIRONMENT-} && $__autovenv_found_name != *[\\\$\`!%]* &&
    ${#__autovenv_messages[@]} == 0 && (-z $__autovenv_found || $__autovenv_found_verdict == use) ]] || return 0
  builtin set -- "${__autovenv_looks[@]}" "${__autovenv_turns[@]}"
  for av_word in "${__autovenv_wanted[@]}"; do builtin set -- "$@" -a "$av_word"; done
  if [[ $__autovenv_found != "$PWD" ]]; then
    # What lies on the way holds nothing as long as nothing above was moved; without a way there is none to watch.
    [[ -n $__autovenv_since ]] || return 0
    builtin set -- "$@" -a ! "$__autovenv_state/news" -nt "$__autovenv_since"
    while :; do
      [[ -n ${__autovenv_levels[${av_level:-/}]-} ]] || return 0
      # The present one is looked at by a prompt, too: that comes first.
      [[ $av_level == "${PWD%/}" && ${3-} == -ot ]] || builtin set -- "$@" -a "${av_level:-/}" -ot "$__autovenv_since"
      ! __autovenv_ends "$av_level" || break
      av_level=${av_level%/*}
    done
  fi
  ((__autovenv_count < 200)) || __autovenv_traces=() __autovenv_roots=() __autovenv_count=0
  av_number=$__autovenv_count
  # What a prompt looks at comes first: it has the same numbers.
  while [[ $av_text == *"\$__autovenv_"* ]]; do
    av_word=${av_text##*"\$__autovenv_"}
    av_text=${av_text%"\$__autovenv_"*} av_word=${av_word%% *}
    [[ $av_values == *"_$av_word="* ]] || av_values+=" __autovenv_$av_word=\$__autovenv_trace_${av_number}_$av_word"
  done
  for av_word in tests found found_verdict found_flavour found_prefix found_bin found_name; do
    builtin eval "__autovenv_trace_${av_number}_$av_word=\$__autovenv_$av_word"
    av_values+=" __autovenv_$av_word=\$__autovenv_trace_${av_number}_$av_word"
  done
  builtin eval "__autovenv_trace_${av_number}_sets=(\"\${__autovenv_found_sets[@]}\") __autovenv_trace_${av_number}_wanted=(\"\${__autovenv_wanted[@]}\")"
  av_values+=" __autovenv_found_sets=(\"\${__autovenv_trace_${av_number}_sets[@]}\") __autovenv_wanted=(\"\${__autovenv_trace_${av_number}_wanted[@]}\")"
  __autovenv_phrase "trace_${av_number}_" "$@"
  __autovenv_build "__autovenv_trace_$av_number() { [[ ${__autovenv_reply:--n x} ]] || return 1; $av_values __autovenv_messages=() __autovenv_whole=-; }"
  # Those that end where they begin do not hang on the stamp.
  if [[ $__autovenv_found == "$PWD" ]]; then
    __autovenv_roots[$PWD]=$av_number __autovenv_traces[$PWD]=""
  else
    __autovenv_traces[$PWD]=$av_number __autovenv_roots[$PWD]=""
  fi
  __autovenv_count=$((av_number + 1)) __autovenv_count=${__autovenv_count%.*}
}

# Takes from memory what a walk up from the present directory found, if all on the way is as it was.
__autovenv_retrace() {
  [[ -n $__autovenv_memory && -n ${__autovenv_roots[$PWD]-}${__autovenv_traces[$PWD]-} && ${HOME-} == "$__autovenv_home" && -z ${UV_PROJECT_ENVIRONMENT-} ]] &&
    "__autovenv_trace_${__autovenv_roots[$PWD]-}${__autovenv_traces[$PWD]-}"
}

# Tells whether a level is known to hold nothing, and it and all above it are as they were: one look each.
__autovenv_pass() {
  [[ -n $__autovenv_since && -n ${__autovenv_levels[$1]-} ]] || return 1
  [[ -n $__autovenv_unsure ]] || __autovenv_survey "$1"
  [[ ${#1} -lt $__autovenv_unsure && ${__autovenv_levels[$1]} == bare && ! -e $1/$__autovenv_usual ]]
}

# Finds how far up from a level something has changed since the levels were looked at.
__autovenv_survey() {
  local av_level=$1
  # Where autovenv leaves a record without a marker it says so.
  [[ -e $__autovenv_since && ! $__autovenv_state/news -nt $__autovenv_since ]] || __autovenv_levels=() __autovenv_passed=()
  __autovenv_unsure=100000
  while :; do
    [[ -n ${__autovenv_levels[${av_level:-/}]-} && ${av_level:-/} -ot $__autovenv_since ]] || __autovenv_unsure=${#av_level}
    if [[ -z $av_level || $av_level == "${HOME-}" || -n "${__autovenv_ceilings[*]}" ]] && __autovenv_ends "$av_level"; then break; fi
    av_level=${av_level%/*}
  done
}

# Writes the stamp that levels looked at from now on are compared with.
__autovenv_begin() {
  local av_old=$__autovenv_since av_new av_level
  # What a subshell learns is lost with it.
  [[ -n $__autovenv_memory && ${BASH_SUBSHELL-}${ZSH_SUBSHELL-} == 0 ]] || return 0
  av_new=$__autovenv_state/shells/$$.$__autovenv_number.0
  [[ $av_new != "$av_old" ]] || av_new=${av_new%0}1
  __autovenv_since="" __autovenv_traces=()
  # So deep nothing is remembered: to see that it still holds would take as long as to look again.
  av_level=${PWD//[!\/]/}
  if ((${#av_level} > 200)); then
    __autovenv_levels=() __autovenv_passed=()
    return
  fi
  { builtin : >|"$av_new"; } 2>/dev/null || return 0
  # Only then: what was unchanged up to here is so since the new stamp.
  builtin set -- "${__autovenv_passed[@]}"
  __autovenv_passed=()
  if (($# > 200)) || [[ -z $av_old ]]; then
    __autovenv_levels=()
  else
    for av_level; do
      if [[ $av_level -ot $av_old ]]; then __autovenv_passed+=("$av_level"); else __autovenv_levels[$av_level]=""; fi
    done
  fi
  __autovenv_since=$av_new
}

# Remembers that a level was looked at in full and holds nothing.
__autovenv_pass_on() {
  [[ -n $__autovenv_since && ${BASH_SUBSHELL-}${ZSH_SUBSHELL-} == 0 ]] || return 0
  [[ -n ${__autovenv_levels[$1]-} ]] || __autovenv_passed+=("$1")
  __autovenv_levels[$1]=bare
}

# Remembers the levels of a walk, that a change in them may be seen; nothing below a link, which may be turned.
__autovenv_learn() {
  local av_level=$PWD av_link=100000
  local -a av_way
  [[ -n $__autovenv_since && ${BASH_SUBSHELL-}${ZSH_SUBSHELL-} == 0 ]] || return 0
  av_way=()
  while :; do
    while [[ $av_level == */ ]]; do av_level=${av_level%/}; done
    av_way+=("${av_level:-/}")
    # The highest link on the way: neither it nor what lies below it is remembered.
    [[ ! -L ${av_level:-/} ]] || av_link=${#av_level}
    ! __autovenv_ends "$av_level" || break
    av_level=${av_level%/*}
  done
  for av_level in "${av_way[@]}"; do
    if ((${#av_level} >= av_link)); then
      __autovenv_levels[$av_level]=""
    elif [[ -z ${__autovenv_levels[$av_level]-} ]]; then
      __autovenv_levels[$av_level]=seen __autovenv_passed+=("$av_level")
    fi
  done
}

# Finds the nearest directory from one up that may have a record, or where the walk ends: records lie one below the other.
__autovenv_climb() {
  local av_low=0 av_high=${#1} av_middle av_part av_end
  for av_end in "${HOME-}" "${__autovenv_ceilings[@]}"; do
    [[ -z $av_end || ${#av_end} -le $av_low || $1/ != "$av_end"/* ]] || av_low=${#av_end}
  done
  __autovenv_reply=${1:0:$av_low}
  # By halves: of a thousand levels, a dozen are looked at.
  while ((av_high > av_low)); do
    av_middle=$(((av_low + av_high + 1) / 2)) av_middle=${av_middle%.*}
    av_part=$1/
    av_part=${av_part:0:$((av_middle + 1))}
    av_part=${av_part%/*}
    if [[ -d $__autovenv_state/at$av_part ]]; then
      av_low=$av_middle
      ((${#av_part} < ${#__autovenv_reply})) || __autovenv_reply=$av_part
    else
      av_high=$((av_middle - 1)) av_high=${av_high%.*}
    fi
  done
}

# Goes straight from one environment to another one that memory knows, if all is as it was left.
__autovenv_switch() {
  [[ -n $__autovenv_steady && $__autovenv_ahead != "$PWD" && $PATH == "$__autovenv_seen_path" &&
    ${VIRTUAL_ENV-}:${CONDA_PREFIX-}:${VIRTUAL_ENV_DISABLE_PROMPT-}:${UV_PROJECT_ENVIRONMENT-} == "$__autovenv_seen" &&
    ${VIRTUAL_ENV_PROMPT-}:${DIRENV_DIFF-}${__MISE_DIFF-} == "$__autovenv_name:$__autovenv_lenders" && -z ${PYTHONHOME+set} ]] && __autovenv_retrace || return 1
  __autovenv_left="" __autovenv_entered=""
  if [[ -z $__autovenv_found || $__autovenv_found_flavour != venv || ${#__autovenv_found_sets[@]} != 0 || :$__autovenv_old_path: == *":$__autovenv_found_bin:"* ]]; then
    # What was found is not looked for again.
    __autovenv_ahead=$PWD
    return 1
  fi
  [[ $__autovenv_found == "$__autovenv_root" ]] || __autovenv_swap
  __autovenv_plain || __autovenv_report
  __autovenv_here=$PWD
}

# Puts the environment that was found in the place of the active one.
__autovenv_swap() {
  [[ :$__AUTOVENV_BINS: == *":$__autovenv_found_bin:"* ]] || __autovenv_claim "$__autovenv_found_bin"
  # In one command: what comes between two could be a Ctrl-C. Assigning PATH also drops the command hash.
  __autovenv_root=$__autovenv_found __autovenv_prefix=$__autovenv_found_prefix __autovenv_bin=$__autovenv_found_bin __autovenv_name=$__autovenv_found_name \
    __AUTOVENV_PREFIX=$__autovenv_found_prefix __AUTOVENV_BIN=$__autovenv_found_bin VIRTUAL_ENV=$__autovenv_found_prefix \
    VIRTUAL_ENV_PROMPT=$__autovenv_found_name PATH=$__autovenv_found_bin${__autovenv_old_path:+:$__autovenv_old_path} \
    __autovenv_seen=$__autovenv_found_prefix:${CONDA_PREFIX-}:${VIRTUAL_ENV_DISABLE_PROMPT-}:
  __autovenv_entered_path=$PATH __autovenv_seen_path=$PATH
  [[ ${BASH_SUBSHELL-}${ZSH_SUBSHELL-} != 0 || $__autovenv_heard == "$__autovenv_prefix" ]] ||
    __autovenv_left=$__autovenv_heard __autovenv_entered=$__autovenv_prefix __autovenv_heard=$__autovenv_prefix
  if [[ -n $__autovenv_shown && -n $__autovenv_labelled && $PS1 == "$__autovenv_shown"* ]]; then
    [[ " ${__autovenv_gone[*]-} " == *" $__autovenv_shown "* ]] || __autovenv_gone+=("$__autovenv_shown")
    PS1="($__autovenv_name) "${PS1:${#__autovenv_shown}}
    __autovenv_shown="($__autovenv_name) " __autovenv_framed=$PS1
  else
    __autovenv_decorate
  fi
}

# Remembers in one text what a prompt compares.
__autovenv_memo() {
  local av_text=$PWD:${PATH-}:${VIRTUAL_ENV-}:${CONDA_PREFIX-}:${VIRTUAL_ENV_DISABLE_PROMPT-}:${UV_PROJECT_ENVIRONMENT-}:${PS1-}
  [[ -n $__autovenv_here && -n $__autovenv_labelled ]] || return 0
  # A pattern takes bash half of what a quoted word does. With control characters in it, it is written as none.
  builtin printf -v __autovenv_whole %q "$av_text"
  if [[ $__autovenv_whole == [\$\']* ]]; then
    __autovenv_whole=$av_text
    [[ -n $__autovenv_quoted ]] || __autovenv_quoted='"' __autovenv_watched=''
  else
    [[ -z $__autovenv_quoted ]] || __autovenv_quoted='' __autovenv_watched=''
  fi
  [[ $__autovenv_tests:${__autovenv_wanted[*]} == "$__autovenv_watched" ]] || __autovenv_watch
  # What the user has set that is put aside now is no usual case.
  [[ $__autovenv_options == *[aekETu]* ]] && __autovenv_calm="" || __autovenv_calm=0$-
}

# == Child shells ======================================================================================================

# Remembers, here and in shells started from here, that a directory is on PATH because of us: it may come back.
__autovenv_claim() {
  local av_rest=:$__AUTOVENV_BINS: av_colons
  if [[ $av_rest == *":$1:"* ]]; then
    __autovenv_cut "$av_rest" "$1"
    av_rest=$__autovenv_before:$__autovenv_after
  fi
  av_rest=${av_rest#:}
  av_rest=${av_rest%:}
  av_colons=${av_rest//[!:]/}
  ((${#av_colons} < 49)) || av_rest=${av_rest%:*}
  __AUTOVENV_BINS=$1${av_rest:+:$av_rest}
  builtin export __AUTOVENV_BINS
}

# Writes what a shell started from here has to put back into a file of ours: what comes in by a variable can be anybody's.
__autovenv_hand_down() {
  local av_name av_text=""
  builtin unset -v __AUTOVENV_KEPT
  [[ -z $__autovenv_between ]] || av_text+="between $__autovenv_between"$'\n'
  for av_name in "${__autovenv_sets[@]}"; do av_text+="set $av_name"$'\n'; done
  for av_name in VIRTUAL_ENV VIRTUAL_ENV_PROMPT PYTHONHOME CONDA_PREFIX "${__autovenv_sets[@]%%=*}"; do
    [[ $__autovenv_exported == *" $av_name "* ]] || continue
    builtin eval "__autovenv_reply=\$__autovenv_old_$av_name"
    [[ $__autovenv_reply == *$'\n'* ]] || av_text+="old $av_name=$__autovenv_reply"$'\n'
  done
  [[ -n $av_text ]] || return 0
  av_name=$$.$RANDOM$RANDOM
  av_text="autovenv-kept 1"$'\n'"prefix $__autovenv_prefix"$'\n'"${av_text}end"
  { builtin printf "%s\n" "$av_text" >|"$__autovenv_state/shells/kept.$av_name"; } 2>/dev/null || return 0
  builtin export __AUTOVENV_KEPT=$av_name
}

# Takes over what a parent shell has to put back, from a file that is ours and about the same environment.
__autovenv_inherit() {
  local av_line av_name av_names=" VIRTUAL_ENV VIRTUAL_ENV_PROMPT PYTHONHOME CONDA_PREFIX "
  __autovenv_saved=" " __autovenv_exported=" " __autovenv_between="" __autovenv_spelled="" __autovenv_sets=()
  [[ ${__AUTOVENV_KEPT-} == [0-9]*[0-9] && ${__AUTOVENV_KEPT-} != *[!0-9.]* ]] || return 0
  __autovenv_load "$__autovenv_state/shells/kept.$__AUTOVENV_KEPT" || return 0
  builtin set -- "${__autovenv_lines[@]}"
  (($# > 2)) && [[ $1 == "autovenv-kept 1" && $2 == "prefix $__autovenv_prefix" && ${*:$#} == end ]] || return 0
  for av_line; do
    av_name=${av_line#* }
    av_name=${av_name%%=*}
    case $av_line in
      "between "*) __autovenv_between=${av_line#* } ;;
      "set "[A-Za-z_]*=*)
        [[ $av_name != *[!A-Za-z0-9_]* ]] || continue
        __autovenv_sets+=("${av_line#* }") av_names+="$av_name "
        ;;
      "old "*)
        [[ $av_names == *" $av_name "* ]] || continue
        __autovenv_reply=${av_line#*=}
        builtin eval "__autovenv_old_$av_name=\$__autovenv_reply"
        __autovenv_saved+="$av_name " __autovenv_exported+="$av_name "
        ;;
    esac
  done
}

# Cleans up what a parent shell had activated; it is found again where it belongs.
__autovenv_adopt() {
  local av_commands
  # Another user's is not believed, as with `sudo -E`.
  if [[ -n ${__AUTOVENV_PREFIX-} && (-O $__AUTOVENV_PREFIX || ! -e $__AUTOVENV_PREFIX) ]]; then
    for av_commands in /bin /Scripts ""; do
      # Whoever made these variables, only an environment's own directory is taken off PATH.
      [[ ${__AUTOVENV_BIN-} == "$__AUTOVENV_PREFIX$av_commands" ]] || continue
      __autovenv_prefix=$__AUTOVENV_PREFIX __autovenv_bin=$__AUTOVENV_BIN __autovenv_root=/
      __autovenv_flavour=venv __autovenv_name=${VIRTUAL_ENV_PROMPT-}
      if [[ ${VIRTUAL_ENV-} != "$__autovenv_prefix" && ${CONDA_PREFIX-} == "$__autovenv_prefix" ]]; then
        __autovenv_flavour=conda __autovenv_name=${CONDA_DEFAULT_ENV-}
      fi
      __autovenv_inherit
      if [[ $__autovenv_flavour == conda && ${#__autovenv_sets[@]} == 0 ]]; then
        __autovenv_sets=("CONDA_DEFAULT_ENV=${CONDA_DEFAULT_ENV-}" "CONDA_PROMPT_MODIFIER=${CONDA_PROMPT_MODIFIER-}")
      fi
      if [[ -z $__autovenv_between && -n ${__AUTOVENV_BINS+set} && :$__AUTOVENV_BINS: != *":$__autovenv_bin:"* && :${PATH-}: == *":$__autovenv_bin:"* ]]; then
        # It was on PATH before the parent came, and stays where it is.
        __autovenv_cut ":$PATH::" "$__autovenv_bin"
        __autovenv_between=${__autovenv_before##*:}:${__autovenv_after%%:*}
      fi
      # An exported PS1 came along with its label.
      __autovenv_escape "$__autovenv_name"
      [[ -n $__autovenv_shown ]] || __autovenv_shown="($__autovenv_reply) "
      __autovenv_leave
      break
    done
  fi
  builtin unset -v __AUTOVENV_PREFIX __AUTOVENV_BIN __AUTOVENV_KEPT
}

# == By hand ===========================================================================================================

# Finds out what the user did by hand since the last look; the argument is what was found then.
__autovenv_judge() {
  local av_now=${VIRTUAL_ENV-} av_before=$__autovenv_hand av_lent=""
  __autovenv_hand=""
  # What direnv or mise took away, nobody has deactivated by hand.
  [[ ${DIRENV_DIFF-}${__MISE_DIFF-} == "$__autovenv_lenders" ]] || av_lent=1
  if [[ -n $__autovenv_root && $__autovenv_flavour == conda && ${CONDA_PREFIX-} != "$__autovenv_prefix" ]]; then
    [[ -n $av_lent ]] || __autovenv_held=$__autovenv_root
    __autovenv_leave
  fi
  if [[ -z $av_now ]]; then
    if [[ -n $__autovenv_root && $__autovenv_flavour == venv ]]; then
      [[ -n $av_lent ]] || __autovenv_held=$__autovenv_root
      __autovenv_leave
    elif [[ -z $__autovenv_root && -n $av_before && -z $av_lent ]]; then
      # It takes over again at the next entry, not under the user's hands.
      __autovenv_held=$1
    fi
    return
  fi
  if [[ -n $__autovenv_root && $__autovenv_flavour == venv ]] && [[ $av_now == "$__autovenv_prefix" || $av_now -ef $__autovenv_prefix ]]; then
    ! __autovenv_sourced || __autovenv_absorb "$__autovenv_prefix" "$__autovenv_bin" "$__autovenv_name"
  elif [[ -z $__autovenv_off && $__autovenv_found_verdict == use && $__autovenv_found_flavour == venv ]] &&
    [[ $av_now == "$__autovenv_found_prefix" || $av_now -ef $__autovenv_found_prefix ]]; then
    ! __autovenv_sourced || __autovenv_held=""
    [[ -n $__autovenv_held ]] || __autovenv_absorb "$__autovenv_found_prefix" "$__autovenv_found_bin" "$__autovenv_found_name"
  elif [[ -n $__autovenv_early && $__autovenv_found_verdict == use && $__autovenv_lent == "$VIRTUAL_ENV:"* && $PWD/ != "${__autovenv_lent#"$VIRTUAL_ENV:"}"/* ]]; then
    # What direnv or mise activated where nobody stands any more they take away before the prompt.
    :
  else
    [[ $av_now == /* ]] || av_now=$PWD/$av_now
    # Where its commands are not on PATH, it was left by a parent shell; what is set under our eyes is meant.
    if [[ -e $av_now/pyvenv.cfg ]] && [[ :${PATH-}: == *":$av_now/bin:"* || :${PATH-}: == *":$av_now/Scripts:"* || -n $__autovenv_root || $av_before == "$VIRTUAL_ENV" ]]; then
      if [[ -n $__autovenv_root && $__autovenv_flavour == venv ]]; then
        if __autovenv_sourced; then __autovenv_yield; else __autovenv_leave; fi
      fi
      __autovenv_hand=$VIRTUAL_ENV
      __autovenv_disclaim "$av_now/bin"
      __autovenv_disclaim "$av_now/Scripts"
      # It may be deleted underfoot.
      __autovenv_hand_file=$av_now/pyvenv.cfg __autovenv_tests+=" && -e \$__autovenv_hand_file"
    elif [[ -n $__autovenv_root && $__autovenv_flavour == venv ]]; then
      # It points nowhere: as if it were not set.
      __autovenv_leave
    fi
  fi
}

# Tells whether VIRTUAL_ENV is of a script that was sourced here after us: a parent shell may have left that variable.
__autovenv_sourced() {
  [[ -n ${_OLD_VIRTUAL_PATH-} ]] && [[ -z $__autovenv_root || $_OLD_VIRTUAL_PATH != "$__autovenv_old_hand" ]]
}

# Takes over an environment of ours that a script, an editor or a parent shell has activated, as if we had.
__autovenv_absorb() {
  local av_entry=$VIRTUAL_ENV${2#"$1"} av_entries=:${PATH-}: av_label="" av_sourced=""
  ! __autovenv_sourced || av_sourced=1
  # Whoever names it relatively, as users of direnv do, put its entry there: that stays.
  [[ -n $av_sourced || $VIRTUAL_ENV == /* ]] || return 0
  if [[ $av_entries == *":$av_entry:"* ]]; then
    __autovenv_cut "$av_entries" "$av_entry"
    av_entries=$__autovenv_before:$__autovenv_after
    if [[ -z $__autovenv_root || $av_entry != "$__autovenv_bin" || $av_entries == *":$av_entry:"* ]]; then
      av_entries=${av_entries#:}
      PATH=${av_entries%:}
    fi
  fi
  if [[ -n $av_sourced ]]; then
    if [[ -n ${_OLD_VIRTUAL_PYTHONHOME-} ]]; then
      builtin export PYTHONHOME="$_OLD_VIRTUAL_PYTHONHOME"
      [[ -z $__autovenv_root ]] || __autovenv_save PYTHONHOME
    fi
    av_label="($3) "
    if [[ -n ${_OLD_VIRTUAL_PS1+set} && ${PS1-} == *"$_OLD_VIRTUAL_PS1" ]]; then
      PS1=$_OLD_VIRTUAL_PS1
    elif [[ -n ${_OLD_VIRTUAL_PS1+set} && ${PS1-} == *"$av_label"* && (-z $__autovenv_root || ${PS1-} == *"$av_label"*"$av_label"*) ]]; then
      PS1=${PS1%%"$av_label"*}${PS1#*"$av_label"}
    fi
    # virtualenv (21.15) keeps more, empty where there was nothing, and has a function.
    for av_label in VIRTUAL_TCL_LIBRARY VIRTUAL_TK_LIBRARY PKG_CONFIG_PATH; do
      builtin eval "__autovenv_reply=\${_OLD_$av_label-.}"
      [[ $__autovenv_reply != . ]] || continue
      builtin unset -v "_OLD_$av_label" "${av_label#VIRTUAL_}"
      [[ -z $__autovenv_reply ]] || builtin export "${av_label#VIRTUAL_}=$__autovenv_reply"
    done
    [[ -z ${_OLD_VIRTUAL_PSVAR+set} ]] || builtin eval 'psvar[9]=$_OLD_VIRTUAL_PSVAR'
    [[ $(\builtin declare -f pydoc 2>/dev/null) != *"python -m pydoc"* ]] || builtin unset -f pydoc
    builtin unset -v _OLD_VIRTUAL_PATH _OLD_VIRTUAL_PYTHONHOME _OLD_VIRTUAL_PS1 _OLD_VIRTUAL_PSVAR
    [[ -n ${__autovenv_old_hand-} ]] && _OLD_VIRTUAL_PATH=$__autovenv_old_hand
    __autovenv_scripted=$1
    builtin unset -f deactivate 2>/dev/null
  fi
  builtin unset -v VIRTUAL_ENV VIRTUAL_ENV_PROMPT
  if [[ -n $__autovenv_root ]]; then
    builtin export VIRTUAL_ENV="$__autovenv_prefix" VIRTUAL_ENV_PROMPT="$__autovenv_name"
    __autovenv_define
  fi
}

# Gives way to an `activate` of another environment sourced over ours, so that its `deactivate` finds nothing of ours.
__autovenv_yield() {
  __autovenv_clean "$_OLD_VIRTUAL_PATH"
  _OLD_VIRTUAL_PATH=$__autovenv_reply
  if [[ -n ${_OLD_VIRTUAL_PS1+set} && -n $__autovenv_shown ]]; then
    _OLD_VIRTUAL_PS1=${_OLD_VIRTUAL_PS1/#"$__autovenv_shown"/}
  fi
  if [[ $__autovenv_saved == *" PYTHONHOME "* ]]; then
    # What the script has put aside itself was set after us.
    [[ -n ${_OLD_VIRTUAL_PYTHONHOME-} ]] || _OLD_VIRTUAL_PYTHONHOME=$__autovenv_old_PYTHONHOME
    __autovenv_saved=${__autovenv_saved/" PYTHONHOME "/ }
  fi
  # The function is the script's, and so is its name, also where it is the same.
  __autovenv_owns_deactivate=""
  [[ $__autovenv_flavour == conda ]] || __autovenv_name=""
  __autovenv_leave
}

# Forgets that a directory came onto PATH by us: it is the user's now.
__autovenv_disclaim() {
  [[ :${__AUTOVENV_BINS-}: == *":$1:"* ]] || return 0
  __autovenv_strip "$__AUTOVENV_BINS" "$1"
  __AUTOVENV_BINS=$__autovenv_reply
}

# == Wrong python ======================================================================================================

# Finds the alias of a name.
__autovenv_alias() {
  __autovenv_quote=
  if ((BASH_VERSINFO[0] >= 4)); then
    __autovenv_reply=${BASH_ALIASES[$1]-}
  else
    __autovenv_reply=
    builtin alias "$1" >/dev/null 2>&1 || return 1
    __autovenv_reply=$(\builtin alias "$1")
    __autovenv_reply=${__autovenv_reply#*=\'}
    __autovenv_reply=${__autovenv_reply%\'}
  fi
  [[ -n $__autovenv_reply ]]
}

# Finds the body of a function.
__autovenv_function() {
  # Takes away an attribute that no function has: that prints nothing and tells whether there is one.
  builtin declare -f +i "$1" || return 1
  __autovenv_reply=
  [[ $1 == python* ]] || return 0
  __autovenv_reply=$(\builtin declare -f "$1")
  __autovenv_reply=${__autovenv_reply#*\{}
  __autovenv_reply=${__autovenv_reply%\}*}
}

# Tells whether no alias and no function is in the way of python.
__autovenv_plain() {
  [[ ${BASH_VERSINFO[0]} -ge 4 && -z ${BASH_ALIASES[python]-}${BASH_ALIASES[python3]-} ]] && ! builtin declare -f +i python && ! builtin declare -f +i python3
}

# Tells whether the text of an alias or a function only says how python is started, not which one; finds what it starts.
__autovenv_starts() {
  local av_text=$1 av_bin=$2 av_word=""
  av_text=${av_text#"${av_text%%[![:space:]]*}"}
  av_text=${av_text%"${av_text##*[![:space:];]}"}
  while [[ -n $av_text ]]; do
    av_word=${av_text%%[[:space:]]*}
    av_text=${av_text#"$av_word"}
    av_text=${av_text#"${av_text%%[![:space:]]*}"}
    case $av_word in
      # Git for Windows makes an alias for `winpty python.exe`.
      command | env | exec | noglob | nocorrect | winpty | nice | ionice | nohup | time | rlwrap | caffeinate | stdbuf | setsid) ;;
      -* | [0-9]* | [A-Za-z_]*=*) ;;
      *) break ;;
    esac
  done
  av_word=${av_word#\\}
  __autovenv_reply=$av_word
  [[ ${av_word##*/} == python* && (${av_word%/*} == "$av_word" || ${av_word%/*} == "$av_bin") && -e $av_bin/${av_word##*/} && $av_text != *[\;\|\&$'\n']* ]]
}

# Finds the first directory on PATH with a command.
__autovenv_seek() {
  local av_entries=${PATH-}:
  while [[ -n $av_entries ]]; do
    __autovenv_reply=${av_entries%%:*} av_entries=${av_entries#*:}
    # bash alone reads a quoted ~ on PATH as home.
    [[ -z ${BASH_VERSION-} || $__autovenv_reply/ != [~]/* ]] || __autovenv_reply=${HOME-}${__autovenv_reply#"~"}
    [[ ! -f $__autovenv_reply/$1 || ! -x $__autovenv_reply/$1 ]] || return 0
  done
  __autovenv_reply=""
  return 1
}

# Warns when `python` would run something from outside the project.
__autovenv_check() {
  local av_bin=$1 av_hint="run \`autovenv doctor\`" av_name av_python av_word av_where
  [[ -e $av_bin/python || -e $av_bin/python3 ]] || return 0
  for av_name in python python3; do
    [[ -e $av_bin/$av_name || $av_name == python ]] || continue
    if __autovenv_alias $av_name; then
      if ! __autovenv_starts "$__autovenv_reply" "$av_bin"; then
        __autovenv_tidy "$__autovenv_reply"
        # A global alias is replaced in the command that would take it away, too, where it is not quoted.
        __autovenv_say alias warning "\`$av_name\` is an alias for \`$__autovenv_reply\`, outside this project" \
          "an alias comes before every directory on PATH" "run \`unalias $__autovenv_quote$av_name$__autovenv_quote\`"
        return
      fi
    elif __autovenv_function $av_name && ! __autovenv_starts "$__autovenv_reply" "$av_bin"; then
      __autovenv_say alias warning "\`$av_name\` is a function, not the interpreter of this project" \
        "a function comes before every directory on PATH" "run \`unset -f $av_name\`"
      return
    fi
  done
  for av_name in python python3; do
    [[ -e $av_bin/$av_name || $av_name == python ]] || continue
    __autovenv_seek $av_name || continue
    [[ $__autovenv_reply != "$av_bin" && ! $__autovenv_reply -ef $av_bin ]] || continue
    av_where='outside this project'
    [[ $__autovenv_reply/ != "${__autovenv_found%/}/"* ]] || av_where="not this project's"
    __autovenv_tidy "$__autovenv_reply"
    av_python=$__autovenv_reply/$av_name av_word=$__autovenv_reply
    if [[ -n $__autovenv_hand ]]; then
      # What a parent shell activated came without its function.
      ! __autovenv_function deactivate || av_hint="run \`deactivate\`, then \`autovenv on\`"
      __autovenv_tidy "$__autovenv_hand"
      __autovenv_say by-hand warning "\`$av_name\` is \`$av_python\`, $av_where" \
        "\`$__autovenv_reply\` was activated by hand" "$av_hint"
      return
    fi
    __autovenv_tidy "${av_bin#"${__autovenv_found%/}/"}"
    if [[ ! -e $av_bin/$av_name ]]; then
      __autovenv_say path warning "\`$av_name\` is \`$av_python\`, $av_where" \
        "\`$__autovenv_reply\` has a \`python3\` and no \`python\`" "run \`python3\`"
    elif [[ :$PATH: == *":$av_bin:"* ]]; then
      __autovenv_say path warning "\`$av_name\` is \`$av_python\`, $av_where" \
        "\`$av_word\` comes before \`$__autovenv_reply\` on PATH" "$av_hint"
    else
      __autovenv_say path warning "\`$av_name\` is \`$av_python\`, $av_where" \
        "\`$__autovenv_reply\` is not on PATH any more" "$av_hint"
    fi
    return
  done
}

# Prints what there is to say about the present directory.
__autovenv_report() {
  local av_line av_rest av_level
  # The usual case, as cheaply as can be: nothing.
  if [[ ${#__autovenv_messages[@]} == 0 && -n $__autovenv_root && ${PATH-} == "$__autovenv_bin:"* && -x $__autovenv_bin/python ]] && __autovenv_plain; then return 0; fi
  for av_line in "${__autovenv_messages[@]}"; do
    av_level=warning av_rest=${av_line#* }
    case $av_line in
      hint\ *)
        [[ -z $__autovenv_found$__autovenv_hand ]] || continue
        av_level=note
        ;;
      outer\ *) [[ $__autovenv_found_verdict == use ]] || continue ;;
    esac
    av_line=${av_rest%%$'\t'*} av_rest=${av_rest#*$'\t'}
    __autovenv_say record $av_level "$av_line" "${av_rest%%$'\t'*}" "${av_rest#*$'\t'}"
  done
  # What direnv and mise have not taken away yet, they may at the prompt.
  if [[ -n $__autovenv_root || (-n $__autovenv_hand && $__autovenv_found_verdict == use && -z $__autovenv_early) ]]; then
    __autovenv_check "$__autovenv_found_bin"
  fi
}

# == Prompt ============================================================================================================

# Makes the environment's name fit for a prompt that is expanded.
__autovenv_escape() {
  local av_at av_character
  __autovenv_reply=$1
  [[ $1 == *[\\\$\`!]* ]] || return 0
  __autovenv_reply=
  for ((av_at = 0; av_at < ${#1}; av_at++)); do
    av_character=${1:$av_at:1}
    case $av_character in
      '\' | '$' | '`')
        # Backslashes are decoded first; then, under promptvars and in posix mode, the rest is expanded like a double-quoted word.
        if builtin shopt -q promptvars || builtin shopt -qo posix; then
          [[ $av_character != '\' ]] || av_character='\\'
          av_character="\\\\$av_character"
        else
          [[ $av_character != '\' ]] || av_character='\\'
        fi
        ;;
      '!')
        ! builtin shopt -qo posix || av_character='!!'
        ;;
    esac
    __autovenv_reply+=$av_character
  done
}

# Puts the environment's name before the prompt, or takes it away.
__autovenv_decorate() {
  local av_label="" av_steady=1
  __autovenv_labelled="" __autovenv_whole=-
  if [[ -n $__autovenv_root && -n $__autovenv_show && -z ${VIRTUAL_ENV_DISABLE_PROMPT-} ]]; then
    av_label="($__autovenv_name) "
    if [[ $__autovenv_name == *[\\\$\`!%]* ]]; then
      # How that must be written depends on options: it is made anew at every prompt.
      __autovenv_escape "$__autovenv_name"
      av_label="($__autovenv_reply) " av_steady=""
    fi
  fi
  if [[ -n ${PS1+set} && ($av_label != "$__autovenv_shown" || $PS1 != "$av_label"* || ${#__autovenv_gone[@]} != 0) ]]; then __autovenv_relabel "$av_label"; fi
  # At the very end: what a Ctrl-C leaves half done is looked at again.
  __autovenv_framed=${PS1-} __autovenv_labelled=$av_steady
}

# Puts a label before the prompt, and takes older ones away.
__autovenv_relabel() {
  local av_label=$1 av_before=$__autovenv_shown av_rest av_stale
  if [[ -n $__autovenv_shown && $PS1 == "$__autovenv_shown"* ]]; then
    PS1=${PS1#"$__autovenv_shown"}
  else
    # What a terminal's shell integration puts around the prompt takes no room: behind it the label is still first.
    av_rest=$PS1
    while [[ $av_rest == "$__autovenv_open"*"$__autovenv_close"* ]]; do av_rest=${av_rest#*"$__autovenv_close"}; done
    [[ -z $av_label || $av_label != "$__autovenv_shown" || $av_rest != "$av_label"* ]] || return 0
    # A prompt that was rebuilt has no old label; one that was edited may have it in the middle.
    if [[ -n $__autovenv_shown && $PS1 == *"$__autovenv_shown"* ]]; then
      PS1=${PS1%%"$__autovenv_shown"*}${PS1#*"$__autovenv_shown"}
    elif [[ -z $__autovenv_hand ]]; then
      # Somebody brought an older prompt back, and its label with it.
      for av_stale in "${__autovenv_gone[@]}"; do
        [[ $av_rest == "$av_stale"* && $av_stale != "${CONDA_PROMPT_MODIFIER-}" ]] || continue
        PS1=${PS1%"$av_rest"}${av_rest#"$av_stale"}
        break
      done
    fi
    __autovenv_unframe
  fi
  if [[ -n $__autovenv_shown && $av_label != "$__autovenv_shown" && " ${__autovenv_gone[*]} " != *" $__autovenv_shown "* ]]; then
    __autovenv_gone+=("$__autovenv_shown")
  fi
  __autovenv_shown=$av_label
  # Where nothing of ours was shown, what looks like it is the user's.
  [[ -n $av_before && $PS1 == "$av_label"* ]] || PS1=$av_label$PS1
}

# == Neighbours ========================================================================================================

# Takes away what came back: entries of PATH, and VIRTUAL_ENV, that are there because of us and not active any more.
__autovenv_purge() {
  # Paused, what the user puts on PATH is the user's.
  [[ -z $__autovenv_off || -z $__autovenv_seen_path ]] || return 0
  local av_rest=${__AUTOVENV_BINS-}: av_bin av_prefix av_chosen="" av_sourced=""
  ! __autovenv_sourced || av_sourced=1
  if [[ ${DIRENV_DIFF-}${__MISE_DIFF-} != "$__autovenv_lenders" ]]; then
    __autovenv_lent=${VIRTUAL_ENV-}:$PWD
    # They have found nothing of ours: what is there now they have chosen. What is active is left, to be entered anew, first
    # on PATH.
    [[ -n $__autovenv_root || -z ${DIRENV_DIFF-}${__MISE_DIFF-} ]] || av_chosen=${VIRTUAL_ENV-}
    [[ -n $av_sourced ]] || __autovenv_leave
    # The name comes back alone where they saw the same VIRTUAL_ENV before and after.
    [[ -n ${VIRTUAL_ENV-} || " ${__autovenv_gone[*]} $__autovenv_shown ($__autovenv_name) " != *" (${VIRTUAL_ENV_PROMPT-}) "* ]] || builtin unset -v VIRTUAL_ENV_PROMPT
  fi
  while [[ -n $av_rest ]]; do
    av_bin=${av_rest%%:*} av_rest=${av_rest#*:}
    [[ -n $av_bin && :${PATH-}: == *":$av_bin:"* && ($av_bin != "$__autovenv_bin" || -z $__autovenv_root) ]] || continue
    av_prefix=${av_bin%/*}
    [[ $av_prefix != "$av_chosen" && $av_prefix != "${CONDA_PREFIX-}" && ($av_prefix != "${VIRTUAL_ENV-}" || -z $av_sourced) ]] || continue
    # Whoever made the list, only what is an environment's directory, or is gone.
    [[ -e $av_prefix/pyvenv.cfg || -e $av_prefix/conda-meta || ! -e $av_bin ]] || continue
    __autovenv_strip "$PATH" "$av_bin"
    PATH=$__autovenv_reply
  done
  [[ -n ${VIRTUAL_ENV-} && -z $av_sourced && $VIRTUAL_ENV != "$av_chosen" && ($VIRTUAL_ENV != "$__autovenv_prefix" || -z $__autovenv_root) ]] || return 0
  if [[ :${__AUTOVENV_BINS-}: == *":$VIRTUAL_ENV/bin:"* || :${__AUTOVENV_BINS-}: == *":$VIRTUAL_ENV/Scripts:"* ]]; then
    builtin unset -v VIRTUAL_ENV VIRTUAL_ENV_PROMPT
    [[ -z $__autovenv_root || $__autovenv_flavour == conda ]] || builtin export VIRTUAL_ENV="$__autovenv_prefix" VIRTUAL_ENV_PROMPT="$__autovenv_name"
  fi
}

# Runs before direnv and mise look: what they find, and later give back, is the shell as it is without us.
__autovenv_part() {
  local __autovenv_code=$?
  local av_parted=$__autovenv_parted
  # Before the prompt, not at a `cd`: there mise looks, direnv does not.
  [[ $PWD != "$__autovenv_here" ]] || __autovenv_parted=$PWD
  if [[ -n $__autovenv_root && (-z $__autovenv_steady || $PWD != "$av_parted") && ${PATH-} == "$__autovenv_seen_path" &&
    ${VIRTUAL_ENV-}:${CONDA_PREFIX-}:${VIRTUAL_ENV_DISABLE_PROMPT-}:${UV_PROJECT_ENVIRONMENT-} == "$__autovenv_seen" ]]; then
    __autovenv_within __autovenv_leave
    # They may give the very same.
    __autovenv_here="" __autovenv_whole=-
  fi
  return $__autovenv_code
}

# Takes off a mark that stands at the edge of the prompt twice: once is enough.
__autovenv_unframe() {
  local av_mark
  # VS Code (1.100) puts its marks around every prompt that it does not know, around its own with another label too, and
  # kitty (0.42) its first wherever it is not.
  while [[ $PS1 == "$__autovenv_open"*"$__autovenv_close"* ]]; do
    av_mark=${PS1%%"$__autovenv_close"*}$__autovenv_close
    [[ $av_mark == *][16]33\;* && $PS1 == "$av_mark$av_mark"* ]] || break
    PS1=${PS1#"$av_mark"}
  done
  while [[ $PS1 == *"$__autovenv_open"*"$__autovenv_close" ]]; do
    av_mark=$__autovenv_open${PS1##*"$__autovenv_open"}
    [[ $av_mark == *][16]33\;* && $PS1 == *"$av_mark$av_mark" ]] || break
    PS1=${PS1%"$av_mark"}
  done
}

# Puts what takes ours away before direnv's (2.32) and mise's (2026.9) hook.
__autovenv_precede() {
  local av_at av_before av_part='${__autovenv_version:+"__autovenv_part"} && \:'
  case "${PROMPT_COMMAND[*]-}" in
    *__autovenv_part*) return ;;
    *_direnv_hook* | *_mise_hook*) __autovenv_settable PROMPT_COMMAND || return 0 ;;
    *) return ;;
  esac
  for av_at in "${!PROMPT_COMMAND[@]}"; do
    av_before=${PROMPT_COMMAND[av_at]%%_direnv_hook*}
    av_before=${av_before%%_mise_hook*}
    [[ $av_before != "${PROMPT_COMMAND[av_at]}" && $av_before != *[!$';\n\t '] ]] || continue
    av_part="$av_before$av_part;${PROMPT_COMMAND[av_at]:${#av_before}}"
    if [[ $av_at == 0 ]]; then PROMPT_COMMAND=$av_part; else PROMPT_COMMAND[av_at]=$av_part; fi
    return
  done
}

# Puts what looks into PROMPT_COMMAND, first, and what labels, last, as the others there need it.
__autovenv_place() {
  # Nothing in a child shell that has the variable and not the hook; and in a list with `&&` a failure of the user's sets
  # off neither `set -e` nor an ERR trap.
  local av_look='${__autovenv_version:+"__autovenv_prompt"} && \:' av_label='${__autovenv_version:+"__autovenv_label"} && \:'
  local av_element av_rest av_name av_at=0 av_last=0
  # direnv (2.32) and mise (2026.9) change PATH: right after them. What runs before theirs bash-preexec (0.6) takes for
  # the user's command.
  for av_rest in "${!PROMPT_COMMAND[@]}"; do
    case ${PROMPT_COMMAND[av_rest]} in
      *_direnv_hook* | *_mise_hook* | *__bp_precmd_invoke_cmd*) av_at=$av_rest ;;
    esac
    av_last=$av_rest
  done
  # In a list bash before 5.1 runs the first only.
  ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 501)) || av_last=0
  if [[ -z "${PROMPT_COMMAND[*]-}" ]]; then
    PROMPT_COMMAND=$__autovenv_plain_command
    __autovenv_describe PROMPT_COMMAND
    [[ $__autovenv_reply != *x* ]] || PROMPT_COMMAND='${__autovenv_version:+"__autovenv_prompt_both"} && \:'
    return
  fi
  av_element=${PROMPT_COMMAND[av_at]-} av_rest=${PROMPT_COMMAND[av_at]-}
  for av_name in __bp_precmd_invoke_cmd _mise_hook _direnv_hook; do
    [[ $av_rest != *"$av_name"* ]] || av_rest=${av_rest##*"$av_name"}
  done
  if [[ $av_rest == "$av_element" ]]; then
    av_element=
  elif [[ $av_rest == *[$';\n']* ]]; then
    av_rest=${av_rest#*[$';\n']}
    av_element=${av_element:0:${#av_element}-${#av_rest}-1}$'\n'
  else
    av_element+=$'\n' av_rest=
  fi
  av_rest=${av_rest#"${av_rest%%[![:space:]]*}"}
  if [[ -n $av_rest ]] && ! builtin alias for >/dev/null 2>&1 && ! builtin alias 'do' >/dev/null 2>&1 && ! builtin alias 'done' >/dev/null 2>&1; then
    # A loop of one turn, whose last expression gives the others PIPESTATUS back: no command could.
    av_look="for ((__autovenv_turn = \${__autovenv_version:+1} + 0; __autovenv_turn; __autovenv_turn = __autovenv_pipes)); do __autovenv_prompt \"\${PIPESTATUS[@]}\" && \\:; done"
  fi
  av_element+=$av_look${av_rest:+$'\n'$av_rest}
  if [[ $av_at == 0 ]]; then PROMPT_COMMAND=$av_element; else PROMPT_COMMAND[av_at]=$av_element; fi
  for av_rest in "${!PROMPT_COMMAND[@]}"; do
    case ${PROMPT_COMMAND[av_rest]} in
      *__bp_interactive_mode* | *__bp_install* | *__vsc_prompt_cmd*) av_last=$av_rest ;;
    esac
  done
  av_element=${PROMPT_COMMAND[av_last]-}
  # What runs after theirs VS Code (1.100) and bash-preexec (0.6) take for the user's command.
  for av_name in __bp_interactive_mode __vsc_prompt_cmd $'trap - DEBUG\n__bp_install' __bp_install; do
    [[ $av_element == *"$av_name"* ]] || continue
    av_rest=${av_element%%"$av_name"*}
    av_element=$av_rest$av_label$'\n'$av_name${av_element#*"$av_name"}
    av_name=
    break
  done
  [[ -z $av_name ]] || av_element=${av_element%"${av_element##*[![:space:]]}"}$'\n'$av_label
  if [[ $av_last == 0 ]]; then PROMPT_COMMAND=$av_element; else PROMPT_COMMAND[av_last]=$av_element; fi
}

# Registers anew where somebody has thrown us out; from a prompt, there is nothing to do.
__autovenv_listen() {
  # mise (2026.9) and rvm replace `cd` by one that calls functions, as zsh does.
  if [[ -n $__autovenv_wrap_cd && -n ${chpwd_functions+set} && " ${chpwd_functions[*]} " != *" __autovenv_moved "* ]]; then
    chpwd_functions=(__autovenv_part "${chpwd_functions[@]}" __autovenv_moved)
  fi
  # Within another's command, as with starship (1.26) and VS Code (1.100), the last look was under what stands there now.
  if [[ ${FUNCNAME[1]} == __autovenv_attend ]]; then
    if [[ ${PROMPT_COMMAND-} == "$__autovenv_plain_command" ]]; then
      # It may have been exported since.
      __autovenv_describe PROMPT_COMMAND
      [[ $__autovenv_reply != *x* ]] || PROMPT_COMMAND='${__autovenv_version:+"__autovenv_prompt_both"} && \:'
    fi
    __autovenv_precede
    __autovenv_commands=${PROMPT_COMMAND-}
  elif [[ ${PROMPT_COMMAND-} != "$__autovenv_commands" && $BASH_SUBSHELL == 0 ]]; then
    __autovenv_register
  fi
}

# == Manners ===========================================================================================================

# Puts the user's options aside; a door calls this first.
__autovenv_shield() {
  # Set by a door that Ctrl-C left open: those were the user's options.
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
  # A local variable would be what a global one of its name is (5.0).
  if [[ :${BASHOPTS-}: == *:localvar_inherit:* ]]; then
    __autovenv_options+=L
    builtin shopt -u localvar_inherit
  fi
}

# Gives the user's options back; a door calls this last.
__autovenv_unshield() {
  local av_options=$__autovenv_options
  __autovenv_options=
  [[ $av_options != . ]] || return 0
  [[ $av_options != *L* ]] || builtin shopt -s localvar_inherit
  [[ $av_options != *N* ]] || builtin shopt -s nocasematch
  [[ $av_options != *E* ]] || builtin set -E
  [[ $av_options != *T* ]] || builtin set -T
  [[ $av_options != *u* ]] || builtin set -u
  [[ $av_options != *a* ]] || builtin set -a
  [[ $av_options != *k* ]] || builtin set -k
  [[ $av_options != *e* ]] || builtin set -e
}

# Runs a function of ours as if the user had changed no option.
__autovenv_within() {
  # shellcheck disable=SC2050
  if [[ $- != *[aekETu]* && a != A && :${BASHOPTS-}: != *:localvar_inherit:* && -z ${__autovenv_options-} ]]; then
    __autovenv_left='' __autovenv_entered=''
    "$@"
  else
    __autovenv_shield
    __autovenv_left='' __autovenv_entered=''
    "$@"
    __autovenv_unshield
  fi
}

# Tells the attributes of a variable, empty where it is not set: x is exported, r is readonly.
__autovenv_describe() {
  __autovenv_reply=
  [[ -n ${!1+set} ]] || return 0
  if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 404)); then
    __autovenv_reply=-${!1@a}
  else
    # The only subshell of a prompt: before 4.4, and where the variable is set. `\builtin`, here and elsewhere: before
    # 5.2 what is substituted is read when it runs, aliases and all.
    __autovenv_reply=$(\builtin declare -p "$1" 2>/dev/null)
    __autovenv_reply=${__autovenv_reply#declare }
    __autovenv_reply=${__autovenv_reply%% *}
  fi
}

# Tells whether a variable can be given a value: to try would end the function that does.
__autovenv_settable() {
  __autovenv_describe "$1"
  [[ $__autovenv_reply != *r* ]] && builtin local "$1" 2>/dev/null
}

# Has the shell look for commands anew.
__autovenv_rehash() {
  [[ $- != *h* ]] || builtin hash -r
}

# Undoes what __autovenv_define did.
__autovenv_undefine() {
  builtin unset -f deactivate
}

# Prints a text for the user.
__autovenv_print() {
  builtin printf '%s\n' "$1" >&2
}

# Prints a message, its kind first, once in this shell.
__autovenv_say() {
  local av_kind=$1 av_level=$2 av_what=$3 av_why=$4 av_hint=$5 av_text
  [[ $__autovenv_silence != *" $av_kind "* ]] || return 0
  av_text="autovenv: $av_level: $av_what"
  [[ -z $av_why ]] || av_text+=$'\n'"  why: $av_why"
  [[ -z $av_hint ]] || av_text+=$'\n'"  hint: $av_hint"
  # A subshell cannot remember that it said something, and may be somebody's input.
  [[ ${BASH_SUBSHELL-}${ZSH_SUBSHELL-} == 0 && $__autovenv_told != *$'\a'"$av_text"$'\a'* ]] || return 0
  __autovenv_told+=$'\a'$av_text$'\a'
  __autovenv_print "$av_text"
}

# Makes a path fit for a message: home as ~, and nothing in it that a terminal obeys.
__autovenv_tidy() {
  local av_text=$1 av_mark av_at av_shown="" av_character
  if [[ -n ${HOME-} && $HOME != / && "$av_text/" == "$HOME/"* ]]; then
    av_text="~${av_text#"$HOME"}"
  fi
  for av_mark in $'\330\234' $'\342\200\216' $'\342\200\217' $'\342\200\250' $'\342\200\251' $'\342\200\252' $'\342\200\253' \
    $'\342\200\254' $'\342\200\255' $'\342\200\256' $'\342\201\246' $'\342\201\247' $'\342\201\250' $'\342\201\251'; do
    while [[ $av_text == *"$av_mark"* ]]; do
      av_text="${av_text%%"$av_mark"*}?${av_text#*"$av_mark"}"
    done
  done
  if [[ $av_text == *[[:cntrl:]]* ]]; then
    for ((av_at = 0; av_at < ${#av_text}; av_at++)); do
      av_character=${av_text:$av_at:1}
      [[ $av_character != [[:cntrl:]] ]] || av_character="?"
      av_shown+=$av_character
    done
    av_text=$av_shown
  fi
  __autovenv_reply=$av_text
}

# Makes `deactivate` ours while an environment is active, unless the user has one.
__autovenv_define() {
  if ! __autovenv_function deactivate; then
    deactivate() { __autovenv_deactivate "$@"; }
    __autovenv_owns_deactivate=1
  fi
}

# Tells the user's functions what was left and entered: their output and their errors are the user's.
__autovenv_notify() {
  [[ -z $__autovenv_left$__autovenv_entered ]] || { ! builtin declare -f +i autovenv_left && ! builtin declare -f +i autovenv_entered; } || __autovenv_announce
}

# Calls those of the user's functions that are there.
__autovenv_announce() {
  [[ -z $__autovenv_left ]] || ! builtin declare -f +i autovenv_left || autovenv_left "$__autovenv_left" || :
  [[ -z $__autovenv_entered ]] || ! builtin declare -f +i autovenv_entered || autovenv_entered "$__autovenv_entered" || :
}

# Tells whether a function, or `cd` alone, has variables that cover the shell's own (from 4.2).
__autovenv_covered() {
  (
    builtin declare -g PATH=: VIRTUAL_ENV=: PYTHONHOME=: || exit
    [[ $PATH$VIRTUAL_ENV$PYTHONHOME != ::: ]]
  ) 2>/dev/null
}

# Spells out what gives PIPESTATUS its values back.
__autovenv_spell() {
  __autovenv_pipes=0
  while (($#)); do
    __autovenv_pipes="PIPESTATUS[$# - 1]=${*:$#},$__autovenv_pipes"
    builtin set -- "${@:1:$#-1}"
  done
  builtin export -n __autovenv_pipes
}

# == Commands ==========================================================================================================

# Takes the active environment off.
__autovenv_suspend() {
  local av_here=$__autovenv_here
  if [[ ${1-} != nondestructive ]]; then
    # Meant is what was left in this very move.
    [[ -z $__autovenv_dropped ]] || return 0
    __autovenv_held=$__autovenv_root
  fi
  __autovenv_leave
  __autovenv_decorate
  __autovenv_remember
  # Whoever calls it before us after a move has not looked at where that led.
  [[ -n $__autovenv_held && $PWD == "$av_here" ]] || __autovenv_here=""
}

# Takes the active environment off until the user leaves the project and comes back.
__autovenv_deactivate() {
  __autovenv_within __autovenv_suspend "$@"
  __autovenv_notify
}

# Pauses the hook in this shell, or lets it go on.
__autovenv_toggle() {
  case $1 in
    off) __autovenv_off=1 ;;
    on) __autovenv_off="" __autovenv_held="" __autovenv_hand="" __autovenv_told="" __autovenv_asking="" ;;
  esac
  __autovenv_update
  __autovenv_decorate
}

# Tells in what state the shell is.
__autovenv_tell() {
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
  [[ -z $__autovenv_elsewhere ]] || __autovenv_reply+=$'\n'"elsewhere $__autovenv_elsewhere"
}

# Tells the doctor what only the shell itself can see: lines of a word and a value.
__autovenv_gather() {
  local av_name av_text
  case "${PROMPT_COMMAND[*]-}" in
    *__autovenv_prompt*) __autovenv_reply="registered yes" ;;
    *) if [[ ${PROMPT_COMMAND-} == "$__autovenv_commands" ]]; then __autovenv_reply="registered yes"; else __autovenv_reply="registered no"; fi ;;
  esac
  __autovenv_reply+=$'\n'
  for av_name in python python3 pip pip3 deactivate conda mamba micromamba; do
    if av_text=$(\builtin alias "$av_name" 2>/dev/null); then
      av_text=${av_text#*=\'}
      __autovenv_reply+="alias $av_name=${av_text%\'}"$'\n'
    fi
    ! builtin declare -F "$av_name" >/dev/null || __autovenv_reply+="function $av_name"$'\n'
    ! av_text=$(\builtin hash -t "$av_name" 2>/dev/null) || __autovenv_reply+="hash $av_name=$av_text"$'\n'
  done
  ! builtin shopt -qo posix || __autovenv_reply+="option posix"$'\n'
  builtin shopt -qo hashall || __autovenv_reply+="option nohashall"$'\n'
  __autovenv_tell
}

# The command: `off` and `on` concern this shell, all else is the executable's.
autovenv() {
  local av_code=0
  case ${#}${1-} in
    1off | 1on)
      __autovenv_within __autovenv_toggle "$1"
      __autovenv_notify
      ;;
    *)
      __autovenv_reply=
      [[ ${1-} != doctor && ${1-} != status ]] || __autovenv_within __autovenv_gather
      __AUTOVENV_SHELL=bash __AUTOVENV_HOOK=$__autovenv_version __AUTOVENV_FACTS=$__autovenv_reply \
        "${__autovenv_tool[@]}" "$@" || av_code=$?
      __autovenv_here='' __autovenv_whole=-
      ;;
  esac
  return $av_code
}

# == Loading ===========================================================================================================

# Takes the settings, each `name=value`.
__autovenv_configure() {
  local av_word
  __autovenv_names=() __autovenv_markers=() __autovenv_ceilings=() __autovenv_silence=" " __autovenv_manual="" __autovenv_elsewhere=""
  for av_word in "$@"; do
    case $av_word in
      version=*) __autovenv_version=${av_word#*=} ;;
      state=*) __autovenv_state=${av_word#*=} ;;
      wrap_cd=*) __autovenv_wrap_cd=${av_word#*=} ;;
      prompt=*) __autovenv_show=${av_word#*=} ;;
      activate=*) [[ $av_word != activate=manual ]] || __autovenv_manual=1 ;;
      ceiling=*) __autovenv_ceilings+=("${av_word#*=}") ;;
      silence=*) __autovenv_silence+="${av_word#*=} " ;;
      name=*) __autovenv_names+=("${av_word#*=}") ;;
      marker=*) __autovenv_markers+=("${av_word#*=}") ;;
    esac
  done
  __autovenv_usual=${__autovenv_names[*]:0:1}
  __autovenv_usual=${__autovenv_usual:-.autovenv}
}

# Has the shell call us before every prompt.
__autovenv_register() {
  __autovenv_precede
  case "${PROMPT_COMMAND[*]-}" in
    *__autovenv_prompt*) return ;;
  esac
  # Where an administrator has it so, the wrapped `cd` still works.
  if __autovenv_settable PROMPT_COMMAND; then __autovenv_place; fi
  __autovenv_commands=${PROMPT_COMMAND-}
}

# Wraps `cd`, `pushd` and `popd` where the user has not. Exported, they reach shells that have nothing else of ours.
__autovenv_wrap() {
  local av_name
  # `|| return`: a trap on ERR that functions inherit (set -E) fires once for what fails, and not for the function, too.
  for av_name in cd pushd popd; do
    builtin declare -F "$av_name" >/dev/null || case $av_name in
      cd) cd() {
        builtin cd "$@" || return
        [[ -z ${__autovenv_version-} ]] || __autovenv_moved
      } ;;
      pushd) pushd() {
        builtin pushd "$@" || return
        [[ -z ${__autovenv_version-} ]] || __autovenv_moved
      } ;;
      popd) popd() {
        builtin popd "$@" || return
        [[ -z ${__autovenv_version-} ]] || __autovenv_moved
      } ;;
    esac
  done
}

# Starts the hook in this shell, or starts it anew.
__autovenv_start() {
  __autovenv_shield
  __autovenv_configure "$@"
  : "${__autovenv_root=}" "${__autovenv_held=}" "${__autovenv_off=$__autovenv_manual}" "${__autovenv_hand=}" "${__autovenv_shown=}" \
    "${__autovenv_told=}" "${__autovenv_found=}" "${__autovenv_prefix=}" "${__autovenv_owns_deactivate=}" \
    "${__autovenv_labelled=}" "${__autovenv_framed=}" "${__autovenv_lenders=}" "${__autovenv_between=}" "${__autovenv_spelled=}" "${__autovenv_saved= }" \
    "${__autovenv_exported= }" "${__autovenv_asking=}" "${__autovenv_early=}" "${__autovenv_lent=}" "${__autovenv_heard=}" "${__autovenv_old_hand=}" "${__autovenv_parted=}" "${__autovenv_scripted=}" "${__autovenv_dropped=}"
  __autovenv_here='' __autovenv_seen='' __autovenv_seen_path='' __autovenv_memory='' __autovenv_since='' __autovenv_steady='' __autovenv_ahead='' __autovenv_home=${HOME-} __autovenv_count=0 __autovenv_commands='' __autovenv_pipes=0
  __autovenv_whole=- __autovenv_calm='' __autovenv_quoted='' __autovenv_tests='-z x' __autovenv_wanted=() __autovenv_watched=''
  __autovenv_watch
  __autovenv_passed=() __autovenv_number=$RANDOM$RANDOM
  [[ -n ${__autovenv_sets+set} ]] || __autovenv_sets=()
  if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 402)); then
    __autovenv_memory=1
    builtin unset -v __autovenv_levels __autovenv_traces __autovenv_roots
    builtin declare -gA __autovenv_levels __autovenv_traces __autovenv_roots
  fi
  __autovenv_settable PS1 || __autovenv_show=
  __autovenv_register
  [[ -z $__autovenv_wrap_cd ]] || __autovenv_wrap
}

__autovenv_start '@SETTINGS@'
__autovenv_unshield
[[ -z $__autovenv_aliases ]] || builtin shopt -s expand_aliases
\builtin unset -v __autovenv_aliases
