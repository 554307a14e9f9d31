# autovenv: the right Python first in every shell. The hook for PowerShell 7.2 and later, and Windows PowerShell 5.1.

# == Loading, first part ===============================================================================================

# State in one place. Under strict mode a name that was never set is an error, so everything is set here.
if (-not (Microsoft.PowerShell.Management\Test-Path -LiteralPath Variable:global:__autovenv)) {
  $global:__autovenv = [pscustomobject] @{
    Root = ''; Prefix = ''; Bin = ''; Name = ''; Flavour = ''; Here = ''; Path = ''; Venv = ''; OldPath = $null; EnteredPath = ''; OldHand = ''
    Held = ''; Off = ''; Hand = ''; Told = [Collections.Generic.HashSet[string]]::new(); Found = ''; FoundVerdict = ''
    FoundPrefix = ''; FoundBin = ''; FoundName = ''; FoundFlavour = ''; OwnsDeactivate = $false
    Same = @(); Newer = @(); Exists = @(); Absent = @(); Dangling = @(); Warnings = @(); Hints = @(); Kept = $null
    Tool = @(); Version = ''; State = ''; Show = ''; Names = @(); Markers = @(); Ceilings = @(); Silence = @()
    Wrapper = $null; Action = $null; Busy = $false; Lent = [Collections.Generic.List[string[]]]::new(); Lenders = ':'; Early = $false
    Separator = [IO.Path]::PathSeparator; Windows = [IO.Path]::DirectorySeparatorChar -eq '\'; Modern = $PSVersionTable.PSVersion.Major -ge 7
  }
}

# == Settings ==========================================================================================================

$global:__autovenv.Tool = @('@EXECUTABLE@')

# Takes the settings, each `name=value`.
function global:__autovenv_configure([string[]] $words) {
  $s = $global:__autovenv
  $names = [Collections.Generic.List[string]]::new()
  $markers = [Collections.Generic.List[string]]::new()
  $ceilings = [Collections.Generic.List[string]]::new()
  $silence = [Collections.Generic.List[string]]::new()
  foreach ($word in $words) {
    # As a character: a text is looked for by the rules of a language, to which some characters are none.
    $at = $word.IndexOf([char] '=')
    $value = $word.Substring($at + 1)
    switch -CaseSensitive -Exact ($word.Substring(0, $at)) {
      'version' { $s.Version = $value }
      'state' { $s.State = $value }
      'prompt' { $s.Show = $value }
      'ceiling' { $ceilings.Add($value) }
      'silence' { $silence.Add($value) }
      'name' { $names.Add($value) }
      'marker' { $markers.Add($value) }
    }
  }
  $s.Names = $names.ToArray()
  $s.Markers = $markers.ToArray()
  $s.Ceilings = $ceilings.ToArray()
  $s.Silence = $silence.ToArray()
  # What another user keeps there is not believed. Windows keeps a profile private by itself.
  $s.State = __autovenv_localize $s.State
  if (-not $s.Windows -and [IO.Directory]::Exists($s.State)) {
    try { $owner = (Microsoft.PowerShell.Management\Get-Item -LiteralPath $s.State -Force).User } catch { $owner = '' }
    # A user without a name has none here either.
    if ($owner -and [Environment]::UserName -and $owner -cne [Environment]::UserName) { $s.State = '' }
  }
}

# == Messages ==========================================================================================================

# Prints a message, its kind first, once in this shell.
function global:__autovenv_say([string] $kind, [string] $level, [string] $what, [string] $why, [string] $hint) {
  $s = $global:__autovenv
  if ($s.Silence -ccontains $kind) { return }
  $text = "autovenv: ${level}: $what"
  if ($why) { $text += [Environment]::NewLine + "  why: $why" }
  if ($hint) { $text += [Environment]::NewLine + "  hint: $hint" }
  if ($s.Told.Add($text)) { [Console]::Error.WriteLine($text) }
}

# Makes a path fit for a message: home as ~, and nothing in it that a terminal obeys.
function global:__autovenv_tidy([string] $text) {
  if ($HOME -and ($text -ceq $HOME -or $text.StartsWith($HOME + [IO.Path]::DirectorySeparatorChar, [StringComparison]::Ordinal))) {
    $text = '~' + $text.Substring($HOME.Length)
  }
  return [regex]::Replace($text, '[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]', '?')
}

# == Records ===========================================================================================================

