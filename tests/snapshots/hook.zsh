\builtin test "$-" = "${-#*i}" || \builtin emulate zsh -o no_aliases -c '# autovenv: the right Python first in every shell. The hook for zsh 5.1 and later.'$'\n'\
''$'\n'\
'# == Loading, first part ==============================================================================================='$'\n'\
''$'\n'\
'# A function cannot have come in as a variable: without it, state of that name is a stranger'\''s.'$'\n'\
'if ! (( ${+functions[__autovenv_update]} )); then'$'\n'\
'  builtin unset -v -m "__autovenv_*"'$'\n'\
'fi'$'\n'\
''$'\n'\
'# == Settings =========================================================================================================='$'\n'\
''$'\n'\
'typeset -ga __autovenv_tool=("/opt/autovenv/bin/python" "-I" "-S" "/opt/autovenv/lib/autovenv/__main__.py")'$'\n'\
''$'\n'\
'# Takes the settings, each `name=value`.'$'\n'\
'__autovenv_configure() {'$'\n'\
'  local word'$'\n'\
'  typeset -ga __autovenv_names __autovenv_markers __autovenv_ceilings'$'\n'\
'  __autovenv_names=() __autovenv_markers=() __autovenv_ceilings=() __autovenv_silence='\'' '\'''$'\n'\
'  for word in "$@"; do'$'\n'\
'    case $word in'$'\n'\
'      version=*) __autovenv_version=${word#*=} ;;'$'\n'\
'      state=*) __autovenv_state=${word#*=} ;;'$'\n'\
'      wrap_cd=*) __autovenv_wrap_cd=${word#*=} ;;'$'\n'\
'      prompt=*) __autovenv_show=${word#*=} ;;'$'\n'\
'      ceiling=*) __autovenv_ceilings+=("${word#*=}") ;;'$'\n'\
'      silence=*) __autovenv_silence+="${word#*=} " ;;'$'\n'\
'      name=*) __autovenv_names+=("${word#*=}") ;;'$'\n'\
'      marker=*) __autovenv_markers+=("${word#*=}") ;;'$'\n'\
'    esac'$'\n'\
'  done'$'\n'\
'}'$'\n'\
''$'\n'\
'# == Messages =========================================================================================================='$'\n'\
''$'\n'\
'# What a function finds it leaves in __autovenv_reply: a command substitution would cost a process.'$'\n'\
''$'\n'\
'# Prints a message, its kind first, once in this shell.'$'\n'\
'__autovenv_say() {'$'\n'\
'  local kind=$1 level=$2 what=$3 why=$4 hint=$5 text'$'\n'\
'  [[ $__autovenv_silence != *" $kind "* ]] || return 0'$'\n'\
'  text="autovenv: $level: $what"'$'\n'\
'  [[ -z $why ]] || text+=$'\''\n'\''"  why: $why"'$'\n'\
'  [[ -z $hint ]] || text+=$'\''\n'\''"  hint: $hint"'$'\n'\
'  # A subshell cannot remember that it said something, and may be somebody'\''s input.'$'\n'\
'  [[ $ZSH_SUBSHELL == 0 && $__autovenv_told != *$'\''\a'\''"$text"$'\''\a'\''* ]] || return 0'$'\n'\
'  __autovenv_told+=$'\''\a'\''$text$'\''\a'\'''$'\n'\
'  builtin printf '\''%s\n'\'' "$text" >&2'$'\n'\
'}'$'\n'\
''$'\n'\
'# Makes a path fit for a message: home as ~, and nothing in it that a terminal obeys.'$'\n'\
'__autovenv_tidy() {'$'\n'\
'  local text=$1 mark at shown="" character'$'\n'\
'  if [[ -n ${HOME-} && $HOME != / && "$text/" == "$HOME/"* ]]; then'$'\n'\
'    text="~${text#"$HOME"}"'$'\n'\
'  fi'$'\n'\
'  for mark in $'\''\330\234'\'' $'\''\342\200\216'\'' $'\''\342\200\217'\'' $'\''\342\200\250'\'' $'\''\342\200\251'\'' $'\''\342\200\252'\'' $'\''\342\200\253'\'' \'$'\n'\
'    $'\''\342\200\254'\'' $'\''\342\200\255'\'' $'\''\342\200\256'\'' $'\''\342\201\246'\'' $'\''\342\201\247'\'' $'\''\342\201\250'\'' $'\''\342\201\251'\''; do'$'\n'\
'    while [[ $text == *"$mark"* ]]; do'$'\n'\
'      text="${text%%"$mark"*}?${text#*"$mark"}"'$'\n'\
'    done'$'\n'\
'  done'$'\n'\
'  if [[ $text == *[[:cntrl:]]* ]]; then'$'\n'\
'    for ((at = 0; at < ${#text}; at++)); do'$'\n'\
'      character=${text:$at:1}'$'\n'\
'      [[ $character != [[:cntrl:]] ]] || character='\''?'\'''$'\n'\
'      shown+=$character'$'\n'\
'    done'$'\n'\
'    text=$shown'$'\n'\
'  fi'$'\n'\
'  __autovenv_reply=$text'$'\n'\
'}'$'\n'\
''$'\n'\
'# == Records ==========================================================================================================='$'\n'\
''$'\n'\
'# Reads the text of a record for a directory; false when it is torn, or when something it was made from has changed.'$'\n'\
'__autovenv_read() {'$'\n'\
'  local directory=$1 record=$2 fresh=$3 line word value file stamp token variable'$'\n'\
'  local verdict="" flavour="" prefix="" bin="" name=""'$'\n'\
'  local -a same stamps newer exists absent dangling warnings hints'$'\n'\
'  [[ ${__autovenv_lines[1]} == "autovenv-record 1 "* ]] || return 1'$'\n'\
'  [[ ${__autovenv_lines[-1]} == end ]] || return 1'$'\n'\
'  token=${__autovenv_lines[1]##* }'$'\n'\
'  for line in "${__autovenv_lines[@]}"; do'$'\n'\
'    word=${line%% *} value=${line#* }'$'\n'\
'    file=$value'$'\n'\
'    [[ $word != same ]] || file=${value#* }'$'\n'\
'    [[ $file == /* ]] || file=$directory/$file'$'\n'\
'    case $word in'$'\n'\
'      same)'$'\n'\
'        stamp=${record%/*}/.autovenv-$token.${value%% *}'$'\n'\
'        [[ -n $fresh || (! $file -nt $stamp && ! $file -ot $stamp) ]] || return 1'$'\n'\
'        same+=("$file") stamps+=("$stamp")'$'\n'\
'        ;;'$'\n'\
'      newer)'$'\n'\
'        [[ -n $fresh || (-e $file && ! $file -nt $record) ]] || return 1'$'\n'\
'        newer+=("$file")'$'\n'\
'        ;;'$'\n'\
'      exists)'$'\n'\
'        [[ -n $fresh || -e $file ]] || return 1'$'\n'\
'        exists+=("$file")'$'\n'\
'        ;;'$'\n'\
'      absent)'$'\n'\
'        [[ -n $fresh || (! -e $file && ! -L $file) ]] || return 1'$'\n'\
'        # What is missing outside the project is looked for after a move only.'$'\n'\
'        [[ $value == /* && $value != "$record" ]] || absent+=("$file")'$'\n'\
'        ;;'$'\n'\
'      dangling)'$'\n'\
'        [[ -n $fresh || (-L $file && ! -e $file) ]] || return 1'$'\n'\
'        dangling+=("$file")'$'\n'\
'        ;;'$'\n'\
'      variable)'$'\n'\
'        variable=${value%%=*}'$'\n'\
'        [[ $variable != *[!A-Za-z0-9_]* && ${(P)variable} == "${value#*=}" ]] || return 1'$'\n'\
'        ;;'$'\n'\
'      verdict) verdict=$value ;;'$'\n'\
'      flavour) flavour=$value ;;'$'\n'\
'      prefix) prefix=$file ;;'$'\n'\
'      bin) bin=$file ;;'$'\n'\
'      name) name=$value ;;'$'\n'\
'      warning) warnings+=("$value") ;;'$'\n'\
'      hint) hints+=("$value") ;;'$'\n'\
'    esac'$'\n'\
'  done'$'\n'\
'  if [[ $token != - ]]; then exists+=("${record%/*}/.autovenv-$token.0"); fi'$'\n'\
'  __autovenv_found_verdict=$verdict __autovenv_found_flavour=$flavour __autovenv_found_name=$name'$'\n'\
'  __autovenv_found_prefix=$prefix __autovenv_found_bin=$bin'$'\n'\
'  __autovenv_same+=("${same[@]}") __autovenv_stamps+=("${stamps[@]}")'$'\n'\
'  __autovenv_exists+=("${exists[@]}") __autovenv_absent+=("${absent[@]}") __autovenv_dangling+=("${dangling[@]}")'$'\n'\
'  __autovenv_warnings+=("${warnings[@]}") __autovenv_hints+=("${hints[@]}")'$'\n'\
'  for file in "${newer[@]}"; do'$'\n'\
'    __autovenv_newer+=("$file") __autovenv_records+=("$record")'$'\n'\
'  done'$'\n'\
'}'$'\n'\
''$'\n'\
'# Starts the resolver for a directory and reads what it prints.'$'\n'\
'__autovenv_ask() {'$'\n'\
'  local directory=$1 text'$'\n'\
'  if text=$("${__autovenv_tool[@]}" resolve "${directory:-/}" </dev/null 2>/dev/null); then'$'\n'\
'    __autovenv_lines=("${(@f)text}")'$'\n'\
'    __autovenv_read "$directory" "$__autovenv_state/at$directory/.autovenv-record" 1 && return'$'\n'\
'  fi'$'\n'\
'  __autovenv_tidy "${__autovenv_tool[1]}"'$'\n'\
'  __autovenv_say tool warning '\''autovenv could not be started; only projects that it knows are activated'\'' \'$'\n'\
'    "\`$__autovenv_reply\` is gone or fails" '\''install autovenv again, then start a new shell'\'''$'\n'\
'  return 1'$'\n'\
'}'$'\n'\
''$'\n'\
'# Tells whether a directory holds a name that makes it worth a look.'$'\n'\
'__autovenv_marked() {'$'\n'\
'  local name'$'\n'\
'  for name in "${__autovenv_names[@]}"; do'$'\n'\
'    [[ ! -e $1/$name && ! -L $1/$name ]] || return 0'$'\n'\
'  done'$'\n'\
'  for name in "${__autovenv_markers[@]}"; do'$'\n'\
'    [[ ! -e $1/$name ]] || return 0'$'\n'\
'  done'$'\n'\
'  return 1'$'\n'\
'}'$'\n'\
''$'\n'\
'# Walks up from the present directory to the first one with an environment.'$'\n'\
'__autovenv_find() {'$'\n'\
'  local directory=$PWD record name'$'\n'\
'  __autovenv_same=() __autovenv_stamps=() __autovenv_newer=() __autovenv_records=()'$'\n'\
'  __autovenv_exists=() __autovenv_absent=() __autovenv_dangling=() __autovenv_warnings=() __autovenv_hints=()'$'\n'\
'  __autovenv_found=""'$'\n'\
'  while :; do'$'\n'\
'    # A path can end in slashes or be nothing but slashes, and each round must make it shorter.'$'\n'\
'    while [[ $directory == */ ]]; do directory=${directory%/}; done'$'\n'\
'    record=$__autovenv_state/at$directory/.autovenv-record'$'\n'\
'    __autovenv_found_verdict='$'\n'\
'    if [[ -O $record ]]; then'$'\n'\
'      __autovenv_lines=("${(@f)$(<$record)}")'$'\n'\
'      __autovenv_read "$directory" "$record" "" || __autovenv_ask "$directory"'$'\n'\
'    elif __autovenv_marked "$directory"; then'$'\n'\
'      __autovenv_ask "$directory"'$'\n'\
'    elif [[ $directory == "$PWD" ]]; then'$'\n'\
'      for name in "${__autovenv_names[@]}"; do __autovenv_absent+=("$directory/$name"); done'$'\n'\
'    fi'$'\n'\
'    case $__autovenv_found_verdict in'$'\n'\
'      use | stop)'$'\n'\
'        __autovenv_found=${directory:-/}'$'\n'\
'        return'$'\n'\
'        ;;'$'\n'\
'    esac'$'\n'\
'    [[ $directory == /* && $directory != "${HOME-}" ]] || return 0'$'\n'\
'    for name in "${__autovenv_ceilings[@]}"; do'$'\n'\
'      [[ $directory != "$name" ]] || return 0'$'\n'\
'    done'$'\n'\
'    directory=${directory%/*}'$'\n'\
'  done'$'\n'\
'}'$'\n'\
''$'\n'\
'# Tells whether a path that the last walk looked at has changed.'$'\n'\
'__autovenv_changed() {'$'\n'\
'  local at file'$'\n'\
'  for ((at = 1; at <= $#__autovenv_same; at++)); do'$'\n'\
'    [[ ! ${__autovenv_same[at]} -nt ${__autovenv_stamps[at]} && ! ${__autovenv_same[at]} -ot ${__autovenv_stamps[at]} ]] || return 0'$'\n'\
'  done'$'\n'\
'  for ((at = 1; at <= $#__autovenv_newer; at++)); do'$'\n'\
'    [[ -e ${__autovenv_newer[at]} && ! ${__autovenv_newer[at]} -nt ${__autovenv_records[at]} ]] || return 0'$'\n'\
'  done'$'\n'\
'  for file in "${__autovenv_exists[@]}"; do'$'\n'\
'    [[ -e $file ]] || return 0'$'\n'\
'  done'$'\n'\
'  for file in "${__autovenv_absent[@]}"; do'$'\n'\
'    [[ ! -e $file && ! -L $file ]] || return 0'$'\n'\
'  done'$'\n'\
'  for file in "${__autovenv_dangling[@]}"; do'$'\n'\
'    [[ -L $file && ! -e $file ]] || return 0'$'\n'\
'  done'$'\n'\
'  return 1'$'\n'\
'}'$'\n'\
''$'\n'\
'# == Environment ======================================================================================================='$'\n'\
''$'\n'\
'# Takes a directory out of a PATH.'$'\n'\
'__autovenv_strip() {'$'\n'\
'  local entries=:$1:'$'\n'\
'  while [[ $entries == *":$2:"* ]]; do'$'\n'\
'    entries=${entries%%":$2:"*}:${entries#*":$2:"}'$'\n'\
'  done'$'\n'\
'  entries=${entries#:}'$'\n'\
'  __autovenv_reply=${entries%:}'$'\n'\
'}'$'\n'\
''$'\n'\
'# Makes of a PATH what it would be without us.'$'\n'\
'__autovenv_clean() {'$'\n'\
'  local previous next entries'$'\n'\
'  if [[ -n ${__autovenv_old_path+set} && $1 == "$__autovenv_entered_path" ]]; then'$'\n'\
'    __autovenv_reply=$__autovenv_old_path'$'\n'\
'    return'$'\n'\
'  fi'$'\n'\
'  __autovenv_strip "$1" "$__autovenv_bin"'$'\n'\
'  [[ -n ${__AUTOVENV_BETWEEN+set} ]] || return 0'$'\n'\
'  # It was on PATH before we came: it goes back between the entries that it stood between.'$'\n'\
'  previous=${__AUTOVENV_BETWEEN%%:*} next=${__AUTOVENV_BETWEEN#*:} entries=:$__autovenv_reply:'$'\n'\
'  if [[ -n $previous && $entries == *":$previous:"* ]]; then'$'\n'\
'    entries=${entries%%":$previous:"*}:$previous:$__autovenv_bin:${entries#*":$previous:"}'$'\n'\
'  elif [[ -n $next && $entries == *":$next:"* ]]; then'$'\n'\
'    entries=${entries%%":$next:"*}:$__autovenv_bin:$next:${entries#*":$next:"}'$'\n'\
'  else'$'\n'\
'    entries=$entries$__autovenv_bin:'$'\n'\
'  fi'$'\n'\
'  entries=${entries#:}'$'\n'\
'  __autovenv_reply=${entries%:}'$'\n'\
'}'$'\n'\
''$'\n'\
'# Gives a variable a value, exported, and keeps what it was before in __AUTOVENV_OLD_<name>.'$'\n'\
'__autovenv_put() {'$'\n'\
'  local name=$1 old=__AUTOVENV_OLD_$1'$'\n'\
'  builtin unset -v "$old"'$'\n'\
'  if (( ${(P)+name} )); then'$'\n'\
'    # The first character says whether it was exported.'$'\n'\
'    if [[ ${(tP)name} == *export* ]]; then'$'\n'\
'      builtin export "$old==${(P)name}"'$'\n'\
'    else'$'\n'\
'      builtin export "$old=-${(P)name}"'$'\n'\
'    fi'$'\n'\
'  fi'$'\n'\
'  builtin unset -v "$name"'$'\n'\
'  if (($# > 1)); then'$'\n'\
'    builtin export "$name=$2"'$'\n'\
'  fi'$'\n'\
'}'$'\n'\
''$'\n'\
'# Gives a variable back what it was before, unless the user has changed it since.'$'\n'\
'__autovenv_restore() {'$'\n'\
'  local name=$1 old=__AUTOVENV_OLD_$1'$'\n'\
'  if (($# > 1)); then'$'\n'\
'    [[ ${(P)name} == "$2" ]] || name='$'\n'\
'  else'$'\n'\
'    (( ! ${(P)+name} )) || name='$'\n'\
'  fi'$'\n'\
'  if [[ -n $name ]]; then'$'\n'\
'    builtin unset -v "$name"'$'\n'\
'    case ${(P)old} in'$'\n'\
'      "="*) builtin export "$name=${${(P)old}#?}" ;;'$'\n'\
'      "-"*) builtin typeset -g "$name=${${(P)old}#?}" ;;'$'\n'\
'    esac'$'\n'\
'  fi'$'\n'\
'  builtin unset -v "$old"'$'\n'\
'}'$'\n'\
''$'\n'\
'# Activates the environment that was found.'$'\n'\
'__autovenv_enter() {'$'\n'\
'  local before after'$'\n'\
'  __autovenv_prefix=$__autovenv_found_prefix __autovenv_bin=$__autovenv_found_bin'$'\n'\
'  __autovenv_name=$__autovenv_found_name __autovenv_flavour=$__autovenv_found_flavour'$'\n'\
'  __autovenv_root=$__autovenv_found'$'\n'\
'  __AUTOVENV_PREFIX=$__autovenv_prefix __AUTOVENV_BIN=$__autovenv_bin'$'\n'\
'  builtin export __AUTOVENV_PREFIX __AUTOVENV_BIN'$'\n'\
'  if [[ $__autovenv_flavour == conda ]]; then'$'\n'\
'    __autovenv_put CONDA_PREFIX "$__autovenv_prefix"'$'\n'\
'    __autovenv_put CONDA_DEFAULT_ENV "$__autovenv_name"'$'\n'\
'    __autovenv_put CONDA_PROMPT_MODIFIER "($__autovenv_name) "'$'\n'\
'  else'$'\n'\
'    __autovenv_put VIRTUAL_ENV "$__autovenv_prefix"'$'\n'\
'    __autovenv_put VIRTUAL_ENV_PROMPT "$__autovenv_name"'$'\n'\
'  fi'$'\n'\
'  __autovenv_put PYTHONHOME'$'\n'\
'  __autovenv_old_path=${PATH-}'$'\n'\
'  builtin unset -v __AUTOVENV_BETWEEN'$'\n'\
'  if [[ :$__autovenv_old_path: == *":$__autovenv_bin:"* ]]; then'$'\n'\
'    after=:$__autovenv_old_path::'$'\n'\
'    before=${after%%":$__autovenv_bin:"*} after=${after#*":$__autovenv_bin:"}'$'\n'\
'    __AUTOVENV_BETWEEN=${before##*:}:${after%%:*}'$'\n'\
'    builtin export __AUTOVENV_BETWEEN'$'\n'\
'  fi'$'\n'\
'  __autovenv_strip "$__autovenv_old_path" "$__autovenv_bin"'$'\n'\
'  # Assigning PATH also drops the command hash.'$'\n'\
'  PATH=$__autovenv_bin${__autovenv_reply:+:$__autovenv_reply} __autovenv_entered_path=$__autovenv_bin${__autovenv_reply:+:$__autovenv_reply}'$'\n'\
'  builtin export PATH'$'\n'\
'  if ! (( ${+functions[deactivate]} )); then'$'\n'\
'    deactivate() { __autovenv_deactivate "$@"; }'$'\n'\
'    __autovenv_owns_deactivate=1'$'\n'\
'  fi'$'\n'\
'}'$'\n'\
''$'\n'\
'# Takes back what entering did.'$'\n'\
'__autovenv_leave() {'$'\n'\
'  [[ -n $__autovenv_root ]] || return 0'$'\n'\
'  if [[ $__autovenv_flavour == conda ]]; then'$'\n'\
'    __autovenv_restore CONDA_PROMPT_MODIFIER "($__autovenv_name) "'$'\n'\
'    __autovenv_restore CONDA_DEFAULT_ENV "$__autovenv_name"'$'\n'\
'    __autovenv_restore CONDA_PREFIX "$__autovenv_prefix"'$'\n'\
'  else'$'\n'\
'    __autovenv_restore VIRTUAL_ENV_PROMPT "$__autovenv_name"'$'\n'\
'    __autovenv_restore VIRTUAL_ENV "$__autovenv_prefix"'$'\n'\
'  fi'$'\n'\
'  __autovenv_restore PYTHONHOME'$'\n'\
'  __autovenv_clean "${PATH-}"'$'\n'\
'  PATH=$__autovenv_reply'$'\n'\
'  __autovenv_forget'$'\n'\
'}'$'\n'\
''$'\n'\
'# Forgets what is active, without touching it.'$'\n'\
'__autovenv_forget() {'$'\n'\
'  builtin unset -v __AUTOVENV_PREFIX __AUTOVENV_BIN __AUTOVENV_BETWEEN __autovenv_old_path'$'\n'\
'  if [[ -n $__autovenv_owns_deactivate ]]; then'$'\n'\
'    builtin unfunction deactivate'$'\n'\
'    __autovenv_owns_deactivate='$'\n'\
'  fi'$'\n'\
'  __autovenv_root='$'\n'\
'}'$'\n'\
''$'\n'\
'# Cleans up what a parent shell had activated; it is found again where it belongs.'$'\n'\
'__autovenv_adopt() {'$'\n'\
'  local commands'$'\n'\
'  [[ -z $__autovenv_root ]] || return 0'$'\n'\
'  if [[ -n ${__AUTOVENV_PREFIX-} ]]; then'$'\n'\
'    for commands in /bin /Scripts ""; do'$'\n'\
'      # Whoever made these variables, only an environment'\''s own directory is taken off PATH.'$'\n'\
'      [[ ${__AUTOVENV_BIN-} == "$__AUTOVENV_PREFIX$commands" ]] || continue'$'\n'\
'      __autovenv_prefix=$__AUTOVENV_PREFIX __autovenv_bin=$__AUTOVENV_BIN __autovenv_root=/'$'\n'\
'      __autovenv_flavour=venv __autovenv_name=${VIRTUAL_ENV_PROMPT-}'$'\n'\
'      if [[ ${VIRTUAL_ENV-} != "$__autovenv_prefix" && ${CONDA_PREFIX-} == "$__autovenv_prefix" ]]; then'$'\n'\
'        __autovenv_flavour=conda __autovenv_name=${CONDA_DEFAULT_ENV-}'$'\n'\
'      fi'$'\n'\
'      # An exported PS1 came along with its label.'$'\n'\
'      __autovenv_escape "$__autovenv_name"'$'\n'\
'      __autovenv_shown="($__autovenv_reply) "'$'\n'\
'      __autovenv_leave'$'\n'\
'      break'$'\n'\
'    done'$'\n'\
'  fi'$'\n'\
'  builtin unset -v __AUTOVENV_PREFIX __AUTOVENV_BIN __AUTOVENV_BETWEEN'$'\n'\
'}'$'\n'\
''$'\n'\
'# == What the user did by hand ========================================================================================='$'\n'\
''$'\n'\
'# Notices an environment that was activated or deactivated by hand since the last look.'$'\n'\
'__autovenv_reconcile() {'$'\n'\
'  local now=${VIRTUAL_ENV-}'$'\n'\
'  if [[ -n $__autovenv_root ]]; then'$'\n'\
'    [[ $__autovenv_flavour != conda ]] || now=${CONDA_PREFIX-}'$'\n'\
'    if [[ -n ${_OLD_VIRTUAL_PATH+set} && -n ${VIRTUAL_ENV-} ]]; then'$'\n'\
'      __autovenv_yield'$'\n'\
'    elif [[ $now != "$__autovenv_prefix" ]]; then'$'\n'\
'      [[ -n $now ]] || __autovenv_held=$__autovenv_root'$'\n'\
'      __autovenv_leave'$'\n'\
'    fi'$'\n'\
'  elif [[ -n $__autovenv_hand && -z $now ]]; then'$'\n'\
'    # It takes over again at the next entry, not under the user'\''s hands.'$'\n'\
'    __autovenv_held=$__autovenv_found'$'\n'\
'  fi'$'\n'\
'}'$'\n'\
''$'\n'\
'# Gives way to an `activate` that was sourced over ours, so that its `deactivate` finds nothing of ours to bring back.'$'\n'\
'__autovenv_yield() {'$'\n'\
'  local entries'$'\n'\
'  __autovenv_clean "$_OLD_VIRTUAL_PATH"'$'\n'\
'  _OLD_VIRTUAL_PATH=$__autovenv_reply'$'\n'\
'  if [[ -n ${_OLD_VIRTUAL_PS1+set} && -n $__autovenv_shown ]]; then'$'\n'\
'    _OLD_VIRTUAL_PS1=${_OLD_VIRTUAL_PS1/#"$__autovenv_shown"/}'$'\n'\
'  fi'$'\n'\
'  __autovenv_owns_deactivate='$'\n'\
'  if [[ $VIRTUAL_ENV != "$__autovenv_prefix" ]]; then'$'\n'\
'    __autovenv_leave'$'\n'\
'    return'$'\n'\
'  fi'$'\n'\
'  # The same environment: what the script put first on PATH stays, once.'$'\n'\
'  entries=:$PATH:'$'\n'\
'  __autovenv_strip "${entries#*":$__autovenv_bin:"}" "$__autovenv_bin"'$'\n'\
'  entries=${entries%%":$__autovenv_bin:"*}:$__autovenv_bin:$__autovenv_reply'$'\n'\
'  entries=${entries#:}'$'\n'\
'  PATH=${entries%:}'$'\n'\
'  if [[ ${__AUTOVENV_OLD_PYTHONHOME-} == "="* ]]; then'$'\n'\
'    _OLD_VIRTUAL_PYTHONHOME=${__AUTOVENV_OLD_PYTHONHOME#=}'$'\n'\
'  fi'$'\n'\
'  builtin unset -v __AUTOVENV_OLD_PYTHONHOME __AUTOVENV_OLD_VIRTUAL_ENV __AUTOVENV_OLD_VIRTUAL_ENV_PROMPT'$'\n'\
'  __autovenv_forget'$'\n'\
'}'$'\n'\
''$'\n'\
'# == The wrong python =================================================================================================='$'\n'\
''$'\n'\
'# Finds the first directory on PATH with a python.'$'\n'\
'__autovenv_seek() {'$'\n'\
'  local entries=${PATH-}:'$'\n'\
'  while [[ -n $entries ]]; do'$'\n'\
'    __autovenv_reply=${entries%%:*} entries=${entries#*:}'$'\n'\
'    [[ ! -f $__autovenv_reply/python || ! -x $__autovenv_reply/python ]] || return 0'$'\n'\
'  done'$'\n'\
'  __autovenv_reply='$'\n'\
'  return 1'$'\n'\
'}'$'\n'\
''$'\n'\
'# Warns when `python` would run something from outside the project.'$'\n'\
'__autovenv_check() {'$'\n'\
'  local bin=$1 hint='\''run `autovenv doctor`'\'' word python'$'\n'\
'  [[ -e $bin/python ]] || return 0'$'\n'\
'  if (( ${+aliases[python]} )); then'$'\n'\
'    word=${aliases[python]}'$'\n'\
'    word=${word%%[[:space:]]*}'$'\n'\
'    if [[ ${word##*/} != python* || (${word%/*} != "$word" && ${word%/*} != "$bin") || ! -e $bin/${word##*/} ]]; then'$'\n'\
'      __autovenv_tidy "$word"'$'\n'\
'      __autovenv_say alias warning "\`python\` is an alias for \`$__autovenv_reply\`, outside this project" \'$'\n'\
'        '\''an alias comes before every directory on PATH'\'' '\''run `unalias python`'\'''$'\n'\
'      return'$'\n'\
'    fi'$'\n'\
'  fi'$'\n'\
'  if (( ${+functions[python]} )); then'$'\n'\
'    __autovenv_say alias warning '\''`python` is a function, not the interpreter of this project'\'' \'$'\n'\
'      '\''a function comes before every directory on PATH'\'' '\''run `unset -f python`'\'''$'\n'\
'    return'$'\n'\
'  fi'$'\n'\
'  __autovenv_seek || return 0'$'\n'\
'  [[ $__autovenv_reply != "$bin" && ! $__autovenv_reply -ef $bin ]] || return 0'$'\n'\
'  __autovenv_tidy "$__autovenv_reply"'$'\n'\
'  python=$__autovenv_reply/python word=$__autovenv_reply'$'\n'\
'  if [[ -n $__autovenv_hand ]]; then'$'\n'\
'    __autovenv_tidy "$__autovenv_hand"'$'\n'\
'    __autovenv_say by-hand warning "\`python\` is \`$python\`, outside this project" \'$'\n'\
'      "\`$__autovenv_reply\` was activated by hand" '\''run `deactivate`, then `autovenv on`'\'''$'\n'\
'    return'$'\n'\
'  fi'$'\n'\
'  __autovenv_tidy "${bin#"${__autovenv_found%/}/"}"'$'\n'\
'  if [[ :$PATH: == *":$bin:"* ]]; then'$'\n'\
'    __autovenv_say path warning "\`python\` is \`$python\`, outside this project" \'$'\n'\
'      "\`$word\` comes before \`$__autovenv_reply\` on PATH" "$hint"'$'\n'\
'  else'$'\n'\
'    __autovenv_say path warning "\`python\` is \`$python\`, outside this project" \'$'\n'\
'      "\`$__autovenv_reply\` is not on PATH any more" "$hint"'$'\n'\
'  fi'$'\n'\
'}'$'\n'\
''$'\n'\
'# Prints what there is to say about the present directory.'$'\n'\
'__autovenv_report() {'$'\n'\
'  local message rest'$'\n'\
'  for message in "${__autovenv_warnings[@]}"; do'$'\n'\
'    rest=${message#*$'\''\t'\''}'$'\n'\
'    __autovenv_say record warning "${message%%$'\''\t'\''*}" "${rest%%$'\''\t'\''*}" "${rest#*$'\''\t'\''}"'$'\n'\
'  done'$'\n'\
'  if [[ -z $__autovenv_found && -z $__autovenv_hand ]]; then'$'\n'\
'    for message in "${__autovenv_hints[@]}"; do'$'\n'\
'      rest=${message#*$'\''\t'\''}'$'\n'\
'      __autovenv_say record note "${message%%$'\''\t'\''*}" "${rest%%$'\''\t'\''*}" "${rest#*$'\''\t'\''}"'$'\n'\
'    done'$'\n'\
'  fi'$'\n'\
'  if [[ -n $__autovenv_root || (-n $__autovenv_hand && $__autovenv_found_verdict == use) ]]; then'$'\n'\
'    __autovenv_check "$__autovenv_found_bin"'$'\n'\
'  fi'$'\n'\
'}'$'\n'\
''$'\n'\
'# == Prompt ============================================================================================================'$'\n'\
''$'\n'\
'# Makes the environment'\''s name fit for a prompt that is expanded.'$'\n'\
'__autovenv_escape() {'$'\n'\
'  local at character'$'\n'\
'  __autovenv_reply=$1'$'\n'\
'  [[ $1 == *[\\\$\`!%]* ]] || return 0'$'\n'\
'  __autovenv_reply='$'\n'\
'  for ((at = 0; at < ${#1}; at++)); do'$'\n'\
'    character=${1:$at:1}'$'\n'\
'    case $character in'$'\n'\
'      "\\" | "\$" | "\`")'$'\n'\
'        # Under PROMPT_SUBST the prompt is expanded like a double-quoted word.'$'\n'\
'        [[ ! -o promptsubst ]] || character="\\$character"'$'\n'\
'        ;;'$'\n'\
'      "%")'$'\n'\
'        [[ ! -o promptpercent ]] || character="%%"'$'\n'\
'        ;;'$'\n'\
'      "!")'$'\n'\
'        [[ ! -o promptbang ]] || character="!!"'$'\n'\
'        ;;'$'\n'\
'    esac'$'\n'\
'    __autovenv_reply+=$character'$'\n'\
'  done'$'\n'\
'}'$'\n'\
''$'\n'\
'# Puts the environment'\''s name before the prompt, or takes it away.'$'\n'\
'__autovenv_decorate() {'$'\n'\
'  local label='$'\n'\
'  if [[ -n $__autovenv_root && -n $__autovenv_show && -z ${VIRTUAL_ENV_DISABLE_PROMPT-} ]]; then'$'\n'\
'    __autovenv_escape "$__autovenv_name"'$'\n'\
'    label="($__autovenv_reply) "'$'\n'\
'  fi'$'\n'\
'  [[ $label != "$__autovenv_shown" || ${PS1-} != "$label"* ]] || return 0'$'\n'\
'  [[ -n ${PS1+set} ]] || return 0'$'\n'\
'  # A prompt that was rebuilt has no old label; one that was edited may have it in the middle.'$'\n'\
'  if [[ -n $__autovenv_shown && $PS1 == *"$__autovenv_shown"* ]]; then'$'\n'\
'    PS1=${PS1%%"$__autovenv_shown"*}${PS1#*"$__autovenv_shown"}'$'\n'\
'  fi'$'\n'\
'  __autovenv_shown=$label'$'\n'\
'  [[ $PS1 == "$label"* ]] || PS1=$label$PS1'$'\n'\
'}'$'\n'\
''$'\n'\
'# == Events ============================================================================================================'$'\n'\
''$'\n'\
'# Makes the shell what it should be in the present directory.'$'\n'\
'__autovenv_update() {'$'\n'\
'  local last=$__autovenv_found held'$'\n'\
'  # Empty until this has run to its end: a Ctrl-C in the middle makes the next prompt look again.'$'\n'\
'  __autovenv_here='$'\n'\
'  __autovenv_adopt'$'\n'\
'  __autovenv_reconcile'$'\n'\
'  __autovenv_hand='$'\n'\
'  if [[ -n ${VIRTUAL_ENV-} && $VIRTUAL_ENV != "$__autovenv_prefix" || -n ${VIRTUAL_ENV-} && -z $__autovenv_root ]]; then'$'\n'\
'    [[ ! -e $VIRTUAL_ENV/pyvenv.cfg ]] || __autovenv_hand=$VIRTUAL_ENV'$'\n'\
'  fi'$'\n'\
'  if [[ $PWD == /* ]]; then'$'\n'\
'    __autovenv_find'$'\n'\
'    [[ $__autovenv_held == "$__autovenv_found" ]] || __autovenv_held='$'\n'\
'    if [[ $__autovenv_found_verdict != use || -n $__autovenv_off || -n $__autovenv_held || -n $__autovenv_hand ]]; then'$'\n'\
'      __autovenv_leave'$'\n'\
'    elif [[ -z $__autovenv_root || $__autovenv_prefix != "$__autovenv_found_prefix" ||'$'\n'\
'      $__autovenv_bin != "$__autovenv_found_bin" || $__autovenv_name != "$__autovenv_found_name" ]]; then'$'\n'\
'      __autovenv_leave'$'\n'\
'      __autovenv_enter'$'\n'\
'    else'$'\n'\
'      __autovenv_root=$__autovenv_found'$'\n'\
'    fi'$'\n'\
'    builtin rehash'$'\n'\
'    [[ -n $__autovenv_off || -n $__autovenv_held ]] || __autovenv_report'$'\n'\
'  fi'$'\n'\
'  __autovenv_remember'$'\n'\
'}'$'\n'\
''$'\n'\
'# Remembers what the shell looks like, to see at the next prompt whether it has changed.'$'\n'\
'__autovenv_remember() {'$'\n'\
'  __autovenv_path=${PATH-} __autovenv_venv=${VIRTUAL_ENV-}:${CONDA_PREFIX-} __autovenv_here=$PWD'$'\n'\
'}'$'\n'\
''$'\n'\
'# Looks whether anything has changed since the last look, and acts on it.'$'\n'\
'__autovenv_look() {'$'\n'\
'  if [[ $PWD != "$__autovenv_here" || ${PATH-} != "$__autovenv_path" ||'$'\n'\
'    ${VIRTUAL_ENV-}:${CONDA_PREFIX-} != "$__autovenv_venv" ]] || __autovenv_changed; then'$'\n'\
'    __autovenv_update'$'\n'\
'  fi'$'\n'\
'}'$'\n'\
''$'\n'\
'# Runs before every prompt.'$'\n'\
'__autovenv_prompt() {'$'\n'\
'  local code=$?'$'\n'\
'  builtin emulate -L zsh'$'\n'\
'  builtin trap - DEBUG ZERR'$'\n'\
'  __autovenv_look'$'\n'\
'  __autovenv_decorate'$'\n'\
'  return $code'$'\n'\
'}'$'\n'\
''$'\n'\
'# Runs after a change of directory.'$'\n'\
'__autovenv_moved() {'$'\n'\
'  builtin emulate -L zsh'$'\n'\
'  builtin trap - DEBUG ZERR'$'\n'\
'  __autovenv_look'$'\n'\
'}'$'\n'\
''$'\n'\
'# == Commands =========================================================================================================='$'\n'\
''$'\n'\
'# Takes the active environment off until the user leaves the project and comes back.'$'\n'\
'__autovenv_deactivate() {'$'\n'\
'  builtin emulate -L zsh'$'\n'\
'  builtin trap - DEBUG ZERR'$'\n'\
'  [[ ${1-} == nondestructive ]] || __autovenv_held=$__autovenv_root'$'\n'\
'  __autovenv_leave'$'\n'\
'  __autovenv_decorate'$'\n'\
'  __autovenv_remember'$'\n'\
'  [[ -n $__autovenv_held ]] || __autovenv_here='$'\n'\
'}'$'\n'\
''$'\n'\
'# Tells the doctor what only the shell itself can see: lines of a word and a value.'$'\n'\
'__autovenv_gather() {'$'\n'\
'  local name'$'\n'\
'  __autovenv_reply="registered no"'$'\n'\
'  (( ! ${precmd_functions[(Ie)__autovenv_prompt]} )) || __autovenv_reply="registered yes"'$'\n'\
'  __autovenv_reply+=$'\''\n'\'''$'\n'\
'  for name in python python3 pip pip3; do'$'\n'\
'    (( ! ${+aliases[$name]} )) || __autovenv_reply+="alias $name=${aliases[$name]}"$'\''\n'\'''$'\n'\
'    (( ! ${+functions[$name]} )) || __autovenv_reply+="function $name"$'\''\n'\'''$'\n'\
'    (( ! ${+commands[$name]} )) || __autovenv_reply+="hash $name=${commands[$name]}"$'\''\n'\'''$'\n'\
'  done'$'\n'\
'  if [[ -n $__autovenv_off ]]; then'$'\n'\
'    __autovenv_reply+="state off"'$'\n'\
'  elif [[ -n $__autovenv_held ]]; then'$'\n'\
'    __autovenv_reply+="state held"'$'\n'\
'  elif [[ -n $__autovenv_hand ]]; then'$'\n'\
'    __autovenv_reply+="state hand"'$'\n'\
'  elif [[ -n $__autovenv_root ]]; then'$'\n'\
'    __autovenv_reply+="state active"'$'\n'\
'  else'$'\n'\
'    __autovenv_reply+="state none"'$'\n'\
'  fi'$'\n'\
'}'$'\n'\
''$'\n'\
'# The command: `off` and `on` concern this shell, all else is the executable'\''s.'$'\n'\
'autovenv() {'$'\n'\
'  builtin emulate -L zsh'$'\n'\
'  builtin trap - DEBUG ZERR'$'\n'\
'  local code=0'$'\n'\
'  case ${#}${1-} in'$'\n'\
'    1off)'$'\n'\
'      __autovenv_off=1'$'\n'\
'      __autovenv_update'$'\n'\
'      ;;'$'\n'\
'    1on)'$'\n'\
'      __autovenv_off="" __autovenv_held="" __autovenv_told=""'$'\n'\
'      __autovenv_update'$'\n'\
'      ;;'$'\n'\
'    *)'$'\n'\
'      __autovenv_reply='$'\n'\
'      [[ $1 != doctor ]] || __autovenv_gather'$'\n'\
'      __AUTOVENV_SHELL=zsh __AUTOVENV_HOOK=$__autovenv_version __AUTOVENV_FACTS=$__autovenv_reply \'$'\n'\
'        "${__autovenv_tool[@]}" "$@" || code=$?'$'\n'\
'      __autovenv_here='$'\n'\
'      ;;'$'\n'\
'  esac'$'\n'\
'  return $code'$'\n'\
'}'$'\n'\
''$'\n'\
'# == Loading ==========================================================================================================='$'\n'\
''$'\n'\
'# Has the shell call us before every prompt and, where it can, after every change of directory.'$'\n'\
'__autovenv_register() {'$'\n'\
'  builtin typeset -ga precmd_functions chpwd_functions'$'\n'\
'  precmd_functions=("${(@)precmd_functions:#__autovenv_prompt}" __autovenv_prompt)'$'\n'\
'  chpwd_functions=("${(@)chpwd_functions:#__autovenv_moved}" __autovenv_moved)'$'\n'\
'}'$'\n'\
''$'\n'\
'# Starts the hook in this shell, or starts it anew.'$'\n'\
'__autovenv_start() {'$'\n'\
'  builtin emulate -L zsh'$'\n'\
'  builtin trap - DEBUG ZERR'$'\n'\
'  __autovenv_configure "$@"'$'\n'\
'  : "${__autovenv_root=}" "${__autovenv_held=}" "${__autovenv_off=}" "${__autovenv_hand=}" "${__autovenv_shown=}" \'$'\n'\
'    "${__autovenv_told=}" "${__autovenv_found=}" "${__autovenv_prefix=}" "${__autovenv_owns_deactivate=}"'$'\n'\
'  __autovenv_here='$'\n'\
'  __autovenv_register'$'\n'\
'}'$'\n'\
''$'\n'\
'__autovenv_start "version=1.2.3" "state=/home/user/.local/state/autovenv" "wrap_cd=1" "prompt=1" "ceiling=/home/user/work" "silence=shadow" "name=.venv" "name=venv" "marker=pyproject.toml"'$'\n'\
''
