# autovenv: the right Python first in every shell. The hook for fish 3.6 and later.
#
# The hook's state: name, what it holds (who sets it).
#   Of the last look at the present directory
#     here, seen_path, seen, lenders    PWD, PATH, that and other variables, those of direnv and mise, as they were (remember)
#     found, found_*                    the directory with the environment, and what its record says (find)
#     more, wanted                      what a prompt looks at: words of `test`, variables (note)
#     messages                          what the records of the walk have to say (note)
#     ahead                             the directory that a switch has found all about (switch)
#     lent                              the environment that direnv or mise chose, and PWD then (purge)
#     parted                            PWD when direnv or mise was last about to look (part)
#     way, turns, sure, young           its levels; all that a move looks at; levels that are as they were; whether one is not (find, survey)
#     its_*                             the record at hand, before it counts (parse, recall)
#     asking                            the directory that the resolver was asked about and has not answered (ask)
#   Of the active environment
#     root, prefix, bin, name, flavour, sets    its directory, what its record said; root is empty where none is (enter)
#     old_path, entered_path, old_hand, between PATH before and after, _OLD_VIRTUAL_PATH then, neighbours of bin (enter)
#     saved, exported, old_NAME         names of variables that had a value, those exported, the values (save)
#     steady                            whether nothing is special about it, so that a switch is short (remember)
#     owns_deactivate                   whether `deactivate` is ours (define)
#     heard                             the prefix that the user's functions have last heard of (notify)
#     scripted, dropped                 the prefix, where a script activated it (absorb); whether a move has left one (moved)
#   Of the user's will
#     off, held, hand                   `autovenv off`; what was deactivated; what was activated by hand (toggle, judge)
#   Of the prompt
#     shown, gone                       the label, the names that it had (decorate, forget)
#     drawn, keys                       status of the last command, where our mode prompt drew; keys without which fish's is empty
#     waiting                           an element while a prompt waits (done)
#   Of memory
#     kept, kept_N and the like         directories, each after its number and a colon, and their records (store)
#     traces, trace_N, traced_N         the same of whole walks: what must hold for one, and what it found (trace)
#     levels, bare, since               the levels that were looked at, those that hold nothing, the stamp for them (begin, learn)
#     usual                             the name that most environments have in their project (configure)
#     told                              the messages that were printed (say)
#     elsewhere                         where a record is kept that was not to be found where we look (ask)
# Exported: __AUTOVENV_PREFIX, __AUTOVENV_BIN (what is active), __AUTOVENV_BINS (what came onto PATH by us), __AUTOVENV_KEPT
# (the file with what a child shell has to put back). They are only compared.
#
# Each command costs as much as a dozen looks at files: so many are in one `test`, and names behind a function's arguments
# are variables of its own. What a function finds it leaves in __autovenv_reply: a substitution costs ten commands.

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
    for __autovenv_each in (string match -- '__autovenv_*' (set -n))
        set -eg $__autovenv_each
    end
    set -eg __autovenv_each
end

set -g __autovenv_tool '@EXECUTABLE@'

# == Records ===========================================================================================================

# Reads the lines of a file of ours; false when it is not ours.
function __autovenv_load --argument-names file
    set -g __autovenv_lines
    test -O $file; and read -gz -d \n -a __autovenv_lines <$file
end

# Takes the lines of a record apart; false when it is torn or of another version.
function __autovenv_parse --argument-names directory record known token word value number file target
    string match -qr '^autovenv-record 2 (?<token>\S+)$' -- $__autovenv_lines[1]
    and builtin contains -- "$__autovenv_lines[-2..-1]" 'end ' "$__autovenv_lines[-2] end"; or return 1
    set -l stamps "$__autovenv_state/at$directory/.autovenv-$token."
    set -g __autovenv_found_flavour
    set -g __autovenv_found_prefix
    set -g __autovenv_found_bin
    set -g __autovenv_found_name
    set -g __autovenv_found_sets
    set -g __autovenv_its_verdict
    set -g __autovenv_its_looks
    set -g __autovenv_its_moves
    set -g __autovenv_its_wanted
    set -g __autovenv_its_messages
    set -g __autovenv_its_token $token
    set -g __autovenv_its_place "$__autovenv_state/at$directory"
    for line in $__autovenv_lines[2..]
        string match -qr '^(?<word>(?:moved )?[a-z]*) ?(?<value>(?:(?<number>(?<=same )[0-9]+) )?(?<file>.*))$' -- $line; or return 1
        string match -q '/*' -- $file; or set file $directory/$file
        switch $word
            case kept
                set -g __autovenv_its_place $file
                set record $file/.autovenv-record
                set stamps $file/.autovenv-$token.
            case verdict
                set -g __autovenv_its_verdict $value
            case flavour
                set -g __autovenv_found_flavour $value
            case prefix
                set -g __autovenv_found_prefix $file
            case bin
                set -g __autovenv_found_bin $file
            case name
                set -g __autovenv_found_name $value
            case set
                # It becomes part of a name that is looked up.
                string match -qr '^[A-Za-z_][A-Za-z0-9_]*=' -- $value; or return 1
                set -ga __autovenv_found_sets $value
            case variable
                string match -qr '^[A-Za-z_][A-Za-z0-9_]*=' -- $value; or return 1
                set -ga __autovenv_its_wanted $value
            case own
                set -ga __autovenv_its_looks -o ! -O $file
            case 'moved own'
                set -ga __autovenv_its_moves -o ! -O $file
            case same
                set -ga __autovenv_its_looks -o $file -nt $stamps$number -o $file -ot $stamps$number
            case 'moved same'
                set -ga __autovenv_its_moves -o $file -nt $stamps$number -o $file -ot $stamps$number
            case newer
                # That it is gone is looked for after a move only, unless something else shows it.
                test "$file" = "$__autovenv_found_bin"; or set -ga __autovenv_its_moves -o ! -e $file
                test -n "$known"; or set -ga __autovenv_its_looks -o $file -nt $record
            case 'moved newer'
                set -ga __autovenv_its_moves -o ! -e $file -o $file -nt $record
            case exists
                set -ga __autovenv_its_looks -o ! -e $file
            case 'moved exists'
                set -ga __autovenv_its_moves -o ! -e $file
            case runs
                set -ga __autovenv_its_looks -o ! -x $file
            case 'moved runs'
                set -ga __autovenv_its_moves -o ! -x $file
            case idle
                set -ga __autovenv_its_looks -o -x $file
            case 'moved idle'
                set -ga __autovenv_its_moves -o -x $file
            case absent
                test "$known:$value" = known:.; or set -ga __autovenv_its_looks -o -e $file -o -L $file
            case 'moved absent'
                # A link that leads nowhere says no more than nothing, to who would read it.
                set -ga __autovenv_its_moves -o -e $file
            case dangling
                set -ga __autovenv_its_looks -o ! -L $file -o -e $file
            case 'moved dangling'
                set -ga __autovenv_its_moves -o ! -L $file -o -e $file
            case leads 'moved leads'
                string match -qr '^(?<file>[^\t]*)\t(?<target>.*)$' -- $file; or return 1
                string match -q '/*' -- $target; or set target $directory/$target
                set -l list __autovenv_its_looks
                test $word = leads; or set list __autovenv_its_moves
                set -ga $list -o ! $file -ef $target
            case also
                # conda's other directories on Windows, which PowerShell puts on PATH.
            case warning hint outer
                set -ga __autovenv_its_messages $line
            case end ''
            case '*'
                return 1
        end
    end
    if test "$__autovenv_found_flavour" = conda; and not string match -q 'CONDA_DEFAULT_ENV=*' -- $__autovenv_found_sets
        set -ga __autovenv_found_sets "CONDA_DEFAULT_ENV=$__autovenv_found_name" "CONDA_PROMPT_MODIFIER=($__autovenv_found_name) "
    end
    # Stamp 0 vanishes when the record is replaced; a `same` line that uses it shows that already.
    test $token = -; or builtin contains -- "$stamps"0 $__autovenv_its_looks; or set -ga __autovenv_its_looks -o ! -e "$stamps"0
    return 0
end

# Tells whether variables, each `name=value`, have for programs the values that a record was made with.
function __autovenv_expect --argument-names name value
    for line in $argv
        string match -qr '^(?<name>[^=]+)=(?<value>.*)$' -- $line
        test "$$name" = "$value"; and continue
        # What is not exported is not set, for the resolver as for the tools.
        test -z "$value"; and not set -qx $name; or return 1
    end
    return 0
end

# Tells whether all is still so that the record was made from.
function __autovenv_holds
    test -n '' $__autovenv_its_looks $__autovenv_its_moves; and return 1
    # The usual one without a call.
    test "$__autovenv_its_wanted" = "UV_PROJECT_ENVIRONMENT=$UV_PROJECT_ENVIRONMENT"; or __autovenv_expect $__autovenv_its_wanted
end