# Turns a path of a record, which has one form for all shells, into one of this system.
function global:__autovenv_localize([string] $file) {
  if (-not $global:__autovenv.Windows) { return $file }
  if ($file -cmatch '^/([a-z])(/.*|)$') { $file = $Matches[1].ToUpperInvariant() + ':' + $Matches[2] }
  elseif ($file.StartsWith('/')) { $file = '/' + $file }
  return $file.Replace('/', '\')
}

# Names the record of a directory.
function global:__autovenv_place([string] $directory) {
  $s = $global:__autovenv
  if ($s.Windows) {
    $directory = $directory.Replace('\', '/')
    if ($directory.Length -gt 1 -and $directory[1] -ceq ':') { $directory = '/' + $directory.Substring(0, 1).ToLowerInvariant() + $directory.Substring(2) }
    $directory = '/' + $directory.TrimStart('/')
  }
  return $s.State + '/at' + $directory.TrimEnd('/') + '/.autovenv-record'
}

# Reads the text of a record for a directory; false when it is torn, or when something it was made from has changed.
function global:__autovenv_read([string] $directory, [string] $record, [string] $text, [string] $fresh) {
  $s = $global:__autovenv
  $lines = $text.TrimEnd("`n").Split("`n")
  if (-not $lines[0].StartsWith('autovenv-record 2 ', [StringComparison]::Ordinal) -or $lines[$lines.Length - 1] -cne 'end') { return $false }
  $token = $lines[0].Substring(18)
  $stamp = $record.Substring(0, $record.Length - 6) + $token + '.'
  $base = $directory.TrimEnd('/', '\') + [IO.Path]::DirectorySeparatorChar
  $same = @(); $newer = @(); $exists = @(); $absent = @(); $dangling = @(); $missing = @(); $variables = @(); $warnings = @(); $hints = @()
  $verdict = ''; $flavour = ''; $prefix = ''; $bin = ''; $name = ''
  foreach ($line in $lines) {
    $at = $line.IndexOf([char] ' ')
    if ($at -lt 0) { continue }
    $word = $line.Substring(0, $at)
    $value = $line.Substring($at + 1)
    $late = $word -ceq 'moved'
    if ($late) {
      $at = $value.IndexOf([char] ' ')
      $word = $value.Substring(0, $at)
      $value = $value.Substring($at + 1)
    }
    $number = ''
    if ($word -ceq 'same') {
      $at = $value.IndexOf([char] ' ')
      $number = $value.Substring(0, $at)
      $value = $value.Substring($at + 1)
    }
    $file = $value
    if ($s.Windows) { $file = __autovenv_localize $value }
    if (-not $value.StartsWith('/', [StringComparison]::Ordinal)) { $file = $base + $file }
    $target = ''
    if ('same', 'newer', 'exists', 'runs', 'dangling' -ccontains $word -and ([IO.File]::Exists($file) -or [IO.Directory]::Exists($file))) {
      # Of a link .NET tells the link's own time, and that it is there though it leads nowhere.
      $link = $null
      $target = $file
      if ($s.Modern) { try { $link = [IO.File]::ResolveLinkTarget($file, $true) } catch { $target = '' } }
      if ($null -ne $link) {
        $target = $link.FullName
        # A relative link within a link is followed by its letters; a directory is told of truly.
        if (-not [IO.File]::Exists($target) -and -not [IO.Directory]::Exists($target)) {
          $target = ''
          if ([IO.Directory]::Exists($file)) { $target = $file }
        } elseif ('same', 'newer' -ccontains $word) {
          # That a link leads elsewhere shows in its own time.
          if ([IO.File]::GetLastWriteTimeUtc($file) -le [IO.File]::GetLastWriteTimeUtc($record)) { $newer += , @($file, $record) }
          elseif (-not $fresh) { return $false }
        }
      }
    }
    switch -CaseSensitive -Exact ($word) {
      'same' {
        if ($fresh -cne 'fresh' -and (-not $target -or -not [IO.File]::Exists($stamp + $number) -or [IO.File]::GetLastWriteTimeUtc($target) -ne [IO.File]::GetLastWriteTimeUtc($stamp + $number))) { return $false }
        if ($target) { $file = $target }
        $same += , @($file, ($stamp + $number))
      }
      'newer' {
        if ($fresh -cne 'fresh' -and -not $target) { return $false }
        if (-not $fresh -and [IO.File]::GetLastWriteTimeUtc($target) -gt [IO.File]::GetLastWriteTimeUtc($record)) { return $false }
        if ($target) { $file = $target }
        $newer += , @($file, $record)
      }
      { 'exists', 'runs' -ccontains $_ } {
        if ($fresh -cne 'fresh' -and -not $target) { return $false }
        $exists += $file
        if ($target -and -not $target.Equals($file)) { $exists += $target }
      }
      'absent' {
        if ($value -ceq '.' -and $fresh -ceq 'known') { break }
        if ($fresh -cne 'fresh' -and ([IO.File]::Exists($file) -or [IO.Directory]::Exists($file))) { return $false }
        if ($late) { $missing += $file } else { $absent += $file }
      }
      'dangling' {
        if ($fresh -cne 'fresh' -and ($target -or -not [IO.File]::Exists($file))) { return $false }
        $dangling += $file
      }
      'own' { }
      'leads' { }
      'set' { }
      'idle' { }
      'outer' { }
      'variable' {
        $at = $value.IndexOf([char] '=')
        if (-not $value.Substring($at + 1).Equals([string] [Environment]::GetEnvironmentVariable($value.Substring(0, $at)))) { return $false }
        $variables += , @($value.Substring(0, $at), $value.Substring($at + 1))
      }
      'verdict' { $verdict = $value }
      'flavour' { $flavour = $value }
      'prefix' { $prefix = $file }
      'bin' { $bin = $file }
      'name' { $name = $value }
      'warning' { $warnings += $value }
      'hint' { $hints += $value }
      # Of another version.
      default { if (-not $line.StartsWith('autovenv-record ', [StringComparison]::Ordinal)) { return $false } }
    }
  }
  # The first stamp is the sign that the record is current; what is compared with it shows that already.
  if ($token -cne '-' -and ($same.Length -eq 0 -or $same[0][1] -cne $stamp + '0')) { $exists += $stamp + '0' }
  if ($verdict -cne 'stop' -and $fresh -cne 'known' -and $token -cne '-' -and $warnings.Length -eq 0 -and $hints.Length -eq 0) {
    __autovenv_keep $directory @{
      Verdict = $verdict; Flavour = $flavour; Prefix = $prefix; Bin = $bin; Name = $name; Variables = $variables; Missing = $missing
      Same = $same; Newer = $newer; Exists = $exists; Absent = $absent; Dangling = $dangling
    }
  }
  $s.FoundVerdict = $verdict
  $s.FoundFlavour = $flavour
  $s.FoundPrefix = $prefix
  $s.FoundBin = $bin
  $s.FoundName = $name
  $s.Same += $same
  $s.Newer += $newer
  $s.Exists += $exists
  $s.Absent += $absent
  $s.Dangling += $dangling
  $s.Warnings += $warnings
  $s.Hints += $hints
  return $true
}

# Keeps what was read of a directory in the shell's memory.
function global:__autovenv_keep([string] $directory, [hashtable] $values) {
  $global:__autovenv.Kept[$directory] = $values
}

# Takes from memory what was read of a directory; false when something that its record was made from has changed.
function global:__autovenv_recall([string] $directory) {
  $s = $global:__autovenv
  $kept = $s.Kept[$directory]
  foreach ($pair in $kept.Variables) {
    if (-not $pair[1].Equals([string] [Environment]::GetEnvironmentVariable($pair[0]))) { return $false }
  }
  foreach ($file in $kept.Missing) { if ([IO.File]::Exists($file) -or [IO.Directory]::Exists($file)) { return $false } }
  $absent = $s.Absent
  $s.Same = $kept.Same; $s.Newer = $kept.Newer; $s.Exists = $kept.Exists; $s.Absent += $kept.Absent; $s.Dangling = $kept.Dangling
  if (__autovenv_changed) {
    $s.Same = @(); $s.Newer = @(); $s.Exists = @(); $s.Absent = $absent; $s.Dangling = @()
    return $false
  }
  $s.FoundVerdict = $kept.Verdict
  $s.FoundFlavour = $kept.Flavour
  $s.FoundPrefix = $kept.Prefix
  $s.FoundBin = $kept.Bin
  $s.FoundName = $kept.Name
  return $true
}

# Tells whether a path leads somewhere; .NET says so of a dangling link too.
function global:__autovenv_exists([string] $file) {
  if (-not [IO.File]::Exists($file) -and -not [IO.Directory]::Exists($file)) { return $false }
  if (-not $global:__autovenv.Modern) { return $true }
  try { $target = [IO.File]::ResolveLinkTarget($file, $true) } catch { return $false }
  return $null -eq $target -or [IO.File]::Exists($target.FullName) -or [IO.Directory]::Exists($target.FullName) -or [IO.Directory]::Exists($file)
}

# Reads the file of a record, if it is ours.
function global:__autovenv_load([string] $record) {
  if ($global:__autovenv.State -and [IO.File]::Exists($record)) { return [IO.File]::ReadAllText($record) }
  return ''
}

# Starts the resolver for a directory and reads what it prints.
function global:__autovenv_ask([string] $directory, [string] $record) {
  $s = $global:__autovenv
  try {
    $start = [Diagnostics.ProcessStartInfo]::new($s.Tool[0])
    $words = @($s.Tool[1..($s.Tool.Length - 1)]) + 'resolve' + $directory
    if (-not $s.Modern) {
      $start.Arguments = '"' + [string]::Join('" "', ($words -replace '(\\+)$', '$1$1')) + '"'
    } else {
      foreach ($word in $words) { $start.ArgumentList.Add($word) }
    }
    # .NET's own working directory does not follow `cd`, and may be gone.
    $start.WorkingDirectory = [IO.Path]::GetPathRoot($directory)
    $start.UseShellExecute = $false
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $true
    $start.StandardOutputEncoding = [Text.UTF8Encoding]::new($false)
    $process = [Diagnostics.Process]::Start($start)
    $process.StandardInput.Close()
    $errors = $process.StandardError.ReadToEndAsync()
    $text = $process.StandardOutput.ReadToEnd()
    $process.WaitForExit()
    $errors.Wait()
    if ($process.ExitCode -eq 0 -and (__autovenv_read $directory $record $text 'fresh')) { return $true }
  } catch { }
  __autovenv_say 'tool' 'warning' 'autovenv could not be started; only projects that it knows are activated' `
    "``$(__autovenv_tidy $s.Tool[0])`` is gone or fails" 'install autovenv again, then start a new shell'
  # A record that is out of date is better than none, as long as the environment in it is there and the same.
  $text = __autovenv_load $record
  return $text -and (__autovenv_read $directory $record $text 'known')
}

# Tells whether a directory holds a name that makes it worth a look.
function global:__autovenv_marked([string] $directory) {
  $s = $global:__autovenv
  $base = $directory.TrimEnd('/', '\') + [IO.Path]::DirectorySeparatorChar
  foreach ($name in $s.Names) { if ([IO.Directory]::Exists($base + $name) -or [IO.File]::Exists($base + $name)) { return $true } }
  foreach ($name in $s.Markers) { if ([IO.File]::Exists($base + $name) -or [IO.Directory]::Exists($base + $name)) { return $true } }
  return $false
}

# Walks up from the present directory to the first one with an environment.
function global:__autovenv_find([string] $here) {
  $s = $global:__autovenv
  $directory = $here
  $s.Same = @(); $s.Newer = @(); $s.Exists = @(); $s.Absent = @(); $s.Dangling = @(); $s.Warnings = @(); $s.Hints = @()
  $s.Found = ''
  while ($directory) {
    $s.FoundVerdict = ''
    # Only the first of a walk: of a second one, what a prompt looks at would have to be put together anew.
    $known = $null -ne $s.Kept[$directory] -and $s.Exists.Length -eq 0 -and $s.Same.Length -eq 0 -and (__autovenv_recall $directory)
    # As __autovenv_place and __autovenv_load: a call of a function costs more than what it does.
    $record = $s.State + '/at' + $directory.TrimEnd('/') + '/.autovenv-record'
    if ($s.Windows) { $record = __autovenv_place $directory }
    $text = ''
    if (-not $known -and $s.State -and [IO.File]::Exists($record)) { $text = [IO.File]::ReadAllText($record) }
    if ($text) {
      if (-not (__autovenv_read $directory $record $text '')) { [void] (__autovenv_ask $directory $record) }
    } elseif (-not $known -and (__autovenv_marked $directory)) {
      [void] (__autovenv_ask $directory $record)
    } elseif (-not $known -and $directory.Equals($here)) {
      $base = $directory.TrimEnd('/', '\') + [IO.Path]::DirectorySeparatorChar
      foreach ($name in $s.Names) { $s.Absent += $base + $name }
    }
    if ($s.FoundVerdict -ceq 'use' -or $s.FoundVerdict -ceq 'stop') {
      $s.Found = $directory
      return
    }
    if ($directory.Equals($HOME) -or $s.Ceilings -ccontains $directory) { return }
    $directory = [IO.Path]::GetDirectoryName($directory)
  }
}

# Tells whether a path that the last walk looked at has changed.
function global:__autovenv_changed {
  $s = $global:__autovenv
  foreach ($pair in $s.Same) {
    if ([IO.File]::GetLastWriteTimeUtc($pair[0]) -ne [IO.File]::GetLastWriteTimeUtc($pair[1])) { return $true }
  }
  foreach ($pair in $s.Newer) {
    $time = [IO.File]::GetLastWriteTimeUtc($pair[0])
    # 1601: it is gone.
    if ($time -gt [IO.File]::GetLastWriteTimeUtc($pair[1]) -or $time.Year -eq 1601) { return $true }
  }
  foreach ($file in $s.Exists) {
    if (-not [IO.File]::Exists($file) -and -not [IO.Directory]::Exists($file)) { return $true }
  }
  foreach ($file in $s.Absent) { if ([IO.Directory]::Exists($file) -or [IO.File]::Exists($file)) { return $true } }
  foreach ($file in $s.Dangling) { if (-not [IO.File]::Exists($file) -or (__autovenv_exists $file)) { return $true } }
  return $false
}

# == Environment =======================================================================================================

# Takes a directory out of a PATH.
function global:__autovenv_strip([string] $path, [string] $bin) {
  $s = $global:__autovenv
  $kept = [Collections.Generic.List[string]]::new([string[]] $path.Split($s.Separator))
  while ($kept.Remove($bin)) { }
  return [string]::Join($s.Separator, $kept)
}

# Makes of a PATH what it would be without us.
function global:__autovenv_clean([string] $path) {
  $s = $global:__autovenv
  if ($null -ne $s.OldPath -and $path.Equals($s.EnteredPath)) { return $s.OldPath }
  $text = "$($s.Separator)$path$($s.Separator)"
  $entered = "$($s.Separator)$($s.EnteredPath)$($s.Separator)"
  $at = $text.IndexOf($entered, [StringComparison]::Ordinal)
  if ($s.OldPath -and $at -ge 0) {
    # Nothing was changed but before and behind it.
    $text = $text.Remove($at + 1, $entered.Length - 2).Insert($at + 1, $s.OldPath)
    return $text.Substring(1, $text.Length - 2)
  }
  # The first is ours, others were put there by hand.
  $kept = [Collections.Generic.List[string]]::new([string[]] $path.Split($s.Separator))
  [void] $kept.Remove($s.Bin)
  if ($null -eq $env:__AUTOVENV_BETWEEN) { return [string]::Join($s.Separator, $kept) }
  # It was on PATH before we came: it goes back between the entries that it stood between.
  $between = $env:__AUTOVENV_BETWEEN.Split($s.Separator)
  $at = 0
  if ($between[0]) { $at = $kept.IndexOf($between[0]) + 1 }
  if ($at -eq 0) { $at = -1 }
  if ($at -lt 0 -and $between[$between.Length - 1]) { $at = $kept.IndexOf($between[$between.Length - 1]) }
  if ($at -lt 0) { $at = $kept.Count }
  $kept.Insert($at, $s.Bin)
  return [string]::Join($s.Separator, $kept)
}

# Gives a variable a value, exported, and keeps what it was before in __AUTOVENV_OLD_<name>.
function global:__autovenv_put([string] $name, [object] $value) {
  $old = [Environment]::GetEnvironmentVariable($name)
  # A plain $null would reach .NET as an empty text, and from 7.5 on as an empty variable.
  if ($null -eq $old) { $old = [NullString]::Value } else { $old = "=$old" }
  if ($null -eq $value) { $value = [NullString]::Value }
  [Environment]::SetEnvironmentVariable("__AUTOVENV_OLD_$name", $old)
  [Environment]::SetEnvironmentVariable($name, $value)
}

# Gives a variable back what it was before, unless the user has changed it since.
function global:__autovenv_restore([string] $name, [object] $value) {
  if ([Environment]::GetEnvironmentVariable($name) -ceq $value) {
    $old = [Environment]::GetEnvironmentVariable("__AUTOVENV_OLD_$name")
    # `-` marks what a shell had and did not export.
    if ($null -eq $old -or -not $old.StartsWith('=', [StringComparison]::Ordinal)) { $old = [NullString]::Value } else { $old = $old.Substring(1) }
    [Environment]::SetEnvironmentVariable($name, $old)
  }
  [Environment]::SetEnvironmentVariable("__AUTOVENV_OLD_$name", [NullString]::Value)
}

# Activates the environment that was found.
function global:__autovenv_enter {
  $s = $global:__autovenv
  # Empty first, set at the very end: what a Ctrl-C leaves half done is cleaned up like what a parent shell left.
  $s.Root = ''
  $s.Prefix = $s.FoundPrefix
  $s.Bin = $s.FoundBin
  $s.Name = $s.FoundName
  $s.Flavour = $s.FoundFlavour
  $env:__AUTOVENV_PREFIX = $s.Prefix
  $env:__AUTOVENV_BIN = $s.Bin
  if ($s.Flavour -ceq 'conda') {
    __autovenv_put 'CONDA_PREFIX' $s.Prefix
    __autovenv_put 'CONDA_DEFAULT_ENV' $s.Name
    __autovenv_put 'CONDA_PROMPT_MODIFIER' "($($s.Name)) "
  } else {
    __autovenv_put 'VIRTUAL_ENV' $s.Prefix
    __autovenv_put 'VIRTUAL_ENV_PROMPT' $s.Name
  }
  __autovenv_put 'PYTHONHOME' $null
  $old = [string] $env:PATH
  $s.OldPath = $env:PATH
  $s.OldHand = [string] $env:_OLD_VIRTUAL_PATH
  $env:__AUTOVENV_BETWEEN = $null
  $entries = [Collections.Generic.List[string]]::new([string[]] $old.Split($s.Separator))
  $at = $entries.IndexOf($s.Bin)
  if ($at -ge 0) {
    $previous = ''
    $next = ''
    if ($at -gt 0) { $previous = $entries[$at - 1] }
    if ($at + 1 -lt $entries.Count) { $next = $entries[$at + 1] }
    $env:__AUTOVENV_BETWEEN = $previous + $s.Separator + $next
    $old = __autovenv_strip $old $s.Bin
  }
  if ($old) { $env:PATH = $s.Bin + $s.Separator + $old } else { $env:PATH = $s.Bin }
  $s.EnteredPath = $env:PATH
  if ($null -eq ${function:global:deactivate}) {
    function global:deactivate([switch] $NonDestructive) { __autovenv_deactivate $NonDestructive }
    $s.OwnsDeactivate = $true
  }
  $s.Root = $s.Found
}

# Goes straight from one environment to the next, if all is as it was left.
function global:__autovenv_switch {
  $s = $global:__autovenv
  if (-not $s.Root -or $s.Flavour -cne 'venv' -or $s.FoundFlavour -cne 'venv' -or -not $s.OldPath -or -not $s.EnteredPath.Equals($env:PATH)) { return $false }
  if (-not $s.Prefix.Equals($env:VIRTUAL_ENV) -or -not $s.Name.Equals($env:VIRTUAL_ENV_PROMPT) -or $null -ne $env:PYTHONHOME) { return $false }
  if ($null -ne $env:__AUTOVENV_BETWEEN -or $s.OldPath.Split($s.Separator) -ccontains $s.FoundBin) { return $false }
  __autovenv_lend
  $s.Root = $s.Found
  $s.Prefix = $s.FoundPrefix
  $s.Bin = $s.FoundBin
  $s.Name = $s.FoundName
  $env:__AUTOVENV_PREFIX = $s.Prefix
  $env:__AUTOVENV_BIN = $s.Bin
  $env:VIRTUAL_ENV = $s.Prefix
  $env:VIRTUAL_ENV_PROMPT = $s.Name
  $env:PATH = $s.Bin + $s.Separator + $s.OldPath
  $s.EnteredPath = $env:PATH
  return $true
}

# Takes back what entering did.
function global:__autovenv_leave {
  $s = $global:__autovenv
  if (-not $s.Root) { return }
  if ($s.Flavour -ceq 'conda') {
    __autovenv_restore 'CONDA_PROMPT_MODIFIER' "($($s.Name)) "
    __autovenv_restore 'CONDA_DEFAULT_ENV' $s.Name
    __autovenv_restore 'CONDA_PREFIX' $s.Prefix
  } else {
    __autovenv_restore 'VIRTUAL_ENV_PROMPT' $s.Name
    __autovenv_restore 'VIRTUAL_ENV' $s.Prefix
  }
  __autovenv_restore 'PYTHONHOME' $null
  $env:PATH = __autovenv_clean ([string] $env:PATH)
  __autovenv_lend
  __autovenv_forget
}

# Forgets what is active, without touching it.
function global:__autovenv_forget {
  $s = $global:__autovenv
  $s.Root = ''
  $env:__AUTOVENV_PREFIX = $null
  $env:__AUTOVENV_BIN = $null
  $env:__AUTOVENV_BETWEEN = $null
  $s.OldPath = $null
  if ($s.OwnsDeactivate) {
    # The user may have made another one of it.
    if ("${function:global:deactivate}".Contains('__autovenv_deactivate')) { [void] $ExecutionContext.InvokeProvider.Item.Remove('Function:deactivate', $false) }
    $s.OwnsDeactivate = $false
  }
}

# Cleans up what a parent shell had activated; it is found again where it belongs.
function global:__autovenv_adopt {
  $s = $global:__autovenv
  if ($s.Root) { return }
  if ($null -ne $env:__AUTOVENV_PREFIX) {
    foreach ($commands in '/bin', '/Scripts', '\Scripts', '') {
      # Whoever made these variables, only an environment's own directory is taken off PATH.
      if ([string] $env:__AUTOVENV_BIN -cne $env:__AUTOVENV_PREFIX + $commands) { continue }
      $s.Prefix = $env:__AUTOVENV_PREFIX
      $s.Bin = $env:__AUTOVENV_BIN
      $s.Root = '/'
      $s.Flavour = 'venv'
      $s.Name = [string] $env:VIRTUAL_ENV_PROMPT
      if ($env:VIRTUAL_ENV -cne $s.Prefix -and $env:CONDA_PREFIX -ceq $s.Prefix) {
        $s.Flavour = 'conda'
        $s.Name = [string] $env:CONDA_DEFAULT_ENV
      }
      __autovenv_leave
      break
    }
  }
  $env:__AUTOVENV_PREFIX = $null
  $env:__AUTOVENV_BIN = $null
  $env:__AUTOVENV_BETWEEN = $null
}

# Notes an environment that is left while direnv or mise holds variables as they were with it: it is lent to them.
function global:__autovenv_lend {
  $s = $global:__autovenv
  if ("${env:DIRENV_DIFF}${env:__MISE_DIFF}" -and $null -eq $env:__AUTOVENV_BETWEEN) { $s.Lent.Add([string[]] @($s.Prefix, $s.Bin, $s.Name)) }
}

# Takes away what direnv (2.32) or mise (2026.9) has brought back. What is active is left, to be entered anew: first on PATH.
function global:__autovenv_recover {
  $s = $global:__autovenv
  $chosen = ''
  # Where they had none of theirs active, the one that is now has not come back: they have chosen it.
  if (-not $s.Hand -and "${env:DIRENV_DIFF}${env:__MISE_DIFF}") { $chosen = [string] $env:VIRTUAL_ENV }
  if ($s.Root -and $s.OldHand.Equals([string] $env:_OLD_VIRTUAL_PATH)) {
    # They may have put it there once more.
    $once = $null -ne $env:__AUTOVENV_BETWEEN
    __autovenv_leave
    if (-not $once) { $env:PATH = __autovenv_strip ([string] $env:PATH) $s.Bin }
  }
  # Nobody deactivated by hand what they took away.
  $s.Hand = ''
  foreach ($lent in $s.Lent) {
    if ($lent[0].Equals($chosen)) { continue }
    $env:PATH = __autovenv_strip ([string] $env:PATH) $lent[1]
    if ($lent[0].Equals($env:VIRTUAL_ENV)) { [Environment]::SetEnvironmentVariable('VIRTUAL_ENV', [NullString]::Value) }
    if ($lent[2].Equals($env:VIRTUAL_ENV_PROMPT) -and -not $env:VIRTUAL_ENV) { [Environment]::SetEnvironmentVariable('VIRTUAL_ENV_PROMPT', [NullString]::Value) }
  }
  if (-not "${env:DIRENV_DIFF}${env:__MISE_DIFF}") { $s.Lent.Clear() }
}

# == What the user did by hand =========================================================================================

# Notices an environment that was activated or deactivated by hand since the last look.
function global:__autovenv_reconcile {
  $s = $global:__autovenv
  $now = [string] $env:VIRTUAL_ENV
  if ($s.Root) {
    if ($s.Flavour -ceq 'conda') { $now = [string] $env:CONDA_PREFIX }
    # A parent shell may have left that variable: only one that came after us is of a script sourced over ours.
    if ($env:VIRTUAL_ENV -and -not $s.OldHand.Equals([string] $env:_OLD_VIRTUAL_PATH)) {
      __autovenv_yield
    } elseif (-not $now.Equals($s.Prefix)) {
      if (-not $now -or $s.Flavour -ceq 'conda') { $s.Held = $s.Root }
      __autovenv_leave
    } elseif (-not $s.Path) {
      # The rc file was read again, and may have made PATH anew: what is active is left, to be entered first on PATH.
      __autovenv_leave
    }
  } elseif ($s.Hand -and -not $now) {
    # It takes over again at the next entry, not under the user's hands.
    $s.Held = $s.Found
  }
}

# Gives way to an `activate` that was sourced over ours, so that its `deactivate` finds nothing of ours to bring back.
function global:__autovenv_yield {
  $s = $global:__autovenv
  $given = $s.Bin + $s.Separator + $env:_OLD_VIRTUAL_PATH
  $env:_OLD_VIRTUAL_PATH = __autovenv_clean $env:_OLD_VIRTUAL_PATH
  if ($null -ne $env:__AUTOVENV_OLD_PYTHONHOME) {
    # What the script has put aside itself was set after us.
    if (-not $env:_OLD_VIRTUAL_PYTHONHOME) { $env:_OLD_VIRTUAL_PYTHONHOME = $env:__AUTOVENV_OLD_PYTHONHOME.Substring(1) }
    $env:__AUTOVENV_OLD_PYTHONHOME = $null
  }
  $s.OwnsDeactivate = $false
  if (-not $s.Prefix.Equals($env:VIRTUAL_ENV)) {
    # Its name is the script's, also where it is the same.
    if ($s.Flavour -cne 'conda') { $s.Name = '' }
    __autovenv_leave
    return
  }
  # The same environment: what the script put first on PATH stays, ours goes.
  if ($given.Equals($env:PATH)) {
    $env:PATH = $s.Bin + $s.Separator + $env:_OLD_VIRTUAL_PATH
  } else {
    $entries = [Collections.Generic.List[string]]::new()
    foreach ($entry in $env:PATH.Split($s.Separator)) { if (-not $entry.Equals($s.Bin) -or -not $entries.Contains($entry)) { $entries.Add($entry) } }
    $env:PATH = [string]::Join($s.Separator, $entries)
  }
  $env:__AUTOVENV_OLD_VIRTUAL_ENV = $null
  $env:__AUTOVENV_OLD_VIRTUAL_ENV_PROMPT = $null
  __autovenv_forget
}

# == The wrong python ==================================================================================================

# Finds the first directory on PATH with a python.
function global:__autovenv_seek {
  $s = $global:__autovenv
  $python = 'python'
  if ($s.Windows) { $python = 'python.exe' }
  foreach ($entry in ([string] $env:PATH).Split($s.Separator)) {
    if ($entry -and [IO.File]::Exists($entry + [IO.Path]::DirectorySeparatorChar + $python)) { return $entry }
  }
  return ''
}

# Warns when `python` would run something from outside the project.
function global:__autovenv_check([string] $bin) {
  $s = $global:__autovenv
  $slash = [IO.Path]::DirectorySeparatorChar
  $own = [IO.File]::Exists("$bin${slash}python") -or [IO.File]::Exists("$bin${slash}python.exe")
  if (-not $own -and -not [IO.File]::Exists("$bin${slash}python3")) { return }
  if ($null -ne $alias:python) {
    __autovenv_say 'alias' 'warning' "``python`` is an alias for ``$(__autovenv_tidy $alias:python)``, outside this project" `
      'an alias comes before every directory on PATH' 'run `Remove-Item Alias:python`'
    return
  }
  if ($null -ne $function:python) {
    __autovenv_say 'alias' 'warning' '`python` is a function, not the interpreter of this project' `
      'a function comes before every directory on PATH' 'run `Remove-Item Function:python`'
    return
  }
  $entry = __autovenv_seek
  if (-not $entry -or $entry.Equals($bin) -or ($s.Windows -and $entry -ieq $bin)) { return }
  # Two ways to one directory: the script in it was written at one moment.
  if ([IO.File]::Exists("$entry${slash}activate") -and [IO.File]::GetLastWriteTimeUtc("$entry${slash}activate") -eq [IO.File]::GetLastWriteTimeUtc("$bin${slash}activate")) { return }
  $word = __autovenv_tidy $entry
  $python = "$word${slash}python"
  if ($s.Hand) {
    $hint = 'run `autovenv doctor`'
    # What a parent shell activated came without its function.
    if ($null -ne ${function:global:deactivate}) { $hint = 'run `deactivate`, then `autovenv on`' }
    __autovenv_say 'by-hand' 'warning' "``python`` is ``$python``, outside this project" `
      "``$(__autovenv_tidy $s.Hand)`` was activated by hand" $hint
    return
  }
  $base = $s.Found.TrimEnd('/', '\') + $slash
  $short = $bin
  if ($short.StartsWith($base, [StringComparison]::Ordinal)) { $short = $short.Substring($base.Length) }
  $short = __autovenv_tidy $short
  $hint = 'run `autovenv doctor`'
  $why = "``$short`` is not on PATH any more"
  if ($env:PATH.Split($s.Separator) -ccontains $bin) { $why = "``$word`` comes before ``$short`` on PATH" }
  if (-not $own) {
    $why = "``$short`` has a ``python3`` and no ``python``"
    $hint = 'run `python3`'
  }
  __autovenv_say 'path' 'warning' "``python`` is ``$python``, outside this project" $why $hint
}

# Prints what there is to say about the present directory.
function global:__autovenv_report {
  $s = $global:__autovenv
  # The usual case, as cheaply as can be: nothing.
  if ($s.Warnings.Length -eq 0 -and $s.Root -and $null -eq $alias:python -and $null -eq $function:python -and
    ([string] $env:PATH).StartsWith($s.Bin + $s.Separator, [StringComparison]::Ordinal) -and
    ([IO.File]::Exists($s.Bin + '/python') -or $s.Windows)) { return }
  foreach ($message in $s.Warnings) {
    $parts = $message.Split("`t")
    __autovenv_say 'record' 'warning' $parts[0] $parts[1] $parts[2]
  }
  if (-not $s.Found -and -not $s.Hand) {
    foreach ($message in $s.Hints) {
      $parts = $message.Split("`t")
      __autovenv_say 'record' 'note' $parts[0] $parts[1] $parts[2]
    }
  }
  if ($s.Root -or ($s.Hand -and -not $s.Early -and $s.FoundVerdict -ceq 'use')) { __autovenv_check $s.FoundBin }
}

# == Prompt ============================================================================================================

# Puts the environment's name before the prompt, or takes it away.
function global:__autovenv_decorate {
  if ([object]::ReferenceEquals(${function:global:prompt}, $global:__autovenv.Wrapper)) { return }
  # A wrapper keeps the prompt that it wraps to itself: `Activate.ps1` copies ours away and calls it from its own.
  $inner = ${function:global:prompt}
  # An earlier one of ours that `deactivate` has put back; else they would become more and more.
  if ("$inner".Contains('__autovenv_prompt')) {
    $global:__autovenv.Wrapper = $inner
    return
  }
  $global:__autovenv.Wrapper = {
    $ok = $?
    $s = $global:__autovenv
    # Of wrappers within wrappers only the outermost works.
    $outer = -not $s.Busy
    try {
      if ($outer) {
        $s.Busy = $true
        # The usual case, as cheaply as can be: a call of a function costs more than all of this.
        $same = $s.Here.Equals($global:PWD.ProviderPath) -and $s.Path.Equals([string] $env:PATH) -and $s.Venv.Equals("${env:VIRTUAL_ENV}:${env:CONDA_PREFIX}") -and $s.Dangling.Length -eq 0
        try {
          foreach ($pair in $s.Same) { if ([IO.File]::GetLastWriteTimeUtc($pair[0]) -ne [IO.File]::GetLastWriteTimeUtc($pair[1])) { $same = $false } }
          foreach ($pair in $s.Newer) {
            $time = [IO.File]::GetLastWriteTimeUtc($pair[0])
            if ($time -gt [IO.File]::GetLastWriteTimeUtc($pair[1]) -or $time.Year -eq 1601) { $same = $false }
          }
          foreach ($file in $s.Exists) { if (-not [IO.File]::Exists($file) -and -not [IO.Directory]::Exists($file)) { $same = $false } }
          foreach ($file in $s.Absent) { if ([IO.Directory]::Exists($file) -or [IO.File]::Exists($file)) { $same = $false } }
        } catch { $same = $false }
        if (-not $same) { __autovenv_prompt }
      }
      # The inner prompt sees false only if a statement failed just before it.
      if ($null -eq $inner) { $inner = { 'PS> ' } }
      if (-not $ok) { Microsoft.PowerShell.Utility\Write-Error '' -ErrorAction Ignore }
      $text = & $inner
    } finally { if ($outer) { $s.Busy = $false } }
    if (-not $outer -or -not $s.Root -or -not $s.Show -or $env:VIRTUAL_ENV_DISABLE_PROMPT) { return $text }
    # conda's own prompt has shown the variable that is ours then.
    if ($s.Flavour -ceq 'conda' -and "$inner".Contains('CONDA_PROMPT_MODIFIER')) { return $text }
    # The first thing that a prompt returns is shown, and PS> where that is nothing.
    $first = ''
    foreach ($thing in $text) { $first = "$thing"; break }
    if (-not $first) { $first = 'PS>' }
    "($($s.Name)) $first"
  }.GetNewClosure()
  ${function:global:prompt} = $global:__autovenv.Wrapper
}

# == Events ============================================================================================================

# Makes the shell what it should be in the present directory.
function global:__autovenv_update([string] $here) {
  $s = $global:__autovenv
  # Empty until this has run to its end: a Ctrl-C in the middle makes the next prompt look again.
  $s.Here = ''
  if (-not $s.Root -and ($null -ne $env:__AUTOVENV_PREFIX -or $null -ne $env:__AUTOVENV_BIN -or $null -ne $env:__AUTOVENV_BETWEEN)) { __autovenv_adopt }
  if (-not $s.Lenders.Equals("${env:DIRENV_DIFF}:${env:__MISE_DIFF}")) { __autovenv_recover }
  # As it was left at the last look: nothing was done by hand.
  if (-not $s.Path.Equals([string] $env:PATH) -or -not $s.Venv.Equals("${env:VIRTUAL_ENV}:${env:CONDA_PREFIX}")) { __autovenv_reconcile }
  $s.Hand = ''
  if ($env:VIRTUAL_ENV -and (-not $s.Root -or -not $s.Prefix.Equals($env:VIRTUAL_ENV))) {
    if ([IO.File]::Exists($env:VIRTUAL_ENV + [IO.Path]::DirectorySeparatorChar + 'pyvenv.cfg')) { $s.Hand = $env:VIRTUAL_ENV }
  }
  __autovenv_find $here
  # It may be deleted underfoot.
  if ($s.Hand) { $s.Exists += $s.Hand + [IO.Path]::DirectorySeparatorChar + 'pyvenv.cfg' }
  if (-not $s.Found.Equals($s.Held)) { $s.Held = '' }
  if ($s.FoundVerdict -cne 'use' -or $s.Off -or $s.Held -or $s.Hand) {
    __autovenv_leave
  } elseif (-not $s.Root -or -not $s.Prefix.Equals($s.FoundPrefix) -or -not $s.Bin.Equals($s.FoundBin) -or -not $s.Name.Equals($s.FoundName)) {
    if (-not (__autovenv_switch)) {
      __autovenv_leave
      __autovenv_enter
    }
  } else {
    $s.Root = $s.Found
  }
  if (-not $s.Off -and -not $s.Held) { __autovenv_report }
  __autovenv_remember $here
}

# Remembers what the shell looks like, to see at the next prompt whether it has changed.
function global:__autovenv_remember([string] $here) {
  $s = $global:__autovenv
  $s.Path = [string] $env:PATH
  $s.Venv = "${env:VIRTUAL_ENV}:${env:CONDA_PREFIX}"
  $s.Lenders = "${env:DIRENV_DIFF}:${env:__MISE_DIFF}"
  $s.Here = $here
}

# Looks whether anything has changed since the last look, and acts on it.
function global:__autovenv_look {
  $s = $global:__autovenv
  # In `Env:` or `HKLM:` what is active stays.
  if ($global:PWD.Provider.Name -cne 'FileSystem') { return }
  $here = $global:PWD.ProviderPath
  # By `-ceq` some characters would be none, and a letter that can be written in two ways the same.
  if (-not $s.Here.Equals($here) -or -not $s.Path.Equals([string] $env:PATH) -or -not $s.Venv.Equals("${env:VIRTUAL_ENV}:${env:CONDA_PREFIX}") -or (__autovenv_changed)) {
    __autovenv_update $here
  }
}

# Runs before every prompt.
function global:__autovenv_prompt {
  try {
    # zoxide (0.9) puts its own action in the place of all others.
    __autovenv_register $ExecutionContext.SessionState.InvokeCommand
    __autovenv_look
  } catch { $global:__autovenv.Here = '' }
}

# Runs after a change of directory.
function global:__autovenv_moved {
  # What leaves this is printed and makes the user's $? false.
  try {
    # direnv and mise may not have taken theirs away yet: of that the prompt judges.
    $global:__autovenv.Early = [bool] "${env:DIRENV_DIFF}${env:__MISE_DIFF}"
    __autovenv_look
    if ($global:__autovenv.Early -and $global:__autovenv.Hand) { $global:__autovenv.Here = '' }
    if (-not [object]::ReferenceEquals(${function:global:prompt}, $global:__autovenv.Wrapper)) { __autovenv_decorate }
  } catch { $global:__autovenv.Here = '' }
  $global:__autovenv.Early = $false
}

# == Commands ==========================================================================================================

# Takes the active environment off until the user leaves the project and comes back.
function global:__autovenv_deactivate([bool] $nondestructive) {
  $s = $global:__autovenv
  if (-not $nondestructive) { $s.Held = $s.Root }
  __autovenv_leave
  __autovenv_remember $s.Here
  if (-not $s.Held) { $s.Here = '' }
}

# Tells the doctor what only the shell itself can see: lines of a word and a value.
function global:__autovenv_gather {
  $s = $global:__autovenv
  $facts = [Collections.Generic.List[string]]::new()
  if ([object]::ReferenceEquals(${function:global:prompt}, $s.Wrapper)) { $facts.Add('registered yes') } else { $facts.Add('registered no') }
  foreach ($name in 'python', 'python3', 'pip', 'pip3', 'deactivate', 'conda', 'mamba', 'micromamba') {
    $alias = $ExecutionContext.InvokeCommand.GetCommand($name, 'Alias')
    if ($null -ne $alias) { $facts.Add("alias $name=$($alias.Definition)") }
    if ($null -ne $ExecutionContext.InvokeCommand.GetCommand($name, 'Function')) { $facts.Add("function $name") }
  }
  if ($s.Off) { $facts.Add('state off') }
  elseif ($s.Held) { $facts.Add('state held') }
  elseif ($s.Hand) { $facts.Add('state hand') }
  elseif ($s.Root) { $facts.Add('state active') }
  else { $facts.Add('state none') }
  return [string]::Join("`n", $facts)
}

# The command: `off` and `on` concern this shell, all else is the executable's.
function global:autovenv {
  $s = $global:__autovenv
  if ($args.Count -eq 1 -and 'off', 'on' -ccontains $args[0]) {
    $s.Off = ''
    if ($args[0] -ceq 'off') { $s.Off = '1' } else {
      $s.Held = ''
      $s.Hand = ''
      $s.Told.Clear()
    }
    $s.Here = ''
    __autovenv_prompt
    $global:LASTEXITCODE = 0
    return
  }
  $rest = $args
  if ($MyInvocation.Line -cmatch '(^|\s)--(\s|$)') {
    # The binder eats the first bare `--`; the typed line still has it.
    $tokens = $null
    $errors = $null
    $ast = [Management.Automation.Language.Parser]::ParseInput($MyInvocation.Line, [ref] $tokens, [ref] $errors)
    $column = $MyInvocation.OffsetInLine
    $call = $ast.Find({ param($node) $node -is [Management.Automation.Language.CommandAst] -and $node.Extent.StartColumnNumber -eq $column }, $true)
    if ($null -ne $call) {
      for ($at = 1; $at -lt $call.CommandElements.Count; $at++) {
        if ($call.CommandElements[$at].Extent.Text -ceq '--') {
          $rest = @($args | Microsoft.PowerShell.Utility\Select-Object -First ($at - 1)) + '--' + @($args | Microsoft.PowerShell.Utility\Select-Object -Skip ($at - 1))
          break
        }
      }
    }
  }
  $tool = $s.Tool[0]
  $words = @($s.Tool[1..($s.Tool.Length - 1)]) + $rest
  $env:__AUTOVENV_SHELL = 'powershell'
  $env:__AUTOVENV_HOOK = $s.Version
  if ($args.Count -gt 0 -and $args[0] -ceq 'doctor') { $env:__AUTOVENV_FACTS = __autovenv_gather }
  try {
    if ($MyInvocation.ExpectingInput) { $input | & $tool @words } else { & $tool @words }
  } finally {
    $env:__AUTOVENV_SHELL = $null
    $env:__AUTOVENV_HOOK = $null
    $env:__AUTOVENV_FACTS = $null
    $s.Here = ''
  }
}

# == Loading ===========================================================================================================

# Has the shell call us before every prompt and, where it can, after every change of directory.
function global:__autovenv_register([object] $commands) {
  $s = $global:__autovenv
  # Windows PowerShell 5.1 has no such action: there the prompt does it.
  if ($null -eq $commands.PSObject.Properties['LocationChangedAction']) { return }
  $present = $commands.LocationChangedAction
  if ($null -ne $s.Action -and $null -ne $present -and $present.GetInvocationList() -contains $s.Action) { return }
  if ($null -eq $s.Action) { $s.Action = [EventHandler[Management.Automation.LocationChangedEventArgs]] { __autovenv_moved } }
  $commands.LocationChangedAction = [Delegate]::Combine($present, $s.Action)
}

# Starts the hook in this shell, or starts it anew.
function global:__autovenv_start([string[]] $words, [object] $commands) {
  $s = $global:__autovenv
  __autovenv_configure $words
  $s.Here = ''
  $s.Path = ''
  # Case counts, and no rules of a language.
  $s.Kept = [Collections.Hashtable]::new([StringComparer]::Ordinal)
  __autovenv_register $commands
  __autovenv_decorate
}

__autovenv_start @('@SETTINGS@') $ExecutionContext.SessionState.InvokeCommand
