# autovenv: the right Python first in every shell. The hook for fish 3.6 and later.

status is-interactive; or return
if not string match -qr '^([4-9]|[1-9][0-9]|3\.([6-9]|[1-9][0-9]))' -- $version
    echo 'autovenv: warning: this fish is too old for autovenv' >&2
    echo '  why: before 3.6 it cannot compare the times of files without starting a process' >&2
    echo '  hint: install fish 3.6 or later' >&2
    return
end

# == Loading, first part ===============================================================================================

# A function cannot have come in as a variable: without it, state of that name is a stranger's.
if not builtin functions -q __autovenv_update
    for name in (set -n)
        string match -q '__autovenv_*' -- $name; and set -eg $name
    end
    set -e name
end

# == Settings ==========================================================================================================

set -g __autovenv_tool '/opt/autovenv/bin/python' '-I' '-S' '/opt/autovenv/lib/autovenv/__main__.py'

# Takes the settings, each `name=value`.
function __autovenv_configure
    set -g __autovenv_names
    set -g __autovenv_markers
    set -g __autovenv_ceilings
    set -g __autovenv_silence
    set -l key
    set -l value
    for word in $argv
        string match -qr '^(?<key>[a-z_]+)=(?<value>(?s:.*))$' -- $word
        switch $key
            case version state
                set -g __autovenv_$key $value
            case prompt
                set -g __autovenv_show $value
            case ceiling
                set -a __autovenv_ceilings $value
            case silence
                set -a __autovenv_silence $value
            case name
                set -a __autovenv_names $value
            case marker
                set -a __autovenv_markers $value
        end
    end
end

# == Messages ==========================================================================================================

# What a function finds it leaves in __autovenv_reply: a command substitution would cost a process or a thread.

# Prints a message, its kind first, once in this shell.
function __autovenv_say --argument-names kind level what why hint
    builtin contains -- $kind $__autovenv_silence; and return
    set -l text "autovenv: $level: $what"
    test -n "$why"; and set -a text "  why: $why"
    test -n "$hint"; and set -a text "  hint: $hint"
    builtin contains -- "$text" $__autovenv_told; and return
    set -ga __autovenv_told "$text"
    builtin printf '%s\n' $text >&2
end

# Makes a path fit for a message: home as ~, and nothing in it that a terminal obeys.
function __autovenv_tidy --argument-names text
    if test -n "$HOME" -a "=$HOME" != =/; and string match -q -- "$HOME/*" "$text/"
        set text (string replace -- "$HOME" '~' $text | string collect)
    end
    set -g __autovenv_reply (string replace -ar '[[:cntrl:]\x{61c}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2066}-\x{2069}]' '?' -- $text | string collect)
end

# == Records ===========================================================================================================