# Notes what a prompt must look at for a record that counts, and what it has to say.
function __autovenv_note
    set -g __autovenv_found_verdict $__autovenv_its_verdict
    set -ga __autovenv_more $__autovenv_its_looks
    set -ga __autovenv_turns $__autovenv_its_looks $__autovenv_its_moves
    # The usual one is among what every look compares, unless it is set and not exported.
    test "$__autovenv_its_wanted" = "UV_PROJECT_ENVIRONMENT=$UV_PROJECT_ENVIRONMENT"; or set -ga __autovenv_wanted $__autovenv_its_wanted
    set -ga __autovenv_messages $__autovenv_its_messages
end

# Reads the record of a directory; false when there is none that holds.
function __autovenv_read --argument-names directory record
    __autovenv_load $record; and __autovenv_parse "$directory" $record ''; and __autovenv_holds; or return 1
    __autovenv_note
    __autovenv_keep "$directory"
    return 0
end

# Starts the resolver for a directory and takes what it prints.
function __autovenv_ask --argument-names directory record
    set -l place $directory
    test -n "$place"; or set place /
    if test "$__autovenv_asking" != $place
        # Still set at the next look, it was interrupted.
        set -g __autovenv_asking $place
        set -g __autovenv_lines
        set -l codes 127
        # fish itself would speak of a command that is gone.
        if test -x $__autovenv_tool[1]
            $__autovenv_tool resolve $__autovenv_coarse $place </dev/null 2>/dev/null | read -gz -d \n -a __autovenv_lines
            set codes $pipestatus
        end
        # By SIGALRM it ends itself when nothing answers, by SIGINT at a Ctrl-C.
        builtin contains -- $codes[1] 142 130; or set -g __autovenv_asking
        if test $codes[1] = 0; and __autovenv_parse "$directory" $record ''
            if test "$__autovenv_its_token" != - -a "$__autovenv_coarse" != --unkept \
                    -a ! -e $__autovenv_its_place/.autovenv-record -a ! -e $__autovenv_its_place/.autovenv-$__autovenv_its_token.0
                # What is kept there cannot be seen from here (Cygwin's names): one is asked for that need not be.
                set -g __autovenv_coarse --unkept
                __autovenv_ask "$directory" $record
                return
            end
            __autovenv_note
            __autovenv_keep "$directory"
            if test -z "$__autovenv_elsewhere" -a "$__autovenv_its_token" != -
                and not test $__autovenv_its_place -ef "$__autovenv_state/at$directory"
                set -g __autovenv_elsewhere $__autovenv_its_place
                __autovenv_tidy $__autovenv_elsewhere
                __autovenv_say elsewhere note 'what autovenv finds out is not kept where this shell looks' "it is in `$__autovenv_reply`" \
                    'run `autovenv doctor state`'
            end
            return
        end
    end
    if test -n "$__autovenv_asking"
        __autovenv_tidy $__autovenv_asking
        __autovenv_say tool warning "autovenv gave up looking at `$__autovenv_reply`" \
            'it was interrupted, or had no answer within ten seconds' 'run `autovenv on` to look again'
    else
        __autovenv_tidy $__autovenv_tool[1]
        __autovenv_say tool warning 'autovenv could not be started; only projects that it knows are activated' \
            "`$__autovenv_reply` is gone or fails" 'install autovenv again, then start a new shell'
    end
    # A record that is out of date is better than none, as long as the environment in it is there and the same.
    __autovenv_load $record; and __autovenv_parse "$directory" $record known; and __autovenv_holds; and __autovenv_note
end

# Tells whether a directory holds a name that makes it worth a look.
function __autovenv_marked --argument-names directory
    for name in $__autovenv_names
        test -e $directory/$name -o -L $directory/$name; and return 0
    end
    builtin path filter -q -- $directory/$__autovenv_markers
end

# Walks up from the present directory to the first one with an environment.
function __autovenv_find --argument-names directory
    if test "$__autovenv_ahead" = "$PWD"
        set -g __autovenv_ahead
        return
    end
    __autovenv_retrace; and return
    set -g __autovenv_more
    set -g __autovenv_turns
    set -g __autovenv_wanted
    set -g __autovenv_messages
    set -g __autovenv_found
    set -g __autovenv_way
    set -eg __autovenv_sure
    set -g __autovenv_young
    # A path can end in slashes or be nothing but slashes, and each round must make it shorter.
    string match -qr '^(?<directory>(?s:.*[^/]|))/*$' -- $PWD
    while builtin true
        # Of what lies above so many only what has a record counts: to add to a list takes time by its length.
        set -q __autovenv_way[200]; and not test -O "$__autovenv_state/at$directory/.autovenv-record"
        or set -ga __autovenv_way "$directory"
        test -z "$directory" -o "$directory" = "$HOME"; and break
        builtin contains -- "$directory" $__autovenv_ceilings; and break
        string match -qr '^(?<directory>(?s:.*[^/]|))/+[^/]*$' -- $directory
    end
    # So deep nothing is remembered: to see that it still holds would take as long as to look again.
    set -q __autovenv_way[200]; and set -g __autovenv_since
    set -l full
    set -l up ''
    for directory in $__autovenv_way
        set -g __autovenv_found_verdict
        if __autovenv_recall "$directory"
            __autovenv_note
        else if not __autovenv_pass "$directory"
            set -l record "$__autovenv_state/at$directory/.autovenv-record"
            if test -O $record
                __autovenv_read "$directory" $record; or __autovenv_ask "$directory" $record
            else if not set -q full[100]
                # Nobody's project is deeper below its root: what lies above is looked at where it is known.
                set -q full[1]; or __autovenv_begin
                set -a full ''
                set -l at "$directory"
                # So deep a look takes as long as its path.
                set -q __autovenv_way[200]; and test "$directory/." -ef ./$up.; and set at ./$up.
                if __autovenv_marked "$at"
                    __autovenv_ask "$directory" $record
                else
                    __autovenv_pass_on "$directory"
                end
            end
        end
        if builtin contains -- "$__autovenv_found_verdict" use stop
            set -g __autovenv_found $directory
            test -n "$directory"; or set -g __autovenv_found /
            break
        end
        set up ../$up
        test -z "$__autovenv_found_verdict" -a "$directory" = "$__autovenv_way[1]"; or continue
        if test -n "$__autovenv_since"
            # Whatever is made here shows in the directory's time, unless that is in whole seconds, or set back (tar, rsync).
            set -ga __autovenv_more -o ! "$directory/" -ot $__autovenv_since -o -e $directory/$__autovenv_usual
        else
            for name in $__autovenv_names
                set -ga __autovenv_more -o -e $directory/$name -o -L $directory/$name
            end
        end
    end
    set -q full[1]; and __autovenv_learn
    __autovenv_trace
end

# Tells whether something that the last walk looked at has changed.
function __autovenv_changed
    test -n '' $__autovenv_more; and return 0
    not __autovenv_expect $__autovenv_wanted
end

# == Environment =======================================================================================================

# Takes a directory out of a PATH.
function __autovenv_strip --argument-names bin
    set -g __autovenv_reply
    for entry in $argv[2..]
        test "$entry" = "$bin"; or set -ga __autovenv_reply "$entry"
    end
end

# Makes of a PATH what it would be without us.
function __autovenv_clean --argument-names none previous next
    if set -qg __autovenv_old_path; and test "$argv" = "$__autovenv_entered_path"
        set -g __autovenv_reply $__autovenv_old_path
        return
    end
    set -g __autovenv_reply $argv
    # Nothing comes onto PATH that is not there.
    set -l at (builtin contains -i -- $__autovenv_bin $argv); or return 0
    if set -qg __autovenv_old_path
        set -l last (builtin math $at + (builtin count $__autovenv_entered_path) - 1)
        set -l entries $argv[$at..$last]
        if test "$entries" = "$__autovenv_entered_path"
            # Nothing was changed but before and behind it.
            set -g __autovenv_reply
            test $at -gt 1; and set -g __autovenv_reply $argv[1..(builtin math $at - 1)]
            set -ga __autovenv_reply $__autovenv_old_path $argv[(builtin math $last + 1)..]
            return 0
        end
    end
    # The first is ours, others were put there by hand.
    set -eg __autovenv_reply[$at]
    test -n "$__autovenv_between"; or return 0
    # It was on PATH before we came: it goes back between the entries that it stood between.
    string match -qr '^(?<previous>[^:]*):(?<next>.*)$' -- $__autovenv_between
    if test -n "$previous"; and set at (builtin contains -i -- "$previous" $__autovenv_reply)
        set -g __autovenv_reply $__autovenv_reply[1..$at] $__autovenv_bin $__autovenv_reply[(builtin math $at + 1)..]
    else if test -n "$next"; and set at (builtin contains -i -- "$next" $__autovenv_reply)
        set -g __autovenv_reply $__autovenv_reply[1..$at] $__autovenv_reply[$at..]
        set -g __autovenv_reply[$at] $__autovenv_bin
    else
        set -ga __autovenv_reply $__autovenv_bin
    end
end

# Notes between which entries of PATH one stands.
function __autovenv_stand --argument-names at
    set -l before '' $PATH
    set -l after $PATH ''
    set -g __autovenv_between "$before[$at]:$after[$(builtin math $at + 1)]"
