# autovenv: the right Python first in every shell. The hook for PowerShell 7.2 and later, and Windows PowerShell 5.1.
#
# The hook's state is one table in a constant, which `Remove-Variable *` leaves alone. What it holds, and who sets it
# (it is read by index: the first use of each property of an object would cost a start two milliseconds):
#   Tool, Version, State, Show, Names, Markers, Ceilings, Silence, Manual, Program   the settings (configure)
#   IsWithin, Alias   the profile loads us in a function; what `autovenv` is to stand for where it is not on PATH (start)
#   Root, Prefix, Bin, Also, Name, Flavour, Sets   what is active; Root is its project, empty while nothing is (enter, leave)
#   Old, OldPath, OldHand, EnteredPath       values from before; PATH before; what a script kept of it; PATH after (enter)
#   Between                                  the entries of PATH between which Bin stood before (enter)
#   Here, Path, Venv, Lenders                what the shell was like at the last look; Here is empty while one runs (remember)
#   Unlent                                   what direnv and mise say where they chose no environment (purge)
#   Found, FoundRecord                       the project that the last walk found, and its record (find)
#   Same .. Variables, Warnings .. Outers    what a prompt looks at, and what there is to say, of that walk (note, find)
#   Records, Empty                           memory: records by directory, and levels that hold nothing (parse, find)
#   Held, Off, Hand                          `deactivate` typed here; `autovenv off`; an environment by hand (by hand)
#   Asking                                   a directory that the resolver did not answer for (ask)
#   Elsewhere, Unkept                        where a record is kept that was not to be found where we look; the word for one that is not (ask)
#   Told, Waiting, Drawing                   messages that were printed, and that wait for the next prompt; whether a line is edited (say, label)
#   Facts, Hiding                            what the doctor was told; functions and aliases of `python` by then (gather)
#   Inner, Action                            the user's own prompt as it was drawn last; the location action (label, register)
# Names of local variables begin with `av`: those of a user that are read-only or AllScope would be ours, too.

# == Loading, first part ===============================================================================================

# Not by New-Variable: that loads a module, which takes as long as all the rest.
if (-not $ExecutionContext.SessionState.PSVariable.Get('global:__autovenv')) {
  $avVariable = [Management.Automation.PSVariable]::new('__autovenv', @{
      Tool = @(); Version = ''; State = ''; Show = ''; Names = @(); Markers = @(); Ceilings = @(); Silence = @(); Manual = ''; Program = ''; Alias = ''; IsWithin = $false
      Root = ''; Prefix = ''; Bin = ''; Also = @(); Name = ''; Flavour = ''; Sets = @(); Old = @{}; OldPath = $null; OldHand = $null; EnteredPath = ''; Between = $null
      Here = ''; Path = ''; Venv = ''; Lenders = ':'; Unlent = ''; Found = ''; FoundRecord = $null
      Same = @(); Newer = @(); Exists = @(); Absent = @(); Times = @(); Other = @(); Variables = @(); Warnings = @(); Hints = @(); Outers = @()
      Records = $null; Empty = $null; Held = ''; Off = ''; Hand = ''; Asking = ''; Elsewhere = ''; Unkept = @(); OwnsDeactivate = $false; Early = $false
      Told = [Collections.Generic.HashSet[string]]::new(); Waiting = [Collections.Generic.List[string]]::new(); Drawing = $false; Facts = ''; Hiding = @($null, $null, $null, $null)
      Inner = $null; Action = $null; Stat = $null; Fields = @{}; User = [uint32] 0; Base = ''
      Separator = [string] [IO.Path]::PathSeparator; Slash = [string] [IO.Path]::DirectorySeparatorChar
      Windows = [IO.Path]::DirectorySeparatorChar -eq '\'; Case = [StringComparison]::Ordinal; Modern = $PSVersionTable.PSVersion.Major -ge 7
    }, [Management.Automation.ScopedItemOptions]::Constant)
  $ExecutionContext.SessionState.PSVariable.Set($avVariable)
  # In a function of the profile's it went no further than that.
  if (-not $ExecutionContext.SessionState.PSVariable.Get('global:__autovenv')) {
    $ExecutionContext.SessionState.PSVariable.Set([Management.Automation.PSVariable]::new('global:__autovenv', $avVariable.Value, 'Constant'))
    $avVariable.Value['IsWithin'] = $true
  }
  $ExecutionContext.SessionState.PSVariable.Remove('avVariable')
}

$global:__autovenv['Tool'] = @('@EXECUTABLE@')

# Finds .NET's own way to the owner of a file, which is not public: without it owners are not told apart.
function global:__autovenv_identify {
  $avS = $global:__autovenv
  if ($avS['Windows'] -or $null -ne $avS['Stat']) { return }
  try {
    $avSystem = [object].Assembly.GetType('Interop+Sys')
    $avKind = [Reflection.BindingFlags] 'Static, NonPublic'
    $avStat = $avSystem.GetMethod('Stat', $avKind, $null, [type[]] @([string], $avSystem.GetNestedType('FileStatus', 'NonPublic').MakeByRefType()), $null)
    # What it fills in is not public either: its fields are asked one by one.
    foreach ($avName in 'Uid', 'Mode', 'Size', 'Dev', 'Ino') { $avS['Fields'][$avName] = $avSystem.GetNestedType('FileStatus', 'NonPublic').GetField($avName, [Reflection.BindingFlags] 'Instance, NonPublic') }
    $avS['User'] = [uint32] $avSystem.GetMethod('GetEUid', $avKind).Invoke($null, $null)
    if ($avS['Fields']['Uid']) { $avS['Stat'] = $avStat }
  } catch { $avS['Stat'] = $null }
}

# Tells whether a file is there and belongs to the user.
function global:__autovenv_owns([string] $avFile) {
  $avS = $global:__autovenv
  if ($null -eq $avS['Stat']) { return [IO.File]::Exists($avFile) -or [IO.Directory]::Exists($avFile) }
  $avGiven = [object[]] @($avFile, $null)
  return $avS['Stat'].Invoke($null, $avGiven) -eq 0 -and $avS['Fields']['Uid'].GetValue($avGiven[1]) -eq $avS['User']
}

# == Records ===========================================================================================================