# Reads the text of a record for a directory; false when it is torn, or when something it was made from has changed.
function __autovenv_read --argument-names directory record fresh
    # Matches that set variables, and no command substitutions: each of those starts a thread.
    set -l token
    set -l values
    set -l number
    set -l file
    set -l name
    set -l wanted
    set -l more
    set -l moved
    string match -qr '^autovenv-record 2 (?<token>\S+)\n(?s:.*)\nend\n*$' -- $__autovenv_text; or return 1
    # What is of another version.
    string match -qr '(?m)\n(?!(?:verdict|flavour|prefix|bin|name|set|(?:moved )?(?:same|newer|exists|absent|dangling|own|leads|runs|idle)|variable|warning|hint|outer) |end$|$)' -- $__autovenv_text; and return 1
    set -l stamp "$__autovenv_state/at$directory/.autovenv-$token."
    string match -qra '(?m)^moved same (?<values>.*)$' -- $__autovenv_text
    for value in $values
        string match -qr '^(?<number>[0-9]+) (?<file>.*)$' -- $value
        string match -q '/*' -- $file; or set file $directory/$file
        set -a moved -o $file -nt $stamp$number -o $file -ot $stamp$number
    end
    string match -qra '(?m)^moved newer (?<values>.*)$' -- $__autovenv_text
    for file in $values
        string match -q '/*' -- $file; or set file $directory/$file
        set -a moved -o ! -e $file -o $file -nt $record
    end
    string match -qra '(?m)^moved exists (?<values>.*)$' -- $__autovenv_text
    for file in $values
        string match -q '/*' -- $file; or set file $directory/$file
        set -a moved -o ! -e $file
    end
    string match -qra '(?m)^moved absent (?<values>.*)$' -- $__autovenv_text
    for file in $values
        string match -q '/*' -- $file; or set file $directory/$file
        set -a moved -o -e $file -o -L $file
    end
    string match -qra '(?m)^moved dangling (?<values>.*)$' -- $__autovenv_text
    for file in $values
        string match -q '/*' -- $file; or set file $directory/$file
        set -a moved -o ! -L $file -o -e $file
    end
    string match -qra '(?m)^moved own (?<values>.*)$' -- $__autovenv_text
    for file in $values
        string match -q '/*' -- $file; or set file $directory/$file
        set -a moved -o ! -O $file
    end
    string match -qra '(?m)^own (?<values>.*)$' -- $__autovenv_text
    for file in $values
        string match -q '/*' -- $file; or set file $directory/$file
        set -a more -o ! -O $file
    end
    string match -qra '(?m)^(?:moved )?runs (?<values>.*)$' -- $__autovenv_text
    for file in $values
        string match -q '/*' -- $file; or set file $directory/$file
        set -a more -o ! -x $file
    end
    string match -qra '(?m)^(?:moved )?idle (?<values>.*)$' -- $__autovenv_text
    for file in $values
        string match -q '/*' -- $file; or set file $directory/$file
        set -a more -o -x $file
    end
    set -l target
    string match -qra '(?m)^(?:moved )?leads (?<values>.*)$' -- $__autovenv_text
    for value in $values
        string match -qr '^(?<file>[^\t]*)\t(?<target>.*)$' -- $value; or return 1
        string match -q '/*' -- $file; or set file $directory/$file
        string match -q '/*' -- $target; or set target $directory/$target
        set -a moved -o ! $file -ef $target
    end
    test "$fresh" != fresh; and test '' $more $moved; and return 1
    string match -qra '(?m)^same (?<values>.*)$' -- $__autovenv_text
    for value in $values
        string match -qr '^(?<number>[0-9]+) (?<file>.*)$' -- $value
        string match -q '/*' -- $file; or set file $directory/$file
        test "$fresh" != fresh -a \( $file -nt $stamp$number -o $file -ot $stamp$number \); and return 1
        set -a more -o $file -nt $stamp$number -o $file -ot $stamp$number
    end
    string match -qra '(?m)^newer (?<values>.*)$' -- $__autovenv_text
    for file in $values
        string match -q '/*' -- $file; or set file $directory/$file
        test "$fresh" != fresh -a ! -e $file; and return 1
        test -z "$fresh" -a $file -nt $record; and return 1
        # That it is gone is looked for after a move only.
        set -a moved -o ! -e $file
        set -a more -o $file -nt $record
    end
    string match -qra '(?m)^exists (?<values>.*)$' -- $__autovenv_text
    for file in $values
        string match -q '/*' -- $file; or set file $directory/$file
        test "$fresh" != fresh -a ! -e $file; and return 1
        set -a more -o ! -e $file
    end
    string match -qra '(?m)^absent (?<values>.*)$' -- $__autovenv_text
    for value in $values
        set file $value
        string match -q '/*' -- $file; or set file $directory/$file
        test "$value$fresh" = .known; and continue
        test "$fresh" != fresh -a \( -e $file -o -L $file \); and return 1
        set -a more -o -e $file -o -L $file
    end
    string match -qra '(?m)^dangling (?<values>.*)$' -- $__autovenv_text
    for file in $values
        string match -q '/*' -- $file; or set file $directory/$file
        test "$fresh" != fresh -a \( ! -L $file -o -e $file \); and return 1
        set -a more -o ! -L $file -o -e $file
    end
    set -l variables
    string match -qra '(?m)^variable (?<variables>.*)$' -- $__autovenv_text
    for value in $variables
        string match -qr '^(?<name>[A-Za-z0-9_]+)=(?<wanted>.*)$' -- $value; or return 1
        # What is not exported is not set, for the resolver as for the tools.
        if test "$$name" != "$wanted"
            test -z "$wanted"; and not set -qx $name; or return 1
        end
    end
    # The first stamp is the sign that the record is current; what is compared with it shows that already.
    test $token = -; or builtin contains -- "$stamp"0 $more; or set -a more -o ! -e "$stamp"0
    set -l verdict
    set -l flavour
    set -l prefix
    set -l bin
    string match -qr '(?m)^verdict (?<verdict>.*)$' -- $__autovenv_text
    if test "$verdict" = use
        string match -qr '(?m)^flavour (?<flavour>.*)\nprefix (?<prefix>.*)\nbin (?<bin>.*)\nname (?<name>.*)$' -- $__autovenv_text
        or return 1
        string match -q '/*' -- $prefix; or set prefix $directory/$prefix
        string match -q '/*' -- $bin; or set bin $directory/$bin
    end
    set -g __autovenv_found_verdict $verdict
    set -g __autovenv_found_flavour $flavour
    set -g __autovenv_found_prefix $prefix
    set -g __autovenv_found_bin $bin
    set -g __autovenv_found_name $name
    set -a __autovenv_more $more
    string match -qra '(?m)^warning (?<values>.*)$' -- $__autovenv_text
    set -a __autovenv_warnings $values
    set -l hints
    string match -qra '(?m)^hint (?<hints>.*)$' -- $__autovenv_text
    set -a __autovenv_hints $hints
    if test "$verdict" != stop -a "$fresh" != known -a $token != - -a -z "$values$hints"
        __autovenv_keep
    end
    return 0
end

# Keeps what was read of a directory in the shell's memory.
function __autovenv_keep --no-scope-shadowing
    # What a regular expression cannot quote.
    string match -qr '\\\\' -- $directory; and return
    if not builtin contains -- "$directory" $__autovenv_kept
        set -a __autovenv_kept "$directory"
        set -a __autovenv_numbers (builtin count $__autovenv_kept):$directory
    end
    set -l number (builtin contains -i -- "$directory" $__autovenv_kept)
    set -g __autovenv_kept_$number "$verdict" "$flavour" "$prefix" "$bin" "$name" $more
    set -g __autovenv_moved_$number $moved
    set -g __autovenv_variables_$number $variables