end

# Saves what a variable is, and unsets it.
function __autovenv_save --argument-names name
    set -qg $name; or return 0
    set -ga __autovenv_saved $name
    set -qgx $name; and set -ga __autovenv_exported $name
    set -g __autovenv_old_$name $$name
    set -eg $name
end

# Gives a variable a value, exported, and saves what it was before.
function __autovenv_put --argument-names name value
    set -qg $name; and __autovenv_save $name
    set -gx $name $value
end

# Gives a variable back what it was before, unless the user has changed it since.
function __autovenv_restore --argument-names name value
    set -l old __autovenv_old_$name
    if test "$$name" = "$value"
        set -eg $name
        if builtin contains -- $name $__autovenv_exported
            set -gx $name $$old
        else if builtin contains -- $name $__autovenv_saved
            set -gu $name $$old
        end
    end
    set -eg $old
end

# Activates the environment that was found.
function __autovenv_enter --argument-names name value
    # Empty first, set at the very end: what a Ctrl-C leaves half done is cleaned up like what a parent shell left.
    set -g __autovenv_root
    set -g __autovenv_prefix $__autovenv_found_prefix
    set -g __autovenv_bin $__autovenv_found_bin
    set -g __autovenv_name $__autovenv_found_name
    set -g __autovenv_flavour $__autovenv_found_flavour
    set -g __autovenv_sets $__autovenv_found_sets
    set -gx __AUTOVENV_PREFIX $__autovenv_prefix
    set -gx __AUTOVENV_BIN $__autovenv_bin
    set -g __autovenv_saved
    set -g __autovenv_exported
    if test $__autovenv_flavour = conda
        __autovenv_put CONDA_PREFIX $__autovenv_prefix
    else
        __autovenv_put VIRTUAL_ENV $__autovenv_prefix
        __autovenv_put VIRTUAL_ENV_PROMPT $__autovenv_name
    end
    for line in $__autovenv_sets
        string match -qr '^(?<name>[^=]+)=(?<value>.*)$' -- $line
        __autovenv_put $name "$value"
    end
    if set -q PYTHONHOME
        __autovenv_save PYTHONHOME
        # A universal variable of that name has come to light. fish exports it whatever covers it, but for one that is empty,
        # which is as good as none to Python.
        set -q PYTHONHOME; and set -gx PYTHONHOME
    end
    set -g __autovenv_old_path $PATH
    set -g __autovenv_old_hand "$_OLD_VIRTUAL_PATH"
    set -g __autovenv_between
    set -g __autovenv_reply $PATH
    if builtin contains -- $__autovenv_bin $PATH
        __autovenv_stand (builtin contains -i -- $__autovenv_bin $PATH)
        __autovenv_strip $__autovenv_bin $PATH
    end
    set -g __autovenv_entered_path $__autovenv_bin $__autovenv_reply
    test -n "$__autovenv_between"; or builtin contains -- $__autovenv_bin $__AUTOVENV_BINS; or __autovenv_claim $__autovenv_bin
    set -gx PATH $__autovenv_entered_path
    __autovenv_hand_down
    __autovenv_define
    set -g __autovenv_root $__autovenv_found
end

# Takes back what entering did.
function __autovenv_leave --argument-names name value
    test -n "$__autovenv_root"; or return 0
    if test $__autovenv_flavour = conda
        __autovenv_restore CONDA_PREFIX $__autovenv_prefix
    else
        __autovenv_restore VIRTUAL_ENV_PROMPT $__autovenv_name
        __autovenv_restore VIRTUAL_ENV $__autovenv_prefix
    end
    for line in $__autovenv_sets
        string match -qr '^(?<name>[^=]+)=(?<value>.*)$' -- $line
        __autovenv_restore $name "$value"
    end
    set -q PYTHONHOME; or set -q __autovenv_saved[1]; and __autovenv_restore PYTHONHOME
    __autovenv_clean $PATH
    set -gx PATH $__autovenv_reply
    set -g __autovenv_scripted
    __autovenv_forget
end

# Forgets what is active, without touching it.
function __autovenv_forget
    builtin contains -- "$__autovenv_name" '' $__autovenv_gone; or set -ga __autovenv_gone $__autovenv_name
    set -eg __autovenv_root __autovenv_steady __autovenv_between __autovenv_saved __autovenv_exported __autovenv_sets __autovenv_old_path \
        __AUTOVENV_PREFIX __AUTOVENV_BIN __AUTOVENV_KEPT
    if test -n "$__autovenv_owns_deactivate"
        __autovenv_undefine
        set -g __autovenv_owns_deactivate
    end
end

# == Events ============================================================================================================

# Makes the shell what it should be in the present directory.
function __autovenv_update
    set -l before $__autovenv_found
    # Empty until this has run to its end: a Ctrl-C in the middle makes the next prompt look again.
    set -g __autovenv_here
    test -n "$__autovenv_root" -o -z "$__AUTOVENV_PREFIX"; or __autovenv_adopt
    test "$PATH:$DIRENV_DIFF$__MISE_DIFF" != "$__autovenv_seen_path:$__autovenv_lenders" \
        -a -n "$DIRENV_DIFF$__MISE_DIFF$__autovenv_lenders$__AUTOVENV_BINS"; and __autovenv_purge
    # As long as it is stood there, one Ctrl-C is enough.
    test -z "$__autovenv_asking"; or test "$__autovenv_asking" = /; or string match -qr '^\Q'$__autovenv_asking'\E/' -- $PWD/
    or set -g __autovenv_asking
    if string match -q '/*' -- $PWD
        __autovenv_find
        # As it was left at the last look, nothing was done by hand.
        test "$PATH:$VIRTUAL_ENV:$CONDA_PREFIX:$VIRTUAL_ENV_DISABLE_PROMPT:$UV_PROJECT_ENVIRONMENT:$__autovenv_hand" = "$__autovenv_seen:"
        and test -z "$VIRTUAL_ENV" -o -n "$__autovenv_root" -a "=$VIRTUAL_ENV" = "=$__autovenv_prefix"
        or test -z "$VIRTUAL_ENV$__autovenv_root$__autovenv_hand"
        or __autovenv_judge "$before"
        # The rc file was read again, and may have made PATH anew: what is active is entered anew, first on PATH.
        test -n "$__autovenv_seen"; or __autovenv_leave
        test "$__autovenv_held" = "$__autovenv_found"; or set -g __autovenv_held
        if test "$__autovenv_found_verdict" != use -o -n "$__autovenv_off$__autovenv_held$__autovenv_hand"
            __autovenv_leave
        else if test -z "$__autovenv_root" -o "$__autovenv_prefix:$__autovenv_bin" != "$__autovenv_found_prefix:$__autovenv_found_bin" \
                -o ":$__autovenv_name:$__autovenv_sets" != ":$__autovenv_found_name:$__autovenv_found_sets"
            __autovenv_leave
            __autovenv_enter
        else
            set -g __autovenv_root $__autovenv_found
        end
        test -n "$__autovenv_off$__autovenv_held"; or __autovenv_report
    end
    __autovenv_decorate
    __autovenv_remember
end

# Remembers what the shell looks like, to see at the next prompt whether it has changed.
function __autovenv_remember
    set -l now $PATH
    set -g __autovenv_steady
    test "$now" = "$__autovenv_entered_path"
    and test -n "$__autovenv_root" -a "$__autovenv_flavour:$VIRTUAL_ENV" = "venv:$__autovenv_prefix" \
        -a -z "$__AUTOVENV_KEPT$__autovenv_between$__autovenv_sets$__autovenv_asking$__autovenv_off$__autovenv_held$__autovenv_hand$__autovenv_scripted"
    and set -g __autovenv_steady 1
    set -g __autovenv_seen_path "$PATH"
    set -g __autovenv_seen "$PATH:$VIRTUAL_ENV:$CONDA_PREFIX:$VIRTUAL_ENV_DISABLE_PROMPT:$UV_PROJECT_ENVIRONMENT"
    set -g __autovenv_lenders "$DIRENV_DIFF$__MISE_DIFF"
    set -g __autovenv_here $PWD
end

# Looks whether anything has changed since the last look, and acts on it.
function __autovenv_look
    if test "$PWD" != "$__autovenv_here" \
            -o "$PATH:$VIRTUAL_ENV:$CONDA_PREFIX:$VIRTUAL_ENV_DISABLE_PROMPT:$UV_PROJECT_ENVIRONMENT" != "$__autovenv_seen"
        __autovenv_update
    else if __autovenv_changed
        __autovenv_update
    end
end

