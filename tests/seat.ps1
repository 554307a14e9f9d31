# Plays one session after another in this process: what a start costs is the compiling of PowerShell itself, which is
# done once here. Each session is PowerShell's own, from the reading of its command line on: the host, the first
# runspace of a process, its profile and its variables are new. What it sets back is private; where a version has no
# such thing this ends, and every row has a process of its own. Tried with 7.6.9.
# Usage: pwsh -NoLogo -NoProfile -NoExit -File seat.ps1 FIFO   (a job: a directory, then NAME=VALUE, each ended by NUL)
param([string] $Jobs)

$flags = [Reflection.BindingFlags] 'Static, Instance, Public, NonPublic'
$assembly = [Microsoft.PowerShell.ConsoleShell].Assembly
$runspaces = [Management.Automation.Runspaces.Runspace]
$console = $assembly.GetType('Microsoft.PowerShell.ConsoleHost')
$executor = $assembly.GetType('Microsoft.PowerShell.Executor')
$words = $console.GetField('s_cpp', $flags).GetValue($null)
$unset = @(
  $runspaces.GetField('s_primaryRunspace', $flags)
  $console.GetField('DefaultInitialSessionState', $flags)
  $console.GetField('s_theConsoleHost', $flags)
  # The session is no nested prompt of the script that runs here.
  $executor.GetFields($flags).Where({ $_.IsStatic -and $_.FieldType -eq $executor })
)
$number = $runspaces.GetField('s_globalId', $flags)
$known = $runspaces.GetField('s_runspaceDictionary', $flags)
if ($unset.Length -lt 4 -or $unset -contains $null -or $null -eq $number -or $null -eq $known) { [Environment]::Exit(1) }

# What `pwsh -NoLogo` calls, to be called by a thread that no session has used.
$tree = [Linq.Expressions.Expression]
$call = $tree::Call([Microsoft.PowerShell.UnmanagedPSEntry].GetMethod('Start', [type[]] @([string[]], [int])),
  [Linq.Expressions.Expression[]] @($tree::Constant([string[]] @('-NoLogo'), [string[]]), $tree::Constant(1, [int])))
$session = $tree::Lambda([Threading.ThreadStart], $tree::Block([void], [Linq.Expressions.Expression[]] @($call)),
  [Linq.Expressions.ParameterExpression[]] @()).Compile()

$runtime = $env:DOTNET_ROOT
while ($true) {
  $directory, $variables = [IO.File]::ReadAllText($Jobs).TrimEnd([char] 0).Split([char] 0)
  foreach ($name in @([Environment]::GetEnvironmentVariables().Keys)) { [Environment]::SetEnvironmentVariable($name, [NullString]::Value) }
  foreach ($variable in $variables) {
    $at = $variable.IndexOf('=')
    [Environment]::SetEnvironmentVariable($variable.Substring(0, $at), $variable.Substring($at + 1))
  }
  # Said by a wrapper of the executable, to every PowerShell that is started from here.
  if ($runtime) { $env:DOTNET_ROOT = $runtime }
  [Environment]::CurrentDirectory = $directory
  foreach ($field in $unset) { $field.SetValue($null, $null) }
  $number.SetValue($null, 0)
  $known.GetValue($null).Clear()
  $fresh = [Activator]::CreateInstance($words.GetType(), $true)
  foreach ($field in $words.GetType().GetFields($flags)) { if (-not $field.IsStatic) { $field.SetValue($words, $field.GetValue($fresh)) } }
  $thread = [Threading.Thread]::new($session)
  $thread.Start()
  $thread.Join()
}