end

# Takes from memory what was read of a directory; false when something that its record was made from has changed.
function __autovenv_recall --argument-names directory
    set -l number
    set -l name
    set -l wanted
    string match -qr '^(?<number>[0-9]+):\Q'$directory'\E\z' -- $__autovenv_numbers; or return
    set -l variables __autovenv_variables_$number
    for line in $$variables
        string match -qr '^(?<name>[^=]+)=(?<wanted>.*)$' -- $line
        test "$$name" = "$wanted"; or return
    end
    set -l moved __autovenv_moved_$number
    set -l kept __autovenv_kept_$number
    test '' $$kept[1][6..] $$moved; and return 1
    set -g __autovenv_found_verdict $$kept[1][1]
    set -g __autovenv_found_flavour $$kept[1][2]
    set -g __autovenv_found_prefix $$kept[1][3]
    set -g __autovenv_found_bin $$kept[1][4]
    set -g __autovenv_found_name $$kept[1][5]
    set -a __autovenv_more $$kept[1][6..]
    return 0
end

# Reads the file of a record, if it is ours.
function __autovenv_load --argument-names record
    test -O $record; and read -gz __autovenv_text <$record
end

# Starts the resolver for a directory and reads what it prints.
function __autovenv_ask --argument-names directory record
    set -l place $directory
    test -n "$place"; or set place /
    set -l text
    # fish itself would speak of a command that is gone.
    if test -x $__autovenv_tool[1]
        and $__autovenv_tool resolve $place </dev/null 2>/dev/null | read -lz text
        set -g __autovenv_text $text
        __autovenv_read "$directory" $record fresh; and return
    end
    __autovenv_tidy $__autovenv_tool[1]
    __autovenv_say tool warning 'autovenv could not be started; only projects that it knows are activated' \
        "`$__autovenv_reply` is gone or fails" 'install autovenv again, then start a new shell'
    # A record that is out of date is better than none, as long as the environment in it is there and the same.
    __autovenv_load $record; and __autovenv_read "$directory" $record known
end

# Tells whether a directory holds a name that makes it worth a look.
function __autovenv_marked --argument-names directory
    for name in $__autovenv_names
        test -e $directory/$name -o -L $directory/$name; and return 0
    end
    builtin path filter -q -- $directory/$__autovenv_markers
end

# Walks up from the present directory to the first one with an environment.
function __autovenv_find
    set -l directory $PWD
    # What must not be, in the words of `test`, which takes no absolute path for one of them.
    set -g __autovenv_more
    set -g __autovenv_warnings
    set -g __autovenv_hints
    set -g __autovenv_found
    while builtin true
        # A path can end in slashes or be nothing but slashes, and each round must make it shorter.
        string match -qr '^(?<directory>(?s:.*?))/*$' -- $directory
        set -l record "$__autovenv_state/at$directory/.autovenv-record"
        set -g __autovenv_found_verdict
        if builtin contains -- "$directory" $__autovenv_kept; and __autovenv_recall "$directory"
        else if __autovenv_load $record
            __autovenv_read "$directory" $record ''; or __autovenv_ask "$directory" $record
        else if __autovenv_marked "$directory"
            __autovenv_ask "$directory" $record
        else if test "$directory" = "$PWD"
            for name in $__autovenv_names
                set -a __autovenv_more -o -e $directory/$name -o -L $directory/$name
            end
        end
        if builtin contains -- "$__autovenv_found_verdict" use stop
            set -g __autovenv_found $directory
            test -n "$directory"; or set -g __autovenv_found /
            return
        end
        test -z "$directory" -o "$directory" = "$HOME"; and return
        builtin contains -- "$directory" $__autovenv_ceilings; and return
        string match -qr '^(?<directory>(?s:.*))/[^/]*$' -- $directory; or return
    end
end

# Tells whether a path that the last walk looked at has changed.
function __autovenv_changed
    test '' $__autovenv_more
end

# == Environment =======================================================================================================

# Takes a directory out of a PATH.
function __autovenv_strip --argument-names bin
    set -g __autovenv_reply
    for entry in $argv[2..]
        test "$entry" = "$bin"; or set -a __autovenv_reply $entry
    end
end