# Runs before every prompt, first: looks whether all is as it was.
function __autovenv_prompt --on-event fish_prompt
    # The usual case, as cheaply as can be.
    test "$PWD:$PATH:$VIRTUAL_ENV:$CONDA_PREFIX:$VIRTUAL_ENV_DISABLE_PROMPT:$UV_PROJECT_ENVIRONMENT:$__autovenv_wanted" \
        != "$__autovenv_here:$__autovenv_seen:" $__autovenv_more; or return
    set -g __autovenv_dropped
    if test -z "$__autovenv_root" -a -n "$__autovenv_owns_deactivate"
        __autovenv_undefine
        set -g __autovenv_owns_deactivate
    end
    __autovenv_look
    __autovenv_notify "$__autovenv_heard"
end

# Runs before every command that was typed.
function __autovenv_typed --on-event fish_preexec
    # Where our mode prompt was not drawn, somebody has replaced it.
    test -n "$__autovenv_drawn"; or __autovenv_mount
    set -g __autovenv_drawn
    # `read` asks with a mode prompt too, in the middle of a command: without a label.
    set -g __autovenv_waiting
    # At every prompt mise (2026.9) defines anew what it does after a `cd`: right after that.
    set -q __MISE_DIFF; and __autovenv_hone __autovenv_moved
end

# Runs after every command that was typed.
function __autovenv_done --on-event fish_postexec
    # An element, though an empty one: with it the label is drawn.
    set -g __autovenv_waiting ''
end

# Runs after a change of directory.
function __autovenv_moved --on-variable PWD
    # fish gives a function its own copies of variables that are local and exported where `cd` runs.
    set -el PATH VIRTUAL_ENV VIRTUAL_ENV_PROMPT VIRTUAL_ENV_DISABLE_PROMPT PYTHONHOME CONDA_PREFIX CONDA_DEFAULT_ENV \
        CONDA_PROMPT_MODIFIER UV_PROJECT_ENVIRONMENT
    # direnv and mise may not have taken theirs away yet: of that the prompt judges.
    set -g __autovenv_early "$DIRENV_DIFF$__MISE_DIFF"
    if test "$PWD" = "$__autovenv_here"
        __autovenv_look
    else if test -z "$__autovenv_steady"; or not __autovenv_switch
        set -l scripted $__autovenv_scripted
        __autovenv_update
        test -n "$__autovenv_early" -a -n "$__autovenv_hand"; and set -g __autovenv_here
        if test -n "$scripted" -a -z "$__autovenv_scripted"
            # Whoever had a script activate it may be about to call the script's `deactivate`, till the prompt.
            set -g __autovenv_dropped 1
            set -g __autovenv_here
            __autovenv_define
        end
    end
    set -g __autovenv_early
    __autovenv_notify "$__autovenv_heard"
end

# == Memory ============================================================================================================

# Stores the record at hand under its directory.
function __autovenv_store --argument-names directory number
    if not string match -qr '^(?<number>[0-9]+):\Q'$directory'\E\z' -- $__autovenv_kept
        set number (builtin count x $__autovenv_kept)
        set -ga __autovenv_kept $number:$directory
    end
    set -g __autovenv_kept_$number "$__autovenv_its_verdict" "$__autovenv_found_flavour" "$__autovenv_found_prefix" \
        "$__autovenv_found_bin" "$__autovenv_found_name"
    set -g __autovenv_looks_$number $__autovenv_its_looks
    set -g __autovenv_moves_$number $__autovenv_its_moves
    set -g __autovenv_wanted_$number $__autovenv_its_wanted
    set -g __autovenv_sets_$number $__autovenv_found_sets
end

# Takes from memory what was read of a directory; false when it is not there or does not hold any more.
function __autovenv_recall --argument-names directory number
    string match -qr '^(?<number>[0-9]+):\Q'$directory'\E\z' -- $__autovenv_kept; or return
    set -l kept __autovenv_kept_$number
    set -l looks __autovenv_looks_$number
    set -l moves __autovenv_moves_$number
    set -l wanted __autovenv_wanted_$number
    set -l sets __autovenv_sets_$number
    set -g __autovenv_its_verdict $$kept[1][1]
    set -g __autovenv_found_flavour $$kept[1][2]
    set -g __autovenv_found_prefix $$kept[1][3]
    set -g __autovenv_found_bin $$kept[1][4]
    set -g __autovenv_found_name $$kept[1][5]
    set -g __autovenv_found_sets $$sets
    set -g __autovenv_its_looks $$looks
    set -g __autovenv_its_moves $$moves
    set -g __autovenv_its_wanted $$wanted
    set -g __autovenv_its_messages
    __autovenv_holds
end

# Keeps the record at hand in the shell's memory, if it is stored and has nothing to say.
function __autovenv_keep --argument-names directory
    # What a regular expression cannot quote is not kept.
    test "$__autovenv_its_verdict" = stop -o -n "$__autovenv_its_messages" -o "$__autovenv_its_token" = -
    or string match -q '*\\\\*' -- "$directory"; or __autovenv_store "$directory"
end

# Keeps what a walk found in the shell's memory, with all that must be as it was for the next one to find the same.
function __autovenv_trace --argument-names number
    test -n "$__autovenv_since" -o "$__autovenv_found" = "$PWD"
    and test -z "$__autovenv_messages$__autovenv_wanted$__autovenv_asking$__autovenv_found_sets$UV_PROJECT_ENVIRONMENT" \
        -a "$__autovenv_found_verdict" != stop
    and not string match -q '*\\\\*' -- $PWD; or return
    set -l looks $__autovenv_turns
    # What lies on the way to the environment holds nothing as long as nothing above was moved; without a way there is none to watch.
    if test "$__autovenv_found" != "$PWD"
        set -a looks -o $__autovenv_state/news -nt $__autovenv_since -o ! -e $__autovenv_since -o -e $PWD/$__autovenv_usual
        for level in $__autovenv_way
            builtin contains -- "$level" $__autovenv_levels; or return
            set -a looks -o ! "$level/" -ot $__autovenv_since
        end
    end
    if not set -q __autovenv_honed
        # Once, when there is a walk that can be short.
        set -g __autovenv_honed 1
        __autovenv_hone __autovenv_moved __autovenv_switch __autovenv_retrace __autovenv_update __autovenv_find __autovenv_leave \
            __autovenv_restore __autovenv_clean __autovenv_forget __autovenv_enter __autovenv_claim __autovenv_report __autovenv_decorate
    end
    if not string match -qr '^(?<number>[0-9]+):\Q'$PWD'\E\z' -- $__autovenv_traces
        set number (builtin count x $__autovenv_traces)
        set -ga __autovenv_traces $number:$PWD
    end
    set -g __autovenv_trace_$number $looks
    set -g __autovenv_traced_$number "$__autovenv_found" "$__autovenv_found_verdict" "$__autovenv_found_flavour" \
        "$__autovenv_found_prefix" "$__autovenv_found_bin" "$__autovenv_found_name" $__autovenv_more
end

# Takes from memory what a walk up from the present directory found, if all on the way is as it was.
function __autovenv_retrace --argument-names number
    string match -qr '^(?<number>[0-9]+):\Q'$PWD'\E\z' -- $__autovenv_traces; or return
    set -l looks __autovenv_trace_$number
    set -l traced __autovenv_traced_$number
    test ":$UV_PROJECT_ENVIRONMENT:$HOME" != "::$__autovenv_home" $$looks; and return 1
    set -l found $$traced
    set -g __autovenv_found $found[1]
    set -g __autovenv_found_verdict $found[2]
    set -g __autovenv_found_flavour $found[3]
    set -g __autovenv_found_prefix $found[4]
    set -g __autovenv_found_bin $found[5]
    set -g __autovenv_found_name $found[6]
    set -g __autovenv_more $found[7..]
    set -eg __autovenv_found_sets __autovenv_wanted __autovenv_messages
    return 0
end

# Tells whether a level is known to hold nothing, and it and all above it are as they were: one look each.
function __autovenv_pass --argument-names level
    test -n "$__autovenv_since"; or return
    set -q __autovenv_sure; or __autovenv_survey
    builtin contains -- "$level" $__autovenv_sure; and builtin contains -- "$level" $__autovenv_bare
    and not test -e $level/$__autovenv_usual
end

# Finds how far up from a level something has changed since the levels were looked at.
function __autovenv_survey
    set -g __autovenv_sure
    # Where autovenv leaves a record without a marker it says so.
    if test ! -e $__autovenv_since -o $__autovenv_state/news -nt $__autovenv_since
        set -g __autovenv_since
        return
    end
    for level in $__autovenv_way
        if not test "$level/" -ot $__autovenv_since
            set -g __autovenv_young 1
            set -g __autovenv_sure
        else if builtin contains -- "$level" $__autovenv_levels
            set -ga __autovenv_sure "$level"
        else
            set -g __autovenv_sure
        end
    end
end

