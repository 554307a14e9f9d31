# autovenv: completion for fish.
# Made from the command tree by scripts/make_completions.py; not edited by hand.

# Prints the command, the place in it and the first argument, with bars between them.
function __autovenv_place --description 'Tell the place that is being completed'
    set --local words (commandline --current-process --tokenize --cut-at-cursor)[2..]
    set --local command ''
    set --local place 0
    set --local first ''
    while set --query words[1]
        switch "$command|$words[1]"
            case 'env|--shell' 'demo|--shell' 'install|--shell' 'uninstall|--shell'
                set --query words[2]; or set place $words[1]
                set --erase words[1]
            case 'run|*'
                string match --quiet -- '0-*' $place$words[1]; or set place (math $place + 1)
            case '*|-*'
            case '|status' '|doctor' '|which' '|run' '|env' '|allow' '|revoke' '|deny' '|link' '|unlink' '|list' '|demo' '|prune' '|hook' '|install' '|uninstall' '|completion' '|off' '|on' '|config' 'config|list' 'config|get' 'config|set' 'config|unset' 'config|path'
                set command (string trim -- "$command $words[1]")
            case '*'
                test $place != 0; or set first $words[1]
                set place (math $place + 1)
        end
        set --erase words[1]
    end
    echo "$command|$place|$first"
end

# Tells whether a place is being completed; the pattern is one of `string match`.
function __autovenv_is --description 'Tell whether a place is being completed'
    string match --quiet -- $argv[1] (__autovenv_place)
end

