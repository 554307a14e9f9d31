"""Every option that changes how a shell parses or expands, set before and after the hook."""

from __future__ import annotations

from steps import Active, Cd, Idle, Ignore, Inactive, Says, Scenario, Silent, Status, StaysTheSame, Step, Type
from trees import Directory, project

TREE = project("app") | {"app/src": Directory(), "plain": Directory(), "torn/.venv": Directory()} | project("other")

#: All of the hook's life: enter, stay, move below, from project to project, leave, warn, deactivate.
LIFE: tuple[Step, ...] = (
    Inactive(),
    Cd("app"),
    Silent(),
    Active("app"),
    Idle(),
    Silent(),
    Cd("app/src"),
    Silent(),
    Active("app"),
    Cd("other"),
    Silent(),
    Active("other"),
    Cd("plain"),
    Silent(),
    Inactive(),
    Cd("torn"),
    Says((".venv",)),
    Idle(),
    Silent(),
    Cd("app"),
    Type("deactivate"),
    Silent(),
    Inactive(),
    Type("autovenv on"),
    Active("app"),
    Type("fail 7"),
    Status(7),
    Cd(""),
    Inactive(),
)

#: How a shell tells all its options.
LIST_OPTIONS = {
    "bash": "set +o; shopt -p",
    "zsh": "set +o",
    "fish": "set --show IFS LC_ALL CDPATH; umask",
    "pwsh": '"$ErrorActionPreference $OFS $WarningPreference $PSNativeCommandUseErrorActionPreference."',
}

BASH = (
    "set -u",
    "set -f",
    "set -C",
    "set -e",
    "set -a",
    "set -E",
    "set -T",
    "set -k",
    "set -p",
    "set -P",
    "set +B",
    "set +H",
    "set +h",
    "set +m",
    "set -o pipefail",
    "set -o posix",
    "set -o vi",
    "set -o ignoreeof",
    "IFS=/",
    "IFS=",
    "IFS=:",
    "IFS=ae",
    "unset IFS",
    "shopt -s assoc_expand_once",
    "shopt -s cdable_vars",
    "shopt -s cdspell",
    "shopt -s checkhash",
    "shopt -s checkjobs",
    "shopt -s compat31",
    "shopt -s compat32",
    "shopt -s compat40",
    "shopt -s compat41",
    "shopt -s compat42",
    "shopt -s compat43",
    "shopt -s compat44",
    "BASH_COMPAT=3.1",
    "BASH_COMPAT=5.0",
    "shopt -s dotglob",
    "shopt -s execfail",
    "shopt -s extdebug",
    "shopt -s extglob",
    "shopt -u extglob",
    "shopt -u extquote",
    "shopt -s failglob",
    "shopt -u force_fignore",
    "shopt -s globasciiranges",
    "shopt -u globasciiranges",
    "shopt -u globskipdots",
    "shopt -s globstar",
    "shopt -s gnu_errfmt",
    "shopt -s histverify",
    "shopt -s inherit_errexit",
    "shopt -u interactive_comments",
    "shopt -s lastpipe",
    "shopt -s lithist",
    "shopt -s localvar_inherit",
    "shopt -s localvar_unset",
    "shopt -s nocaseglob",
    "shopt -s nocasematch",
    "shopt -s noexpand_translation",
    "shopt -s nullglob",
    "shopt -u patsub_replacement",
    "shopt -u promptvars",
    "shopt -s shift_verbose",
    "shopt -u sourcepath",
    "shopt -s varredir_close",
    "shopt -s xpg_echo",
    "LC_ALL=C",
    "set -- -n 'a b'",
    "set -euo pipefail",
)

