# For plug-in managers of zsh (antidote, zinit, sheldon, antigen, oh-my-zsh): loads the hook of the autovenv that is installed.
# It is found on PATH, or where `scripts/install`, uv and pipx put it when that directory is not on PATH yet.
() {
  emulate -L zsh
  local program
  for program in "${commands[autovenv]-}" "$HOME/.local/bin/autovenv"; do
    if [[ -x $program ]]; then
      builtin eval "$(builtin command "$program" hook zsh)"
      return
    fi
  done
  print -ru2 -- 'autovenv: warning: the plug-in is here, the program is not
  why: neither PATH nor ~/.local/bin has `autovenv`
  hint: install it, then start a new shell'
}
