# autovenv: completion for PowerShell.
# Made from the command tree by scripts/make_completions.py; not edited by hand.

Register-ArgumentCompleter -Native -CommandName autovenv -ScriptBlock {
    param($Word, $Ast, $Cursor)

    $command = ''
    $place = '0'
    $first = ''
    $words = @(
        foreach ($element in $Ast.CommandElements) {
            if ($element.Extent.EndOffset -lt $Cursor) {
                $has = $element.PSObject.Properties['Value']
                if ($null -ne $has) { [string]$element.Value } else { $element.Extent.Text }
            }
        }
    )
    for ($at = 1; $at -lt $words.Count; $at++) {
        $spoken = $words[$at]
        if (@('env|--shell', 'demo|--shell', 'install|--shell', 'uninstall|--shell') -ccontains "$command|$spoken") {
            $at++
            if ($at -ge $words.Count) { $place = $spoken }
        } elseif (-not $spoken.StartsWith('-') -or ($command -ceq 'run' -and $place -ne '0')) {
            if (@('|status', '|doctor', '|which', '|run', '|env', '|allow', '|revoke', '|deny', '|link', '|unlink', '|list', '|demo', '|prune', '|hook', '|install', '|uninstall', '|completion', '|off', '|on', '|shims', '|config', 'shims|install', 'shims|uninstall', 'shims|path', 'shims|list', 'config|list', 'config|get', 'config|set', 'config|unset', 'config|path') -ccontains "$command|$spoken") {
                $command = "$command $spoken".Trim()
            } else {
                if ($place -eq '0') { $first = $spoken }
                $place = [string]([int]$place + 1)
            }
        }
    }
    if ("$Word".StartsWith('-') -and -not $place.StartsWith('-')) {
        if ($command -cne 'run' -or $place -eq '0') { $place = '-' }
    }

    $directories = {
        foreach ($found in [System.Management.Automation.CompletionCompleters]::CompleteFilename("$Word")) {
            if ($found.ResultType -eq 'ProviderContainer') { $found }
        }
    }
    $projects = {
        & $directories
        $code = $global:LASTEXITCODE
        $known = @(autovenv list --paths 2>$null)
        $global:LASTEXITCODE = $code
        foreach ($path in $known) {
            $quoted = $path
            if ($path -match '[^\w/\\:.~-]') {
                # Four characters end such a string.
                $text = [System.Management.Automation.Language.CodeGeneration]::EscapeSingleQuotedStringContent($path)
                $quoted = "'$text'"
            }
            if ($path.StartsWith("$Word")) {
                [System.Management.Automation.CompletionResult]::new($quoted, $path, 'ProviderContainer', $path)
            }
        }
    }
    $commands = {
        if ($place -eq '0') { [System.Management.Automation.CompletionCompleters]::CompleteCommand("$Word") }
        else { [System.Management.Automation.CompletionCompleters]::CompleteFilename("$Word") }
    }

    # Each word with what it means.
    $choices = switch -Wildcard -CaseSensitive ("$command|$place|$first") {
        '|-|*' {
            , ('--version', 'Print the version and exit.')
            , ('-V', 'Print the version and exit.')
            , ('--help', 'Show this message and exit.')
            , ('-h', 'Show this message and exit.')
            break
        }
        '|0|*' {
            , ('status', 'Say which environment applies here, and why')
            , ('doctor', 'Find out why `python` is not this project''s, and what to type')
            , ('which', 'Print the path of the `python`, or NAME, that this project should run')
            , ('run', 'Run CMD in this project''s environment; no hook is needed')
            , ('env', 'Print the variables that this project''s environment sets')
            , ('allow', 'Let this project''s environment be activated, as it is now')
            , ('revoke', 'Forget what was decided for this project')
            , ('deny', 'Keep this project''s environment from being activated')
            , ('link', 'Use an environment kept elsewhere for the project in the present directory')
            , ('unlink', 'Undo `link` in the present directory')
            , ('list', 'List the projects that autovenv knows')
            , ('demo', 'Show a real shell walking through projects made for it')
            , ('prune', 'Forget the projects whose directory is gone')
            , ('hook', 'Print the hook, for `eval "$(autovenv hook bash)"` in the rc file')
            , ('install', 'Add the hook to the shell''s rc file')
            , ('uninstall', 'Take the hook out of the rc files, which are then what they were before, and say what else remains')
            , ('completion', 'Print the completion for a shell')
            , ('off', 'Pause in this shell: leave the environment and activate none')
            , ('on', 'Resume in this shell after `off`')
            , ('shims', 'Have the right Python where there is no prompt: in scripts, editors, git hooks, cron')
            , ('config', 'Look at the settings, and change them')
            break
        }
        'status|-|*' {
            , ('--json', 'Print JSON for programs.')
            , ('--help', 'Show this message and exit.')
            , ('-h', 'Show this message and exit.')
            break
        }
        'doctor|-|*' {
            , ('--json', 'Print JSON for programs.')
            , ('--list', 'List the checks and what they look at.')
            , ('--help', 'Show this message and exit.')
            , ('-h', 'Show this message and exit.')
            break
        }
        'doctor|*|*' {
            , ('directory', 'directory')
            , ('installed', 'installed')
            , ('state', 'state')
            , ('loaded', 'loaded')
            , ('version', 'version')
            , ('registered', 'registered')
            , ('paused', 'paused')
            , ('private', 'private')
            , ('config', 'config')
            , ('environment', 'environment')
            , ('moved', 'moved')
            , ('interpreter', 'interpreter')
            , ('packages', 'packages')
            , ('requires', 'requires')
            , ('tool', 'tool')
            , ('trust', 'trust')
            , ('alias', 'alias')
            , ('hash', 'hash')
            , ('virtual-env', 'virtual-env')
            , ('conda', 'conda')
            , ('path', 'path')
            , ('python', 'python')
            , ('pip', 'pip')
            , ('commands', 'commands')
            , ('kernels', 'kernels')
            , ('variables', 'variables')
            , ('shadowed', 'shadowed')
            , ('unreadable', 'unreadable')
            , ('editor', 'editor')
            , ('execution-policy', 'execution-policy')
            break
        }
        'which|-|*' {
            , ('--help', 'Show this message and exit.')
            , ('-h', 'Show this message and exit.')
            break
        }
        'run|-|*' {
            , ('--any', 'Run it as it is if there is no environment.')
            , ('--help', 'Show this message and exit.')
            , ('-h', 'Show this message and exit.')
            break
        }
        'run|*|*' {
            & $commands
            break
        }
        'env|-|*' {
            , ('--json', 'Print JSON for programs.')
            , ('--github', 'Tell the next steps of a GitHub Actions job.')
            , ('--dotenv', 'Print KEY=value lines, as without an option.')
            , ('--shell', 'Print lines that a shell evaluates.')
            , ('--help', 'Show this message and exit.')
            , ('-h', 'Show this message and exit.')
            break
        }
        'env|--shell|*' {
            , ('bash', 'bash')
            , ('zsh', 'zsh')
            , ('fish', 'fish')
            , ('powershell', 'powershell')
            , ('pwsh', 'pwsh')
            break
        }
        'allow|-|*' {
            , ('--help', 'Show this message and exit.')
            , ('-h', 'Show this message and exit.')
            break
        }
        'allow|0|*' {
            & $projects
            break
        }
        'revoke|-|*' {
            , ('--help', 'Show this message and exit.')
            , ('-h', 'Show this message and exit.')
            break
        }
        'revoke|0|*' {
            & $projects
            break
        }
        'deny|-|*' {
            , ('--help', 'Show this message and exit.')
            , ('-h', 'Show this message and exit.')
            break
        }
        'deny|0|*' {
            & $projects
            break
        }
        'link|-|*' {
            , ('--write', 'Let a `.venv` file name it, which other tools read too.')
            , ('--help', 'Show this message and exit.')
            , ('-h', 'Show this message and exit.')
            break
        }
        'link|0|*' {
            & $directories
            break
        }
        'unlink|-|*' {
            , ('--help', 'Show this message and exit.')
            , ('-h', 'Show this message and exit.')
            break
        }
        'list|-|*' {
            , ('--json', 'Print JSON for programs.')
            , ('--paths', 'Print only the projects'' paths, one on each line.')
            , ('--help', 'Show this message and exit.')
            , ('-h', 'Show this message and exit.')
            break
        }
        'demo|-|*' {
            , ('--shell', 'bash, zsh, fish or powershell; the calling shell without it.')
            , ('--fast', 'Do not pause, as in a pipe.')
            , ('--help', 'Show this message and exit.')
            , ('-h', 'Show this message and exit.')
            break
        }
        'demo|--shell|*' {
            , ('bash', 'bash')
            , ('zsh', 'zsh')
            , ('fish', 'fish')
            , ('powershell', 'powershell')
            , ('pwsh', 'pwsh')
            break
        }
        'prune|-|*' {
            , ('--dry-run', 'Only say what would be forgotten.')
            , ('-n', 'Only say what would be forgotten.')
            , ('--json', 'Print JSON for programs.')
            , ('--help', 'Show this message and exit.')
            , ('-h', 'Show this message and exit.')
            break
        }
        'hook|-|*' {
            , ('--help', 'Show this message and exit.')
            , ('-h', 'Show this message and exit.')
            break
        }
        'hook|0|*' {
            , ('bash', 'bash')
            , ('zsh', 'zsh')
            , ('fish', 'fish')
            , ('powershell', 'powershell')
            , ('pwsh', 'pwsh')
            break
        }
        'install|-|*' {
            , ('--shell', 'bash, zsh, fish or powershell; the calling shell without it.')
            , ('--static', 'Source the hook from a file, as a new block does.')
            , ('--eval', 'Let the shell start autovenv for the hook.')
            , ('--all-hosts', 'PowerShell: use `profile.ps1`, which editors read too.')
            , ('--dry-run', 'Only show what would change.')
            , ('-n', 'Only show what would change.')
            , ('--print', 'Only print the line for the rc file.')
            , ('--help', 'Show this message and exit.')
            , ('-h', 'Show this message and exit.')
            break
        }
        'install|--shell|*' {
            , ('bash', 'bash')
            , ('zsh', 'zsh')
            , ('fish', 'fish')
            , ('powershell', 'powershell')
            , ('pwsh', 'pwsh')
            break
        }
        'uninstall|-|*' {
            , ('--shell', 'Only this shell; all without it.')
            , ('--dry-run', 'Only show what would change.')
            , ('-n', 'Only show what would change.')
            , ('--help', 'Show this message and exit.')
            , ('-h', 'Show this message and exit.')
            break
        }
        'uninstall|--shell|*' {
            , ('bash', 'bash')
            , ('zsh', 'zsh')
            , ('fish', 'fish')
            , ('powershell', 'powershell')
            , ('pwsh', 'pwsh')
            break
        }
        'completion|-|*' {
            , ('--help', 'Show this message and exit.')
            , ('-h', 'Show this message and exit.')
            break
        }
        'completion|0|*' {
            , ('bash', 'bash')
            , ('zsh', 'zsh')
            , ('fish', 'fish')
            , ('powershell', 'powershell')
            , ('pwsh', 'pwsh')
            break
        }
        'off|-|*' {
            , ('--help', 'Show this message and exit.')
            , ('-h', 'Show this message and exit.')
            break
        }
        'on|-|*' {
            , ('--help', 'Show this message and exit.')
            , ('-h', 'Show this message and exit.')
            break
        }
        'shims|-|*' {
            , ('--help', 'Show this message and exit.')
            , ('-h', 'Show this message and exit.')
            break
        }
        'shims|0|*' {
            , ('install', 'Write small programs called `python`, `pip` and NAME that run those of the project they are started in')
            , ('uninstall', 'Remove the shims, and take their directory out of the login files')
            , ('path', 'Print the directory of the shims, to put it on `PATH` by other means')
            , ('list', 'List the shims that are installed')
            break
        }
        'shims install|-|*' {
            , ('--rc', 'Put their directory on PATH in the login files.')
            , ('--no-rc', 'Put their directory on PATH in the login files.')
            , ('--help', 'Show this message and exit.')
            , ('-h', 'Show this message and exit.')
            break
        }
        'shims uninstall|-|*' {
            , ('--help', 'Show this message and exit.')
            , ('-h', 'Show this message and exit.')
            break
        }
        'shims path|-|*' {
            , ('--help', 'Show this message and exit.')
            , ('-h', 'Show this message and exit.')
            break
        }
        'shims list|-|*' {
            , ('--json', 'Print JSON for programs.')
            , ('--help', 'Show this message and exit.')
            , ('-h', 'Show this message and exit.')
            break
        }
        'config|-|*' {
            , ('--help', 'Show this message and exit.')
            , ('-h', 'Show this message and exit.')
            break
        }
        'config|0|*' {
            , ('list', 'List the settings, and where their values come from')
            , ('get', 'Print the value of a setting')
            , ('set', 'Set a setting in your own file')
            , ('unset', 'Take a setting out of your own file')
            , ('path', 'Print the path of your own file, which need not exist')
            break
        }
        'config list|-|*' {
            , ('--json', 'Print JSON for programs.')
            , ('--help', 'Show this message and exit.')
            , ('-h', 'Show this message and exit.')
            break
        }
        'config get|-|*' {
            , ('--json', 'Print JSON for programs.')
            , ('--help', 'Show this message and exit.')
            , ('-h', 'Show this message and exit.')
            break
        }
        'config get|0|*' {
            , ('trust', 'Which environments need `autovenv allow`')
            , ('trusted_paths', 'Directories below which an environment need not name its own place')
            , ('denied_paths', 'Directories below which nothing is activated')
            , ('names', 'Names of an environment in its project, in order')
            , ('pixi_environment', 'Name of the environment that is used of a pixi project')
            , ('ceilings', 'Directories above which no project is looked for, besides the home directory')
            , ('wrap_cd', 'bash: let `cd`, `pushd` and `popd` activate themselves, not only the next prompt')
            , ('activate', 'Activate on entering a project, or only after `autovenv on`')
            , ('prompt', 'Put the environment''s name before the prompt')
            , ('silence', 'Kinds of message that are not printed')
            break
        }
        'config set|-|*' {
            , ('--drop-comments', 'Go on even if a comment of the file is lost.')
            , ('--help', 'Show this message and exit.')
            , ('-h', 'Show this message and exit.')
            break
        }
        'config set|0|*' {
            , ('trust', 'Which environments need `autovenv allow`')
            , ('trusted_paths', 'Directories below which an environment need not name its own place')
            , ('denied_paths', 'Directories below which nothing is activated')
            , ('names', 'Names of an environment in its project, in order')
            , ('pixi_environment', 'Name of the environment that is used of a pixi project')
            , ('ceilings', 'Directories above which no project is looked for, besides the home directory')
            , ('wrap_cd', 'bash: let `cd`, `pushd` and `popd` activate themselves, not only the next prompt')
            , ('activate', 'Activate on entering a project, or only after `autovenv on`')
            , ('prompt', 'Put the environment''s name before the prompt')
            , ('silence', 'Kinds of message that are not printed')
            break
        }
        'config set|*|trust' {
            , ('auto', 'auto')
            , ('ask', 'ask')
            , ('always', 'always')
            break
        }
        'config set|*|trusted_paths' {
            & $directories
            break
        }
        'config set|*|denied_paths' {
            & $directories
            break
        }
        'config set|*|ceilings' {
            & $directories
            break
        }
        'config set|*|wrap_cd' {
            , ('true', 'true')
            , ('false', 'false')
            break
        }
        'config set|*|activate' {
            , ('auto', 'auto')
            , ('manual', 'manual')
            break
        }
        'config set|*|prompt' {
            , ('true', 'true')
            , ('false', 'false')
            break
        }
        'config set|*|silence' {
            , ('alias', 'alias')
            , ('path', 'path')
            , ('by-hand', 'by-hand')
            , ('no-environment', 'no-environment')
            , ('outer', 'outer')
            , ('broken', 'broken')
            , ('ask', 'ask')
            , ('refuse', 'refuse')
            , ('shadow', 'shadow')
            , ('elsewhere', 'elsewhere')
            break
        }
        'config unset|-|*' {
            , ('--drop-comments', 'Go on even if a comment of the file is lost.')
            , ('--help', 'Show this message and exit.')
            , ('-h', 'Show this message and exit.')
            break
        }
        'config unset|0|*' {
            , ('trust', 'Which environments need `autovenv allow`')
            , ('trusted_paths', 'Directories below which an environment need not name its own place')
            , ('denied_paths', 'Directories below which nothing is activated')
            , ('names', 'Names of an environment in its project, in order')
            , ('pixi_environment', 'Name of the environment that is used of a pixi project')
            , ('ceilings', 'Directories above which no project is looked for, besides the home directory')
            , ('wrap_cd', 'bash: let `cd`, `pushd` and `popd` activate themselves, not only the next prompt')
            , ('activate', 'Activate on entering a project, or only after `autovenv on`')
            , ('prompt', 'Put the environment''s name before the prompt')
            , ('silence', 'Kinds of message that are not printed')
            break
        }
        'config path|-|*' {
            , ('--machine', 'Print that of the machine''s file instead.')
            , ('--help', 'Show this message and exit.')
            , ('-h', 'Show this message and exit.')
            break
        }
    }
    foreach ($choice in $choices) {
        if ($choice -is [System.Management.Automation.CompletionResult]) {
            $choice
        } elseif ($choice[0].StartsWith("$Word")) {
            [System.Management.Automation.CompletionResult]::new($choice[0], $choice[0], 'ParameterValue', $choice[1])
        }
    }
}