# Makes of a PATH what it would be without us.
function __autovenv_clean
    if set -qg __autovenv_old_path; and test "$argv" = "$__autovenv_entered_path"
        set -g __autovenv_reply $__autovenv_old_path
        return
    end
    set -g __autovenv_reply $argv
    set -l at (builtin contains -i -- $__autovenv_bin $argv)
    if test -n "$at"
        if set -qg __autovenv_old_path
            set -l last (math $at + (count $__autovenv_entered_path) - 1)
            set -l entries $argv[$at..$last]
            if test "$entries" = "$__autovenv_entered_path"
                # Nothing was changed but before and behind it.
                set -g __autovenv_reply
                test $at -gt 1; and set -g __autovenv_reply $argv[1..(math $at - 1)]
                set -ga __autovenv_reply $__autovenv_old_path $argv[(math $last + 1)..]
                return 0
            end
        end
        # The first is ours, others were put there by hand.
        set -eg __autovenv_reply[$at]
    end
    set -q __AUTOVENV_BETWEEN; or return 0
    # It was on PATH before we came: it goes back between the entries that it stood between.
    set -l previous
    set -l next
    string match -qr '^(?<previous>[^:]*):(?<next>.*)$' -- $__AUTOVENV_BETWEEN
    if set at (builtin contains -i -- "$previous" $__autovenv_reply)
        set -g __autovenv_reply $__autovenv_reply[1..$at] $__autovenv_bin $__autovenv_reply[(math $at + 1)..]
    else if set at (builtin contains -i -- "$next" $__autovenv_reply)
        set -g __autovenv_reply $__autovenv_reply[1..$at] $__autovenv_reply[$at..]
        set -g __autovenv_reply[$at] $__autovenv_bin
    else
        set -ga __autovenv_reply $__autovenv_bin
    end
end

# Gives a variable a value, exported, and keeps what it was before in __AUTOVENV_OLD_<name>.
function __autovenv_put --argument-names name value
    set -l old __AUTOVENV_OLD_$name
    set -eg $old
    if set -qgx $name
        set -gx $old "=$$name"
    else if set -qg $name
        set -gx $old "-$$name"
    end
    set -eg $name
    if set -q argv[2]
        set -gx $name $value
    else if set -q $name
        # A universal variable of that name has come to light. fish exports it whatever covers it, but for one that is empty,
        # which is as good as none to Python.
        set -gx $name
    end
end

# Gives a variable back what it was before, unless the user has changed it since.
function __autovenv_restore --argument-names name value
    set -l old __AUTOVENV_OLD_$name
    if test "$$name" = "$value"
        set -eg $name
        if set -q $old
            set -l before
            if string match -qr '^=(?<before>(?s:.*))$' -- $$old
                set -gx $name "$before"
            else if string match -qr '^-(?<before>(?s:.*))$' -- $$old
                set -gu $name "$before"
            end
        end
    end
    set -eg $old
end

# Activates the environment that was found.
function __autovenv_enter
    # Empty first, set at the very end: what a Ctrl-C leaves half done is cleaned up like what a parent shell left.
    set -g __autovenv_root
    set -g __autovenv_prefix $__autovenv_found_prefix
    set -g __autovenv_bin $__autovenv_found_bin
    set -g __autovenv_name $__autovenv_found_name
    set -g __autovenv_flavour $__autovenv_found_flavour
    set -gx __AUTOVENV_PREFIX $__autovenv_prefix
    set -gx __AUTOVENV_BIN $__autovenv_bin
    if test $__autovenv_flavour = conda
        __autovenv_put CONDA_PREFIX $__autovenv_prefix
        __autovenv_put CONDA_DEFAULT_ENV $__autovenv_name
        __autovenv_put CONDA_PROMPT_MODIFIER "($__autovenv_name) "
    else
        __autovenv_put VIRTUAL_ENV $__autovenv_prefix
        __autovenv_put VIRTUAL_ENV_PROMPT $__autovenv_name
    end
    __autovenv_put PYTHONHOME
    set -eg __autovenv_old_path
    set -g __autovenv_old_hand "$_OLD_VIRTUAL_PATH"
    set -eg __AUTOVENV_BETWEEN
    set -g __autovenv_reply $PATH
    if builtin contains -- $__autovenv_bin $PATH
        set -l at (builtin contains -i -- $__autovenv_bin $PATH)
        set -l before
        test $at -gt 1; and set before $PATH[(math $at - 1)]
        set -gx __AUTOVENV_BETWEEN "$before:$PATH[$(math $at + 1)]"
        __autovenv_strip $__autovenv_bin $PATH
    end
    set -g __autovenv_entered_path $__autovenv_bin $__autovenv_reply
    set -g __autovenv_old_path $PATH
    set -gx PATH $__autovenv_entered_path
    if not builtin functions -q deactivate
        function deactivate --description 'Leave the environment until the project is left'
            __autovenv_deactivate $argv
        end
        set -g __autovenv_owns_deactivate 1
    end
    set -g __autovenv_root $__autovenv_found
end

