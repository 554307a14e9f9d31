# autovenv: completion for bash 3.2 and later, with or without the bash-completion package.
# Made from the command tree by scripts/make_completions.py; not edited by hand.
# shellcheck shell=bash

# Offers the words that begin like the present one, by the arguments of compgen.
__autovenv_offer() {
  local IFS=$' \n' choice
  while read -r choice; do
    [[ -z $choice ]] || COMPREPLY[${#COMPREPLY[@]}]=$choice
  done <<<"$(compgen "$@" -- "$__autovenv_word")"
}

# Offers what it reads, a name a line. bash 3.2 has no `compopt` by which a name is quoted when it is put in.
__autovenv_offer_names() {
  local choice quotes=''
  compopt -o filenames 2>/dev/null || quotes=1
  while IFS= read -r choice; do
    [[ -n $choice && $choice == "$__autovenv_word"* ]] || continue
    [[ -z $quotes ]] || printf -v choice %q "$choice"
    COMPREPLY[${#COMPREPLY[@]}]=$choice
  done
}

# Offers directories, and the projects that autovenv knows where it is told so.
__autovenv_offer_directories() {
  __autovenv_offer_names <<<"$(
    compgen -d -- "$__autovenv_word"
    [[ -z ${1-} ]] || autovenv list --paths 2>/dev/null
  )"
}

# Offers the command that `run` is to run, then files for its arguments.
__autovenv_offer_commands() {
  if [[ $place == 0 ]]; then
    __autovenv_offer -c
  else
    compopt -o default 2>/dev/null || __autovenv_offer_names <<<"$(compgen -f -- "$__autovenv_word")"
  fi
}

# Completes the command line in COMP_WORDS: finds the command and the place in it, then what can stand there.
__autovenv_complete() {
  local __autovenv_word=${COMP_WORDS[COMP_CWORD]} command='' place=0 first='' word at=1
  COMPREPLY=()
  while ((at < COMP_CWORD)); do
    word=${COMP_WORDS[at]}
    case "$command|$word" in
      'env|--shell' | 'demo|--shell' | 'install|--shell' | 'uninstall|--shell')
        at=$((at + 1))
        ((at < COMP_CWORD)) || place=$word
        ;;
      run'|'*) [[ $place$word == 0-* ]] || place=$((place + 1)) ;;
      *'|-'*) ;;
      '|status' | '|doctor' | '|which' | '|run' | '|env' | '|allow' | '|revoke' | '|deny' | '|link' | '|unlink' | '|list' | '|demo' | '|prune' | '|hook' | '|install' | '|uninstall' | '|completion' | '|off' | '|on' | '|shims' | '|config' | 'shims|install' | 'shims|uninstall' | 'shims|path' | 'shims|list' | 'config|list' | 'config|get' | 'config|set' | 'config|unset' | 'config|path')
        command=${command:+$command }$word
        ;;
      *)
        [[ $place != 0 ]] || first=$word
        place=$((place + 1))
        ;;
    esac
    at=$((at + 1))
  done
  [[ $place != 0 || $__autovenv_word != -* ]] || place=-
  [[ $__autovenv_word != -* || $place == -* || $command == run ]] || place=-
  case "$command|$place|$first" in
    '|-|'*)
      __autovenv_offer -W '--version -V --help -h'
      ;;
    '|0|'*)
      __autovenv_offer -W 'status doctor which run env allow revoke deny link unlink list demo prune hook install uninstall completion off on shims config'
      ;;
    'status|-|'*)
      __autovenv_offer -W '--json --help -h'
      ;;
    'doctor|-|'*)
      __autovenv_offer -W '--json --list --help -h'
      ;;
    'doctor|'*)
      __autovenv_offer -W 'directory installed state loaded version registered paused private config environment moved interpreter packages requires tool trust alias hash virtual-env conda path python pip commands kernels variables shadowed unreadable editor execution-policy'
      ;;
    'which|-|'*)
      __autovenv_offer -W '--help -h'
      ;;
    'run|-|'*)
      __autovenv_offer -W '--any --help -h'
      ;;
    'run|'*)
      __autovenv_offer_commands
      ;;
    'env|-|'*)
      __autovenv_offer -W '--json --github --dotenv --shell --help -h'
      ;;
    'env|--shell|'*)
      __autovenv_offer -W 'bash zsh fish powershell pwsh'
      ;;
    'allow|-|'*)
      __autovenv_offer -W '--help -h'
      ;;
    'allow|0|'*)
      __autovenv_offer_directories known
      ;;
    'revoke|-|'*)
      __autovenv_offer -W '--help -h'
      ;;
    'revoke|0|'*)
      __autovenv_offer_directories known
      ;;
    'deny|-|'*)
      __autovenv_offer -W '--help -h'
      ;;
    'deny|0|'*)
      __autovenv_offer_directories known
      ;;
    'link|-|'*)
      __autovenv_offer -W '--write --help -h'
      ;;
    'link|0|'*)
      __autovenv_offer_directories
      ;;
    'unlink|-|'*)
      __autovenv_offer -W '--help -h'
      ;;
    'list|-|'*)
      __autovenv_offer -W '--json --paths --help -h'
      ;;
    'demo|-|'*)
      __autovenv_offer -W '--shell --fast --help -h'
      ;;
    'demo|--shell|'*)
      __autovenv_offer -W 'bash zsh fish powershell pwsh'
      ;;
    'prune|-|'*)
      __autovenv_offer -W '--dry-run -n --json --help -h'
      ;;
    'hook|-|'*)
      __autovenv_offer -W '--help -h'
      ;;
    'hook|0|'*)
      __autovenv_offer -W 'bash zsh fish powershell pwsh'
      ;;
    'install|-|'*)
      __autovenv_offer -W '--shell --static --eval --all-hosts --dry-run -n --print --help -h'
      ;;
    'install|--shell|'*)
      __autovenv_offer -W 'bash zsh fish powershell pwsh'
      ;;
    'uninstall|-|'*)
      __autovenv_offer -W '--shell --dry-run -n --help -h'
      ;;
    'uninstall|--shell|'*)
      __autovenv_offer -W 'bash zsh fish powershell pwsh'
      ;;
    'completion|-|'*)
      __autovenv_offer -W '--help -h'
      ;;
    'completion|0|'*)
      __autovenv_offer -W 'bash zsh fish powershell pwsh'
      ;;
    'off|-|'*)
      __autovenv_offer -W '--help -h'
      ;;
    'on|-|'*)
      __autovenv_offer -W '--help -h'
      ;;
    'shims|-|'*)
      __autovenv_offer -W '--help -h'
      ;;
    'shims|0|'*)
      __autovenv_offer -W 'install uninstall path list'
      ;;
    'shims install|-|'*)
      __autovenv_offer -W '--rc --no-rc --help -h'
      ;;
    'shims uninstall|-|'*)
      __autovenv_offer -W '--help -h'
      ;;
    'shims path|-|'*)
      __autovenv_offer -W '--help -h'
      ;;
    'shims list|-|'*)
      __autovenv_offer -W '--json --help -h'
      ;;
    'config|-|'*)
      __autovenv_offer -W '--help -h'
      ;;
    'config|0|'*)
      __autovenv_offer -W 'list get set unset path'
      ;;
    'config list|-|'*)
      __autovenv_offer -W '--json --help -h'
      ;;
    'config get|-|'*)
      __autovenv_offer -W '--json --help -h'
      ;;
    'config get|0|'*)
      __autovenv_offer -W 'trust trusted_paths denied_paths names pixi_environment ceilings wrap_cd activate prompt silence'
      ;;
    'config set|-|'*)
      __autovenv_offer -W '--drop-comments --help -h'
      ;;
    'config set|0|'*)
      __autovenv_offer -W 'trust trusted_paths denied_paths names pixi_environment ceilings wrap_cd activate prompt silence'
      ;;
    'config set|'*'|trust')
      __autovenv_offer -W 'auto ask always'
      ;;
    'config set|'*'|trusted_paths')
      __autovenv_offer_directories
      ;;
    'config set|'*'|denied_paths')
      __autovenv_offer_directories
      ;;
    'config set|'*'|ceilings')
      __autovenv_offer_directories
      ;;
    'config set|'*'|wrap_cd')
      __autovenv_offer -W 'true false'
      ;;
    'config set|'*'|activate')
      __autovenv_offer -W 'auto manual'
      ;;
    'config set|'*'|prompt')
      __autovenv_offer -W 'true false'
      ;;
    'config set|'*'|silence')
      __autovenv_offer -W 'alias path by-hand no-environment outer broken ask refuse shadow elsewhere'
      ;;
    'config unset|-|'*)
      __autovenv_offer -W '--drop-comments --help -h'
      ;;
    'config unset|0|'*)
      __autovenv_offer -W 'trust trusted_paths denied_paths names pixi_environment ceilings wrap_cd activate prompt silence'
      ;;
    'config path|-|'*)
      __autovenv_offer -W '--machine --help -h'
      ;;
  esac
}

complete -F __autovenv_complete autovenv