# Turns a path of a record, which has one form for all shells, into one of this system.
function global:__autovenv_localize([string] $avFile) {
  if (-not $global:__autovenv['Windows']) { return $avFile }
  if ($avFile -cmatch '^/([a-z])(/.*|)$') { $avFile = $Matches[1].ToUpperInvariant() + ':' + $Matches[2] }
  return $avFile.Replace('/', '\')
}

# Writes a path of Windows in the one form by which two are compared but for their letters' case.
function global:__autovenv_fold([string] $avFile) {
  $avFile = $avFile.Replace('/', '\')
  if ($avFile.StartsWith('\\?\UNC\', [StringComparison]::OrdinalIgnoreCase)) { $avFile = '\\' + $avFile.Substring(8) }
  elseif ($avFile.StartsWith('\\?\', [StringComparison]::Ordinal)) { $avFile = $avFile.Substring(4) }
  return $avFile.TrimEnd('\')
}

# Names the record of a directory.
function global:__autovenv_mirror([string] $avDirectory) {
  $avS = $global:__autovenv
  if ($avS['Windows']) {
    $avDirectory = (__autovenv_fold $avDirectory).Replace('\', '/')
    if ($avDirectory.Length -gt 1 -and $avDirectory[1] -ceq ':') { $avDirectory = '/' + $avDirectory.Substring(0, 1).ToLowerInvariant() + $avDirectory.Substring(2) }
    # A server with a name of one letter is no drive.
    else { $avDirectory = $avDirectory -creplace '^//([^/])(?=/|$)', '/$1$$' -creplace '^//', '/' }
  }
  return $avS['State'] + '/at' + $avDirectory.TrimEnd('/') + '/.autovenv-record'
}

# Reads the file of a record, if it is the user's and no larger than a record can be.
function global:__autovenv_load([string] $avRecord) {
  $avS = $global:__autovenv
  if (-not $avS['State'] -or -not [IO.File]::Exists($avRecord)) { return '' }
  if ($null -ne $avS['Stat']) {
    $avGiven = [object[]] @($avRecord, $null)
    # A regular file, as the mode says: a FIFO would wait for its writer.
    if ($avS['Stat'].Invoke($null, $avGiven) -ne 0 -or $avS['Fields']['Uid'].GetValue($avGiven[1]) -ne $avS['User'] -or ($avS['Fields']['Mode'].GetValue($avGiven[1]) -band 0xF000) -ne 0x8000 -or $avS['Fields']['Size'].GetValue($avGiven[1]) -gt 4194304) { return '' }
  }
  return [IO.File]::ReadAllText($avRecord)
}

# Takes the lines of a record apart; false when it is torn or of another version.
function global:__autovenv_parse([string] $avDirectory, [string] $avRecord, [string] $avText) {
  $avS = $global:__autovenv
  $avLines = $avText.TrimEnd("`n").Split("`n")
  if (-not $avLines[0].StartsWith('autovenv-record 2 ', [StringComparison]::Ordinal) -or $avLines[$avLines.Length - 1] -cne 'end') { return }
  $avToken = $avLines[0].Substring(18)
  $avStamp = $avRecord.Substring(0, $avRecord.Length - 6) + $avToken + '.'
  $avBase = $avDirectory.TrimEnd('/', '\') + $avS['Slash']
  $avMade = @{
    Record = $avRecord; Stamp = $avStamp + '0'; Stored = $avToken -cne '-'; Verdict = ''; Flavour = ''; Prefix = ''; Bin = ''; Also = @(); Name = ''; Sets = @()
    Same = @(); Newer = @(); Exists = @(); Absent = @(); Times = @(); Other = @(); Late = @(); Variables = @(); Warnings = @(); Hints = @(); Outers = @()
  }
  foreach ($avLine in $avLines) {
    $avAt = $avLine.IndexOf([char] ' ')
    if ($avAt -lt 0) { continue }
    $avWord = $avLine.Substring(0, $avAt)
    $avValue = $avLine.Substring($avAt + 1)
    $avIsLate = $avWord -ceq 'moved'
    if ($avIsLate) {
      $avAt = $avValue.IndexOf([char] ' ')
      $avWord = $avValue.Substring(0, $avAt)
      $avValue = $avValue.Substring($avAt + 1)
    }
    $avMore = ''
    if ($avWord -ceq 'same') {
      $avAt = $avValue.IndexOf([char] ' ')
      $avMore = $avStamp + $avValue.Substring(0, $avAt)
      $avValue = $avValue.Substring($avAt + 1)
    } elseif ($avWord -ceq 'leads') {
      $avAt = $avValue.IndexOf([char] "`t")
      $avMore = $avValue.Substring($avAt + 1)
      if (-not $avMore.StartsWith('/', [StringComparison]::Ordinal)) { $avMore = $avBase + $avMore }
      $avMore = __autovenv_localize $avMore
      $avValue = $avValue.Substring(0, $avAt)
    } elseif ($avWord -ceq 'newer') { $avMore = $avRecord }
    $avFile = $avValue
    if ($avS['Windows']) { $avFile = __autovenv_localize $avValue }
    if (-not $avValue.StartsWith('/', [StringComparison]::Ordinal)) { $avFile = $avBase + $avFile }
    switch -CaseSensitive -Exact ($avWord) {
      'autovenv-record' { }
      'kept' {
        $avRecord = $avFile + $avS['Slash'] + '.autovenv-record'
        $avStamp = $avRecord.Substring(0, $avRecord.Length - 6) + $avToken + '.'
        $avMade['Record'] = $avRecord
        $avMade['Stamp'] = $avStamp + '0'
      }
      'verdict' { $avMade['Verdict'] = $avValue }
      'flavour' { $avMade['Flavour'] = $avValue }
      'prefix' { $avMade['Prefix'] = $avFile }
      'bin' { $avMade['Bin'] = $avFile }
      'also' { $avMade['Also'] += $avFile }
      'name' { $avMade['Name'] = $avValue }
      'set' { $avMade['Sets'] += $avValue }
      'variable' { $avMade['Variables'] += , @($avValue.Substring(0, $avValue.IndexOf([char] '=')), $avValue.Substring($avValue.IndexOf([char] '=') + 1)) }
      'warning' { $avMade['Warnings'] += $avValue }
      'hint' { $avMade['Hints'] += $avValue }
      'outer' { $avMade['Outers'] += $avValue }
      { 'same', 'newer', 'exists', 'absent', 'dangling', 'own', 'leads', 'runs', 'idle' -ccontains $_ } {
        $avLook = @($avWord, $avFile, $avMore)
        if ($avIsLate) { $avMade['Late'] += , $avLook; break }
        # Of a link .NET tells the link's own time, and that it is there though it leads nowhere.
        $avTarget = __autovenv_target $avFile
        if ($avWord -ceq 'newer' -and -not $avTarget.Equals($avFile)) { $avMade['Late'] += , @('leads', $avFile, $avTarget) }
        switch -CaseSensitive -Exact ($avWord) {
          'same' { $avMade['Same'] += , @($avTarget, $avMore) }
          'newer' { $avMade['Newer'] += , @($avTarget, $avMore) }
          'exists' {
            $avMade['Exists'] += $avFile
            if (-not $avTarget.Equals($avFile)) { $avMade['Exists'] += $avTarget }
          }
          'absent' { $avMade['Absent'] += $avFile }
          default { $avMade['Other'] += , $avLook }
        }
      }
      default { return }
    }
  }
  # A path with bytes that are no UTF-8 comes out as another one, which somebody may have made.
  if ($avMade['Verdict'] -ceq 'use' -and (-not $avMade['Bin'] -or -not $avMade['Prefix'] -or "$($avMade['Bin'])$($avMade['Prefix'])".Contains([string] [char] 0xFFFD))) {
    $avMade['Verdict'] = 'stop'
    $avMade['Warnings'] += "``$(__autovenv_tidy $avMade['Prefix'])`` cannot be activated`tits path is not UTF-8, the only text that PowerShell has for one`trename the directory"
  }
  if ($avMade['Flavour'] -ceq 'conda' -and -not ("$($avMade['Sets'])".Contains('CONDA_DEFAULT_ENV='))) {
    $avMade['Sets'] += "CONDA_DEFAULT_ENV=$($avMade['Name'])", "CONDA_PROMPT_MODIFIER=($($avMade['Name'])) "
  }
  # Stamp 0 goes when the record is replaced; what is compared with it shows that already.
  if ($avMade['Stored'] -and ($avMade['Same'].Length -eq 0 -or $avMade['Same'][0][1] -cne $avStamp + '0')) { $avMade['Exists'] += $avStamp + '0' }
  return $avMade
}

# Tells where a path leads to; itself where it is no link, and where that cannot be told.
function global:__autovenv_target([string] $avFile) {
  if (-not $global:__autovenv['Modern']) { return $avFile }
  try {
    $avLink = [IO.File]::ResolveLinkTarget($avFile, $true)
    if ($null -ne $avLink -and ([IO.File]::Exists($avLink.FullName) -or [IO.Directory]::Exists($avLink.FullName))) { return $avLink.FullName }
  } catch { return $avFile }
  return $avFile
}

# Tells whether all is still so that the record was made from.
function global:__autovenv_holds([object] $avMade, [bool] $avLate) {
  # With `late` also what is looked at after a move only. What cannot be reached has changed.
  try {
    foreach ($avPair in $avMade['Variables']) {
      if (-not $avPair[1].Equals([string] [Environment]::GetEnvironmentVariable($avPair[0]))) { return $false }
    }
    foreach ($avPair in $avMade['Same']) {
      $avTime = [IO.File]::GetLastWriteTimeUtc($avPair[0])
      if ($avTime.Year -eq 1601 -or $avTime -ne [IO.File]::GetLastWriteTimeUtc($avPair[1])) { return $false }
    }
    foreach ($avPair in $avMade['Newer']) {
      $avTime = [IO.File]::GetLastWriteTimeUtc($avPair[0])
      # 1601: it is gone.
      if ($avTime -gt [IO.File]::GetLastWriteTimeUtc($avPair[1]) -or $avTime.Year -eq 1601) { return $false }
    }
    foreach ($avFile in $avMade['Exists']) { if (-not [IO.File]::Exists($avFile) -and -not [IO.Directory]::Exists($avFile)) { return $false } }
    foreach ($avFile in $avMade['Absent']) { if ([IO.Directory]::Exists($avFile) -or [IO.File]::Exists($avFile)) { return $false } }
    foreach ($avPair in $avMade['Times']) { if ([IO.File]::GetLastWriteTimeUtc($avPair[0]) -ne $avPair[1]) { return $false } }
    foreach ($avLook in $avMade['Other']) { if (-not (__autovenv_sees $avLook)) { return $false } }
    if ($avLate) { foreach ($avLook in $avMade['Late']) { if (-not (__autovenv_sees $avLook)) { return $false } } }
  } catch { return $false }
  return $true
}

# Makes one look of the rarer kinds, or one after a move: a word, a file, and what it is compared with.
function global:__autovenv_sees([object[]] $avLook) {
  $avS = $global:__autovenv
  $avFile = $avLook[1]
  $avThere = [IO.File]::Exists($avFile) -or [IO.Directory]::Exists($avFile)
  switch -CaseSensitive -Exact ($avLook[0]) {
    'absent' { return -not $avThere }
    'exists' { return __autovenv_exists $avFile }
    'own' { return __autovenv_owns $avFile }
    'leads' {
      # .NET before 6 does not tell what a link leads to.
      if ($avS['Windows'] -and -not $avS['Modern']) { return $avThere }
      return __autovenv_same $avFile $avLook[2]
    }
    'dangling' { return $avThere -and -not (__autovenv_exists $avFile) }
    'same' { return $avThere -and [IO.File]::Exists($avLook[2]) -and [IO.File]::GetLastWriteTimeUtc((__autovenv_target $avFile)) -eq [IO.File]::GetLastWriteTimeUtc($avLook[2]) }
    'newer' { return $avThere -and [IO.File]::GetLastWriteTimeUtc((__autovenv_target $avFile)) -le [IO.File]::GetLastWriteTimeUtc($avLook[2]) }
    { $_ -ceq 'runs' -or $_ -ceq 'idle' } {
      if ($avS['Windows'] -or $null -eq $avS['Stat']) { return $_ -ceq 'idle' -or (__autovenv_exists $avFile) }
      $avGiven = [object[]] @($avFile, $null)
      $avRuns = $avS['Stat'].Invoke($null, $avGiven) -eq 0 -and ($avS['Fields']['Mode'].GetValue($avGiven[1]) -band 0xF049) -gt 0x8000
      return $avRuns -eq ($_ -ceq 'runs')
    }
  }
  return $false
}

# Tells whether a path leads somewhere; .NET says so of a dangling link too.
function global:__autovenv_exists([string] $avFile) {
  $avS = $global:__autovenv
  # By this a link that leads to itself is no error, which would stand in $Error.
  if ($null -ne $avS['Stat']) { return $avS['Stat'].Invoke($null, [object[]] @($avFile, $null)) -eq 0 }
  if (-not [IO.File]::Exists($avFile) -and -not [IO.Directory]::Exists($avFile)) { return $false }
  if (-not $avS['Modern']) { return $true }
  try { $avLink = [IO.File]::ResolveLinkTarget($avFile, $true) } catch { return $false }
  return $null -eq $avLink -or [IO.File]::Exists($avLink.FullName) -or [IO.Directory]::Exists($avLink.FullName) -or [IO.Directory]::Exists($avFile)
}

# Tells whether two paths lead to the same thing.
function global:__autovenv_same([string] $avOne, [string] $avOther) {
  $avS = $global:__autovenv
  if (-not $avOne -or -not $avOther) { return $false }
  if ($avS['Windows']) {
    if ((__autovenv_fold $avOne).Equals((__autovenv_fold $avOther), $avS['Case'])) { return $true }
    return (__autovenv_fold (__autovenv_target $avOne)).Equals((__autovenv_fold (__autovenv_target $avOther)), $avS['Case'])
  }
  if ($null -eq $avS['Stat']) { return (__autovenv_target $avOne).Equals((__autovenv_target $avOther)) }
  $avFirst = [object[]] @($avOne, $null)
  $avSecond = [object[]] @($avOther, $null)
  if ($avS['Stat'].Invoke($null, $avFirst) -ne 0 -or $avS['Stat'].Invoke($null, $avSecond) -ne 0) { return $false }
  return $avS['Fields']['Dev'].GetValue($avFirst[1]) -eq $avS['Fields']['Dev'].GetValue($avSecond[1]) -and $avS['Fields']['Ino'].GetValue($avFirst[1]) -eq $avS['Fields']['Ino'].GetValue($avSecond[1])
}

# Notes what a prompt must look at for a record that counts, and what it has to say.
function global:__autovenv_note([object] $avMade) {
  $avS = $global:__autovenv
  if ($avS['Same'].Length -eq 0 -and $avS['Newer'].Length -eq 0) { $avS['Same'] = $avMade['Same']; $avS['Newer'] = $avMade['Newer'] } else { $avS['Same'] += $avMade['Same']; $avS['Newer'] += $avMade['Newer'] }
  $avS['Exists'] += $avMade['Exists']
  $avS['Absent'] += $avMade['Absent']
  $avS['Other'] += $avMade['Other']
  $avS['Variables'] += $avMade['Variables']
  $avS['Warnings'] += $avMade['Warnings']
  $avS['Hints'] += $avMade['Hints']
  $avS['Outers'] += $avMade['Outers']
}

# Starts the resolver for a directory and takes what it prints.
function global:__autovenv_ask([string] $avDirectory, [string] $avRecord) {
  $avS = $global:__autovenv
  $avStale = $null
  if (-not $avS['Asking'].Equals($avDirectory)) {
    # Set until there is an answer: after a Ctrl-C it says what not to ask again.
    $avS['Asking'] = $avDirectory
    $avProcess = $null
    try {
      $avStart = [Diagnostics.ProcessStartInfo]::new($avS['Tool'][0])
      $avWords = @($avS['Tool'][1..($avS['Tool'].Length - 1)]) + 'resolve' + $avS['Unkept'] + $avDirectory
      if (-not $avS['Modern']) {
        $avStart.Arguments = '"' + [string]::Join('" "', ($avWords -replace '(\\+)$', '$1$1')) + '"'
      } else {
        foreach ($avWord in $avWords) { $avStart.ArgumentList.Add($avWord) }
      }
      # .NET's own working directory does not follow `cd`, and may be gone.
      $avStart.WorkingDirectory = [IO.Path]::GetPathRoot($avDirectory)
      $avStart.UseShellExecute = $false
      $avStart.RedirectStandardInput = $true
      $avStart.RedirectStandardOutput = $true
      $avStart.RedirectStandardError = $true
      $avStart.StandardOutputEncoding = [Text.UTF8Encoding]::new($false)
      $avProcess = [Diagnostics.Process]::Start($avStart)
      $avProcess.StandardInput.Close()
      $avErrors = $avProcess.StandardError.ReadToEndAsync()
      $avOutput = $avProcess.StandardOutput.ReadToEndAsync()
      # In slices: what waits in one piece cannot be interrupted.
      for ($avCount = 0; $avCount -lt 600 -and -not $avOutput.Wait(20); $avCount++) { }
      if ($avOutput.IsCompleted -and $avProcess.WaitForExit(1000) -and $avProcess.ExitCode -eq 0) {
        $avMade = __autovenv_parse $avDirectory $avRecord $avOutput.Result
        if ($null -ne $avMade) {
          $avS['Asking'] = ''
          if ($avMade['Stored'] -and -not $avS['Unkept'] -and -not [IO.File]::Exists($avMade['Record']) -and -not [IO.File]::Exists($avMade['Stamp'])) {
            # What is kept there cannot be seen from here (paths longer than 5.1 can read): one is asked for that need not be.
            $avS['Unkept'] = '--unkept'
            return __autovenv_ask $avDirectory $avRecord
          }
          if ($avMade['Stored'] -and -not $avS['Elsewhere'] -and -not (__autovenv_same $avMade['Record'] $avRecord)) {
            $avS['Elsewhere'] = [IO.Path]::GetDirectoryName($avMade['Record'])
            __autovenv_say 'elsewhere' 'note' 'what autovenv finds out is not kept where this shell looks' "it is in ``$(__autovenv_tidy $avS['Elsewhere'])``" 'run `autovenv doctor state`'
          }
          return $avMade
        }
      }
    } catch { $avStale = $null } finally {
      # Also after a Ctrl-C.
      if ($null -ne $avProcess) { try { if (-not $avProcess.HasExited) { $avProcess.Kill() } } catch { $avStale = $null } }
    }
  }
  if ([IO.File]::Exists($avS['Tool'][0])) {
    __autovenv_say 'tool' 'warning' "``$(__autovenv_tidy $avDirectory)`` could not be looked at" 'autovenv got no answer, or was interrupted' 'leave it and come back, or run `autovenv on`'
  } else {
    __autovenv_say 'tool' 'warning' 'autovenv could not be started; only projects that it knows are activated' `
      "``$(__autovenv_tidy $avS['Tool'][0])`` is gone or fails" 'install autovenv again, then start a new shell'
  }
  # A record that is out of date is better than none, as long as the environment in it is there, the same, and the user's.
  $avText = __autovenv_load $avRecord
  if (-not $avText) { return }
  $avStale = __autovenv_parse $avDirectory $avRecord $avText
  if ($null -eq $avStale) { return }
  $avKept = $avStale['Newer']
  $avStale['Newer'] = @()
  $avStale['Absent'] = @($avStale['Absent'] | Microsoft.PowerShell.Core\Where-Object { -not $_.EndsWith("$($avS['Slash']).") })
  $avStale['Late'] = @($avStale['Late'] | Microsoft.PowerShell.Core\Where-Object { $_[0] -cne 'newer' -and $_[0] -cne 'same' })
  if (-not (__autovenv_holds $avStale $true)) { return }
  foreach ($avPair in $avKept) { if (-not (__autovenv_exists $avPair[0])) { return } }
  return $avStale
}

# Tells whether a directory holds a name that makes it worth a look.
function global:__autovenv_marked([string] $avDirectory) {
  $avS = $global:__autovenv
  $avBase = $avDirectory.TrimEnd('/', '\') + $avS['Slash']
  foreach ($avName in $avS['Names']) { if ([IO.Directory]::Exists($avBase + $avName) -or [IO.File]::Exists($avBase + $avName)) { return $true } }
  foreach ($avName in $avS['Markers']) { if ([IO.File]::Exists($avBase + $avName) -or [IO.Directory]::Exists($avBase + $avName)) { return $true } }
  return $false
}

# Tells when something was changed last. Of what changed a moment ago that is no time: it may change again within the same tick of the clock.
function global:__autovenv_time([string] $avFile) {
  try {
    $avTime = [IO.File]::GetLastWriteTimeUtc($avFile)
    if (([DateTime]::UtcNow - $avTime).TotalMilliseconds -gt 50) { return $avTime }
  } catch { return [DateTime]::MinValue }
  return [DateTime]::MinValue
}

# Walks up from the present directory to the first one with an environment.
function global:__autovenv_find([string] $avHere) {
  $avS = $global:__autovenv
  $avS['Same'] = @(); $avS['Newer'] = @(); $avS['Exists'] = @(); $avS['Absent'] = @(); $avS['Times'] = @(); $avS['Other'] = @(); $avS['Variables'] = @()
  $avS['Warnings'] = @(); $avS['Hints'] = @(); $avS['Outers'] = @()
  $avS['Found'] = ''
  $avS['FoundRecord'] = $null
  if ($avS['Base']) { $avS['Absent'] += $avS['Base'] + '.request' }
  # Written when a directory without a marker gets a record.
  if ($avS['State']) { $avS['Times'] += , @("$($avS['State'])/news", (__autovenv_time "$($avS['State'])/news")) }
  # The root of a drive of one's own (`New-PSDrive`) is told with a separator behind it.
  $avDirectory = $avHere.TrimEnd($avS['Slash'])
  if (-not $avDirectory -or ($avS['Windows'] -and $avDirectory.Length -eq 2)) { $avDirectory = $avHere }
  $avLevel = 0
  while ($avDirectory) {
    # As __autovenv_mirror: a call of a function costs more than what it does.
    $avRecord = $avS['State'] + '/at' + $avDirectory.TrimEnd('/') + '/.autovenv-record'
    if ($avS['Windows']) { $avRecord = __autovenv_mirror $avDirectory }
    $avMade = $avS['Records'][$avDirectory]
    if ($null -ne $avMade -and -not (__autovenv_holds $avMade $true)) { $avMade = $null }
    if ($null -eq $avMade) {
      $avIsThere = $avS['State'] -and [IO.File]::Exists($avRecord)
      # That a level holds nothing is remembered with its time: a name that is made there changes it.
      $avTime = __autovenv_time $avDirectory
      if ($avIsThere) {
        $avText = ''
        try { $avText = __autovenv_load $avRecord } catch { $avText = '' }
        if ($avText) { try { $avMade = __autovenv_parse $avDirectory $avRecord $avText } catch { $avMade = $null } }
        if ($null -eq $avMade -or -not (__autovenv_holds $avMade $true)) { $avMade = __autovenv_ask $avDirectory $avRecord }
      } elseif ($avTime -ne $avS['Empty'][$avDirectory] -and $avLevel -lt 100) {
        if (__autovenv_marked $avDirectory) { $avMade = __autovenv_ask $avDirectory $avRecord }
        elseif ($avTime -ne [DateTime]::MinValue) { $avS['Empty'][$avDirectory] = $avTime }
      }
      if ($avLevel -eq 0 -and $null -eq $avMade) { $avS['Times'] += , @($avDirectory, $avTime) }
      if ($null -ne $avMade -and $avMade['Stored']) { $avS['Records'][$avDirectory] = $avMade }
    }
    if ($null -ne $avMade) {
      __autovenv_note $avMade
      if ($avMade['Verdict'] -ceq 'use' -or $avMade['Verdict'] -ceq 'stop') {
        $avS['Found'] = $avDirectory
        $avS['FoundRecord'] = $avMade
        return
      }
    }
    if ($avDirectory.Equals($HOME, $avS['Case'])) { return }
    foreach ($avCeiling in $avS['Ceilings']) { if ($avDirectory.Equals($avCeiling, $avS['Case'])) { return } }
    $avDirectory = [IO.Path]::GetDirectoryName($avDirectory)
    $avLevel++
  }
}

# Tells whether something has changed since the last look. The wrapped prompt has the same lines: a call costs more than they do.
function global:__autovenv_changed([string] $avHere) {
  $avS = $global:__autovenv
  # By `-ceq` some characters would be none, and a letter that can be written in two ways the same.
  return -not $avS['Here'].Equals($avHere) -or -not $avS['Path'].Equals([string] $env:PATH) -or -not $avS['Venv'].Equals("${env:VIRTUAL_ENV}:${env:CONDA_PREFIX}") -or
    -not $avS['Lenders'].Equals("${env:DIRENV_DIFF}:${env:__MISE_DIFF}") -or -not (__autovenv_holds $avS $false)
}

# == Environment =======================================================================================================

# Takes a directory out of a PATH.
function global:__autovenv_strip([string] $avPath, [string] $avBin) {
  $avS = $global:__autovenv
  $avKept = [Collections.Generic.List[string]]::new([string[]] $avPath.Split($avS['Separator']))
  while (($avAt = __autovenv_index $avKept $avBin) -ge 0) { $avKept.RemoveAt($avAt) }
  return [string]::Join($avS['Separator'], $avKept)
}

# Tells where among the entries of a PATH a directory stands, in whatever spelling; -1 where it does not.
function global:__autovenv_index([Collections.Generic.List[string]] $avEntries, [string] $avBin) {
  $avAt = $avEntries.IndexOf($avBin)
  if ($avAt -ge 0 -or -not $global:__autovenv['Windows']) { return $avAt }
  $avBin = __autovenv_fold $avBin
  for ($avAt = 0; $avAt -lt $avEntries.Count; $avAt++) {
    # As fold, for what is on PATH.
    if ($avEntries[$avAt].Length -ge $avBin.Length -and $avEntries[$avAt].Replace('/', '\').TrimEnd('\').Equals($avBin, [StringComparison]::OrdinalIgnoreCase)) { return $avAt }
  }
  return -1
}

# Makes of a PATH what it would be without us.
function global:__autovenv_clean([string] $avPath) {
  $avS = $global:__autovenv
  if ($null -ne $avS['OldPath'] -and $avPath.Equals($avS['EnteredPath'])) { return $avS['OldPath'] }
  $avText = "$($avS['Separator'])$avPath$($avS['Separator'])"
  $avEntered = "$($avS['Separator'])$($avS['EnteredPath'])$($avS['Separator'])"
  $avAt = $avText.IndexOf($avEntered, [StringComparison]::Ordinal)
  if ($avS['OldPath'] -and $avAt -ge 0) {
    # Nothing was changed but before and behind it.
    $avText = $avText.Remove($avAt + 1, $avEntered.Length - 2).Insert($avAt + 1, $avS['OldPath'])
    return $avText.Substring(1, $avText.Length - 2)
  }
  # The first is ours, others were put there by hand.
  $avKept = [Collections.Generic.List[string]]::new([string[]] $avPath.Split($avS['Separator']))
  $avAt = __autovenv_index $avKept $avS['Bin']
  if ($avAt -ge 0) { $avKept.RemoveAt($avAt) }
  foreach ($avEntry in $avS['Also']) {
    $avFirst = __autovenv_index $avKept $avEntry
    if ($avFirst -ge 0) { $avKept.RemoveAt($avFirst) }
  }
  if ($null -eq $avS['Between'] -or $avAt -lt 0) { return [string]::Join($avS['Separator'], $avKept) }
  # It was on PATH before we came: it goes back between the entries that it stood between.
  $avAt = -1
  if ($avS['Between'][0]) { $avAt = $avKept.IndexOf($avS['Between'][0]) }
  if ($avAt -ge 0) { $avAt++ } elseif ($avS['Between'][1]) { $avAt = $avKept.IndexOf($avS['Between'][1]) }
  if ($avAt -lt 0) { $avAt = $avKept.Count }
  # As it was spelled.
  $avKept.Insert($avAt, $avS['Between'][2])
  return [string]::Join($avS['Separator'], $avKept)
}

# Gives a variable a value, exported, and saves what it was before.
function global:__autovenv_put([string] $avName, [object] $avValue) {
  $global:__autovenv['Old'][$avName] = @($avValue, [Environment]::GetEnvironmentVariable($avName))
  # A plain $null would reach .NET as an empty text, and from 7.5 on as an empty variable.
  if ($null -eq $avValue) { $avValue = [NullString]::Value }
  [Environment]::SetEnvironmentVariable($avName, $avValue)
}

# Gives a variable back what it was before, unless the user has changed it since.
function global:__autovenv_restore([string] $avName) {
  $avKept = $global:__autovenv['Old'][$avName]
  if ($null -eq $avKept) { return }
  if ([Environment]::GetEnvironmentVariable($avName) -ceq $avKept[0]) {
    $avOld = $avKept[1]
    if ($null -eq $avOld) { $avOld = [NullString]::Value }
    [Environment]::SetEnvironmentVariable($avName, $avOld)
  }
  $global:__autovenv['Old'].Remove($avName)
}

# Activates the environment that was found.
function global:__autovenv_enter {
  $avS = $global:__autovenv
  $avFound = $avS['FoundRecord']
  # Empty first, set at the very end: what a Ctrl-C leaves half done is cleaned up like what a parent shell left.
  $avS['Root'] = ''
  $avS['Prefix'] = $avFound['Prefix']
  $avS['Bin'] = $avFound['Bin']
  $avS['Also'] = $avFound['Also']
  $avS['Name'] = $avFound['Name']
  $avS['Flavour'] = $avFound['Flavour']
  $avS['Sets'] = $avFound['Sets']
  $env:__AUTOVENV_PREFIX = $avS['Prefix']
  $env:__AUTOVENV_BIN = $avS['Bin']
  # One that is the project's own was not somebody else's before us: it does not come back.
  if ($env:VIRTUAL_ENV -and [IO.Path]::IsPathRooted($env:VIRTUAL_ENV) -and (__autovenv_same $env:VIRTUAL_ENV $avS['Prefix'])) {
    $env:VIRTUAL_ENV = $null
    $env:VIRTUAL_ENV_PROMPT = $null
  }
  if ($avS['Flavour'] -ceq 'conda') {
    __autovenv_put 'CONDA_PREFIX' $avS['Prefix']
  } else {
    __autovenv_put 'VIRTUAL_ENV' $avS['Prefix']
    __autovenv_put 'VIRTUAL_ENV_PROMPT' $avS['Name']
  }
  foreach ($avSet in $avS['Sets']) { __autovenv_put $avSet.Substring(0, $avSet.IndexOf([char] '=')) $avSet.Substring($avSet.IndexOf([char] '=') + 1) }
  if ($null -ne $env:PYTHONHOME) { __autovenv_put 'PYTHONHOME' $null }
  $avOld = [string] $env:PATH
  $avS['OldPath'] = $env:PATH
  $avS['OldHand'] = __autovenv_traces
  $avS['Between'] = $null
  $avEntries = [Collections.Generic.List[string]]::new([string[]] $avOld.Split($avS['Separator']))
  $avAt = __autovenv_index $avEntries $avS['Bin']
  if ($avAt -ge 0) {
    $avPrevious = ''
    $avNext = ''
    if ($avAt -gt 0) { $avPrevious = $avEntries[$avAt - 1] }
    if ($avAt + 1 -lt $avEntries.Count) { $avNext = $avEntries[$avAt + 1] }
    $avS['Between'] = @($avPrevious, $avNext, $avEntries[$avAt])
  } else { __autovenv_claim $avS['Bin'] }
  if ($avAt -ge 0) { $avOld = __autovenv_strip $avOld $avS['Bin'] }
  $avFront = $avS['Bin']
  foreach ($avEntry in $avS['Also']) {
    $avFront += $avS['Separator'] + $avEntry
    __autovenv_claim $avEntry
  }
  if ($avOld) { $env:PATH = $avFront + $avS['Separator'] + $avOld } else { $env:PATH = $avFront }
  $avS['EnteredPath'] = $env:PATH
  __autovenv_hand_down
  if ($null -eq ${function:global:deactivate}) {
    function global:deactivate([switch] $NonDestructive) { __autovenv_deactivate $NonDestructive }
    $avS['OwnsDeactivate'] = $true
  }
  $avS['Root'] = $avS['Found']
  __autovenv_notify 'autovenv_entered'
}

# Takes back what entering did.
function global:__autovenv_leave {
  $avS = $global:__autovenv
  if (-not $avS['Root']) { return }
  $avPrefix = $avS['Prefix']
  foreach ($avName in @($avS['Old'].Keys)) { __autovenv_restore $avName }
  $env:PATH = __autovenv_clean ([string] $env:PATH)
  __autovenv_forget
  __autovenv_notify 'autovenv_left' $avPrefix
}

# Forgets what is active, without touching it.
function global:__autovenv_forget {
  $avS = $global:__autovenv
  $avS['Root'] = ''
  $avS['Old'].Clear()
  $avS['Sets'] = @()
  $avS['Also'] = @()
  $avS['OldPath'] = $null
  $avS['Between'] = $null
  $env:__AUTOVENV_PREFIX = $null
  $env:__AUTOVENV_BIN = $null
  if ($env:__AUTOVENV_KEPT) {
    if ($avS['Base'] -and $env:__AUTOVENV_KEPT.StartsWith("$PID.", [StringComparison]::Ordinal)) { try { [IO.File]::Delete("$($avS['State'])/shells/kept.$($env:__AUTOVENV_KEPT)") } catch { $avS['Here'] = '' } }
    $env:__AUTOVENV_KEPT = $null
  }
  if ($avS['OwnsDeactivate']) {
    # The user may have made another one of it.
    if ("${function:global:deactivate}".Contains('__autovenv_deactivate')) { [void] $ExecutionContext.InvokeProvider.Item.Remove('Function:deactivate', $false) }
    $avS['OwnsDeactivate'] = $false
  }
}

# == Events ============================================================================================================

# Makes the shell what it should be in the present directory.
function global:__autovenv_update([string] $avHere) {
  $avS = $global:__autovenv
  # Empty until this has run to its end: a Ctrl-C in the middle makes the next prompt look again.
  $avMoved = -not $avS['Asking'].Equals($avHere) -and $avS['Asking'] -and -not $avHere.StartsWith($avS['Asking'], [StringComparison]::Ordinal)
  if ($avMoved) { $avS['Asking'] = '' }
  $avS['Here'] = ''
  if (-not $avS['Root'] -and ($null -ne $env:__AUTOVENV_PREFIX -or $null -ne $env:__AUTOVENV_BIN)) { __autovenv_adopt }
  if (-not $avS['Path'].Equals([string] $env:PATH) -or -not $avS['Lenders'].Equals("${env:DIRENV_DIFF}:${env:__MISE_DIFF}")) { __autovenv_purge }
  if ($avS['Base'] -and [IO.File]::Exists($avS['Base'] + '.request')) { __autovenv_obey }
  $avBefore = $avS['Found']
  __autovenv_find $avHere
  # As it was left at the last look: nothing was done by hand.
  if ($avS['Hand'] -or -not $avS['Path'].Equals([string] $env:PATH) -or -not $avS['Venv'].Equals("${env:VIRTUAL_ENV}:${env:CONDA_PREFIX}") -or ($env:VIRTUAL_ENV -and -not $avS['Root'])) {
    __autovenv_judge $avBefore
  }
  # The profile was read again, and may have made PATH anew: what is active is entered anew, first on PATH.
  if (-not $avS['Path']) { __autovenv_leave }
  if (-not $avS['Found'].Equals($avS['Held'])) { $avS['Held'] = '' }
  $avFound = $avS['FoundRecord']
  if ($null -eq $avFound -or $avFound['Verdict'] -cne 'use' -or $avS['Off'] -or $avS['Held'] -or $avS['Hand']) {
    __autovenv_leave
  } elseif (-not $avS['Root'] -or -not $avS['Prefix'].Equals($avFound['Prefix']) -or -not $avS['Bin'].Equals($avFound['Bin']) -or -not $avS['Name'].Equals($avFound['Name'])) {
    if (-not (__autovenv_switch)) {
      __autovenv_leave
      __autovenv_enter
    }
  } else {
    $avS['Root'] = $avS['Found']
  }
  if (-not $avS['Off'] -and -not $avS['Held']) { __autovenv_report }
  __autovenv_gather
  __autovenv_remember $avHere
}

# Remembers what the shell looks like, to see at the next prompt whether it has changed.
function global:__autovenv_remember([string] $avHere) {
  $avS = $global:__autovenv
  $avS['Path'] = [string] $env:PATH
  $avS['Venv'] = "${env:VIRTUAL_ENV}:${env:CONDA_PREFIX}"
  $avS['Lenders'] = "${env:DIRENV_DIFF}:${env:__MISE_DIFF}"
  $avS['Here'] = $avHere
}

# Looks whether anything has changed since the last look, and acts on it.
function global:__autovenv_look {
  # In `Env:` or `HKLM:` what is active stays. Not by $PWD, which is a variable like others.
  $avPlace = $ExecutionContext.SessionState.Path.CurrentLocation
  if ($avPlace.Provider.Name -cne 'FileSystem') { return }
  if (__autovenv_changed $avPlace.ProviderPath) { __autovenv_update $avPlace.ProviderPath }
}

# Runs before every prompt.
function global:__autovenv_prompt {
  $avErrors = $global:Error.Count
  try {
    # zoxide (0.9) puts its own action in the place of all others.
    __autovenv_register $ExecutionContext.SessionState.InvokeCommand
    __autovenv_look
  } catch {
    $global:__autovenv['Here'] = ''
    __autovenv_leave
  }
  __autovenv_clear $avErrors
}

# Runs after a change of directory.
function global:__autovenv_moved {
  $avS = $global:__autovenv
  $avErrors = $global:Error.Count
  # What leaves this is printed and makes the user's $? false.
  try {
    # direnv and mise may not have taken theirs away yet: of that the prompt judges.
    $avS['Early'] = [bool] "${env:DIRENV_DIFF}${env:__MISE_DIFF}"
    __autovenv_look
    if ($avS['Early']) {
      if ($avS['Hand']) { $avS['Here'] = '' }
      __autovenv_register $ExecutionContext.SessionState.InvokeCommand
    }
    if ($avS['Parted'] -and -not $avS['Root']) {
      $avParted = $avS['Parted']
      $avS['Parted'] = ''
      __autovenv_notify 'autovenv_left' $avParted
    }
    if ($null -ne $avS['Inner']) { __autovenv_settle }
  } catch {
    $avS['Here'] = ''
    try { __autovenv_leave } catch { $avS['Root'] = '' }
  }
  $avS['Early'] = $false
  __autovenv_clear $avErrors
}

# Takes out of $Error what came into it by us.
function global:__autovenv_clear([int] $avCount) {
  while ($global:Error.Count -gt $avCount) { $global:Error.RemoveAt(0) }
}

# == Memory ============================================================================================================

# Records and levels are kept, by directory, where they are made and looked for: by ask and find.

# Goes straight from one environment to another one that memory knows, if all is as it was left.
function global:__autovenv_switch {
  $avS = $global:__autovenv
  $avFound = $avS['FoundRecord']
  if (-not $avS['Root'] -or $avS['Flavour'] -cne 'venv' -or $avFound['Flavour'] -cne 'venv' -or -not $avS['OldPath'] -or -not $avS['EnteredPath'].Equals($env:PATH)) { return $false }
  if (-not $avS['Prefix'].Equals($env:VIRTUAL_ENV) -or -not $avS['Name'].Equals($env:VIRTUAL_ENV_PROMPT) -or $null -ne $env:PYTHONHOME) { return $false }
  if ($null -ne $avS['Between'] -or $avS['Sets'].Length -or $avFound['Sets'].Length -or $avS['OldPath'].Split($avS['Separator']) -contains $avFound['Bin']) { return $false }
  if ($null -ne ${function:global:autovenv_left}) { return $false }
  $avS['Root'] = $avS['Found']
  $avS['Prefix'] = $avFound['Prefix']
  $avS['Bin'] = $avFound['Bin']
  $avS['Name'] = $avFound['Name']
  $env:__AUTOVENV_PREFIX = $avS['Prefix']
  $env:__AUTOVENV_BIN = $avS['Bin']
  $env:VIRTUAL_ENV = $avS['Prefix']
  $env:VIRTUAL_ENV_PROMPT = $avS['Name']
  if ($null -ne $avS['Old']['VIRTUAL_ENV']) { $avS['Old']['VIRTUAL_ENV'][0] = $avS['Prefix'] }
  if ($null -ne $avS['Old']['VIRTUAL_ENV_PROMPT']) { $avS['Old']['VIRTUAL_ENV_PROMPT'][0] = $avS['Name'] }
  __autovenv_claim $avS['Bin']
  $env:PATH = $avS['Bin'] + $avS['Separator'] + $avS['OldPath']
  $avS['EnteredPath'] = $env:PATH
  __autovenv_hand_down
  __autovenv_notify 'autovenv_entered'
  return $true
}

# == Child shells ======================================================================================================

# Remembers, here and in shells started from here, that a directory is on PATH because of us: it may come back.
function global:__autovenv_claim([string] $avBin) {
  $avSeparator = $global:__autovenv['Separator']
  $avOwn = [Collections.Generic.List[string]]::new([string[]] ([string] $env:__AUTOVENV_BINS).Split($avSeparator))
  if ($avOwn.Contains($avBin)) { return }
  [void] $avOwn.Remove('')
  while ($avOwn.Count -ge 50) { $avOwn.RemoveAt(0) }
  $avOwn.Add($avBin)
  $env:__AUTOVENV_BINS = [string]::Join($avSeparator, $avOwn)
}

# Writes what a shell started from here has to put back into a file of ours: what comes in by a variable can be anybody's.
function global:__autovenv_hand_down {
  $avS = $global:__autovenv
  $env:__AUTOVENV_KEPT = $null
  $avLines = [Collections.Generic.List[string]]::new()
  if ($null -ne $avS['Between']) { $avLines.Add("between $($avS['Between'][0])$($avS['Separator'])$($avS['Between'][1])") }
  foreach ($avSet in $avS['Sets']) { $avLines.Add("set $avSet") }
  foreach ($avName in $avS['Old'].Keys) { if ($null -ne $avS['Old'][$avName][1]) { $avLines.Add("old $avName=$($avS['Old'][$avName][1])") } }
  if ($avLines.Count -eq 0 -or -not $avS['Base']) { return }
  $avNumber = "$PID.$([Guid]::NewGuid().GetHashCode() -band 0x7FFFFFFF)"
  $avText = "autovenv-kept 1`nprefix $($avS['Prefix'])`n" + [string]::Join("`n", @($avLines | Microsoft.PowerShell.Core\Where-Object { -not $_.Contains("`n") })) + "`nend`n"
  try {
    [IO.File]::WriteAllText("$($avS['State'])/shells/kept.$avNumber", $avText)
    $env:__AUTOVENV_KEPT = $avNumber
  } catch { $env:__AUTOVENV_KEPT = $null }
}

# Takes over what a parent shell has to put back, from a file that is ours and about the same environment.
function global:__autovenv_inherit([string] $avPrefix) {
  $avS = $global:__autovenv
  if ([string] $env:__AUTOVENV_KEPT -cnotmatch '^[0-9]+\.[0-9]+$' -or -not $avS['Base']) { return }
  $avFile = "$($avS['State'])/shells/kept.$($env:__AUTOVENV_KEPT)"
  $avText = __autovenv_load $avFile
  $avLines = $avText.TrimEnd("`n").Split("`n")
  if ($avLines[0] -cne 'autovenv-kept 1' -or $avLines[$avLines.Length - 1] -cne 'end' -or $avLines -cnotcontains "prefix $avPrefix") { return }
  $avNames = [Collections.Generic.List[string]]::new([string[]] @('VIRTUAL_ENV', 'VIRTUAL_ENV_PROMPT', 'PYTHONHOME', 'CONDA_PREFIX', 'CONDA_DEFAULT_ENV', 'CONDA_PROMPT_MODIFIER'))
  foreach ($avLine in $avLines) {
    $avAt = $avLine.IndexOf([char] ' ')
    if ($avAt -lt 0) { continue }
    $avValue = $avLine.Substring($avAt + 1)
    $avWord = $avLine.Substring(0, $avAt)
    if ($avWord -ceq 'between' -and $avValue.Contains($avS['Separator'])) { $avS['Between'] = $avValue.Split([char[]] $avS['Separator'], 2) + $avS['Bin']; continue }
    $avAt = $avValue.IndexOf([char] '=')
    if ($avAt -lt 1) { continue }
    $avName = $avValue.Substring(0, $avAt)
    $avValue = $avValue.Substring($avAt + 1)
    if ($avWord -ceq 'set') {
      $avNames.Add($avName)
      $avS['Old'][$avName] = @($avValue, $null)
    } elseif ($avWord -ceq 'old' -and $avNames.Contains($avName)) {
      $avOurs = $null
      if ($null -ne $avS['Old'][$avName]) { $avOurs = $avS['Old'][$avName][0] } elseif ($avName -cne 'PYTHONHOME') { continue }
      $avS['Old'][$avName] = @($avOurs, $avValue)
    }
  }
}

# Cleans up what a parent shell had activated; it is found again where it belongs.
function global:__autovenv_adopt {
  $avS = $global:__autovenv
  if ($avS['Root']) { return }
  $avPrefix = [string] $env:__AUTOVENV_PREFIX
  if ($avPrefix -and (-not [IO.Directory]::Exists($avPrefix) -or (__autovenv_owns $avPrefix))) {
    foreach ($avCommands in '/bin', '/Scripts', '\bin', '\Scripts', '') {
      # Whoever made these variables, only an environment's own directory is taken off PATH.
      if (-not "$avPrefix$avCommands".Equals([string] $env:__AUTOVENV_BIN)) { continue }
      $avS['Prefix'] = $avPrefix
      $avS['Bin'] = $env:__AUTOVENV_BIN
      $avS['Root'] = '/'
      $avS['Flavour'] = 'venv'
      $avS['Name'] = [string] $env:VIRTUAL_ENV_PROMPT
      $avS['Old'].Clear()
      $avS['OldPath'] = $null
      $avS['Between'] = $null
      $avNames = 'VIRTUAL_ENV', 'VIRTUAL_ENV_PROMPT'
      if (-not $avPrefix.Equals([string] $env:VIRTUAL_ENV) -and $avPrefix.Equals([string] $env:CONDA_PREFIX)) {
        $avS['Flavour'] = 'conda'
        $avNames = 'CONDA_PREFIX', 'CONDA_DEFAULT_ENV', 'CONDA_PROMPT_MODIFIER'
        # conda's on Windows has more than one.
        $avS['Also'] = @(foreach ($avEntry in ([string] $env:__AUTOVENV_BINS).Split($avS['Separator'])) { if ($avEntry.StartsWith($avPrefix + $avS['Slash'], $avS['Case']) -and -not $avEntry.Equals($avS['Bin'])) { $avEntry } })
      }
      # A name that somebody else has given since is left alone.
      $avMine = $avPrefix.Equals([string] [Environment]::GetEnvironmentVariable($avNames[0]))
      foreach ($avName in $avNames) { if ($avMine) { $avS['Old'][$avName] = @([Environment]::GetEnvironmentVariable($avName), $null) } }
      __autovenv_inherit $avPrefix
      __autovenv_leave
      break
    }
  }
  $env:__AUTOVENV_PREFIX = $null
  $env:__AUTOVENV_BIN = $null
  $env:__AUTOVENV_KEPT = $null
}

# == By hand ===========================================================================================================

# Tells whether the commands of an environment are on PATH.
function global:__autovenv_is_on_path([string] $avPrefix) {
  $avS = $global:__autovenv
  if (-not $avPrefix) { return $false }
  if (-not [IO.Path]::IsPathRooted($avPrefix)) { $avPrefix = [IO.Path]::Combine($ExecutionContext.SessionState.Path.CurrentLocation.ProviderPath, $avPrefix) }
  $avEntries = ([string] $env:PATH).Split($avS['Separator'])
  foreach ($avBin in "$avPrefix/bin", "$avPrefix$($avS['Slash'])Scripts") {
    if ($avEntries -ccontains $avBin) { return $true }
    if ([IO.Directory]::Exists($avBin)) { foreach ($avEntry in $avEntries) { if ($avEntry -and (__autovenv_same $avEntry $avBin)) { return $true } } }
  }
  return $false
}

# Finds out what the user did by hand since the last look; the argument is what was found then.
function global:__autovenv_judge([string] $avBefore) {
  $avS = $global:__autovenv
  $avNow = [string] $env:VIRTUAL_ENV
  $avHand = $avS['Hand']
  $avS['Hand'] = ''
  # What direnv or mise took away, nobody has deactivated by hand.
  $avLent = -not $avS['Lenders'].Equals("${env:DIRENV_DIFF}:${env:__MISE_DIFF}")
  if ($avS['Root'] -and $avS['Flavour'] -ceq 'conda' -and -not $avS['Prefix'].Equals([string] $env:CONDA_PREFIX) -and -not (__autovenv_same $avS['Prefix'] $env:CONDA_PREFIX)) {
    if (-not $avLent) { $avS['Held'] = $avS['Root'] }
    __autovenv_leave
  }
  $avIsVenv = $avS['Root'] -and $avS['Flavour'] -cne 'conda'
  if (-not $avNow) {
    if ($avIsVenv) {
      if (-not $avLent) { $avS['Held'] = $avS['Root'] }
      __autovenv_leave
    } elseif (-not $avS['Root'] -and $avHand -and -not $avLent) {
      # It takes over again at the next entry, not under the user's hands.
      $avS['Held'] = $avBefore
    }
    return
  }
  if (-not [IO.Path]::IsPathRooted($avNow)) { $avNow = [IO.Path]::Combine($ExecutionContext.SessionState.Path.CurrentLocation.ProviderPath, $avNow) }
  $avFound = $avS['FoundRecord']
  $avIsFound = $null -ne $avFound -and $avFound['Verdict'] -ceq 'use' -and $avFound['Flavour'] -cne 'conda'
  if ($avIsVenv -and ($avNow.Equals($avS['Prefix']) -or (__autovenv_same $avNow $avS['Prefix']))) {
    if (__autovenv_sourced) { __autovenv_absorb }
  } elseif (-not $avS['Off'] -and $avIsFound -and (__autovenv_same $avNow $avFound['Prefix'])) {
    if (__autovenv_sourced) { $avS['Held'] = '' }
    if (-not $avS['Held']) { __autovenv_absorb }
  } elseif ([IO.File]::Exists("$avNow$($avS['Slash'])pyvenv.cfg") -and ($avS['Root'] -or $avHand.Equals([string] $env:VIRTUAL_ENV) -or (__autovenv_is_on_path $avNow))) {
    # Where its commands are not on PATH, it was left by a parent shell; what is set under our eyes is meant.
    if ($avIsVenv) {
      if (__autovenv_sourced) { __autovenv_yield }
      __autovenv_leave
    }
    $avS['Hand'] = $env:VIRTUAL_ENV
    __autovenv_disclaim "$avNow/bin"
    __autovenv_disclaim "$avNow$($avS['Slash'])Scripts"
    # It may be deleted underfoot.
    $avS['Exists'] += "$avNow$($avS['Slash'])pyvenv.cfg"
  } elseif ($avIsVenv) {
    # It points nowhere: as if it were not set.
    __autovenv_leave
  }
}

# Tells whether VIRTUAL_ENV is of a script that was sourced here after us: a parent shell may have left that variable.
function global:__autovenv_sourced {
  # venv's keeps PATH in the environment, virtualenv's and uv's in a variable.
  $avS = $global:__autovenv
  $avKept = __autovenv_traces
  return $null -ne $avKept -and (-not $avS['Root'] -or -not $avKept.Equals($avS['OldHand']))
}

# Tells what an `activate` script has kept of PATH.
function global:__autovenv_traces {
  $avVariable = $ExecutionContext.SessionState.PSVariable.Get('global:_OLD_VIRTUAL_PATH')
  if ($null -ne $avVariable) { return [string] $avVariable.Value }
  return $env:_OLD_VIRTUAL_PATH
}

# Takes over an environment of ours that a script, an editor or a parent shell has activated, as if we had.
function global:__autovenv_absorb {
  $avS = $global:__autovenv
  # Whoever names it relatively, as users of direnv do, put its entry there: that stays.
  if (-not [IO.Path]::IsPathRooted([string] $env:VIRTUAL_ENV) -and -not (__autovenv_sourced)) { return }
  $avVariables = $ExecutionContext.SessionState.PSVariable
  $avBin = $avS['Bin']
  if (-not $avS['Root']) { $avBin = $avS['FoundRecord']['Bin'] }
  $avHome = $env:_OLD_VIRTUAL_PYTHONHOME
  # What it put before PATH, and what it kept of it, is ours or was there before.
  $env:PATH = __autovenv_strip ([string] $env:PATH) $avBin
  if ($avS['Root'] -and $null -ne $avS['Between']) { $env:PATH = $avBin + $avS['Separator'] + $env:PATH; $env:PATH = __autovenv_clean $env:PATH }
  $env:_OLD_VIRTUAL_PATH = $null
  $env:_OLD_VIRTUAL_PYTHONHOME = $null
  if ($avHome) { $env:PYTHONHOME = $avHome }
  foreach ($avName in 'TCL_LIBRARY', 'TK_LIBRARY', 'PKG_CONFIG_PATH') {
    # virtualenv (21.15) keeps more, nothing where there was none.
    $avVariable = $avVariables.Get("global:_OLD_VIRTUAL_$avName")
    if ($null -eq $avVariable) { $avVariable = $avVariables.Get("global:_OLD_$avName") }
    if ($null -eq $avVariable) { continue }
    if ($avVariable.Value) { [Environment]::SetEnvironmentVariable($avName, [string] $avVariable.Value) }
    else { [Environment]::SetEnvironmentVariable($avName, [NullString]::Value) }
  }
  foreach ($avName in '_OLD_VIRTUAL_PATH', '_PYTHON_VENV_PROMPT_PREFIX', '_OLD_VIRTUAL_TCL_LIBRARY', '_OLD_VIRTUAL_TK_LIBRARY', '_OLD_PKG_CONFIG_PATH') {
    # One of them is read-only.
    if ($null -ne $avVariables.Get("global:$avName")) { Microsoft.PowerShell.Utility\Remove-Variable -Name $avName -Scope Global -Force -ErrorAction Ignore }
  }
  foreach ($avName in '_OLD_VIRTUAL_PROMPT', '_old_virtual_prompt') {
    $avPrompt = $null
    if ($ExecutionContext.InvokeProvider.Item.Exists("Function:$avName")) { $avPrompt = $ExecutionContext.InvokeProvider.Item.Get("Function:$avName")[0].ScriptBlock }
    if ($null -eq $avPrompt) { continue }
    if ("$avPrompt".Trim()) { ${function:global:prompt} = $avPrompt }
    [void] $ExecutionContext.InvokeProvider.Item.Remove("Function:$avName", $false)
    break
  }
  foreach ($avName in 'deactivate', 'pydoc') {
    if ($ExecutionContext.InvokeProvider.Item.Exists("Function:$avName")) { [void] $ExecutionContext.InvokeProvider.Item.Remove("Function:$avName", $false) }
  }
  $avS['OwnsDeactivate'] = $false
  foreach ($avName in @($avS['Old'].Keys)) { __autovenv_restore $avName }
  if ($avBin.StartsWith([string] $env:VIRTUAL_ENV + $avS['Slash'], $avS['Case'])) {
    $env:VIRTUAL_ENV = $null
    $env:VIRTUAL_ENV_PROMPT = $null
  }
  __autovenv_forget
}

# Gives way to an `activate` of another environment sourced over ours, so that its `deactivate` finds nothing of ours.
function global:__autovenv_yield {
  $avS = $global:__autovenv
  if ($null -ne $env:_OLD_VIRTUAL_PATH) { $env:_OLD_VIRTUAL_PATH = __autovenv_clean $env:_OLD_VIRTUAL_PATH }
  $avKept = $ExecutionContext.SessionState.PSVariable.Get('global:_OLD_VIRTUAL_PATH')
  if ($null -ne $avKept) { $avKept.Value = __autovenv_clean ([string] $avKept.Value) }
  $avHome = $avS['Old']['PYTHONHOME']
  # What the script has put aside itself was set after us.
  if ($null -ne $avHome -and $null -ne $avHome[1] -and -not $env:_OLD_VIRTUAL_PYTHONHOME) {
    $env:_OLD_VIRTUAL_PYTHONHOME = $avHome[1]
    $avS['Old'].Remove('PYTHONHOME')
  }
  $avS['OwnsDeactivate'] = $false
}

# Forgets that a directory came onto PATH by us: it is the user's now.
function global:__autovenv_disclaim([string] $avBin) {
  if ($env:__AUTOVENV_BINS) { $env:__AUTOVENV_BINS = __autovenv_strip $env:__AUTOVENV_BINS $avBin }
}

# == Wrong python ======================================================================================================

# Finds the first directory on PATH with a command.
function global:__autovenv_seek([string] $avName) {
  $avS = $global:__autovenv
  $avNames = @($avName)
  if ($avS['Windows']) {
    $avEndings = [string] $env:PATHEXT
    if (-not $avEndings) { $avEndings = '.COM;.EXE;.BAT;.CMD' }
    # PowerShell's own scripts come first.
    $avNames = @(foreach ($avEnding in ".PS1;$avEndings".Split(';')) { if ($avEnding) { $avName + $avEnding } })
  }
  foreach ($avEntry in ([string] $env:PATH).Split($avS['Separator'])) {
    if (-not $avEntry) { continue }
    foreach ($avFile in $avNames) { if ([IO.File]::Exists($avEntry + $avS['Slash'] + $avFile)) { return $avEntry } }
  }
  return ''
}

# Warns when `python` would run something from outside the project.
function global:__autovenv_check([string] $avBin) {
  $avS = $global:__autovenv
  $avHas = @{}
  foreach ($avName in 'python', 'python3') { $avHas[$avName] = [IO.File]::Exists("$avBin$($avS['Slash'])$avName") -or [IO.File]::Exists("$avBin$($avS['Slash'])$avName.exe") }
  if (-not $avHas['python'] -and -not $avHas['python3']) { return }
  foreach ($avName in 'python', 'python3') {
    if (-not $avHas[$avName] -and $avName -cne 'python') { continue }
    $avAlias = $null
    if ($ExecutionContext.InvokeProvider.Item.Exists("Alias:$avName")) { $avAlias = $ExecutionContext.InvokeProvider.Item.Get("Alias:$avName")[0].Definition }
    if ($null -ne $avAlias -and -not $avAlias.StartsWith($avBin + $avS['Slash'], $avS['Case']) -and $avAlias -notin 'python', 'python3') {
      __autovenv_say 'alias' 'warning' "``$avName`` is an alias for ``$(__autovenv_tidy $avAlias)``, outside this project" `
        'an alias comes before every directory on PATH' "run ``Remove-Item Alias:$avName``"
      return
    }
    if ($ExecutionContext.InvokeProvider.Item.Exists("Function:$avName")) {
      __autovenv_say 'alias' 'warning' "``$avName`` is a function, not the interpreter of this project" `
        'a function comes before every directory on PATH' "run ``Remove-Item Function:$avName``"
      return
    }
  }
  $avShort = $avBin
  $avBase = $avS['Found'].TrimEnd('/', '\') + $avS['Slash']
  if ($avShort.StartsWith($avBase, $avS['Case'])) { $avShort = $avShort.Substring($avBase.Length) }
  $avShort = __autovenv_tidy $avShort
  $avHint = 'run `autovenv doctor`'
  foreach ($avName in 'python', 'python3') {
    if (-not $avHas[$avName] -and $avName -cne 'python') { continue }
    $avEntry = __autovenv_seek $avName
    if (-not $avEntry -or $avEntry.Equals($avBin) -or (__autovenv_same $avEntry $avBin)) { continue }
    $avWord = __autovenv_tidy $avEntry
    $avWhere = 'outside this project'
    if ("$avEntry$($avS['Slash'])".StartsWith($avBase, $avS['Case'])) { $avWhere = "not this project's" }
    $avWhat = "``$avName`` is ``$avWord$($avS['Slash'])$avName``, $avWhere"
    if ($avS['Hand']) {
      # What a parent shell activated came without its function.
      if ($null -ne ${function:global:deactivate}) { $avHint = 'run `deactivate`, then `autovenv on`' }
      __autovenv_say 'by-hand' 'warning' $avWhat "``$(__autovenv_tidy $avS['Hand'])`` was activated by hand" $avHint
    } elseif (-not $avHas[$avName]) {
      __autovenv_say 'path' 'warning' $avWhat "``$avShort`` has a ``python3`` and no ``python``" 'run `python3`'
    } elseif ($env:PATH.Split($avS['Separator']) -ccontains $avBin) {
      __autovenv_say 'path' 'warning' $avWhat "``$avWord`` comes before ``$avShort`` on PATH" $avHint
    } else {
      __autovenv_say 'path' 'warning' $avWhat "``$avShort`` is not on PATH any more" $avHint
    }
    return
  }
}

# Prints what there is to say about the present directory.
function global:__autovenv_report {
  $avS = $global:__autovenv
  # The usual case, as cheaply as can be: nothing.
  if ($avS['Warnings'].Length -eq 0 -and $avS['Outers'].Length -eq 0 -and $avS['Root'] -and $null -eq $alias:python -and $null -eq $function:python -and $null -eq $alias:python3 -and $null -eq $function:python3 -and
    ([string] $env:PATH).StartsWith($avS['Bin'] + $avS['Separator'], [StringComparison]::Ordinal) -and
    ([IO.File]::Exists($avS['Bin'] + '/python') -or $avS['Windows'])) { return }
  $avUsable = $null -ne $avS['FoundRecord'] -and $avS['FoundRecord']['Verdict'] -ceq 'use'
  $avLevels = @{ warning = @($avS['Warnings']); note = @() }
  if ($avUsable) { $avLevels['warning'] += $avS['Outers'] }
  if (-not $avS['Found'] -and -not $avS['Hand']) { $avLevels['note'] += $avS['Hints'] }
  foreach ($avLevel in 'warning', 'note') {
    foreach ($avMessage in $avLevels[$avLevel]) {
      $avParts = $avMessage.Split("`t")
      __autovenv_say 'record' $avLevel $avParts[0] $avParts[1] $avParts[2]
    }
  }
  if ($avS['Root'] -or ($avS['Hand'] -and -not $avS['Early'] -and $avUsable)) { __autovenv_check $avS['FoundRecord']['Bin'] }
}

# == Prompt ============================================================================================================

# Has `prompt` lead to us: an alias comes before the function, which stays the user's own, whatever takes its place and when.
function global:__autovenv_settle {
  if ($alias:prompt -ceq '__autovenv_label') { return }

  # Within, for an attribute is the one way to an alias for all of the shell that loads no module.

  # Runs in place of `prompt`, before every one: looks, then draws the user's own with a label.
  function global:__autovenv_label {
    [Alias('prompt')]
    param()
    $avOk = $?
    $avS = $global:__autovenv
    $avInfo = $avS['Inner']
    try {
      $avS['Drawing'] = $false
      # The usual case, as cheaply as can be, as __autovenv_changed: a call of a function costs more than all of this.
      $avIsSame = $false
      try {
        if ($avS['Here'].Equals($global:PWD.ProviderPath) -and $avS['Path'].Equals([string] $env:PATH) -and $avS['Venv'].Equals("${env:VIRTUAL_ENV}:${env:CONDA_PREFIX}") -and $avS['Lenders'].Equals("${env:DIRENV_DIFF}:${env:__MISE_DIFF}")) {
          $avIsSame = $true
          foreach ($avPair in $avS['Same']) { if ([IO.File]::GetLastWriteTimeUtc($avPair[0]) -ne [IO.File]::GetLastWriteTimeUtc($avPair[1])) { $avIsSame = $false } }
          foreach ($avPair in $avS['Newer']) {
            $avTime = [IO.File]::GetLastWriteTimeUtc($avPair[0])
            if ($avTime -gt [IO.File]::GetLastWriteTimeUtc($avPair[1]) -or $avTime.Year -eq 1601) { $avIsSame = $false }
          }
          foreach ($avFile in $avS['Exists']) { if (-not [IO.File]::Exists($avFile) -and -not [IO.Directory]::Exists($avFile)) { $avIsSame = $false } }
          foreach ($avFile in $avS['Absent']) { if ([IO.Directory]::Exists($avFile) -or [IO.File]::Exists($avFile)) { $avIsSame = $false } }
          foreach ($avPair in $avS['Times']) { if ([IO.File]::GetLastWriteTimeUtc($avPair[0]) -ne $avPair[1]) { $avIsSame = $false } }
          foreach ($avPair in $avS['Variables']) { if (-not $avPair[1].Equals([string] [Environment]::GetEnvironmentVariable($avPair[0]))) { $avIsSame = $false } }
          foreach ($avLook in $avS['Other']) {
            if ($avLook[0] -ceq 'own' -and $null -ne $avS['Stat']) {
              $avGiven = [object[]] @($avLook[1], $null)
              if ($avS['Stat'].Invoke($null, $avGiven) -ne 0 -or $avS['Fields']['Uid'].GetValue($avGiven[1]) -ne $avS['User']) { $avIsSame = $false }
            } elseif (-not (__autovenv_sees $avLook)) { $avIsSame = $false }
          }
        }
      } catch {
        $avIsSame = $false
        $global:Error.RemoveAt(0)
      }
      if (-not $avIsSame) { __autovenv_prompt }
      # Hiding `python` changes nothing that is looked at, but the doctor is to know of it.
      elseif (-not [object]::ReferenceEquals($function:python, $avS['Hiding'][0]) -or -not [object]::ReferenceEquals($function:python3, $avS['Hiding'][1]) -or $alias:python -cne $avS['Hiding'][2] -or $alias:python3 -cne $avS['Hiding'][3]) { __autovenv_gather }
      foreach ($avText in $avS['Waiting']) { __autovenv_print $avText }
      if ($avS['Waiting'].Count) { $avS['Waiting'].Clear() }
      # The function itself, kept from prompt to prompt: it sees itself called as without us, and a name would be looked for.
      $avPresent = ${function:global:prompt}
      if ($null -eq $avPresent) { return }
      if ($null -eq $avInfo -or -not [object]::ReferenceEquals($avInfo.ScriptBlock, $avPresent)) {
        $avInfo = $ExecutionContext.InvokeProvider.Item.Get('Function:prompt')[0]
        $avS['Inner'] = $avInfo
      }
      $avLabel = ''
      if ($avS['Root'] -and $avS['Show'] -and -not $env:VIRTUAL_ENV_DISABLE_PROMPT) {
        $avLabel = "($($avS['Name'])) "
        # conda's own prompt shows a variable that is ours then.
        if ($avS['Flavour'] -ceq 'conda' -and "$avPresent".Contains('CONDA_PROMPT_MODIFIER')) { $avLabel = '' }
        # A prompt that writes by itself and returns a rest: the label stands first, not in the middle.
        elseif ("$avPresent".Contains('Write-Host')) {
          $Host.UI.Write($avLabel)
          $avLabel = ''
        }
      }
      # mise (2026.9) looks there. Where nothing was put aside, it would hardly look for more than a file.
      $avParts = $env:__MISE_DIFF -and $env:__AUTOVENV_KEPT
      if ($avParts) { __autovenv_part }
      # The prompt sees false only if a statement failed just before it.
      if (-not $avOk) { Microsoft.PowerShell.Utility\Write-Error '' -ErrorAction Ignore }
      $avText = & $avInfo
      if ($avParts) { __autovenv_prompt }
    } finally { $avS['Drawing'] = $true }
    if (-not $avLabel) { return $avText }
    # The first thing that a prompt returns is shown, and PS> where that is nothing.
    $avFirst = ''
    foreach ($avThing in $avText) { $avFirst = "$avThing"; break }
    if (-not $avFirst) { $avFirst = 'PS>' }
    # Within the marks that tell a terminal where a prompt begins: VS Code (1.80) puts them around the user's own.
    return $avFirst.Insert([regex]::Match($avFirst, '^(?:\e\][^\a\e]*(?:\a|\e\\))*').Length, $avLabel)
  }
}

# == Neighbours ========================================================================================================

# Takes away what came back: entries of PATH, and VIRTUAL_ENV, that are there because of us and not active any more.
function global:__autovenv_purge {
  $avS = $global:__autovenv
  # Paused, what the user puts on PATH is the user's.
  if ($avS['Off'] -and $avS['Path']) { return }
  $avSourced = __autovenv_sourced
  $avChosen = ''
  if (-not $avS['Lenders'].Equals("${env:DIRENV_DIFF}:${env:__MISE_DIFF}")) {
    # direnv (2.32) and mise (2026.9) bring whole variables back. Where they had none of theirs active, the one that is
    # now has not come back: they have chosen it. What is active is left, to be entered anew: first on PATH.
    $avNow = [string] $env:VIRTUAL_ENV
    $avLenders = "${env:DIRENV_DIFF}${env:__MISE_DIFF}"
    if (-not $avNow -or ($avS['Root'] -and $avNow.Equals($avS['Prefix']))) {
      # mise has a word for choosing nothing, too.
      $avS['Unlent'] = $avLenders
    } elseif (-not $avS['Hand'] -and $avLenders -and -not $avLenders.Equals($avS['Unlent'])) { $avChosen = $avNow }
    if (-not $avSourced) { __autovenv_leave }
    # The name comes back alone where they saw the same VIRTUAL_ENV before and after.
    if (-not $env:VIRTUAL_ENV -and $env:VIRTUAL_ENV_PROMPT -and @(foreach ($avRecord in $avS['Records'].Values) { $avRecord['Name'] }) -ccontains $env:VIRTUAL_ENV_PROMPT) { $env:VIRTUAL_ENV_PROMPT = $null }
  }
  if (-not $env:__AUTOVENV_BINS) { return }
  $avOwn = $env:__AUTOVENV_BINS.Split($avS['Separator'])
  $avKept = [Collections.Generic.List[string]]::new()
  $avChanged = $false
  foreach ($avEntry in ([string] $env:PATH).Split($avS['Separator'])) {
    if ($avEntry -and $avOwn -ccontains $avEntry -and -not ($avS['Root'] -and ($avEntry.Equals($avS['Bin'], $avS['Case']) -or $avS['Also'] -contains $avEntry))) {
      $avPrefix = [string] [IO.Path]::GetDirectoryName($avEntry)
      $avIsMeant = $avPrefix.Equals($avChosen) -or $avPrefix.Equals([string] $env:CONDA_PREFIX) -or ($avSourced -and $avPrefix.Equals([string] $env:VIRTUAL_ENV))
      # Whoever made the list, only what is an environment's directory, or is gone.
      if (-not $avIsMeant -and (-not [IO.Directory]::Exists($avEntry) -or [IO.File]::Exists("$avPrefix/pyvenv.cfg") -or [IO.Directory]::Exists("$avPrefix/conda-meta") -or [IO.Directory]::Exists("$avEntry/conda-meta"))) {
        $avChanged = $true
        continue
      }
    }
    $avKept.Add($avEntry)
  }
  if ($avChanged) { $env:PATH = [string]::Join($avS['Separator'], $avKept) }
  $avNow = [string] $env:VIRTUAL_ENV
  if (-not $avNow -or $avSourced -or $avNow.Equals($avChosen) -or ($avS['Root'] -and $avNow.Equals($avS['Prefix']))) { return }
  if ($avOwn -ccontains "$avNow$($avS['Slash'])bin" -or $avOwn -ccontains "$avNow$($avS['Slash'])Scripts") {
    $env:VIRTUAL_ENV = $null
    $env:VIRTUAL_ENV_PROMPT = $null
    if ($avS['Root'] -and $avS['Flavour'] -cne 'conda') {
      $env:VIRTUAL_ENV = $avS['Prefix']
      $env:VIRTUAL_ENV_PROMPT = $avS['Name']
    }
  }
}

# Runs before direnv and mise look: what they find, and later give back, is the shell as it is without us.
function global:__autovenv_part {
  $avS = $global:__autovenv
  $avErrors = $global:Error.Count
  try {
    if ($avS['Root'] -and $avS['Path'].Equals([string] $env:PATH) -and $avS['Venv'].Equals("${env:VIRTUAL_ENV}:${env:CONDA_PREFIX}")) {
      $avS['Parted'] = $avS['Prefix']
      # They may give the very same.
      $avS['Here'] = ''
      __autovenv_leave
    }
  } catch { $avS['Here'] = '' }
  __autovenv_clear $avErrors
}

# == Manners ===========================================================================================================

# Prints a text for a person, on a line of its own.
function global:__autovenv_print([string] $avText) {
  try { if (-not [Console]::IsErrorRedirected -and -not [Console]::IsOutputRedirected -and [Console]::CursorLeft -gt 0) { [Console]::Error.WriteLine() } } catch { $global:__autovenv['Drawing'] = $false }
  [Console]::Error.WriteLine($avText)
}

# Prints a message, its kind first, once in this shell. While a line is edited it waits for the next prompt.
function global:__autovenv_say([string] $avKind, [string] $avLevel, [string] $avWhat, [string] $avWhy, [string] $avHint) {
  $avS = $global:__autovenv
  if ($avS['Silence'] -ccontains $avKind) { return }
  $avText = "autovenv: ${avLevel}: $avWhat"
  if ($avWhy) { $avText += [Environment]::NewLine + "  why: $avWhy" }
  if ($avHint) { $avText += [Environment]::NewLine + "  hint: $avHint" }
  if (-not $avS['Told'].Add($avText)) { return }
  if ($avS['Drawing']) { $avS['Waiting'].Add($avText) } else { __autovenv_print $avText }
}

# Makes a path fit for a message: home as ~, and nothing in it that a terminal obeys.
function global:__autovenv_tidy([string] $avText) {
  $avS = $global:__autovenv
  if ($avS['Windows']) { $avText = $avText.Replace('/', '\') }
  if ($HOME -and ($avText.Equals($HOME, $avS['Case']) -or $avText.StartsWith($HOME + $avS['Slash'], $avS['Case']))) {
    $avText = '~' + $avText.Substring($HOME.Length)
  }
  return [regex]::Replace($avText, '[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]', '?')
}

# Tells the user's functions what was left and entered: their output and their errors are the user's.
function global:__autovenv_notify([string] $avName, [string] $avPrefix = $global:__autovenv['Prefix']) {
  $avParted = $global:__autovenv['Parted']
  if ($avParted) {
    # What is taken off for direnv and mise alone was not left.
    if ($avName -ceq 'autovenv_left') { return }
    $global:__autovenv['Parted'] = ''
    if ($avParted.Equals($avPrefix)) { return }
    __autovenv_notify 'autovenv_left' $avParted
  }
  if ($ExecutionContext.InvokeProvider.Item.Exists("Function:$avName")) { try { & $avName $avPrefix | Microsoft.PowerShell.Core\Out-Host } catch { [Console]::Error.WriteLine("${avName}: $_") } }
}

# == Commands ==========================================================================================================

# Takes the active environment off until the user leaves the project and comes back.
function global:__autovenv_deactivate([bool] $avNondestructive) {
  $avS = $global:__autovenv
  if (-not $avNondestructive) { $avS['Held'] = $avS['Root'] }
  __autovenv_leave
  __autovenv_gather
  __autovenv_remember $avS['Here']
  if (-not $avS['Held']) { $avS['Here'] = '' }
}

# Does what `autovenv off` or `autovenv on`, a program, has asked of this shell by a file.
function global:__autovenv_obey {
  $avS = $global:__autovenv
  $avWord = ''
  try {
    $avWord = __autovenv_load "$($avS['Base']).request"
    [IO.File]::Delete("$($avS['Base']).request")
  } catch { $avWord = '' }
  if ($avWord -ceq 'off') { $avS['Off'] = '1' }
  if ($avWord -ceq 'on') {
    # Also over what was put first on PATH meanwhile.
    __autovenv_leave
    $avS['Off'] = ''
    $avS['Held'] = ''
    $avS['Asking'] = ''
    $avS['Told'].Clear()
    # What was activated by hand gives way.
    if ($avS['Hand']) {
      $env:VIRTUAL_ENV = $null
      $avS['Hand'] = ''
    }
  }
}

# Writes down for the doctor what only the shell itself can see: lines of a word and a value.
function global:__autovenv_gather {
  $avS = $global:__autovenv
  $avS['Hiding'] = @($function:python, $function:python3, $alias:python, $alias:python3)
  if (-not $avS['Base']) { return }
  $avFacts = [Collections.Generic.List[string]]::new()
  $avFacts.Add("version $($avS['Version'])")
  if ($null -eq $avS['Inner'] -or $alias:prompt -ceq '__autovenv_label') { $avFacts.Add('registered yes') } else { $avFacts.Add('registered no') }
  foreach ($avName in 'python', 'python3', 'pip', 'pip3', 'deactivate', 'conda', 'mamba', 'micromamba') {
    if ($ExecutionContext.InvokeProvider.Item.Exists("Alias:$avName")) { $avFacts.Add("alias $avName=$($ExecutionContext.InvokeProvider.Item.Get("Alias:$avName")[0].Definition)") }
    if ($ExecutionContext.InvokeProvider.Item.Exists("Function:$avName")) { $avFacts.Add("function $avName") }
  }
  if ($avS['Off']) { $avFacts.Add('state off') }
  elseif ($avS['Held']) { $avFacts.Add('state held') }
  elseif ($avS['Hand']) { $avFacts.Add('state hand') }
  elseif ($avS['Root']) { $avFacts.Add('state active') }
  else { $avFacts.Add('state none') }
  if ($avS['Elsewhere']) { $avFacts.Add("elsewhere $($avS['Elsewhere'])") }
  $avText = [string]::Join("`n", $avFacts)
  if ($avText.Equals($avS['Facts'])) { return }
  try {
    [IO.File]::WriteAllText("$($avS['Base']).facts", $avText)
    $avS['Facts'] = $avText
  } catch { $avS['Facts'] = '' }
}

# == Loading ===========================================================================================================

# Takes the settings, each `name=value`.
function global:__autovenv_configure([string[]] $avWords, [string] $avWhen) {
  $avS = $global:__autovenv
  $avLists = @{ name = [Collections.Generic.List[string]]::new(); marker = [Collections.Generic.List[string]]::new() }
  $avLists['ceiling'] = [Collections.Generic.List[string]]::new()
  $avLists['silence'] = [Collections.Generic.List[string]]::new()
  foreach ($avWord in $avWords) {
    # As a character: a text is looked for by the rules of a language, to which some characters are none.
    $avAt = $avWord.IndexOf([char] '=')
    $avValue = $avWord.Substring($avAt + 1)
    switch -CaseSensitive -Exact ($avWord.Substring(0, $avAt)) {
      'version' { $avS['Version'] = $avValue }
      'state' { $avS['State'] = $avValue }
      'prompt' { $avS['Show'] = $avValue }
      'activate' { $avS['Manual'] = $avValue }
      'program' { $avS['Program'] = $avValue }
      { $avLists.ContainsKey($_) } { $avLists[$_].Add($avValue) }
    }
  }
  $avS['Names'] = $avLists['name'].ToArray()
  $avS['Markers'] = $avLists['marker'].ToArray()
  $avS['Ceilings'] = $avLists['ceiling'].ToArray()
  $avS['Silence'] = $avLists['silence'].ToArray()
  # That is no record's place, and in Windows a directory that anybody could make.
  if ($avS['State'] -ceq '/dev/null') { $avS['State'] = '' }
  $avS['State'] = __autovenv_localize $avS['State']
  $avS['Program'] = __autovenv_localize $avS['Program']
  $avS['Elsewhere'] = ''
  $avS['Unkept'] = @()
  if ($avS['Windows']) {
    $avS['Case'] = [StringComparison]::OrdinalIgnoreCase
    $avS['Ceilings'] = @(foreach ($avCeiling in $avS['Ceilings']) { __autovenv_localize $avCeiling })
  }
  __autovenv_identify
  # What another user keeps there, or may write, is not believed. Windows keeps a profile private by itself.
  if (-not $avS['Windows'] -and [IO.Directory]::Exists($avS['State']) -and -not (__autovenv_owns $avS['State'])) { $avS['State'] = '' }
  $avS['Base'] = ''
  if ($avS['State'] -and [IO.Directory]::Exists($avS['State'])) {
    try {
      [void] [IO.Directory]::CreateDirectory("$($avS['State'])/shells")
      $avS['Base'] = "$($avS['State'])/shells/$PID"
      # Of a shell that had the number before.
      if (-not $avWhen) { [IO.File]::Delete("$($avS['Base']).request") }
    } catch { $avS['Base'] = '' }
  }
}

# Has the shell call us before every prompt and, where it can, after every change of directory.
function global:__autovenv_register([object] $avCommands) {
  $avS = $global:__autovenv
  # Windows PowerShell 5.1 has no such action: there the prompt does it.
  if (-not $avS['Modern']) { return }
  $avPresent = $avCommands.LocationChangedAction
  $avActions = @(if ($null -ne $avPresent) { $avPresent.GetInvocationList() })
  # direnv (2.33) and mise (2026.9) find nothing of ours, which they would give back, and we look last.
  $avLends = ($null -ne ${function:global:_mise_hook} -or $env:DIRENV_DIFF) -and $avActions.Count
  if ($null -ne $avS['Action'] -and $avActions -contains $avS['Action'] -and (-not $avLends -or ($avActions.Count -gt 2 -and $avActions[0] -eq $avS['Parting'] -and $avActions[-1] -eq $avS['Action']))) { return }
  if ($null -eq $avS['Action']) {
    $avS['Action'] = [EventHandler[Management.Automation.LocationChangedEventArgs]] { __autovenv_moved }
    $avS['Parting'] = [EventHandler[Management.Automation.LocationChangedEventArgs]] { __autovenv_part }
  }
  if ($avLends) {
    foreach ($avAction in $avS['Action'], $avS['Parting']) { $avPresent = [Delegate]::Remove($avPresent, $avAction) }
    $avPresent = [Delegate]::Combine($avS['Parting'], $avPresent)
  }
  $avCommands.LocationChangedAction = [Delegate]::Combine($avPresent, $avS['Action'])
}

# Starts the hook in this shell, or starts it anew.
function global:__autovenv_start([string[]] $avWords, [object] $avCommands, [string] $avWhen) {
  # The last argument says what woke it, as `install` writes it: `moved` or `idle`. By then a prompt has been drawn.
  $avS = $global:__autovenv
  $avErrors = $global:Error.Count
  if ($avWhen) {
    $avS['Drawing'] = $avWhen -ceq 'idle'
    $avAsleep = $ExecutionContext.SessionState.PSVariable.Get('global:__autovenv_asleep')
    if ($null -ne $avAsleep) {
      $avS['Action'] = $avAsleep.Value
      $ExecutionContext.SessionState.PSVariable.Remove('global:__autovenv_asleep')
    }
  }
  __autovenv_configure $avWords $avWhen
  $avS['Here'] = ''
  $avS['Path'] = ''
  if ($avS['Manual'] -ceq 'manual' -and $null -eq $avS['Records']) { $avS['Off'] = '1' }
  # Case counts, and no rules of a language.
  $avS['Records'] = [Collections.Hashtable]::new([StringComparer]::Ordinal)
  $avS['Empty'] = [Collections.Hashtable]::new([StringComparer]::Ordinal)
  # A launcher stands between there, and who started that is not told.
  if ($avS['Windows']) { $env:__AUTOVENV_PWSH = "$PID" }
  if ($avS['Program'] -and -not $ExecutionContext.InvokeProvider.Item.Exists('Alias:autovenv')) {
    $avIsOn = $false
    foreach ($avEntry in ([string] $env:PATH).Split($avS['Separator'])) { if ($avEntry -and [IO.File]::Exists($avEntry + $avS['Slash'] + [IO.Path]::GetFileName($avS['Program']))) { $avIsOn = $true; break } }
    if (-not $avIsOn) { $avS['Alias'] = $avS['Program'] }
    # In a function of the profile's; it loads a module, which takes as long as half of the rest.
    if ($avS['Alias'] -and $avS['IsWithin']) { Microsoft.PowerShell.Utility\Set-Alias -Name autovenv -Value $avS['Program'] -Scope Global }
  }
  __autovenv_register $avCommands
  if ($avWhen -ceq 'moved') { __autovenv_moved } else { __autovenv_prompt }
  # What the profile does to PATH after this line is no edit made inside: at the first prompt ours is put first once more.
  if (-not $avWhen) { $avS['Path'] = '' }
  # Not before the first one is drawn: posh-git (1.1) asks for the command, and replaces what is the default one.
  if ($avWhen -or $null -ne $avS['Inner'] -or $null -ne $avCommands.PreCommandLookupAction) {
    __autovenv_settle
    if ($avWhen -ceq 'idle' -and ($avS['Root'] -or $avS['Waiting'].Count)) { [Microsoft.PowerShell.PSConsoleReadLine]::InvokePrompt() }
  } else {
    $avCommands.PreCommandLookupAction = {
      param($avName)
      if ($avName -ceq 'prompt') {
        $ExecutionContext.SessionState.InvokeCommand.PreCommandLookupAction = $null
        try { __autovenv_settle } catch { $global:__autovenv['Here'] = '' }
      }
    }
  }
  __autovenv_clear $avErrors
}

__autovenv_start @('@SETTINGS@') $ExecutionContext.SessionState.InvokeCommand
if ($global:__autovenv['Alias']) { $alias:autovenv = $global:__autovenv['Alias'] }