# Goes straight from one environment to the next, if all is as it was left.
function __autovenv_switch
    set -l entries $PATH
    test -n "$__autovenv_root" -a "$__autovenv_flavour:$__autovenv_found_flavour" = venv:venv \
        -a "$entries" = "$__autovenv_entered_path" -a "$VIRTUAL_ENV:$VIRTUAL_ENV_PROMPT" = "$__autovenv_prefix:$__autovenv_name"
    and not set -q PYTHONHOME; and not set -q __AUTOVENV_BETWEEN
    and not builtin contains -- $__autovenv_found_bin $__autovenv_old_path
    or return 1
    test -z "$DIRENV_DIFF$__MISE_DIFF"; or __autovenv_lend
    # At each step, what a Ctrl-C leaves is of the old one or of the new one: it is cleaned up like what a parent shell left.
    set -g __autovenv_root
    set -gx PATH $__autovenv_old_path
    set -eg VIRTUAL_ENV VIRTUAL_ENV_PROMPT
    set -gx __AUTOVENV_PREFIX $__autovenv_found_prefix
    set -gx __AUTOVENV_BIN $__autovenv_found_bin
    set -gx VIRTUAL_ENV_PROMPT $__autovenv_found_name
    set -gx VIRTUAL_ENV $__autovenv_found_prefix
    set -g __autovenv_prefix $__autovenv_found_prefix
    set -g __autovenv_bin $__autovenv_found_bin
    set -g __autovenv_name $__autovenv_found_name
    set -g __autovenv_entered_path $__autovenv_bin $__autovenv_old_path
    set -gx PATH $__autovenv_entered_path
    set -g __autovenv_root $__autovenv_found
end

# Takes back what entering did.
function __autovenv_leave
    test -n "$__autovenv_root"; or return 0
    if test $__autovenv_flavour = conda
        __autovenv_restore CONDA_PROMPT_MODIFIER "($__autovenv_name) "
        __autovenv_restore CONDA_DEFAULT_ENV $__autovenv_name
        __autovenv_restore CONDA_PREFIX $__autovenv_prefix
    else
        __autovenv_restore VIRTUAL_ENV_PROMPT $__autovenv_name
        __autovenv_restore VIRTUAL_ENV $__autovenv_prefix
    end
    __autovenv_restore PYTHONHOME
    __autovenv_clean $PATH
    set -gx PATH $__autovenv_reply
    __autovenv_lend
    __autovenv_forget
end

# Forgets what is active, without touching it.
function __autovenv_forget
    set -g __autovenv_root
    set -eg __AUTOVENV_PREFIX
    set -eg __AUTOVENV_BIN
    set -eg __AUTOVENV_BETWEEN
    set -eg __autovenv_old_path
    if test -n "$__autovenv_owns_deactivate"
        # The user may have made another one of it.
        string match -q '*__autovenv_deactivate*' -- (builtin functions deactivate); and builtin functions -e deactivate
        set -g __autovenv_owns_deactivate
    end
end

# Cleans up what a parent shell had activated; it is found again where it belongs.
function __autovenv_adopt
    if test -n "$__AUTOVENV_PREFIX"
        for commands in /bin /Scripts ''
            # Whoever made these variables, only an environment's own directory is taken off PATH.
            test "$__AUTOVENV_BIN" = "$__AUTOVENV_PREFIX$commands"; or continue
            set -g __autovenv_prefix $__AUTOVENV_PREFIX
            set -g __autovenv_bin $__AUTOVENV_BIN
            set -g __autovenv_root /
            set -g __autovenv_flavour venv
            set -g __autovenv_name $VIRTUAL_ENV_PROMPT
            if test "=$VIRTUAL_ENV" != "=$__autovenv_prefix" -a "=$CONDA_PREFIX" = "=$__autovenv_prefix"
                set -g __autovenv_flavour conda
                set -g __autovenv_name $CONDA_DEFAULT_ENV
            end
            __autovenv_leave
            break
        end
    end
    set -eg __AUTOVENV_PREFIX
    set -eg __AUTOVENV_BIN
    set -eg __AUTOVENV_BETWEEN
end

# Notes an environment that is left while direnv or mise holds variables as they were with it: it is lent to them.
function __autovenv_lend
    test -z "$DIRENV_DIFF$__MISE_DIFF"; or set -q __AUTOVENV_BETWEEN; and return 0
    set -ga __autovenv_lent "$__autovenv_prefix" "$__autovenv_bin" "$__autovenv_name"
end

# Takes away what direnv (2.32) or mise (2026.9) has brought back. What is active is left, to be entered anew: first on PATH.
function __autovenv_recover
    set -l chosen
    # Where they had none of theirs active, the one that is now has not come back: they have chosen it.
    test -z "$__autovenv_hand" -a -n "$DIRENV_DIFF$__MISE_DIFF"; and set chosen $VIRTUAL_ENV
    if test -n "$__autovenv_root" -a "=$_OLD_VIRTUAL_PATH" = "=$__autovenv_old_hand"
        # They may have put it there once more.
        set -l bin
        set -q __AUTOVENV_BETWEEN; or set bin $__autovenv_bin
        __autovenv_leave
        if test -n "$bin"
            __autovenv_strip $bin $PATH
            set -gx PATH $__autovenv_reply
        end
    end
    # Nobody deactivated by hand what they took away.
    set -g __autovenv_hand
    set -l lent $__autovenv_lent
    while set -q lent[3]
        if test "$lent[1]" != "$chosen"
            __autovenv_strip $lent[2] $PATH
            set -gx PATH $__autovenv_reply
            test "$VIRTUAL_ENV" = $lent[1]; and set -eg VIRTUAL_ENV
            test "$VIRTUAL_ENV:$VIRTUAL_ENV_PROMPT" = ":$lent[3]"; and set -eg VIRTUAL_ENV_PROMPT
        end
        set -e lent[1..3]
    end
    test -n "$DIRENV_DIFF$__MISE_DIFF"; or set -g __autovenv_lent