complete --command autovenv --no-files
complete --command autovenv --long-option help --short-option h --description 'Show this message and exit.'
complete --command autovenv --condition '__autovenv_is \'|*|*\'' --long-option version --short-option V --description 'Print the version and exit.'
complete --command autovenv --condition '__autovenv_is \'|0|*\'' --arguments status --description 'Say which environment applies here, and why'
complete --command autovenv --condition '__autovenv_is \'|0|*\'' --arguments doctor --description 'Find out why `python` is not this project\'s, and what to type'
complete --command autovenv --condition '__autovenv_is \'|0|*\'' --arguments which --description 'Print the path of the `python`, or NAME, that this project should run'
complete --command autovenv --condition '__autovenv_is \'|0|*\'' --arguments run --description 'Run CMD in this project\'s environment; no hook is needed'
complete --command autovenv --condition '__autovenv_is \'|0|*\'' --arguments env --description 'Print the variables that this project\'s environment sets'
complete --command autovenv --condition '__autovenv_is \'|0|*\'' --arguments allow --description 'Let this project\'s environment be activated, as it is now'
complete --command autovenv --condition '__autovenv_is \'|0|*\'' --arguments revoke --description 'Forget what was decided for this project'
complete --command autovenv --condition '__autovenv_is \'|0|*\'' --arguments deny --description 'Keep this project\'s environment from being activated'
complete --command autovenv --condition '__autovenv_is \'|0|*\'' --arguments link --description 'Use an environment kept elsewhere for the project in the present directory'
complete --command autovenv --condition '__autovenv_is \'|0|*\'' --arguments unlink --description 'Undo `link` in the present directory'
complete --command autovenv --condition '__autovenv_is \'|0|*\'' --arguments list --description 'List the projects that autovenv knows'
complete --command autovenv --condition '__autovenv_is \'|0|*\'' --arguments demo --description 'Show a real shell walking through projects made for it'
complete --command autovenv --condition '__autovenv_is \'|0|*\'' --arguments prune --description 'Forget the projects whose directory is gone'
complete --command autovenv --condition '__autovenv_is \'|0|*\'' --arguments hook --description 'Print the hook, for `eval "$(autovenv hook bash)"` in the rc file'
complete --command autovenv --condition '__autovenv_is \'|0|*\'' --arguments install --description 'Add the hook to the shell\'s rc file'
complete --command autovenv --condition '__autovenv_is \'|0|*\'' --arguments uninstall --description 'Take the hook out of the rc files, which are then what they were before'
complete --command autovenv --condition '__autovenv_is \'|0|*\'' --arguments completion --description 'Print the completion for a shell'
complete --command autovenv --condition '__autovenv_is \'|0|*\'' --arguments off --description 'Pause in this shell: leave the environment and activate none'
complete --command autovenv --condition '__autovenv_is \'|0|*\'' --arguments on --description 'Resume in this shell after `off`'
complete --command autovenv --condition '__autovenv_is \'|0|*\'' --arguments config --description 'Look at the settings, and change them'
complete --command autovenv --condition '__autovenv_is \'status|*|*\'' --long-option json --description 'Print JSON for programs.'
complete --command autovenv --condition '__autovenv_is \'doctor|*|*\'' --long-option json --description 'Print JSON for programs.'
complete --command autovenv --condition '__autovenv_is \'doctor|*|*\'' --long-option list --description 'List the checks and what they look at.'
complete --command autovenv --condition '__autovenv_is \'doctor|*|*\'' --arguments 'directory installed loaded version registered paused config state environment moved interpreter requires trust alias hash virtual-env conda path python pip variables shadowed unreadable editor execution-policy'
complete --command autovenv --condition '__autovenv_is \'run|0|*\'' --long-option any --description 'Run it as it is where there is no environment.'
complete --command autovenv --condition '__autovenv_is \'run|*|*\'' --arguments '(__fish_complete_subcommand --fcs-skip=2)'
complete --command autovenv --condition '__autovenv_is \'env|*|*\'' --long-option json --description 'Print JSON for programs.'
complete --command autovenv --condition '__autovenv_is \'env|*|*\'' --long-option github --description 'Tell the next steps of a GitHub Actions job.'
complete --command autovenv --condition '__autovenv_is \'env|*|*\'' --long-option dotenv --description 'Print KEY=value lines, as without an option.'
complete --command autovenv --condition '__autovenv_is \'env|*|*\'' --long-option shell --exclusive --arguments 'bash zsh fish powershell pwsh' --description 'Print lines that a shell evaluates.'
complete --command autovenv --condition '__autovenv_is \'allow|0|*\'' --arguments '(__fish_complete_directories; autovenv list --paths 2>/dev/null)'
complete --command autovenv --condition '__autovenv_is \'revoke|0|*\'' --arguments '(__fish_complete_directories; autovenv list --paths 2>/dev/null)'
complete --command autovenv --condition '__autovenv_is \'deny|0|*\'' --arguments '(__fish_complete_directories; autovenv list --paths 2>/dev/null)'
complete --command autovenv --condition '__autovenv_is \'link|0|*\'' --arguments '(__fish_complete_directories)'
complete --command autovenv --condition '__autovenv_is \'list|*|*\'' --long-option json --description 'Print JSON for programs.'
complete --command autovenv --condition '__autovenv_is \'list|*|*\'' --long-option paths --description 'Print the projects\' paths only, a line each.'
complete --command autovenv --condition '__autovenv_is \'demo|*|*\'' --long-option shell --exclusive --arguments 'bash zsh fish powershell pwsh' --description 'bash, zsh, fish or powershell; the calling shell without it.'
complete --command autovenv --condition '__autovenv_is \'demo|*|*\'' --long-option fast --description 'Do not pause, as in a pipe.'
complete --command autovenv --condition '__autovenv_is \'prune|*|*\'' --long-option dry-run --short-option n --description 'Only say what would be forgotten.'
complete --command autovenv --condition '__autovenv_is \'prune|*|*\'' --long-option json --description 'Print JSON for programs.'
complete --command autovenv --condition '__autovenv_is \'hook|0|*\'' --arguments 'bash zsh fish powershell pwsh'
complete --command autovenv --condition '__autovenv_is \'install|*|*\'' --long-option shell --exclusive --arguments 'bash zsh fish powershell pwsh' --description 'bash, zsh, fish or powershell; the calling shell without it.'
complete --command autovenv --condition '__autovenv_is \'install|*|*\'' --long-option static --description 'Source the hook from a file, or let the shell start autovenv for it.'
complete --command autovenv --condition '__autovenv_is \'install|*|*\'' --long-option eval --description 'Source the hook from a file, or let the shell start autovenv for it.'
complete --command autovenv --condition '__autovenv_is \'install|*|*\'' --long-option dry-run --short-option n --description 'Only show what would change.'
complete --command autovenv --condition '__autovenv_is \'install|*|*\'' --long-option print --description 'Only print the line for the rc file.'
complete --command autovenv --condition '__autovenv_is \'uninstall|*|*\'' --long-option shell --exclusive --arguments 'bash zsh fish powershell pwsh' --description 'Only this shell; all without it.'
complete --command autovenv --condition '__autovenv_is \'uninstall|*|*\'' --long-option dry-run --short-option n --description 'Only show what would change.'
complete --command autovenv --condition '__autovenv_is \'completion|0|*\'' --arguments 'bash zsh fish powershell pwsh'
complete --command autovenv --condition '__autovenv_is \'config|0|*\'' --arguments list --description 'List the settings, and where their values come from'
complete --command autovenv --condition '__autovenv_is \'config|0|*\'' --arguments get --description 'Print the value of a setting'
complete --command autovenv --condition '__autovenv_is \'config|0|*\'' --arguments set --description 'Set a setting in your own file'
complete --command autovenv --condition '__autovenv_is \'config|0|*\'' --arguments unset --description 'Take a setting out of your own file'
complete --command autovenv --condition '__autovenv_is \'config|0|*\'' --arguments path --description 'Print the path of your own file, which need not exist'
complete --command autovenv --condition '__autovenv_is \'config list|*|*\'' --long-option json --description 'Print JSON for programs.'
complete --command autovenv --condition '__autovenv_is \'config get|*|*\'' --long-option json --description 'Print JSON for programs.'
complete --command autovenv --condition '__autovenv_is \'config get|0|*\'' --arguments trust --description 'Which environments need `autovenv allow`'
complete --command autovenv --condition '__autovenv_is \'config get|0|*\'' --arguments trusted_paths --description 'Directories below which an environment need not name its own place'
complete --command autovenv --condition '__autovenv_is \'config get|0|*\'' --arguments denied_paths --description 'Directories below which nothing is activated'
complete --command autovenv --condition '__autovenv_is \'config get|0|*\'' --arguments names --description 'Names of an environment in its project, in order'
complete --command autovenv --condition '__autovenv_is \'config get|0|*\'' --arguments pixi_environment --description 'Name of the environment that is used of a pixi project'
complete --command autovenv --condition '__autovenv_is \'config get|0|*\'' --arguments ceilings --description 'Directories above which no project is looked for, besides the home directory'
complete --command autovenv --condition '__autovenv_is \'config get|0|*\'' --arguments wrap_cd --description 'bash: let `cd`, `pushd` and `popd` activate at once, not at the next prompt'
complete --command autovenv --condition '__autovenv_is \'config get|0|*\'' --arguments prompt --description 'Put the environment\'s name before the prompt'
complete --command autovenv --condition '__autovenv_is \'config get|0|*\'' --arguments silence --description 'Kinds of message that are not printed'
complete --command autovenv --condition '__autovenv_is \'config set|*|*\'' --long-option drop-comments --description 'Go on where a comment of the file would be lost.'
complete --command autovenv --condition '__autovenv_is \'config set|0|*\'' --arguments trust --description 'Which environments need `autovenv allow`'
complete --command autovenv --condition '__autovenv_is \'config set|0|*\'' --arguments trusted_paths --description 'Directories below which an environment need not name its own place'
complete --command autovenv --condition '__autovenv_is \'config set|0|*\'' --arguments denied_paths --description 'Directories below which nothing is activated'
complete --command autovenv --condition '__autovenv_is \'config set|0|*\'' --arguments names --description 'Names of an environment in its project, in order'
complete --command autovenv --condition '__autovenv_is \'config set|0|*\'' --arguments pixi_environment --description 'Name of the environment that is used of a pixi project'
complete --command autovenv --condition '__autovenv_is \'config set|0|*\'' --arguments ceilings --description 'Directories above which no project is looked for, besides the home directory'
complete --command autovenv --condition '__autovenv_is \'config set|0|*\'' --arguments wrap_cd --description 'bash: let `cd`, `pushd` and `popd` activate at once, not at the next prompt'
complete --command autovenv --condition '__autovenv_is \'config set|0|*\'' --arguments prompt --description 'Put the environment\'s name before the prompt'
complete --command autovenv --condition '__autovenv_is \'config set|0|*\'' --arguments silence --description 'Kinds of message that are not printed'
complete --command autovenv --condition '__autovenv_is \'config set|*|trust\'' --arguments 'auto ask always'
complete --command autovenv --condition '__autovenv_is \'config set|*|trusted_paths\'' --arguments '(__fish_complete_directories)'
complete --command autovenv --condition '__autovenv_is \'config set|*|denied_paths\'' --arguments '(__fish_complete_directories)'
complete --command autovenv --condition '__autovenv_is \'config set|*|ceilings\'' --arguments '(__fish_complete_directories)'
complete --command autovenv --condition '__autovenv_is \'config set|*|wrap_cd\'' --arguments 'true false'
complete --command autovenv --condition '__autovenv_is \'config set|*|prompt\'' --arguments 'true false'
complete --command autovenv --condition '__autovenv_is \'config set|*|silence\'' --arguments 'alias path by-hand no-environment outer broken ask refuse shadow'
complete --command autovenv --condition '__autovenv_is \'config unset|*|*\'' --long-option drop-comments --description 'Go on where a comment of the file would be lost.'
complete --command autovenv --condition '__autovenv_is \'config unset|0|*\'' --arguments trust --description 'Which environments need `autovenv allow`'
complete --command autovenv --condition '__autovenv_is \'config unset|0|*\'' --arguments trusted_paths --description 'Directories below which an environment need not name its own place'
complete --command autovenv --condition '__autovenv_is \'config unset|0|*\'' --arguments denied_paths --description 'Directories below which nothing is activated'
complete --command autovenv --condition '__autovenv_is \'config unset|0|*\'' --arguments names --description 'Names of an environment in its project, in order'
complete --command autovenv --condition '__autovenv_is \'config unset|0|*\'' --arguments pixi_environment --description 'Name of the environment that is used of a pixi project'
complete --command autovenv --condition '__autovenv_is \'config unset|0|*\'' --arguments ceilings --description 'Directories above which no project is looked for, besides the home directory'
complete --command autovenv --condition '__autovenv_is \'config unset|0|*\'' --arguments wrap_cd --description 'bash: let `cd`, `pushd` and `popd` activate at once, not at the next prompt'
complete --command autovenv --condition '__autovenv_is \'config unset|0|*\'' --arguments prompt --description 'Put the environment\'s name before the prompt'
complete --command autovenv --condition '__autovenv_is \'config unset|0|*\'' --arguments silence --description 'Kinds of message that are not printed'
complete --command autovenv --condition '__autovenv_is \'config path|*|*\'' --long-option machine --description 'That of the administrator\'s file for everyone.'