# Writes the stamp that levels looked at from now on are compared with.
function __autovenv_begin
    set -l old $__autovenv_since
    set -q __autovenv_way[200]; and return
    # One that is newer than all on the way will do.
    test -n "$old" -a -z "$__autovenv_young"; and return
    set -g __autovenv_since
    test -d $__autovenv_state/shells -a -w $__autovenv_state/shells; or return
    set -q __autovenv_number; or set -g __autovenv_number (builtin random 1 999999999)
    set -l new $__autovenv_state/shells/$fish_pid.$__autovenv_number.0
    test "$new" = "$old"; and set new $__autovenv_state/shells/$fish_pid.$__autovenv_number.1
    builtin true >$new; or return
    # Only then: what was unchanged up to here is so since the new stamp.
    set -l levels $__autovenv_levels
    set -l bare $__autovenv_bare
    set -g __autovenv_levels
    set -g __autovenv_bare
    set -g __autovenv_traces
    if test -n "$old"; and not set -q levels[200]
        for level in $levels
            test "$level/" -ot $old; or continue
            set -ga __autovenv_levels "$level"
            builtin contains -- "$level" $bare; and set -ga __autovenv_bare "$level"
        end
    end
    set -g __autovenv_since $new
end

# Remembers that a level was looked at in full and holds nothing.
function __autovenv_pass_on --argument-names level
    test -n "$__autovenv_since"; or return
    builtin contains -- "$level" $__autovenv_levels; or set -ga __autovenv_levels "$level"
    builtin contains -- "$level" $__autovenv_bare; or set -ga __autovenv_bare "$level"
end

# Remembers the levels of a walk, that a change in them may be seen; nothing below a link, which may be turned.
function __autovenv_learn
    test -n "$__autovenv_since"; or return
    set -l linked
    for level in $__autovenv_way[-1..1]
        test -n "$linked" -o -L "$level"; and set linked 1
        if test -z "$linked"
            builtin contains -- "$level" $__autovenv_levels; or set -ga __autovenv_levels "$level"
        else
            set -l at (builtin contains -i -- "$level" $__autovenv_levels); and set -eg __autovenv_levels[$at]
            set at (builtin contains -i -- "$level" $__autovenv_bare); and set -eg __autovenv_bare[$at]
        end
    end
end

# Goes straight from one environment to another one that memory knows, if all is as it was left.
function __autovenv_switch
    test -n "$__autovenv_steady"
    and test "$PATH:$VIRTUAL_ENV:$CONDA_PREFIX:$VIRTUAL_ENV_DISABLE_PROMPT:$UV_PROJECT_ENVIRONMENT" = "$__autovenv_seen" \
        -a "$DIRENV_DIFF$__MISE_DIFF:$VIRTUAL_ENV_PROMPT" = "$__autovenv_lenders:$__autovenv_name"
    and not set -q PYTHONHOME
    and __autovenv_retrace; or return 1
    if test "$__autovenv_found_verdict$__autovenv_found_flavour" != usevenv; or builtin contains -- $__autovenv_found_bin $__autovenv_old_path
        # What was found is not looked for again.
        set -g __autovenv_ahead $PWD
        return 1
    end
    set -g __autovenv_here
    if test "$__autovenv_prefix:$__autovenv_bin:$__autovenv_name" != "$__autovenv_found_prefix:$__autovenv_found_bin:$__autovenv_found_name"
        builtin contains -- $__autovenv_found_bin $__AUTOVENV_BINS; or __autovenv_claim $__autovenv_found_bin
        builtin contains -- "$__autovenv_name" '' $__autovenv_gone; or set -ga __autovenv_gone $__autovenv_name
        # What a Ctrl-C leaves at any step is known to be ours, and cleaned up like what a parent shell left.
        set -g __autovenv_root
        set -g __autovenv_entered_path $__autovenv_found_bin $__autovenv_old_path
        set -gx PATH $__autovenv_entered_path
        set -gx VIRTUAL_ENV_PROMPT $__autovenv_found_name
        set -gx VIRTUAL_ENV $__autovenv_found_prefix
        set -gx __AUTOVENV_PREFIX $__autovenv_found_prefix
        set -gx __AUTOVENV_BIN $__autovenv_found_bin
        set -g __autovenv_prefix $__autovenv_found_prefix
        set -g __autovenv_bin $__autovenv_found_bin
        set -g __autovenv_name $__autovenv_found_name
        set -g __autovenv_seen_path "$PATH"
        set -g __autovenv_seen "$PATH:$VIRTUAL_ENV:$CONDA_PREFIX:$VIRTUAL_ENV_DISABLE_PROMPT:"
        test -z "$__autovenv_shown"; or set -g __autovenv_shown "($__autovenv_name) "
    end
    set -g __autovenv_root $__autovenv_found
    __autovenv_plain; or __autovenv_report
    set -g __autovenv_here $PWD
    return 0
end

# Has fish (3.6) read functions again, apart: at the first block in a call it counts the lines from the start of the file.
function __autovenv_hone
    builtin functions --no-details $argv | source
end

# == Child shells ======================================================================================================

# Remembers, here and in shells started from here, that a directory is on PATH because of us: it may come back.
function __autovenv_claim --argument-names bin
    set -l rest $__AUTOVENV_BINS
    if builtin contains -- $bin $rest
        __autovenv_strip $bin $rest
        set rest $__autovenv_reply
    end
    set -gx --path __AUTOVENV_BINS $bin $rest[1..49]
end

# Writes what a shell started from here has to put back into a file of ours: what comes in by a variable can be anybody's.
function __autovenv_hand_down --argument-names name
    set -eg __AUTOVENV_KEPT
    set -q __autovenv_exported[1]; or set -q __autovenv_sets[1]; or test -n "$__autovenv_between"; or return 0
    set -l lines "autovenv-kept 1" "prefix $__autovenv_prefix"
    test -n "$__autovenv_between"; and set -a lines "between $__autovenv_between"
    for line in $__autovenv_sets
        set -a lines "set $line"
    end
    for name in $__autovenv_exported
        set -l old __autovenv_old_$name
        string match -q "*"\n"*" -- "$$old"; or set -a lines "old $name=$$old"
    end
    set -q lines[3]; and test -w "$__autovenv_state/shells"; or return 0
    set name $fish_pid.(builtin random 1 999999999)
    builtin printf '%s\n' $lines end >"$__autovenv_state/shells/kept.$name"
    and set -gx __AUTOVENV_KEPT $name
    return 0
end

# Takes over what a parent shell has to put back, from a file that is ours and about the same environment.
function __autovenv_inherit --argument-names word name value
    set -l names VIRTUAL_ENV VIRTUAL_ENV_PROMPT PYTHONHOME CONDA_PREFIX
    set -g __autovenv_saved
    set -g __autovenv_exported
    set -g __autovenv_between
    set -g __autovenv_sets
    string match -qr '^[0-9][0-9.]*[0-9]$' -- "$__AUTOVENV_KEPT"
    and __autovenv_load "$__autovenv_state/shells/kept.$__AUTOVENV_KEPT"
    and test "$__autovenv_lines[1..2]" = "autovenv-kept 1 prefix $__autovenv_prefix" -a "$__autovenv_lines[-2..-1]" = 'end '; or return 0
    for line in $__autovenv_lines
        string match -qr '^(?<word>[a-z]+) (?<value>(?:(?<name>[A-Za-z_][A-Za-z0-9_]*)=)?.*)$' -- $line; or continue
        switch $word
            case between
                set -g __autovenv_between $value
            case set
                test -n "$name"; or continue
                set -ga __autovenv_sets $value
                set -a names $name
            case old
                builtin contains -- "$name" $names; or continue
                string match -qr '^[^=]*=(?<value>.*)$' -- $value
                set -g __autovenv_old_$name $value
                set -ga __autovenv_saved $name
                set -ga __autovenv_exported $name
        end
    end
end

# Cleans up what a parent shell had activated; it is found again where it belongs.
function __autovenv_adopt
    # Another user's is not believed, as with `sudo -E`.
    if test -n "$__AUTOVENV_PREFIX"; and test -O "$__AUTOVENV_PREFIX" -o ! -e "$__AUTOVENV_PREFIX"
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
            __autovenv_inherit
            if test $__autovenv_flavour = conda; and not set -q __autovenv_sets[1]
                set -g __autovenv_sets "CONDA_DEFAULT_ENV=$CONDA_DEFAULT_ENV" "CONDA_PROMPT_MODIFIER=$CONDA_PROMPT_MODIFIER"
            end
            if test -z "$__autovenv_between"; and set -q __AUTOVENV_BINS; and not builtin contains -- $__autovenv_bin $__AUTOVENV_BINS
                # It was on PATH before the parent came, and stays where it is.
                set -l at (builtin contains -i -- $__autovenv_bin $PATH)
                and __autovenv_stand $at
            end
            __autovenv_leave
            break
        end
    end
    set -eg __AUTOVENV_PREFIX __AUTOVENV_BIN __AUTOVENV_KEPT
end

# == By hand ===========================================================================================================