end

# == What the user did by hand =========================================================================================

# Notices an environment that was activated or deactivated by hand since the last look.
function __autovenv_reconcile
    set -l now $VIRTUAL_ENV
    if test -n "$__autovenv_root"
        test $__autovenv_flavour = conda; and set now $CONDA_PREFIX
        # A parent shell may have left that variable: only one that came after us is of a script sourced over ours.
        if test -n "$VIRTUAL_ENV" -a "=$_OLD_VIRTUAL_PATH" != "=$__autovenv_old_hand"
            __autovenv_yield
        else if test "$now" != "$__autovenv_prefix"
            test -n "$now" -a $__autovenv_flavour != conda; or set -g __autovenv_held $__autovenv_root
            __autovenv_leave
        else if test -z "$__autovenv_seen"
            # The rc file was read again, and may have made PATH anew: what is active is left, to be entered first on PATH.
            __autovenv_leave
        end
    else if test -n "$__autovenv_hand" -a -z "$now"
        # It takes over again at the next entry, not under the user's hands.
        set -g __autovenv_held $__autovenv_found
    end
end

# Gives way to an `activate` that was sourced over ours, so that its `deactivate` finds nothing of ours to bring back.
function __autovenv_yield
    set -l given $_OLD_VIRTUAL_PATH
    __autovenv_clean $given
    set -g _OLD_VIRTUAL_PATH $__autovenv_reply
    if set -q __AUTOVENV_OLD_PYTHONHOME
        # What the script has put aside itself was set after us.
        test -n "$_OLD_VIRTUAL_PYTHONHOME"; or set -gx _OLD_VIRTUAL_PYTHONHOME (string sub -s 2 -- $__AUTOVENV_OLD_PYTHONHOME)
        set -eg __AUTOVENV_OLD_PYTHONHOME
    end
    set -g __autovenv_owns_deactivate
    if test "$VIRTUAL_ENV" != "$__autovenv_prefix"
        # Its name is the script's, also where it is the same.
        test "$__autovenv_flavour" = conda; or set -g __autovenv_name
        __autovenv_leave
        return
    end
    # The same environment: what the script put first on PATH stays, ours goes.
    set -l entries $__autovenv_bin $given
    set -l now $PATH
    if test "$now" = "$entries"
        set -gx PATH $__autovenv_bin $_OLD_VIRTUAL_PATH
    else
        set entries
        for entry in $PATH
            test "$entry" = "$__autovenv_bin"; and builtin contains -- $entry $entries; or set -a entries $entry
        end
        set -gx PATH $entries
    end
    set -eg __AUTOVENV_OLD_VIRTUAL_ENV
    set -eg __AUTOVENV_OLD_VIRTUAL_ENV_PROMPT
    __autovenv_forget
end

# == The wrong python ==================================================================================================

# Finds the first directory on PATH with a python.
function __autovenv_seek
    for entry in $PATH
        set -g __autovenv_reply $entry
        test -f "$entry/python" -a -x "$entry/python"; and return 0
    end
    set -g __autovenv_reply
    return 1
end

# Warns when `python` would run something from outside the project.
function __autovenv_check --argument-names bin
    set -l hint 'run `autovenv doctor`'
    test -e $bin/python -o -e $bin/python3; or return 0
    if builtin functions -q python
        # `alias` makes a function and says so in its description.
        set -l word
        # What runs it and does not choose which one comes before it: `env`, `command`.
        if string match -qr '^alias python[ =](?:(?:command|env|exec|noglob|nocorrect|winpty|[^\s=]+=\S*)\s+)*(?<word>\S+)' -- (builtin functions -Dv python)[5]
            set -l parts (string match -r '^(?:(.*)/)?([^/]*)$' -- $word)
            if not string match -q 'python*' -- $parts[-1]; or not contains -- "$parts[2]" $parts[-1] $bin; or not test -e $bin/$parts[-1]
                __autovenv_tidy $word
                __autovenv_say alias warning "`python` is an alias for `$__autovenv_reply`, outside this project" \
                    'an alias comes before every directory on PATH' 'run `functions -e python`'
                return
            end
        else
            __autovenv_say alias warning '`python` is a function, not the interpreter of this project' \
                'a function comes before every directory on PATH' 'run `functions -e python`'
            return
        end
    end
    __autovenv_seek; or return 0
    test "$__autovenv_reply" = $bin; or test "$__autovenv_reply/." -ef $bin; and return 0
    __autovenv_tidy $__autovenv_reply
    set -l word $__autovenv_reply
    set -l python $word/python
    if test -n "$__autovenv_hand"
        __autovenv_tidy $__autovenv_hand
        # What a parent shell activated came without its function.
        builtin functions -q deactivate; and set hint 'run `deactivate`, then `autovenv on`'
        __autovenv_say by-hand warning "`python` is `$python`, outside this project" \
            "`$__autovenv_reply` was activated by hand" $hint
        return
    end
    __autovenv_tidy (string replace -- (string trim -r -c / -- $__autovenv_found)/ '' $bin)
    if not test -e $bin/python
        __autovenv_say path warning "`python` is `$python`, outside this project" \
            "`$__autovenv_reply` has a `python3` and no `python`" 'run `python3`'
    else if builtin contains -- $bin $PATH
        __autovenv_say path warning "`python` is `$python`, outside this project" \
            "`$word` comes before `$__autovenv_reply` on PATH" $hint
    else
        __autovenv_say path warning "`python` is `$python`, outside this project" \
            "`$__autovenv_reply` is not on PATH any more" $hint
    end
