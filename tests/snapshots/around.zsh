__autovenv_text=(
'if [[ $- == *i* ]]; then'
'# it'\''s the hook'
'echo "$HOME" "/opt/autovenv/bin/python" "-I" "-S" "/opt/autovenv/lib/autovenv/__main__.py"'
'echo "version=1.2.3" "state=/home/user/.local/state/autovenv" "wrap_cd=1" "prompt=1" "ceiling=/home/user/work" "silence=shadow" "name=.venv" "name=venv" "marker=pyproject.toml"'
''
'fi'
)
\builtin emulate zsh -o no_aliases -c "${(F)__autovenv_text[@]}"
\builtin unset -v __autovenv_text