# Finds out what the user did by hand since the last look; the argument is what was found then.
function __autovenv_judge --argument-names found
    set -l now "$VIRTUAL_ENV"
    set -l before $__autovenv_hand
    set -l lent
    set -l ours
    set -g __autovenv_hand
    # What direnv or mise took away, nobody has deactivated by hand.
    test "$DIRENV_DIFF$__MISE_DIFF" = "$__autovenv_lenders"; or set lent 1
    if test -n "$__autovenv_root" -a "$__autovenv_flavour" = conda -a "=$CONDA_PREFIX" != "=$__autovenv_prefix"
        test -n "$lent"; or set -g __autovenv_held $__autovenv_root
        __autovenv_leave
    end
    test -n "$__autovenv_root" -a "$__autovenv_flavour" = venv; and set ours 1
    if test -z "$now"
        if test -n "$ours"
            test -n "$lent"; or set -g __autovenv_held $__autovenv_root
            __autovenv_leave
        else if test -z "$__autovenv_root$lent" -a -n "$before"
            # It takes over again at the next entry, not under the user's hands.
            set -g __autovenv_held $found
        end
        return
    end
    if test -n "$ours"; and test "=$now" = "=$__autovenv_prefix" -o "$now/." -ef $__autovenv_prefix/.
        __autovenv_sourced; and __autovenv_absorb $__autovenv_prefix $__autovenv_bin $__autovenv_name
    else if test -z "$__autovenv_off" -a "$__autovenv_found_verdict$__autovenv_found_flavour" = usevenv
        and test "=$now" = "=$__autovenv_found_prefix" -o "$now/." -ef $__autovenv_found_prefix/.
        __autovenv_sourced; and set -g __autovenv_held
        test -n "$__autovenv_held"; or __autovenv_absorb $__autovenv_found_prefix $__autovenv_found_bin $__autovenv_found_name
    else if test -n "$__autovenv_early" -a "$__autovenv_found_verdict" = use -a "=$VIRTUAL_ENV" = "=$__autovenv_lent[1]"
        and not string match -qr '^\Q'$__autovenv_lent[2]'\E/' -- $PWD/
        # What direnv or mise activated where nobody stands any more they take away before the prompt.
    else
        string match -q '/*' -- $now; or set now $PWD/$now
        # Where its commands are not on PATH, it was left by a parent shell; what is set under our eyes is meant.
        if test -e $now/pyvenv.cfg
            and begin
                test -n "$__autovenv_root" -o "=$before" = "=$VIRTUAL_ENV"
                or builtin contains -- $now/bin $PATH; or builtin contains -- $now/Scripts $PATH
            end
            if test -z "$ours"
            else if __autovenv_sourced
                __autovenv_yield
            else
                __autovenv_leave
            end
            set -g __autovenv_hand "$VIRTUAL_ENV"
            __autovenv_disclaim $now/bin
            __autovenv_disclaim $now/Scripts
            # It may be deleted underfoot.
            set -ga __autovenv_more -o ! -e $now/pyvenv.cfg
        else if test -n "$ours"
            # It points nowhere: as if it were not set.
            __autovenv_leave
        end
    end
end

# Tells whether VIRTUAL_ENV is of a script that was sourced here after us: a parent shell may have left that variable.
function __autovenv_sourced
    test -n "$_OLD_VIRTUAL_PATH"; and test -z "$__autovenv_root" -o "=$_OLD_VIRTUAL_PATH" != "=$__autovenv_old_hand"
end

# Takes over an environment of ours that a script, an editor or a parent shell has activated, as if we had.
function __autovenv_absorb --argument-names prefix bin name commands
    set -l sourced
    __autovenv_sourced; and set sourced 1
    # Whoever names it relatively, as users of direnv do, put its entry there: that stays.
    test -n "$sourced"; or string match -q '/*' -- "$VIRTUAL_ENV"; or return 0
    string match -qr '(?<commands>/[^/]*)$' -- $bin
    set -l entry "$VIRTUAL_ENV$commands"
    set -l rest $PATH
    if builtin contains -- $entry $rest
        set -e rest[(builtin contains -i -- $entry $rest)]
        if test -z "$__autovenv_root" -o "$entry" != "$__autovenv_bin"; or builtin contains -- $entry $rest
            set -gx PATH $rest
        end
    end
    if test -n "$sourced"
        if set -q _OLD_VIRTUAL_PYTHONHOME
            set -gx PYTHONHOME $_OLD_VIRTUAL_PYTHONHOME
            test -n "$__autovenv_root"; and __autovenv_save PYTHONHOME
        end
        if builtin functions -q _old_fish_prompt
            # Without a path, a function that can be loaded is not loaded once more.
            set -l fish_function_path
            builtin functions -e fish_prompt
            builtin functions -c _old_fish_prompt fish_prompt
            builtin functions -e _old_fish_prompt
        end
        # virtualenv (21.15) keeps more, empty where there was nothing, and has a function.
        for kept in _OLD_VIRTUAL_TCL_LIBRARY _OLD_VIRTUAL_TK_LIBRARY _OLD_PKG_CONFIG_PATH
            set -q $kept; or continue
            string match -qr '_OLD_(?:VIRTUAL_)?(?<variable>.*)' -- $kept
            set -eg $variable
            test -n "$$kept"; and set -gx $variable $$kept
            set -e $kept
        end
        if __autovenv_function pydoc; and string match -q '*python -m pydoc*' -- $__autovenv_reply
            builtin functions -e pydoc
        end
        set -e _OLD_VIRTUAL_PATH
        set -e _OLD_VIRTUAL_PYTHONHOME
        set -e _OLD_FISH_PROMPT_OVERRIDE
        test -n "$__autovenv_old_hand"; and set -gx _OLD_VIRTUAL_PATH $__autovenv_old_hand
        if __autovenv_function deactivate; and string match -q '*_OLD_VIRTUAL_PATH*' -- $__autovenv_reply
            builtin functions -e deactivate
        end
        set -g __autovenv_scripted $prefix
    end
    set -eg VIRTUAL_ENV
    set -eg VIRTUAL_ENV_PROMPT
    if test -n "$__autovenv_root"
        set -gx VIRTUAL_ENV $__autovenv_prefix
        set -gx VIRTUAL_ENV_PROMPT $__autovenv_name
        __autovenv_define
    end
end

# Gives way to an `activate` of another environment sourced over ours, so that its `deactivate` finds nothing of ours.
function __autovenv_yield
    __autovenv_clean $_OLD_VIRTUAL_PATH
    set -gx _OLD_VIRTUAL_PATH $__autovenv_reply
    if set -l at (builtin contains -i -- PYTHONHOME $__autovenv_saved)
        # What the script has put aside itself was set after us.
        set -q _OLD_VIRTUAL_PYTHONHOME; or set -gx _OLD_VIRTUAL_PYTHONHOME $__autovenv_old_PYTHONHOME
        set -eg __autovenv_saved[$at]
        set at (builtin contains -i -- PYTHONHOME $__autovenv_exported); and set -eg __autovenv_exported[$at]
    end
    # The function is the script's, and so is its name, also where it is the same.
    set -g __autovenv_owns_deactivate
    test "$__autovenv_flavour" = conda; or set -g __autovenv_name
    __autovenv_leave
end

# Forgets that a directory came onto PATH by us: it is the user's now.
function __autovenv_disclaim --argument-names bin
    builtin contains -- $bin $__AUTOVENV_BINS; or return 0
    __autovenv_strip $bin $__AUTOVENV_BINS
    set -gx --path __AUTOVENV_BINS $__autovenv_reply
end

# == Wrong python ======================================================================================================

# Finds what an abbreviation of a name is expanded to.
function __autovenv_abbreviation --argument-names name
    builtin abbr -q $name; or return
    set -g __autovenv_reply $name
    set -l words
    for line in (builtin abbr --show)
        set words (string match -r -- '^abbr -a .*-- (?:\Q'$name'\E) (.*)$' $line); or continue
        set -g __autovenv_reply (string unescape -- $words[2])
        break
    end
    return 0
end

# Finds the body of a function.
function __autovenv_function --argument-names name
    builtin functions -q $name; or return
    set -g __autovenv_reply (builtin functions --no-details $name | string match -v -r '^\s*$')[2..-2]
    return 0
end

# Tells whether no alias and no function is in the way of python.
function __autovenv_plain
    not builtin functions -q python; and not builtin functions -q python3; and not builtin abbr -q python python3
end

# Tells whether the text of an alias or a function only says how python is started, not which one; finds what it starts.
function __autovenv_starts --argument-names text bin word place name
    # Git for Windows makes an alias for `winpty python.exe`.
    set -l how 'command|builtin|env|exec|noglob|nocorrect|winpty|nice|ionice|nohup|time|rlwrap|caffeinate|stdbuf|setsid|[-0-9]\S*|[A-Za-z_]\w*=\S*'
    string match -qr '^\s*(?:(?:'$how')\s+)*\\\\?(?<word>(?:(?<place>\S*)/)?(?<name>\S+))(?:\s[^;|&\n]*)?[\s;]*$' -- $text
    set -g __autovenv_reply $word
    string match -q 'python*' -- $name; and builtin contains -- "$place" '' $bin; and test -e $bin/$name
end

# Finds the first directory on PATH with a command.
function __autovenv_seek --argument-names name
    for entry in $PATH
        set -g __autovenv_reply $entry
        test -f "$entry/$name" -a -x "$entry/$name"; and return 0
    end
    set -g __autovenv_reply
    return 1
