\builtin test "$-" = "${-#*i}" || \builtin eval '\builtin shopt -q interactive_comments && __autovenv_comments= || __autovenv_comments=1
\builtin shopt -s interactive_comments
# it'\''s the hook
echo "$HOME" '\''/opt/autovenv/bin/python'\'' '\''-I'\'' '\''-S'\'' '\''/opt/autovenv/lib/autovenv/__main__.py'\''
echo '\''version=1.2.3'\'' '\''state=/home/user/.local/state/autovenv'\'' '\''wrap_cd=1'\'' '\''prompt=1'\'' '\''ceiling=/home/user/work'\'' '\''silence=shadow'\'' '\''name=.venv'\'' '\''name=venv'\'' '\''marker=pyproject.toml'\''
\builtin test -z "$__autovenv_comments" || \builtin shopt -u interactive_comments
\builtin unset -v __autovenv_comments
'