ZSH = (
    "no_aliases",
    "all_export",
    "always_last_prompt",
    "auto_cd",
    "auto_name_dirs",
    "auto_pushd",
    "no_bad_pattern",
    "no_bang_hist",
    "no_bare_glob_qual",
    "bash_rematch",
    "no_bg_nice",
    "brace_ccl",
    "bsd_echo",
    "c_bases",
    "c_precedences",
    "no_case_glob",
    "no_case_match",
    "case_paths",
    "cd_silent",
    "cdable_vars",
    "chase_dots",
    "chase_links",
    "no_clobber",
    "clobber_empty",
    "combining_chars",
    "continue_on_error",
    "correct",
    "csh_junkie_history",
    "csh_junkie_loops",
    "csh_junkie_quotes",
    "csh_null_glob",
    "csh_nullcmd",
    "debug_before_cmd",
    "no_equals",
    "err_exit",
    "err_return",
    "extended_glob",
    "extended_history",
    "force_float",
    "no_function_argzero",
    "no_glob",
    "glob_assign",
    "glob_complete",
    "glob_dots",
    "glob_star_short",
    "glob_subst",
    "no_global_export",
    "no_hash_cmds",
    "no_hash_dirs",
    "hash_executables_only",
    "hash_list_all",
    "hist_subst_pattern",
    "ignore_braces",
    "ignore_close_braces",
    "interactive_comments",
    "ksh_arrays",
    "ksh_autoload",
    "ksh_glob",
    "ksh_option_print",
    "ksh_typeset",
    "ksh_zero_subscript",
    "local_loops",
    "local_options",
    "local_patterns",
    "local_traps",
    "magic_equal_subst",
    "mail_warning",
    "mark_dirs",
    "no_monitor",
    "no_multi_func_def",
    "no_multibyte",
    "no_multios",
    "no_nomatch",
    "null_glob",
    "numeric_glob_sort",
    "octal_zeroes",
    "path_dirs",
    "path_script",
    "pipe_fail",
    "posix_aliases",
    "posix_argzero",
    "posix_builtins",
    "posix_cd",
    "posix_identifiers",
    "posix_jobs",
    "posix_strings",
    "posix_traps",
    "print_exit_value",
    "prompt_bang",
    "prompt_subst",
    "pushd_ignore_dups",
    "pushd_minus",
    "pushd_silent",
    "pushd_to_home",
    "rc_expand_param",
    "rc_quotes",
    "re_match_pcre",
    "rm_star_silent",
    "sh_file_expansion",
    "sh_glob",
    "sh_nullcmd",
    "sh_option_letters",
    "sh_word_split",
    "no_short_loops",
    "short_repeat",
    "sun_keyboard_hack",
    "transient_rprompt",
    "traps_async",
    "typeset_silent",
    "typeset_to_unset",
    "no_unset",
    "warn_create_global",
    "warn_nested_var",
)

ZSH_LINES = (
    "IFS=/",
    "IFS=",
    "emulate sh",
    "emulate ksh",
    "emulate csh",
    "LC_ALL=C",
    "set -euo pipefail",
    "setopt no_unset warn_create_global",
    "setopt ksh_arrays sh_word_split glob_subst",
)

FISH = (
    "set -g IFS /",
    "set -g IFS",
    "set -g fish_features no-qmark-glob",
    "set -g LC_ALL C",
    "set -g CDPATH . ~",
    "status job-control full",
    "umask 077",
)

PWSH = (
    "Set-StrictMode -Version Latest",
    "$global:ErrorActionPreference = 'Stop'",
    "Set-StrictMode -Version Latest; $global:ErrorActionPreference = 'Stop'",
    "$global:PSNativeCommandUseErrorActionPreference = $true",
    "$global:OFS = '/'",
    "$global:VerbosePreference = 'SilentlyContinue'",
    "$global:WarningPreference = 'Stop'",
    "$global:PSDefaultParameterValues = @{ '*:ErrorAction' = 'Stop' }",
    "[Threading.Thread]::CurrentThread.CurrentCulture = 'tr-TR'",
)


def _slug(line: str) -> str:
    for sign, name in (("=", "is"), ("+", "plus"), ("/", "slash"), (":", "colon")):
        line = line.replace(sign, f" {name} ")
    return "_".join("".join(character if character.isalnum() else " " for character in line).split())


def _walk(line: str) -> tuple[Step, ...]:
    life = LIFE
    if line in ("set -e", "set -euo pipefail", "setopt err_exit"):
        # a failing command ends such a shell, as its user wished
        life = tuple(step for step in LIFE if step not in (Type("fail 7"), Status(7)))
    # an older shell does not know every option
    quiet = " 2>/dev/null" if line.startswith(("set -", "set +", "shopt ", "setopt ")) and ";" not in line else ""
    walk = StaysTheSame(LIST_OPTIONS, life, begin=f"{line}{quiet}; ")
    if line in ("set -a", "setopt all_export"):
        return (Ignore(("HISTFILESIZE", "HISTSIZE", "__autovenv_options")), walk)
    return (walk,)


def _rows(shell: str, lines: tuple[str, ...]) -> tuple[Scenario, ...]:
    return tuple(
        Scenario(f"option_{_slug(line)}_{when}", TREE, _walk(line), **{when: {shell: line}})  # type: ignore[arg-type]
        for line in lines
        for when in ("before", "after")
    )


ROWS = (
    Scenario(
        "arrays_of_functions_unset_before",
        TREE,
        LIFE,
        before={"zsh": "unset cdpath precmd_functions chpwd_functions"},
    ),
    *_rows("bash", BASH),
    *_rows("zsh", tuple(f"setopt {option}" for option in ZSH)),
    *_rows("zsh", ZSH_LINES),
    *_rows("fish", FISH),
    *_rows("pwsh", PWSH),
)