end

# Warns when `python` would run something from outside the project.
function __autovenv_check --argument-names bin
    set -l hint 'run `autovenv doctor`'
    test -e $bin/python -o -e $bin/python3; or return 0
    for name in python python3
        test -e $bin/$name -o $name = python; or continue
        if __autovenv_abbreviation $name; and not __autovenv_starts "$__autovenv_reply" $bin
            __autovenv_tidy "$__autovenv_reply"
            __autovenv_say alias warning "`$name` is an abbreviation for `$__autovenv_reply`, outside this project" \
                'it is put in while a command is typed' "run `abbr --erase $name`"
            return
        end
        if __autovenv_function $name; and not __autovenv_starts (string join \n -- $__autovenv_reply | string collect) $bin
            # `alias` makes a function and says so in its description.
            if string match -q "alias $name*" -- (builtin functions -Dv $name)[5]
                __autovenv_tidy "$__autovenv_reply"
                __autovenv_say alias warning "`$name` is an alias for `$__autovenv_reply`, outside this project" \
                    'an alias comes before every directory on PATH' "run `functions -e $name`"
            else
                __autovenv_say alias warning "`$name` is a function, not the interpreter of this project" \
                    'a function comes before every directory on PATH' "run `functions -e $name`"
            end
            return
        end
    end
    for name in python python3
        test -e $bin/$name -o $name = python; or continue
        __autovenv_seek $name; or continue
        test "$__autovenv_reply" = $bin; and continue
        test "$__autovenv_reply/." -ef $bin; and continue
        set -l root (string trim -r -c / -- $__autovenv_found)/
        set -l where 'outside this project'
        test "=$(string sub -l (string length -- $root) -- $__autovenv_reply/)" = "=$root"; and set where "not this project's"
        __autovenv_tidy $__autovenv_reply
        set -l word $__autovenv_reply
        set -l python $word/$name
        if test -n "$__autovenv_hand"
            # What a parent shell activated came without its function.
            builtin functions -q deactivate; and set hint 'run `deactivate`, then `autovenv on`'
            __autovenv_tidy $__autovenv_hand
            __autovenv_say by-hand warning "`$name` is `$python`, $where" \
                "`$__autovenv_reply` was activated by hand" $hint
            return
        end
        __autovenv_tidy (string replace -- $root '' $bin)
        if not test -e $bin/$name
            __autovenv_say path warning "`$name` is `$python`, $where" \
                "`$__autovenv_reply` has a `python3` and no `python`" 'run `python3`'
        else if builtin contains -- $bin $PATH
            __autovenv_say path warning "`$name` is `$python`, $where" \
                "`$word` comes before `$__autovenv_reply` on PATH" $hint
        else
            __autovenv_say path warning "`$name` is `$python`, $where" \
                "`$__autovenv_reply` is not on PATH any more" $hint
        end
        return
    end
end

# Prints what there is to say about the present directory.
function __autovenv_report --argument-names word what why hint
    # The usual case, as cheaply as can be: nothing.
    test -n "$__autovenv_messages$__autovenv_root$__autovenv_hand"; or return
    if test -z "$__autovenv_messages" -a -n "$__autovenv_root" -a "=$PATH[1]" = "=$__autovenv_bin" -a -x "$__autovenv_bin/python"
        __autovenv_plain; and return
    end
    for line in $__autovenv_messages
        set -l level warning
        string match -qr '^(?<word>\S*) (?<what>[^\t]*)\t?(?<why>[^\t]*)\t?(?<hint>.*)$' -- $line
        switch $word
            case hint
                test -z "$__autovenv_found$__autovenv_hand"; or continue
                set level note
            case outer
                test "$__autovenv_found_verdict" = use; or continue
        end
        __autovenv_say record $level $what "$why" "$hint"
    end
    # What direnv and mise have not taken away yet, they may at the prompt.
    if test -n "$__autovenv_root"; or test -n "$__autovenv_hand" -a "$__autovenv_found_verdict" = use -a -z "$__autovenv_early"
        __autovenv_check $__autovenv_found_bin
    end
end

# == Prompt ============================================================================================================

# Returns a status: what is called next sees it.
function __autovenv_answer --argument-names code
    return $code
end

# Draws the label, and what was drawn before we came.
function __autovenv_draw
    # direnv and mise run after us where they were loaded after us, and after a move by a key.
    test "$DIRENV_DIFF$__MISE_DIFF" = "$__autovenv_lenders"; or __autovenv_look
    builtin printf %s $__autovenv_shown$__autovenv_waiting
    test $__autovenv_drawn = 0; or __autovenv_answer $__autovenv_drawn
    __autovenv_mode_prompt
end

# Puts the environment's name before the prompt, or takes it away.
function __autovenv_decorate
    set -g __autovenv_shown
    if test -n "$__autovenv_root" -a -n "$__autovenv_show" -a -z "$VIRTUAL_ENV_DISABLE_PROMPT"
        # conda shows it by itself (25.9), where it is told to.
        if test $__autovenv_flavour != conda; or not set -q CONDA_LEFT_PROMPT; or not builtin functions -q __fish_prompt_orig
            set -g __autovenv_shown "($__autovenv_name) "
        end
    end
    set -q __autovenv_keys; or __autovenv_mount
end

# Comes before the mode prompt, which comes before the prompt, whoever draws that and however often it is replaced.
function __autovenv_mount
    set -l body (builtin functions --no-details fish_mode_prompt | string match -v -r '^\s*(?:#.*)?$')
    set -g __autovenv_keys ' '
    string match -q '*__autovenv_drawn*' -- $body; and return
    builtin functions -e __autovenv_mode_prompt
    # fish's own says nothing without vi's keys, and need not be called.
    if test (builtin count $body) = 3; and string match -qr '^\s*fish_default_mode_prompt(?: \$argv)?$' -- $body[2]
        string match -q '*fish_vi_key_bindings*' -- (builtin functions fish_default_mode_prompt)
        and string match -q '*default*' -- $fish_key_bindings; and set -g __autovenv_keys $fish_key_bindings
    end
    if builtin functions -q fish_mode_prompt
        builtin functions -c fish_mode_prompt __autovenv_mode_prompt
    else
        function __autovenv_mode_prompt
        end
    end
    function fish_mode_prompt
        set -g __autovenv_drawn $status
        test "$DIRENV_DIFF$__MISE_DIFF:$__autovenv_drawn$fish_key_bindings" = "$__autovenv_lenders:0$__autovenv_keys"
        and builtin printf %s $__autovenv_shown$__autovenv_waiting
        or __autovenv_draw
    end
    __autovenv_hone fish_mode_prompt
end

# == Neighbours ========================================================================================================

# Takes away what came back: entries of PATH, and VIRTUAL_ENV, that are there because of us and not active any more.
function __autovenv_purge --argument-names prefix
    # Paused, what the user puts on PATH is the user's.
    test -z "$__autovenv_off" -o -z "$__autovenv_seen_path"; or return 0
    set -l chosen
    set -l sourced
    __autovenv_sourced; and set sourced 1
    if test "$DIRENV_DIFF$__MISE_DIFF" != "$__autovenv_lenders"
        set -g __autovenv_lent "$VIRTUAL_ENV" $PWD
        # They have found nothing of ours: what is there now they have chosen. What is active is left, to be entered anew, first
        # on PATH.
        test -n "$__autovenv_root" -o -z "$DIRENV_DIFF$__MISE_DIFF"; or set chosen "$VIRTUAL_ENV"
        test -n "$sourced"; or __autovenv_leave
        # The name comes back alone where they saw the same VIRTUAL_ENV before and after.
        test -z "$VIRTUAL_ENV"; and builtin contains -- "$VIRTUAL_ENV_PROMPT" $__autovenv_gone; and set -eg VIRTUAL_ENV_PROMPT
    end
    for bin in $__AUTOVENV_BINS
        builtin contains -- $bin $PATH; or continue
        test -n "$__autovenv_root" -a "$bin" = "$__autovenv_bin"; and continue
        string match -qr '^(?<prefix>.*)/[^/]*$' -- $bin; or continue
        builtin contains -- $prefix $chosen $CONDA_PREFIX; and continue
        test -n "$sourced" -a "$prefix" = "$VIRTUAL_ENV"; and continue
        # Whoever made the list, only what is an environment's directory, or is gone.
        test -e $prefix/pyvenv.cfg -o -e $prefix/conda-meta -o ! -e $bin; or continue
        __autovenv_strip $bin $PATH
        set -gx PATH $__autovenv_reply
    end
    test -n "$VIRTUAL_ENV" -a -z "$sourced" -a "=$VIRTUAL_ENV" != "=$chosen"; or return
    test -n "$__autovenv_root" -a "=$VIRTUAL_ENV" = "=$__autovenv_prefix"; and return
    if builtin contains -- "$VIRTUAL_ENV/bin" $__AUTOVENV_BINS; or builtin contains -- "$VIRTUAL_ENV/Scripts" $__AUTOVENV_BINS
        set -eg VIRTUAL_ENV
        set -eg VIRTUAL_ENV_PROMPT
        if test -n "$__autovenv_root" -a "$__autovenv_flavour" != conda
            set -gx VIRTUAL_ENV $__autovenv_prefix
            set -gx VIRTUAL_ENV_PROMPT $__autovenv_name
        end
    end