end

# Prints what there is to say about the present directory.
function __autovenv_report
    # The usual case, as cheaply as can be: nothing.
    if test -z "$__autovenv_warnings" -a -n "$__autovenv_root" -a "=$PATH[1]" = "=$__autovenv_bin" -a -x "$__autovenv_bin/python"
        builtin functions -q python; or return 0
    end
    for message in $__autovenv_warnings
        __autovenv_say record warning (string split \t -- $message)
    end
    if test -z "$__autovenv_found" -a -z "$__autovenv_hand"
        for message in $__autovenv_hints
            __autovenv_say record note (string split \t -- $message)
        end
    end
    if test -n "$__autovenv_root"; or test -n "$__autovenv_hand" -a -z "$__autovenv_early" -a "$__autovenv_found_verdict" = use
        __autovenv_check $__autovenv_found_bin
    end
end

# == Prompt ============================================================================================================

# Returns a status: what is called next sees it.
function __autovenv_answer --argument-names code
    return $code
end

# Puts the environment's name before the prompt, or takes it away.
function __autovenv_decorate
    # The mode prompt comes before the prompt, whoever draws that and however often it is replaced.
    if not string match -q '*__autovenv_drawn*' -- (builtin functions fish_mode_prompt)
        if builtin functions -q fish_mode_prompt
            builtin functions -e __autovenv_mode_prompt
            builtin functions -c fish_mode_prompt __autovenv_mode_prompt
        end
        function fish_mode_prompt
            set -l code $status
            set -g __autovenv_drawn 1
            # direnv and mise run after us where they were loaded after us, and after a move by a key.
            test "$DIRENV_DIFF:$__MISE_DIFF" = "$__autovenv_lenders"; or __autovenv_look
            # `read` asks with a mode prompt too, in the middle of a command.
            if test -n "$__autovenv_root" -a -n "$__autovenv_show" -a -z "$VIRTUAL_ENV_DISABLE_PROMPT" -a -n "$__autovenv_waiting"
                if builtin functions -q _old_fish_prompt
                    # An environment's own prompt shows its name.
                else if test "$__autovenv_flavour" = conda; and set -q CONDA_LEFT_PROMPT; and builtin functions -q __fish_prompt_orig
                    # So does conda's (25.9).
                else
                    builtin printf '(%s) ' $__autovenv_name
                end
            end
            builtin functions -q __autovenv_mode_prompt; or return
            test $code = 0; or __autovenv_answer $code
            __autovenv_mode_prompt
        end
    end
end

# == Events ============================================================================================================

# Makes the shell what it should be in the present directory.
function __autovenv_update
    # Empty until this has run to its end: a Ctrl-C in the middle makes the next prompt look again.
    set -g __autovenv_here
    test -n "$__autovenv_root"; or __autovenv_adopt
    test "$DIRENV_DIFF:$__MISE_DIFF" = "$__autovenv_lenders"; or __autovenv_recover
    # As it was left at the last look: nothing was done by hand.
    test "$PATH:$VIRTUAL_ENV:$CONDA_PREFIX" = "$__autovenv_seen"; or __autovenv_reconcile
    set -g __autovenv_hand
    if test -n "$VIRTUAL_ENV"; and test -z "$__autovenv_root" -o "=$VIRTUAL_ENV" != "=$__autovenv_prefix"
        test -e "$VIRTUAL_ENV/pyvenv.cfg"; and set -g __autovenv_hand "$VIRTUAL_ENV"
    end
    if string match -q '/*' -- $PWD
        __autovenv_find
        # It may be deleted underfoot.
        test -z "$__autovenv_hand"; or set -a __autovenv_more -o ! -e $__autovenv_hand/pyvenv.cfg
        test "$__autovenv_held" = "$__autovenv_found"; or set -g __autovenv_held
        if test "$__autovenv_found_verdict" != use -o -n "$__autovenv_off$__autovenv_held$__autovenv_hand"
            __autovenv_leave
        else if test -z "$__autovenv_root" -o "$__autovenv_prefix" != "$__autovenv_found_prefix" \
                -o "$__autovenv_bin:$__autovenv_name" != "$__autovenv_found_bin:$__autovenv_found_name"
            if not __autovenv_switch
                __autovenv_leave
                __autovenv_enter
            end
        else
            set -g __autovenv_root $__autovenv_found
        end
        test -n "$__autovenv_off$__autovenv_held"; or __autovenv_report
    end
    __autovenv_remember
end

# Remembers what the shell looks like, to see at the next prompt whether it has changed.
function __autovenv_remember
    set -g __autovenv_seen "$PATH:$VIRTUAL_ENV:$CONDA_PREFIX"
    set -g __autovenv_lenders "$DIRENV_DIFF:$__MISE_DIFF"
    set -g __autovenv_here $PWD
end

# Looks whether anything has changed since the last look, and acts on it.
function __autovenv_look
    # In one test: each costs as much as all that it looks at.
    if test "$PWD" != "$__autovenv_here" -o "$PATH:$VIRTUAL_ENV:$CONDA_PREFIX" != "$__autovenv_seen" $__autovenv_more
        __autovenv_update
    end
end

# Runs before every prompt.
function __autovenv_prompt --on-event fish_prompt
    # As __autovenv_look: a call costs as much as what it does.
    if test "$PWD" != "$__autovenv_here" -o "$PATH:$VIRTUAL_ENV:$CONDA_PREFIX" != "$__autovenv_seen" $__autovenv_more
        __autovenv_update
    end
    set -g __autovenv_waiting 1
    test -n "$__autovenv_drawn"; or __autovenv_decorate
    # Set again when our mode prompt is drawn: where it is not, somebody has replaced it.
    set -g __autovenv_drawn
end

# Runs before every command that was typed.
function __autovenv_typed --on-event fish_preexec
    set -g __autovenv_waiting
end

# Runs after a change of directory.
function __autovenv_moved --on-variable PWD
    # fish gives a function its own copies of variables that are local and exported where `cd` runs.
    set -el PATH VIRTUAL_ENV VIRTUAL_ENV_PROMPT PYTHONHOME CONDA_PREFIX CONDA_DEFAULT_ENV CONDA_PROMPT_MODIFIER
    # direnv and mise may not have taken theirs away yet: of that the prompt judges.
    set -g __autovenv_early "$DIRENV_DIFF$__MISE_DIFF"
    if test "$PWD" = "$__autovenv_here"
        __autovenv_look
    else
        __autovenv_update
        test -n "$__autovenv_early" -a -n "$__autovenv_hand"; and set -g __autovenv_here
    end
    set -g __autovenv_early
end

# == Commands ==========================================================================================================

# Takes the active environment off until the user leaves the project and comes back.
function __autovenv_deactivate
    set -el PATH VIRTUAL_ENV VIRTUAL_ENV_PROMPT PYTHONHOME CONDA_PREFIX CONDA_DEFAULT_ENV CONDA_PROMPT_MODIFIER
    test "$argv[1]" = nondestructive; or set -g __autovenv_held $__autovenv_root
    __autovenv_leave
    __autovenv_remember
    test -n "$__autovenv_held"; or set -g __autovenv_here
end

# Tells the doctor what only the shell itself can see: lines of a word and a value.
function __autovenv_gather
    set -g __autovenv_reply 'registered no'
    builtin functions -q __autovenv_prompt; and set -g __autovenv_reply 'registered yes'
    for name in python python3 pip pip3 deactivate conda mamba micromamba
        builtin functions -q $name; or continue
        set -a __autovenv_reply "function $name"
        set -l text (string replace -rf "^alias $name(?:=| )" '' -- (builtin functions -Dv $name)[5])
        and set -a __autovenv_reply "alias $name=$text"
    end
    if test -n "$__autovenv_off"
        set -a __autovenv_reply 'state off'
    else if test -n "$__autovenv_held"
        set -a __autovenv_reply 'state held'
    else if test -n "$__autovenv_hand"
        set -a __autovenv_reply 'state hand'
    else if test -n "$__autovenv_root"
        set -a __autovenv_reply 'state active'
    else
        set -a __autovenv_reply 'state none'
    end
end

# The command: `off` and `on` concern this shell, all else is the executable's.
function autovenv --description 'The right Python first in every shell'
    switch (count $argv)$argv[1]
        case 1off
            set -g __autovenv_off 1
            __autovenv_update
        case 1on
            set -g __autovenv_off
            set -g __autovenv_held
            set -g __autovenv_hand
            set -g __autovenv_told
            __autovenv_update
        case '*'
            set -g __autovenv_reply
            test "$argv[1]" = doctor; and __autovenv_gather
            __AUTOVENV_SHELL=fish __AUTOVENV_HOOK=$__autovenv_version __AUTOVENV_FACTS=(string join \n -- $__autovenv_reply | string collect -a) \
                $__autovenv_tool $argv
            set -l code $status
            set -g __autovenv_here
            return $code
    end
end

# == Loading ===========================================================================================================

# Starts the hook in this shell, or starts it anew.
function __autovenv_start
    __autovenv_configure $argv
    set -q __autovenv_lenders; or set -g __autovenv_lenders :
    set -g __autovenv_here
    set -g __autovenv_seen
    set -g __autovenv_kept
    set -g __autovenv_numbers
end

__autovenv_start 'version=1.2.3' 'state=/home/user/.local/state/autovenv' 'wrap_cd=1' 'prompt=1' 'ceiling=/home/user/work' 'silence=shadow' 'name=.venv' 'name=venv' 'marker=pyproject.toml'