end

# Runs before direnv and mise look: what they find, and later give back, is the shell as it is without us.
function __autovenv_part --on-event fish_postexec --on-variable PWD
    # direnv (2.32) looks before a prompt only.
    test "$argv" = 'VARIABLE SET PWD' -a -z "$__MISE_DIFF"; and return
    if test "$PWD" = "$__autovenv_here"
        test -n "$__autovenv_steady" -a "$PWD" = "$__autovenv_parted"; and return
        set -g __autovenv_parted $PWD
    end
    test -n "$__autovenv_root"
    and test "$PATH:$VIRTUAL_ENV:$CONDA_PREFIX:$VIRTUAL_ENV_DISABLE_PROMPT:$UV_PROJECT_ENVIRONMENT" = "$__autovenv_seen"
    or return
    builtin functions -q __direnv_export_eval; or builtin functions -q __mise_env_eval; or return
    __autovenv_leave
    # They may give the very same.
    set -g __autovenv_here
end

# Registers anew, once: direnv (2.32) and mise (2026.9), whose lines may follow ours, change PATH before a prompt.
function __autovenv_listen --on-event fish_prompt
    builtin functions -e __autovenv_listen
    __autovenv_hone __autovenv_prompt
end

# == Manners ===========================================================================================================

# Undoes what __autovenv_define did.
function __autovenv_undefine
    # The user may have made another one of it, which does not answer. To look at its text would take a thread.
    set -g __autovenv_reply
    builtin emit __autovenv_asks __autovenv_asks
    test "$__autovenv_reply" = ours; and builtin functions -e deactivate
end

# Prints a text for the user.
function __autovenv_print
    builtin printf '%s\n' $argv >&2
end

# Prints a message, its kind first, once in this shell.
function __autovenv_say --argument-names kind level what why hint
    builtin contains -- $kind $__autovenv_silence; and return
    set -l text "autovenv: $level: $what"
    test -n "$why"; and set -a text "  why: $why"
    test -n "$hint"; and set -a text "  hint: $hint"
    builtin contains -- "$text" $__autovenv_told; and return
    set -ga __autovenv_told "$text"
    __autovenv_print $text
end

# Makes a path fit for a message: home as ~, and nothing in it that a terminal obeys.
function __autovenv_tidy --argument-names text
    if test -n "$HOME" -a "=$HOME" != =/; and string match -q -- "$HOME/*" "$text/"
        set text (string replace -- "$HOME" '~' $text | string collect)
    end
    set -g __autovenv_reply (string replace -ar '[[:cntrl:]\x{61c}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2066}-\x{2069}]' '?' -- $text | string collect)
end

# Makes `deactivate` ours while an environment is active, unless the user has one.
function __autovenv_define
    builtin functions -q deactivate; and return
    function deactivate --description 'Leave the environment until the project is left' --on-event __autovenv_asks
        __autovenv_deactivate $argv
    end
    set -g __autovenv_owns_deactivate 1
end

# Tells the user's functions what was left and entered: their output and their errors are the user's.
function __autovenv_notify --argument-names left now
    test -n "$__autovenv_root"; and set now $__autovenv_prefix
    test "$now" = "$left"; and return
    if status is-command-substitution
        # It may be somebody's input: the prompt will see to it.
        set -g __autovenv_here
        return
    end
    set -g __autovenv_heard $now
    test -n "$left"; and builtin emit autovenv_left $left
    # Whoever was told may have gone elsewhere.
    test "$now" = "$__autovenv_heard"; and test -n "$now"; and builtin emit autovenv_entered $now
    return 0
end

# == Commands ==========================================================================================================

# Takes the active environment off.
function __autovenv_suspend
    set -l here $__autovenv_here
    if test "$argv[1]" != nondestructive
        # Meant is what was left in this very move.
        test -z "$__autovenv_dropped"; or return 0
        set -g __autovenv_held $__autovenv_root
    end
    __autovenv_leave
    __autovenv_decorate
    __autovenv_remember
    # Whoever calls it before us after a move has not looked at where that led.
    test -n "$__autovenv_held" -a "$PWD" = "$here"; or set -g __autovenv_here
end

# Takes the active environment off until the user leaves the project and comes back.
function __autovenv_deactivate
    if test "$argv" = __autovenv_asks
        set -g __autovenv_reply ours
        return
    end
    set -el PATH VIRTUAL_ENV VIRTUAL_ENV_PROMPT VIRTUAL_ENV_DISABLE_PROMPT PYTHONHOME CONDA_PREFIX CONDA_DEFAULT_ENV \
        CONDA_PROMPT_MODIFIER UV_PROJECT_ENVIRONMENT
    __autovenv_suspend $argv
    __autovenv_notify "$__autovenv_heard"
end

# Pauses the hook in this shell, or lets it go on.
function __autovenv_toggle --argument-names word
    switch $word
        case off
            set -g __autovenv_off 1
        case on
            set -g __autovenv_off
            set -g __autovenv_held
            set -g __autovenv_hand
            set -g __autovenv_told
            set -g __autovenv_asking
    end
    __autovenv_update
end

# Tells in what state the shell is.
function __autovenv_tell
    if test -n "$__autovenv_off"
        set -ga __autovenv_reply 'state off'
    else if test -n "$__autovenv_held"
        set -ga __autovenv_reply 'state held'
    else if test -n "$__autovenv_hand"
        set -ga __autovenv_reply 'state hand'
    else if test -n "$__autovenv_root"
        set -ga __autovenv_reply 'state active'
    else
        set -ga __autovenv_reply 'state none'
    end
    test -z "$__autovenv_elsewhere"; or set -ga __autovenv_reply "elsewhere $__autovenv_elsewhere"
end

# Tells the doctor what only the shell itself can see: lines of a word and a value.
function __autovenv_gather
    set -l lines 'registered no'
    builtin functions -q __autovenv_prompt; and set lines 'registered yes'
    for name in python python3 pip pip3 deactivate conda mamba micromamba
        if __autovenv_abbreviation $name
            set -a lines "abbreviation $name=$__autovenv_reply"
        end
        builtin functions -q $name; or continue
        set -a lines "function $name"
        set -l text (string replace -rf "^alias $name(?:=| )" '' -- (builtin functions -Dv $name)[5])
        and set -a lines "alias $name=$text"
    end
    set -g __autovenv_reply $lines
    __autovenv_tell
end

# The command: `off` and `on` concern this shell, all else is the executable's.
function autovenv --description 'The right Python first in every shell'
    switch (builtin count $argv)$argv[1]
        case 1off 1on
            __autovenv_toggle $argv
            __autovenv_notify "$__autovenv_heard"
        case '*'
            set -g __autovenv_reply
            builtin contains -- "$argv[1]" doctor status; and __autovenv_gather
            __AUTOVENV_SHELL=fish __AUTOVENV_HOOK=$__autovenv_version __AUTOVENV_FACTS=(string join \n -- $__autovenv_reply | string collect -a) \
                $__autovenv_tool $argv
            set -l code $status
            set -g __autovenv_here
            return $code
    end
end

# == Loading ===========================================================================================================

# Takes the settings, each `name=value`.
function __autovenv_configure --argument-names none key value
    set -g __autovenv_names
    set -g __autovenv_markers
    set -g __autovenv_ceilings
    set -g __autovenv_silence
    set -g __autovenv_manual
    set -g __autovenv_elsewhere
    set -g __autovenv_coarse
    for word in $argv
        string match -qr '^(?<key>[a-z_]+)=(?<value>(?s:.*))$' -- $word
        switch $key
            case version state
                set -g __autovenv_$key $value
            case prompt
                set -g __autovenv_show $value
            case activate
                test "$value" = manual; and set -g __autovenv_manual 1
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
    set -g __autovenv_usual $__autovenv_names[1]
    test -n "$__autovenv_usual"; or set -g __autovenv_usual .autovenv
end

# Starts the hook in this shell, or starts it anew.
function __autovenv_start
    __autovenv_configure $argv
    set -q __autovenv_off; or set -g __autovenv_off $__autovenv_manual
    set -g __autovenv_here
    set -g __autovenv_seen
    set -g __autovenv_seen_path
    set -g __autovenv_kept
    set -g __autovenv_traces
    set -g __autovenv_levels
    set -g __autovenv_bare
    set -g __autovenv_since
    set -eg __autovenv_honed
    set -g __autovenv_drawn
    set -g __autovenv_waiting ''
    set -g __autovenv_home $HOME
    # A list, in a shell that was started from one of ours.
    set -q __AUTOVENV_BINS; and set -gx --path __AUTOVENV_BINS $__AUTOVENV_BINS
    return 0
end

__autovenv_start '@SETTINGS@'
